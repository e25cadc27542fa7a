import { describe, expect, test } from 'vitest'
import { startBridge } from '../support/bridge.ts'
import { ask, SIGNING_SECRET, TOKEN } from './support.ts'

const authorization = `Bearer ${TOKEN}`

describe('GET /api/settings', () => {
  test('tells what is set', async () => {
    const bridge = await startBridge({ config: { ALLOWED_IPS: '127.0.0.0/8, 2001:db8::1', TRUST_PROXY: '2' } })
    expect((await bridge.get('/api/settings')).body).toEqual({
      reverse_sync_enabled: true,
      webhook_urls: {
        envelopes: `${bridge.server.url}/webhooks/odoo`,
        automation: `${bridge.server.url}/webhooks/odoo/automation/<WEBHOOK_SECRET>`
      },
      allowed_ips: ['127.0.0.0/8', '2001:db8::1'],
      trust_proxy: 2,
      rate_limit_per_minute: 6_000,
      body_limit_bytes: 1_048_576,
      conflict_policy: 'last-write-wins',
      prestashop_url: 'https://shop.test',
      secrets: { PRESTASHOP_KEY: true, WEBHOOK_SECRET: true, WEBHOOK_SIGNING_SECRET: false, ADMIN_TOKEN: false }
    })
  })

  test('tells which secrets are set, and none of them', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN, WEBHOOK_SIGNING_SECRET: SIGNING_SECRET, WEBHOOK_SECRET: 'first-secret, second-secret' } })
    const { body } = await bridge.get('/api/settings', { authorization })
    expect(body).toMatchObject({ allowed_ips: null, secrets: { WEBHOOK_SIGNING_SECRET: true, ADMIN_TOKEN: true } })
    for (const secret of [TOKEN, SIGNING_SECRET, 'first-secret', 'second-secret', bridge.shop.key]) expect(JSON.stringify(body)).not.toContain(secret)
  })

  test('tells the addresses for webhooks as whoever asks reaches the bridge', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const headers = { authorization, host: 'bridge.example.com', 'x-forwarded-proto': 'https' }
    expect((await ask(bridge, '/api/settings', { headers })).text).toContain('"https://bridge.example.com/webhooks/odoo"')
  })

  test('needs the token', async () => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    expect((await bridge.get('/api/settings')).status).toBe(401)
    expect((await ask(bridge, '/api/settings', { method: 'PUT', body: '{"reverse_sync_enabled":false}' })).status).toBe(401)
  })
})

describe('PUT /api/settings', () => {
  test('answers what is set from now on', async () => {
    const bridge = await startBridge()
    const { status, text } = await ask(bridge, '/api/settings', { method: 'PUT', body: '{"reverse_sync_enabled":false}' })
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual((await bridge.get('/api/settings')).body)
    expect(JSON.parse(text)).toMatchObject({ reverse_sync_enabled: false })
  })

  test.each(['', 'no JSON', '[]', 'null', '{}', '{"reverse_sync_enabled":"false"}', '{"reverse_sync_enabled":false,"allowed_ips":[]}'])(
    'refuses %j and changes nothing',
    async (body) => {
      const bridge = await startBridge()
      const { status, text } = await ask(bridge, '/api/settings', { method: 'PUT', body })
      expect(status).toBe(422)
      expect(JSON.parse(text)).toMatchObject({ success: false, error: expect.stringContaining('reverse_sync_enabled') })
      expect((await bridge.get('/api/settings')).body).toMatchObject({ reverse_sync_enabled: true })
    }
  )

  test('refuses a body that is larger than any settings', async () => {
    const bridge = await startBridge()
    const body = JSON.stringify({ reverse_sync_enabled: false, more: 'x'.repeat(20_000) })
    expect((await ask(bridge, '/api/settings', { method: 'PUT', body })).status).toBe(413)
  })
})
