import { networkInterfaces } from 'node:os'
import { describe, expect, test, vi } from 'vitest'
import { limits } from '../../src/guard/limits.ts'
import { type Bridge, type BridgeOptions, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { bareShop, dial, head, type Wire } from './support.ts'

/** The usual limits, with less patience. */
const impatient = { ...limits, headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 25 }

const start = async (options: BridgeOptions = {}): Promise<Bridge> => startBridge({ ...(await bareShop()), limits: impatient, ...options })

/** Sends a byte now and then until the connection is closed. */
const dribble = async (bridge: Bridge, text: string): Promise<{ answer: string; ms: number }> => {
  const { socket, closed } = await dial(bridge)
  const started = performance.now()
  let sent = 0
  const timer = setInterval(() => socket.write(text.charAt(sent++ % text.length)), 20)
  const answer = await closed
  clearInterval(timer)
  return { answer, ms: performance.now() - started }
}

/** An address of this machine that is not loopback. */
const own = Object.values(networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address ?? ''
/** A bridge that also listens there, and gives one client two connections. */
const sharing = (config: Record<string, string> = {}, log = memoryLog().log) =>
  start({ log, limits: { ...limits, maxConnectionsPerClient: 2 }, config: { HOST: '0.0.0.0', ...config } })
const isServed = async ({ socket, closed }: Wire): Promise<boolean> => {
  const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
  socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  return (await Promise.race([answered, closed])).startsWith('HTTP/1.1 200 ')
}

describe('a sender that', () => {
  test('dribbles its headers is cut off, and others are served meanwhile', async () => {
    const bridge = await start()
    const slow = Promise.all(Array.from({ length: 20 }, () => dribble(bridge, `${head().slice(0, -4)}\r\nX-More: ${'x'.repeat(1_000)}`)))
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)
    for (const { answer, ms } of await slow) {
      expect(answer).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
      expect(ms).toBeLessThan(5_000)
    }
  })

  test('connects and says nothing is cut off', async () => {
    const { closed } = await dial(await start())
    expect(await closed).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
  })

  test('dribbles its body is cut off, nothing is stored, and that is no error of ours', async () => {
    const { log, lines } = memoryLog()
    const bridge = await start({ log })
    const { socket, closed } = await dial(bridge)
    socket.write(`${head(['Content-Length: 1000'])}{"entity_type":`)
    const timer = setInterval(() => socket.write(' '), 20)
    expect(await closed).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
    clearInterval(timer)
    expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
    expect((await bridge.get('/healthz')).status).toBe(200)
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })

  test('asks and asks without waiting for answers is cut off, and others are served', async () => {
    const bridge = await start({ limits, config: { RATE_LIMIT_PER_MINUTE: '0' } })
    const ask = async (times: number): Promise<number> => {
      const { socket, closed } = await dial(bridge)
      const request = 'GET /docs HTTP/1.1\r\nHost: 127.0.0.1\r\n'
      socket.write(`${`${request}\r\n`.repeat(times - 1)}${request}Connection: close\r\n\r\n`)
      return ((await closed).match(/HTTP\/1\.1 200 /g) ?? []).length
    }
    expect(await ask(2)).toBe(2)
    expect(await ask(200)).toBeLessThan(200)
    expect((await bridge.get('/healthz')).status).toBe(200)
  })

  test('hangs up in the middle of its body is no error of ours', async () => {
    const { log, lines } = memoryLog()
    const bridge = await start({ log })
    for (const more of [['Content-Length: 1000'], ['Transfer-Encoding: chunked']]) {
      const { socket, closed } = await dial(bridge)
      socket.write(`${head(more)}5\r\n{"a":`)
      await new Promise((resolve) => setTimeout(resolve, 30))
      socket.resetAndDestroy()
      await closed
    }
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})

describe('a sender that is greedy', () => {
  test('with headers gets 431', async () => {
    const { socket, closed } = await dial(await start())
    socket.write(head([`X-More: ${'x'.repeat(limits.maxHeaderSize ?? 0)}`]))
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('with an endless body in chunks gets 413 long before its end, and is cut off', async () => {
    const bridge = await start({ limits, config: { BODY_LIMIT_BYTES: '4096' } })
    const { socket, closed } = await dial(bridge)
    const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`
    socket.write(head(['Transfer-Encoding: chunked']))
    const timer = setInterval(() => socket.write(chunk), 1)
    expect(await closed).toMatch(/^HTTP\/1\.1 413 /)
    clearInterval(timer)
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)
  })

  test('with connections gets so many and no more', async () => {
    const bridge = await start({ limits: { ...limits, maxConnections: 2 } })
    const first = await dial(bridge)
    await dial(bridge)
    const third = await dial(bridge)
    expect(await third.closed).toBe('')
    first.socket.destroy()
    await first.closed
    const fourth = await dial(bridge)
    const answered = new Promise<string>((resolve) => fourth.socket.once('data', (data) => resolve(data.toString())))
    fourth.socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    expect(await answered).toMatch(/^HTTP\/1\.1 200 /)
  })

  test.runIf(own)('with connections leaves room for others: one address gets its share, and the log says so once', async () => {
    const { log, lines } = memoryLog()
    const bridge = await sharing({}, log)
    const first = await dial(bridge, own)
    await dial(bridge, own)
    for (const refused of [await dial(bridge, own), await dial(bridge, own)]) expect(await refused.closed).toBe('')
    expect(await isServed(await dial(bridge, '127.0.0.1'))).toBe(true)
    first.socket.destroy()
    await first.closed
    await vi.waitFor(async () => expect(await isServed(await dial(bridge, own))).toBe(true))
    expect(lines.filter(({ msg }) => String(msg).startsWith('connections refused'))).toMatchObject([{ address: own, connections: 2 }])
  })

  test.runIf(own).each([own, '1', 'true'])('with connections has no share of its own as the proxy of TRUST_PROXY=%s', async (trusted) => {
    const isPrivate = /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(own)
    const bridge = await sharing({ TRUST_PROXY: trusted })
    const wires = await Promise.all([dial(bridge, own), dial(bridge, own), dial(bridge, own)])
    const served = await Promise.all(wires.map(isServed))
    expect(served.filter(Boolean)).toHaveLength(trusted === 'true' && !isPrivate ? 2 : 3)
  })

  test('with connections from this machine has no share of its own', async () => {
    const bridge = await sharing()
    for (const wire of [await dial(bridge, '127.0.0.1'), await dial(bridge, '127.0.0.1'), await dial(bridge, '127.0.0.1')]) {
      expect(await isServed(wire)).toBe(true)
    }
  })
})

test('the limits themselves leave honest senders time, and others not much', () => {
  expect(limits).toMatchObject({ headersTimeout: 10_000, requestTimeout: 60_000, stillTimeout: 300_000, maxHeaderSize: 16_384 })
})
