import { describe, expect, onTestFinished, test } from 'vitest'
import { customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'

const TOKEN = 'a-token_for.the~tests+0/1='

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

describe('an address without anything', () => {
  test.each(['/nothing', '/webhooks', '/webhooks/odoo/', '/api/nothing', '/api/operations/op_nothing', '/%00', '/..%2f..%2fetc'])(
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
