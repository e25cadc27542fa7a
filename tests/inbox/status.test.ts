import { describe, expect, onTestFinished, test } from 'vitest'
import { adminGuard } from '../../src/status.ts'
import { type Bridge, customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'

const TOKEN = 'a-token_for.the~tests+0/1='

/** What somebody at this address is answered under `/api`. */
const answerTo = async (_bridge: Bridge, remoteAddress: string, headers: Record<string, string> = {}, adminToken?: string) => {
  const app = adminGuard(adminToken)
  // What the server on the port hands over with a request from this address.
  const incoming = { socket: { remoteAddress, remotePort: 40_000, remoteFamily: remoteAddress.includes(':') ? 'IPv6' : 'IPv4' } }
  return app.request('/api/operations/op_nothing', { headers }, { incoming })
}

test('/healthz tells that the process is up', async () => {
  const bridge = await startBridge()
  expect(await bridge.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
})

describe('/readyz', () => {
  test('tells that all is well', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.get('/readyz')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'ready', backlog: { pending: 0, oldest: null }, shop: { working: true }, missing_rights: [] }
    })
  })

  test('stays 200 while the shop is away, and tells since when, why, and what waits', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    const { status, body } = await bridge.get('/readyz')
    const isoTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        backlog: { pending: 1, oldest: isoTime },
        shop: { working: false, since: isoTime, kind: 'unavailable', reason: expect.stringContaining('503') }
      }
    })
  })

  test('needs no token', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    expect((await bridge.get('/readyz')).status).toBe(200)
    expect((await bridge.get('/healthz')).status).toBe(200)
  })
})

describe('/api', () => {
  test('without ADMIN_TOKEN answers loopback only', async () => {
    const bridge = await startBridge()
    expect((await bridge.get('/api/operations/op_nothing')).status).toBe(404)
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) {
      const { status } = await answerTo(bridge, address)
      expect({ address, status }).toEqual({ address, status: 404 })
    }
    for (const address of ['203.0.113.5', '10.0.0.1', '2001:db8::1', '::ffff:203.0.113.5', '128.0.0.1', '127.0.0.1.example']) {
      const response = await answerTo(bridge, address)
      expect({ address, status: response.status }).toEqual({ address, status: 403 })
      expect(await response.json()).toMatchObject({ success: false, error: expect.stringContaining('ADMIN_TOKEN') })
    }
  })

  test.each(['forwarded', 'x-forwarded-for', 'x-real-ip'])(
    'without ADMIN_TOKEN refuses what a proxy on this machine passes on: %s',
    async (header) => {
      const bridge = await startBridge()
      expect((await bridge.get('/api/operations/op_nothing', { [header]: '203.0.113.5' })).status).toBe(403)
    }
  )

  test('does not believe a header that speaks of loopback', async () => {
    const bridge = await startBridge()
    const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1', host: 'localhost' }
    expect((await answerTo(bridge, '203.0.113.5', headers)).status).toBe(403)
  })

  test('with ADMIN_TOKEN answers whoever has it, from anywhere, and nobody else', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const path = `/api/operations/${String(body['operation_id'])}`
    expect(await bridge.get(path, { authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 200, body: { status: 'success' } })
    expect((await answerTo(bridge, '203.0.113.5', { authorization: `Bearer ${TOKEN}` }, TOKEN)).status).toBe(404)
  })

  test.each([
    { what: 'no token', headers: {}, status: 401 },
    { what: 'a wrong one', headers: { authorization: 'Bearer another-token-of-many' }, status: 401 },
    { what: 'the beginning of the right one', headers: { authorization: `Bearer ${TOKEN.slice(0, -2)}` }, status: 401 },
    { what: 'no Bearer', headers: { authorization: `Basic ${btoa(`x:${TOKEN}`)}` }, status: 400 }
  ])('with ADMIN_TOKEN refuses $what, in JSON', async ({ headers, status }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const response = await fetch(`${bridge.server.url}/api/operations/op_nothing`, { headers: { accept: '*/*', ...headers } })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({ success: false, error: expect.any(String) })
  })
})

describe('an address without anything', () => {
  test.each(['/', '/nothing', '/webhooks', '/webhooks/odoo/', '/api/nothing', '/api/operations/op_nothing', '/%00', '/..%2f..%2fetc'])(
    '%s is 404 in JSON',
    async (path) => {
      const bridge = await startBridge()
      expect(await bridge.get(path)).toMatchObject({ status: 404, body: { success: false, error: expect.any(String) } })
    }
  )

  test('other methods than POST do nothing at the address for webhooks', async () => {
    const bridge = await startBridge()
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const response = await fetch(`${bridge.server.url}/webhooks/odoo`, { method, headers: { 'x-webhook-secret': 'a secret for tests' } })
      expect([404, 405]).toContain(response.status)
      expect(await response.json()).toMatchObject({ success: false })
    }
    expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
  })
})
