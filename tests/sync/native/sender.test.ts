import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { SECRET, startBridge } from '../../support/bridge.ts'
import { temporaryLedgerPath } from '../../support/ledger.ts'
import { contact, recordingsOf, readRecording } from '../../support/native.ts'
import { sendAsOdoo } from '../../support/odoo-sender.ts'

const path = '/webhooks/odoo/automation'
/** Odoo has one second; tests run beside each other. `npm run bench` measures with one. */
const PATIENCE_MS = 5_000
const headers = { authorization: `Basic ${Buffer.from(`odoo:${SECRET}`).toString('base64')}` }

/** Each partner's burst: eleven webhooks, as without "When updating" fields. */
const bursts = function* (partners: number): Generator<string> {
  for (let id = 1; id <= partners; id += 1) {
    const body = JSON.stringify({ _model: 'res.partner', _id: id, id, ...contact({ email: `p${id}@example.com`, name: `Import ${'x'.repeat(id)}` }) })
    for (let nth = 0; nth < 11; nth += 1) yield body
  }
}

/**
 * A reverse proxy that goes on trying while nothing listens behind it, also when a connection is reset before anything
 * was answered, as those are that wait to be accepted when the port closes; gives its address.
 */
const patientProxy = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const proxy = createServer({ allowHalfOpen: true }, (client) => {
      const sent: Buffer[] = []
      const reach = (): void => {
        const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
        let isAnswered = false
        upstream.on('error', () => (isAnswered ? client.destroy() : setTimeout(reach, 10)))
        upstream.once('connect', () => {
          for (const chunk of sent) upstream.write(chunk)
          const pass = (chunk: Buffer): void => void upstream.write(chunk)
          client.on('data', pass)
          upstream.once('close', () => client.off('data', pass))
        })
        upstream.once('data', () => {
          isAnswered = true
        })
        upstream.on('data', (chunk) => client.write(chunk))
        upstream.once('end', () => client.end())
      }
      client.on('data', (chunk) => sent.push(Buffer.from(chunk)))
      client.on('error', () => client.destroy())
      reach()
    })
    onTestFinished(() => {
      proxy.close()
    })
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address()
      if (typeof address === 'object' && address) resolve(`http://127.0.0.1:${address.port}`)
    })
  })

const imported = (rows: readonly Record<string, string>[]): number => rows.filter(({ email = '' }) => /^p\d+@example\.com$/.test(email)).length

test('an import while the shop is down loses nothing, and is one write for each when it is back', async () => {
  const bridge = await startBridge()
  const over = bridge.shop.inject({ answer: { status: 502 } })
  const sent = await sendAsOdoo(`${bridge.server.url}${path}`, headers, bursts(12), PATIENCE_MS)
  expect(sent).toMatchObject({ delivered: 132, lost: 0 })
  over()
  await bridge.drained()
  expect(imported(bridge.shop.rows('customers'))).toBe(12)
  expect(bridge.calls().filter((call) => call.startsWith('POST'))).toHaveLength(12)
  expect(bridge.server.ledger.list({ limit: 1_000 })).toHaveLength(132)
}, 60_000)

test('a graceful restart behind a proxy that goes on trying loses nothing', async () => {
  const ledgerPath = temporaryLedgerPath()
  const first = await startBridge({ ledgerPath })
  const port = new URL(first.server.url).port
  const proxy = await patientProxy(Number(port))
  const sending = sendAsOdoo(`${proxy}${path}`, headers, bursts(12), PATIENCE_MS)
  await new Promise((resolve) => setTimeout(resolve, 150))
  await first.server.close()
  const second = await startBridge({ ledgerPath, sharedShop: first.shop, config: { PORT: port } })
  expect(await sending).toMatchObject({ delivered: 132, lost: 0 })
  await second.drained()
  expect(imported(second.shop.rows('customers'))).toBe(12)
  expect(second.server.ledger.list({ limit: 1_000 })).toHaveLength(132)
}, 60_000)

test('the recorded import of 40 partners gets its answers in time', async () => {
  const bridge = await startBridge()
  const bodies = recordingsOf('19_tf-import-of-40-partners-load').map((name) => readRecording(name).body.toString('utf8'))
  const { delivered, times } = await sendAsOdoo(`${bridge.server.url}${path}`, headers, bodies, PATIENCE_MS)
  expect(delivered).toBe(40)
  // Half of them, since this machine runs other tests beside; `npm run bench` tells the rest.
  expect(times.at(20)).toBeLessThan(1_000)
  await bridge.drained()
  expect(bridge.calls().filter((call) => call === 'POST customers')).toHaveLength(40)
})
