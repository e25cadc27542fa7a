import { describe, expect, onTestFinished, test } from 'vitest'
import { playOdoo, status } from '../outgoing/odoo.ts'
import { customerEnvelope, jane, SECRET, until } from '../support/bridge.ts'
import { type Dashboard, NOWHERE, startDashboard } from './support.ts'

const TOKEN = 'a-token-for-the-tests'
const EVIL = `"'></code><img src=x onerror=alert(1)><script>1</script>`

const pages = ['/', '/operations', '/outbox', '/settings', '/switch?to=off', '/operations/retry', '/outbox/retry'] as const
const forms = ['/switch', '/operations/retry', '/operations/op_1/retry', '/outbox/retry', '/outbox/out_1/retry'] as const

/** Every page that there is something to show on. */
const allPages = (bridge: Dashboard): string[] => [
  ...pages,
  ...bridge.server.ledger.list({ limit: 50 }).map(({ operation_id }) => `/operations/${operation_id}`),
  ...bridge.server.ledger.outgoing.read(({ outbox }) => outbox.list({ limit: 50 })).map(({ outbox_id }) => `/outbox/${outbox_id}`)
]

const send = async ({ server }: Dashboard, path: string, body: unknown): Promise<void> => {
  const headers = { 'content-type': 'application/json', 'x-webhook-secret': SECRET }
  await (await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).text()
}

/** A bridge that has been told evil things by everybody: Odoo's webhooks, the shop's module, the shop, and Odoo's answers. */
const startWithEvil = async (): Promise<Dashboard> => {
  const odoo = await playOdoo()
  onTestFinished(() => odoo.close())
  odoo.answers(status(422, { success: false, error: EVIL }))
  const bridge = await startDashboard({ config: { ODOO_WEBHOOK_URL: odoo.url, ACK_WAIT_MS: '2000' } })
  const fields = ['email', 'firstname', 'lastname', 'company', 'website', 'note', 'birthday', 'siret', 'ape', 'id_gender', 'id_lang', 'id_default_group', EVIL]
  await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  for (const [index, field] of fields.entries()) {
    await bridge.post(customerEnvelope({ [field]: EVIL }, { event_id: `${EVIL}${index}`, source: EVIL, timestamp: '2026-01-31T12:00:00Z', [EVIL]: EVIL }))
  }
  await bridge.post({ entity_type: 'order', entity_id: 3, data: { reference: EVIL, current_state: EVIL, tracking_number: EVIL, note: EVIL } })
  await bridge.post({ entity_type: 'coupon', entity_id: 4, action_type: 'created', data: { code: EVIL, name: { [EVIL]: EVIL }, description: EVIL } })
  await bridge.post({ entity_type: 'address', entity_id: 5, action_type: 'created', data: { alias: EVIL, phone: EVIL, customer_email: EVIL } })
  await send(bridge, `/webhooks/odoo/automation?token=${encodeURIComponent(SECRET)}`, { _model: 'res.partner', _id: 7, _action: EVIL, name: EVIL, email: EVIL, [EVIL]: EVIL })
  await send(bridge, '/outgoing/events', {
    batch_id: EVIL,
    events: [
      { event_id: EVIL, entity_type: 'customer', entity_id: 1, action_type: 'updated', hook_name: EVIL, before_data: { [EVIL]: 'a' }, after_data: { [EVIL]: EVIL, email: EVIL } },
      { event_id: 2, entity_type: EVIL, entity_id: 2, action_type: EVIL, after_data: { x: EVIL } }
    ]
  })
  onTestFinished(bridge.shop.inject({ answer: { status: 400, body: `<prestashop><errors><error><code>1</code><message><![CDATA[${EVIL}]]></message></error></errors></prestashop>` } }))
  await bridge.post(customerEnvelope({ firstname: 'Janet' }))
  await until(() => bridge.server.delivery.stats().refused > 0, 'Odoo refused an event')
  return bridge
}

