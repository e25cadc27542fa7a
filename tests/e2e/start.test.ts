import { createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { customerEnvelope, jane, SECRET } from '../support/bridge.ts'
import { cli, environmentFor, ledgerPath, run, servedShop, START, startProcess } from '../support/process.ts'

test.concurrent('without configuration, start ends with 2, says what is missing and points to the sandbox', async () => {
  const { code, stdout, stderr } = await cli(['start']).ended
  expect(code).toBe(2)
  expect(stdout).toBe('')
  for (const name of ['PRESTASHOP_URL', 'PRESTASHOP_KEY', 'WEBHOOK_SECRET']) {
    expect(stderr.split('\n').filter((line) => line.includes(`${name} is missing`))).toHaveLength(1)
  }
  expect(stderr).toContain('npm run sandbox')
  expect(stderr).not.toContain('    at ')
})

test.concurrent('a wrong variable is named in one line, and no secret is told', async () => {
  const shop = await servedShop()
  const environment = environmentFor(shop, ledgerPath(), { PRESTASHOP_KEY: 'tooShortKey', PORT: 'http' })
  const { code, stderr } = await cli(['start'], environment).ended
  expect(code).toBe(2)
  expect(stderr).toContain('PRESTASHOP_KEY is wrong')
  expect(stderr).toContain('PORT is wrong')
  expect(stderr).not.toContain('tooShortKey')
  expect(stderr).not.toContain(SECRET)
})

test.concurrent('a port that is taken is told in a sentence', async () => {
  const shop = await servedShop()
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  const { code, stderr } = await cli(['start'], environmentFor(shop, ledgerPath(), { PORT: port })).ended
  other.close()
  expect(code).toBe(1)
  expect(stderr).toMatch(/port is in use/)
  expect(stderr).not.toContain('    at ')
})

const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? String(address.port) : ''
}

test.runIf(process.platform === 'linux').concurrent.each(['json', 'pretty'])(
  'a log that cannot be written, in %s, costs its lines only: webhooks are stored, one line tells of it, and SIGTERM ends with 0',
  async (format) => {
    const shop = await servedShop()
    const PORT = await freePort()
    const environment = environmentFor(shop, ledgerPath(), { PORT, LOG_FORMAT: format, ACK_WAIT_MS: '5000', NODE: process.execPath, CLI: START[0] })
    const bridge = run('bash', ['-c', 'exec "$NODE" "$CLI" start > /dev/full'], environment)
    const post = (id: number): Promise<Response> =>
      fetch(`http://127.0.0.1:${PORT}/webhooks/odoo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
        body: JSON.stringify(customerEnvelope({ ...jane, email: `${id}@example.com` }, { entity_id: id, action_type: 'created' }))
      })
    await vi.waitFor(() => fetch(`http://127.0.0.1:${PORT}/healthz`), { timeout: 50_000, interval: 50 })
    for (const id of [1, 2, 3]) expect((await post(id)).status).toBe(200)
    bridge.kill('SIGTERM')
    expect(await bridge.ended).toEqual({ code: 0, signal: null, stdout: '', stderr: expect.stringMatching(/^The log cannot be written \(ENOSPC[^\n]+work goes on\.\n$/) })
  }
)

test.concurrent('a second server on the same ledger is refused, and the first one works on', async () => {
  const shop = await servedShop()
  const ledger = ledgerPath()
  const first = await startProcess(shop, ledger)
  const { code, stderr } = await cli(['start'], environmentFor(shop, ledger)).ended
  expect(code).toBe(1)
  expect(stderr).toContain(`Another server is already running on the ledger ${ledger}`)
  expect(stderr).not.toContain('    at ')
  expect((await first.get('/readyz')).body).toMatchObject({ status: 'ready' })
})

test.concurrent('a ledger in a folder that cannot be made is told in a sentence', async () => {
  const shop = await servedShop()
  const { code, stderr } = await cli(['start'], environmentFor(shop, '/dev/null/ledger.db')).ended
  expect(code).toBe(1)
  expect(stderr).toContain('LEDGER_PATH')
  expect(stderr).not.toContain('    at ')
})

test.concurrent('the samples of the sandbox all end as they should, and --exit ends with 0', async () => {
  const { code, stdout, stderr } = await cli(['sandbox', '--exit']).ended
  expect(stderr).toBe('')
  expect(stdout).toContain('01 customer created')
  expect(stdout).toContain('"email": "john.doe@example.com"')
  expect(stdout).toMatch(/The bridge asks the shop: .*GET customers, .*POST customers/)
  expect(stdout).toMatch(/customers \d+ created/)
  expect(stdout).toContain('All samples ended as their names say.')
  expect(code).toBe(0)
})

test.concurrent('the sandbox stays up, prints the line to try next, and that line works', async () => {
  const sandbox = cli(['sandbox'])
  const text = await sandbox.wrote('-g')
  const [, url, secret, body] = /curl -i (\S+) -H 'Content-Type: application\/json' -H 'X-Webhook-Secret: (.+?)' \\\n\s+-d '(.+)'/.exec(text) ?? []
  const answer = await fetch(url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': secret ?? '' },
    body: body ?? ''
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ success: true, entity_type: 'customer' })

  const [, user, list] = /curl -u (\w+): '(\S+)' -g/.exec(text) ?? []
  const inShop = await fetch(list ?? '', { headers: { authorization: `Basic ${btoa(`${user}:`)}` } })
  expect(await inShop.text()).toContain('<firstname><![CDATA[Jane]]></firstname>')

  sandbox.kill('SIGINT')
  expect((await sandbox.ended).code).toBe(0)
})
