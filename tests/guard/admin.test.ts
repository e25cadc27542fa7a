import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { createLogger } from '../../src/log.ts'
import { type Bridge, customerEnvelope, jane, SECRET, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { ask, bareShop, dial, TOKEN } from './support.ts'

const PATH = '/api/operations/op_nothing'

/** What somebody at this address is answered. */
const answerTo = (bridge: Bridge, remoteAddress: string, headers: Record<string, string> = {}, token = ''): Promise<Response> => {
  const { url, key } = bridge.shop
  const config = readConfig({ PRESTASHOP_URL: url, PRESTASHOP_KEY: key, WEBHOOK_SECRET: SECRET, ADMIN_TOKEN: token })
  const guard = createGuard({ config, ledger: bridge.server.ledger, log: createLogger({ level: 'silent', format: 'json' }) })
  const app = new Hono().use(guard.admin('api')).get(PATH, (context) => context.text('let in'))
  // What the server on the port hands over with a request from this address.
  const incoming = { socket: { remoteAddress, remotePort: 40_000, remoteFamily: remoteAddress.includes(':') ? 'IPv6' : 'IPv4' } }
  return Promise.resolve(app.request(PATH, { headers: { host: 'localhost:3000', ...headers } }, { incoming }))
}

/** What the log says about the token when a bridge starts. */
const warnings = async (config: Record<string, string>): Promise<unknown[]> => {
  const { log, lines } = memoryLog()
  await startBridge({ log, config })
  return lines.map(({ msg }) => msg).filter((msg) => String(msg).includes('ADMIN_TOKEN'))
}

describe('without ADMIN_TOKEN, /api', () => {
  test('answers loopback only', async () => {
    const bridge = await startBridge()
    expect((await bridge.get(PATH)).status).toBe(404)
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) {
      const { status } = await answerTo(bridge, address)
      expect({ address, status }).toEqual({ address, status: 200 })
    }
    for (const address of ['203.0.113.5', '10.0.0.1', '2001:db8::1', '::ffff:203.0.113.5', '128.0.0.1', '127.0.0.1.example']) {
      const response = await answerTo(bridge, address)
      expect({ address, status: response.status }).toEqual({ address, status: 403 })
      expect(await response.json()).toMatchObject({ success: false, error: expect.stringContaining('ADMIN_TOKEN') })
    }
  })

  test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])(
    'refuses what a proxy on this machine passes on: %s',
    async (header) => {
      const bridge = await startBridge({ config: { TRUST_PROXY: 'true' } })
      expect((await bridge.get(PATH, { [header]: '203.0.113.5' })).status).toBe(403)
    }
  )

  test('refuses what nginx passes on as it is set up at first: HTTP/1.0, no header of its own, its own name for this machine', async () => {
    const bridge = await startBridge(await bareShop())
    const statusOf = async (version: string): Promise<string> => {
      const { socket, closed } = await dial(bridge)
      socket.write(`GET ${PATH} HTTP/${version}\r\nHost: ${new URL(bridge.server.url).host}\r\nConnection: close\r\n\r\n`)
      return (await closed).slice(9, 12)
    }
    expect([await statusOf('1.0'), await statusOf('1.1')]).toEqual(['403', '404'])
  })

  describe('the log warns at the start', () => {
    test.each([
      [{ HOST: '0.0.0.0' }, 'HOST is 0.0.0.0'],
      [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY is set'],
      [{ ALLOWED_IPS: '127.0.0.1, 203.0.113.0/24' }, 'ALLOWED_IPS names other machines']
    ])('when others can reach it: %o', async (config, what) => {
      expect(await warnings(config)).toEqual([expect.stringContaining(`${what}, and ADMIN_TOKEN is not set`)])
      expect(await warnings({ ...config, ADMIN_TOKEN: TOKEN })).toEqual([])
    })

    test('and says nothing when it is for this machine alone', async () => {
      expect(await warnings({ HOST: 'localhost', ALLOWED_IPS: '127.0.0.0/8, ::1' })).toEqual([])
    })
  })

  test('does not believe a header that speaks of loopback', async () => {
    const bridge = await startBridge()
    const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1', host: 'localhost' }
    expect((await answerTo(bridge, '203.0.113.5', headers)).status).toBe(403)
  })

  test.each(['attacker.example', 'attacker.example:3000', 'localhost.attacker.example', '127.0.0.1.attacker.example', '203.0.113.5', '[2001:db8::1]:3000'])(
    'refuses a page whose name leads to this machine (DNS rebinding): Host %s',
    async (host) => {
      const bridge = await startBridge()
      const reply = await ask(bridge, '/api/settings', { headers: { host } })
      expect(reply.status).toBe(403)
      expect(reply.text).toContain('localhost')
      const change = { method: 'PUT', headers: { host, origin: `http://${host}` }, body: '{"reverse_sync_enabled":false}' }
      expect((await ask(bridge, '/api/settings', change)).status).toBe(403)
      expect((await bridge.get('/api/settings')).body).toMatchObject({ reverse_sync_enabled: true })
    }
  )

  test.each(['localhost', 'LOCALHOST:3000', 'bridge.localhost', '127.0.0.1:3000', '127.9.9.9', '[::1]:3000'])('answers under the name %s', async (host) => {
    const bridge = await startBridge()
    expect((await ask(bridge, '/api/settings', { headers: { host } })).status).toBe(200)
  })
})

describe('with ADMIN_TOKEN, /api', () => {
  test('answers whoever has it, from anywhere', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const path = `/api/operations/${String(body['operation_id'])}`
    const authorization = `Bearer ${TOKEN}`
    expect(await bridge.get(path, { authorization })).toMatchObject({ status: 200, body: { status: 'success' } })
    expect((await ask(bridge, path, { headers: { authorization, host: 'bridge.example.com', 'x-forwarded-for': '203.0.113.5' } })).status).toBe(200)
    expect((await answerTo(bridge, '203.0.113.5', { authorization }, TOKEN)).status).toBe(200)
    expect((await answerTo(bridge, '127.0.0.1', {}, TOKEN)).status).toBe(401)
  })

  test.each([
    { what: 'no token', headers: {}, status: 401 },
    { what: 'a wrong one', headers: { authorization: 'Bearer another-token-of-many' }, status: 401 },
    { what: 'the beginning of the right one', headers: { authorization: `Bearer ${TOKEN.slice(0, -2)}` }, status: 401 },
    { what: 'no Bearer', headers: { authorization: `Basic ${btoa(`x:${TOKEN}`)}` }, status: 400 }
  ])('refuses $what, in JSON', async ({ headers, status }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const response = await fetch(`${bridge.server.url}${PATH}`, { headers: { accept: '*/*', ...headers } })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({ success: false, error: expect.any(String) })
  })

  test('listens to nobody for a while who gave ten wrong ones, and to others as before', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN, TRUST_PROXY: 'true' } })
    const statusWith = async (token: string, address: string): Promise<number> =>
      (await bridge.get(PATH, { authorization: `Bearer ${token}`, 'x-forwarded-for': address })).status
    for (let guess = 0; guess < 10; guess += 1) expect(await statusWith(`a-wrong-token-no-${guess}`, '203.0.113.7')).toBe(401)
    const blocked = await bridge.get(PATH, { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' })
    expect(blocked).toMatchObject({ status: 429, body: { success: false, error: expect.stringContaining('Too many failed logins') } })
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await statusWith(TOKEN, '203.0.113.8')).toBe(404)
  })

  test('is kept in no cache', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    expect((await bridge.get('/api/settings', { authorization: `Bearer ${TOKEN}` })).headers.get('cache-control')).toBe('no-store')
  })
})