describe('what is shown', () => {
  test('is text, whatever anybody sends, on every page', async () => {
    const bridge = await startWithEvil()
    const all = allPages(bridge)
    expect(all.length).toBeGreaterThan(20)
    let told = 0
    for (const path of [...all, `/operations?text=${encodeURIComponent(EVIL)}`, `/operations?status=${encodeURIComponent(EVIL)}`, `/outbox?status=${encodeURIComponent(EVIL)}`]) {
      const { html } = await bridge.page(path)
      expect(html, path).not.toMatch(/<img|<script(?! src="\/assets\/)|"'>/)
      if (html.includes('&lt;img src=x onerror=alert(1)&gt;')) told += 1
    }
    // It is shown, after all: otherwise this would prove nothing.
    expect(told).toBeGreaterThan(15)
  })

  test('needs nothing inline and nothing of others, so that the strict policy holds', async () => {
    const bridge = await startWithEvil()
    for (const path of allPages(bridge)) {
      const { html, headers } = await bridge.page(path)
      expect(html, path).not.toMatch(/<style|\sstyle=|\son\w+=(?!alert)|javascript:/)
      for (const [, target = ''] of html.matchAll(/<(?:script|link|img|iframe|form|a)\b[^>]*?(?:src|href|action)="([^"]*)"/g)) expect(target).toMatch(/^(?:\/(?!\/)|#)/)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })

  test('is never a secret', async () => {
    const secrets = { WEBHOOK_SECRET: 'the-webhook-secret', ODOO_WEBHOOK_SECRET: 'the-secret-of-odoo', ADMIN_TOKEN: TOKEN, ODOO_WEBHOOK_URL: NOWHERE }
    const bridge = await startDashboard({ config: secrets })
    await bridge.post(customerEnvelope({ ...jane, passwd: 'hunter2hunter2', secure_key: 'hunter3' }, { action_type: 'created', token: 'hunter4' }), { 'x-webhook-secret': secrets.WEBHOOK_SECRET })
    bridge.put('failed', 1)
    for (const path of allPages(bridge)) {
      const { status: code, html } = await bridge.page(path, { authorization: `Bearer ${TOKEN}` })
      expect(code, path).toBe(200)
      for (const secret of ['the-webhook-secret', 'the-secret-of-odoo', TOKEN, bridge.shop.key, 'hunter']) expect(html, path).not.toContain(secret)
    }
  })

  test('is personal data on the page of an operation or an event only', async () => {
    const bridge = await startDashboard({ config: { ODOO_WEBHOOK_URL: NOWHERE } })
    await bridge.post(customerEnvelope({ ...jane, company: 'Roe Ltd' }, { action_type: 'created', event_id: 'jane@example.com-1' }))
    await bridge.post(customerEnvelope({ email: 'second@example.com' }, { entity_id: 9 }))
    bridge.put('failed', 1)
    for (const path of pages) expect((await bridge.page(path)).html, path).not.toMatch(/@example\.com|Jane|Roe/)
  })
})

describe('who may look', () => {
  test.each(pages)('%s sends a browser without a session to the login, and on from there', async (path) => {
    const { page } = await startDashboard({ config: { ADMIN_TOKEN: TOKEN } })
    const { status: code, headers, html } = await page(path)
    expect(code).toBe(303)
    expect(headers.get('location')).toBe(path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`)
    expect(html).toBe('')
  })

  test.each([...pages, '/operations/op_1', '/outbox/out_1', '/live'])('%s is not for other machines without ADMIN_TOKEN', async (path) => {
    const { page } = await startDashboard()
    expect((await page(path, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403)
  })

  test.each(forms)('the form %s needs a session', async (path) => {
    const { submit } = await startDashboard({ config: { ADMIN_TOKEN: TOKEN } })
    const { status: code, headers } = await submit(path, { on: 'false' })
    expect([code, headers.get('location')]).toEqual([303, '/login'])
  })

  test.each(forms)('the form %s is refused when another site sends it', async (path) => {
    const bridge = await startDashboard()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example', 'sec-fetch-site': 'same-site' }]) {
      expect((await bridge.submit(path, { on: 'false' }, headers)).status).toBe(403)
    }
    expect((await bridge.page('/')).text).not.toContain('Switched off')
  })

  test.each(['GET', 'HEAD'])('nothing is done by %s', async (method) => {
    const bridge = await startDashboard()
    const { body } = await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 }))
    const id = String(body['operation_id'])
    for (const path of ['/switch?on=false&to=off', `/operations/${id}/retry`, '/operations/retry', '/outbox/retry']) {
      await fetch(`${bridge.server.url}${path}`, { method })
    }
    expect((await bridge.page('/')).text).not.toContain('Switched off')
    expect(bridge.server.ledger.find(id)?.status).toBe('failed')
  })

  test('there is a logout where there is a login', async () => {
    const bridge = await startDashboard({ config: { ADMIN_TOKEN: TOKEN } })
    expect((await bridge.page('/', { authorization: `Bearer ${TOKEN}` })).html).toContain('<form method="post" action="/logout">')
    expect((await (await startDashboard({ sharedShop: bridge.shop })).page('/')).html).not.toContain('/logout')
  })
})

describe('script, style and icon', () => {
  test('are files of ours that a browser may keep for ever', async () => {
    const { page } = await startDashboard({ config: { ADMIN_TOKEN: TOKEN } })
    const { html } = await page('/', { authorization: `Bearer ${TOKEN}` })
    const files = Array.from(html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, file = '']) => file)
    expect(files.map((file) => file.replace(/\.[0-9a-f]{10}\./, '.*.'))).toEqual(['/assets/icon.*.svg', '/assets/dashboard.*.css', '/assets/dashboard.*.js'])
    for (const file of files) {
      const { status: code, headers, html: text } = await page(file)
      expect(code).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('content-type')).toMatch(/^(?:image\/svg\+xml|text\/(?:css|javascript); charset=utf-8)$/)
      expect(text).not.toMatch(/url\(|@import|eval\(|https?:\/\/(?!www\.w3\.org)/)
    }
  })

  test.each(['dashboard.css', 'dashboard.0000000000.css', '..%2f..%2fpackage.json', '__proto__'])('are not %s', async (file) => {
    expect((await (await startDashboard()).page(`/assets/${file}`)).status).toBe(404)
  })
})
