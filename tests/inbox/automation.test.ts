import { describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { readFileSync } from 'node:fs'
import { SECRET } from '../support/bridge.ts'
import { contact, type NativeBridge, startNative } from '../support/native.ts'

const body = JSON.stringify({ _model: 'res.partner', _id: 7, _action: 'Shop(#1)', id: 7, ...contact() })

/** Posts to an address as it would be pasted into Odoo. */
const post = (bridge: NativeBridge, address: string, headers: Record<string, string> = {}, content = body): Promise<Response> =>
  fetch(`${bridge.server.url}${address}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    body: content
  })

const basic = (credentials: string, encoding: BufferEncoding = 'utf8'): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(credentials, encoding).toString('base64')}`
})

const quoted = encodeURIComponent(SECRET)
const path = '/webhooks/odoo/automation'
const stored = (bridge: NativeBridge): number => bridge.server.ledger.list({ limit: 10 }).length

describe('the address for native webhooks', () => {
  test.each([
    ['Basic authentication, whatever the user', path, basic(`odoo:${SECRET}`)],
    ['Basic authentication without a user', path, basic(`:${SECRET}`)],
    ['the query', `${path}?token=${quoted}`, {}],
    ['the query, and other parameters that mean nothing', `${path}?db=prod&token=${quoted}&x`, {}],
    ['the path', `${path}/${quoted}`, {}],
    ['the path, with the blank that Odoo leaves at its end', `${path}/${quoted}%20`, {}],
    ['the path, with a slash after it', `${path}/${quoted}/`, {}],
    ['the query, with the blank that Odoo leaves at its end', `${path}?token=${quoted}%20`, {}],
    ['Basic authentication, with a blank after the address', `${path}%20`, basic(`odoo:${SECRET}`)]
  ])('takes the secret from %s', async (_where, address, headers) => {
    const bridge = await startNative()
    expect((await post(bridge, address, headers)).status).toBe(202)
  })

  test.each([
    ['a+b/c=d$e&f#g secret', (secret: string) => `${path}/${encodeURIComponent(secret)}`],
    ['a+b-not-encoded', (secret: string) => `${path}?token=${secret}`],
    ['a/b/c/secret', (secret: string) => `${path}/${secret}`]
  ])('takes a secret with special characters: %s', async (secret, address) => {
    const bridge = await startNative({ config: { WEBHOOK_SECRET: secret } })
    expect((await post(bridge, address(secret))).status).toBe(202)
  })

  test('takes a password that python-requests has written in Latin-1', async () => {
    const bridge = await startNative({ config: { WEBHOOK_SECRET: 'clé-secrète' } })
    expect((await post(bridge, path, basic('odoo:clé-secrète', 'latin1'))).status).toBe(202)
  })

  test.each([
    ['none', path, {}],
    ['a wrong one in the path', `${path}/wrong-secret`, {}],
    ['a wrong one in the query', `${path}?token=wrong-secret`, {}],
    ['the secret as the user', path, basic(`${SECRET}:`)],
    ['an authorization of another kind', path, { authorization: `Bearer ${SECRET}` }],
    ['a query that is no code', `${path}?token=%E0%A4%A`, {}]
  ])('refuses a request with %s, and stores nothing', async (_what, address, headers) => {
    const bridge = await startNative()
    const response = await post(bridge, address, headers)
    expect([response.status, await response.json()]).toEqual([403, { success: false, error: 'Invalid webhook secret' }])
    expect(stored(bridge)).toBe(0)
  })

  test.each([
    ['no JSON', '{"_model":', 400],
    ['nothing', '', 400],
    ['a list', '[]', 422],
    ['a record without an id', '{"_model":"res.partner"}', 422],
    ['a record with the id of a new one', '{"_model":"res.partner","_id":0}', 422]
  ])('refuses %s', async (_what, content, status) => {
    const bridge = await startNative()
    const response = await post(bridge, `${path}/${quoted}`, {}, content)
    expect([response.status, await response.json()]).toEqual([status, { success: false, error: expect.any(String) }])
    expect(stored(bridge)).toBe(0)
  })

  test('refuses a model that means nothing to the shop, and names the ones that do', async () => {
    const bridge = await startNative()
    const { status, body: answer } = await bridge.odoo('sale.order.line', 1, {})
    expect(status).toBe(422)
    expect(answer['error']).toContain(
      'res.partner, sale.order, stock.picking, loyalty.program, loyalty.rule, loyalty.reward, loyalty.card'
    )
    expect(stored(bridge)).toBe(0)
  })

  test('refuses an event that it does not know', async () => {
    const bridge = await startNative()
    expect((await post(bridge, `${path}?token=${quoted}&event=archived`)).status).toBe(422)
  })

  test('never redirects: a redirect loses the body', async () => {
    const bridge = await startNative()
    const statuses = await Promise.all([`${path}/`, path, '/webhooks//odoo/automation'].map(async (address) => (await post(bridge, address)).status))
    expect(statuses.every((status) => status >= 400)).toBe(true)
    expect((await fetch(`${bridge.server.url}${path}/${quoted}`)).status).toBe(405)
  })

  test('answers 202 at once, also when the shop could answer', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '0' } })
    const { status, body: answer } = await bridge.odoo('res.partner', 7, contact())
    expect([status, answer['status']]).toEqual([202, 'pending'])
    await bridge.drained()
    expect((await bridge.get(String(answer['status_url']))).body).toMatchObject({ status: 'success', outcome: 'created' })
  })

  test('keeps the secret out of the log, the ledger and the answers', async () => {
    const lines: string[] = []
    const log = createLogger({ level: 'trace', format: 'json' })
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
      log[level] = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts))
    }
    const bridge = await startNative({ log })
    const answers = await Promise.all([
      post(bridge, `${path}/${quoted}`),
      post(bridge, `${path}?token=${quoted}`),
      post(bridge, path, basic(`odoo:${SECRET}`)),
      post(bridge, `${path}/${quoted}`, {}, '{'),
      post(bridge, `${path}/${quoted}wrong`),
      post(bridge, `${path}/${quoted}?event=other`)
    ])
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    await bridge.drained()
    const files = ['', '-wal'].map((ending) => readFileSync(`${bridge.ledgerPath}${ending}`, 'latin1'))
    expect(lines.length).toBeGreaterThan(5)
    for (const text of [...lines, ...bodies, ...files]) {
      expect(text).not.toContain(SECRET)
      expect(text).not.toContain(quoted)
    }
  })
})

const from = (address: string, secret = SECRET): Record<string, string> => ({ ...basic(`odoo:${secret}`), 'x-forwarded-for': address })

describe('who may send native webhooks', () => {
  test('an address with too many wrong secrets has to wait with another wrong one, but not with a right one; others need not', async () => {
    const bridge = await startNative({ config: { TRUST_PROXY: 'true' } })
    const answers = []
    for (let time = 1; time <= 12; time += 1) answers.push((await post(bridge, path, from('203.0.113.7', 'wrong-secret'))).status)
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429])
    const blocked = await post(bridge, path, from('203.0.113.7', 'wrong-secret'))
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await blocked.json()).toMatchObject({ success: false, error: expect.stringContaining('wrong secret') })
    expect((await post(bridge, path, from('203.0.113.7'))).status).toBe(202)
    expect((await post(bridge, path, from('203.0.113.8', 'wrong-secret'))).status).toBe(403)
    expect(stored(bridge)).toBe(1)
  })

  test('only addresses in ALLOWED_IPS, whatever the form of the address in Odoo', async () => {
    const bridge = await startNative({ config: { TRUST_PROXY: 'true', ALLOWED_IPS: '203.0.113.0/24' } })
    const inPath = { 'x-forwarded-for': '198.51.100.1' }
    expect((await post(bridge, path, from('198.51.100.1'))).status).toBe(403)
    expect((await post(bridge, `${path}/${quoted}%20`, inPath)).status).toBe(403)
    expect(stored(bridge)).toBe(0)
    expect((await post(bridge, path, from('203.0.113.7'))).status).toBe(202)
  })

  test('also while the reverse sync is switched off: what comes is stored, and applied when it is on again', async () => {
    const bridge = await startNative({ config: { REVERSE_SYNC_ENABLED: 'false' } })
    const { status, body: answer } = await bridge.odoo('res.partner', 7, contact())
    expect([status, answer['status']]).toEqual([202, 'pending'])
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect([bridge.operationsOf('res.partner', 7).map((operation) => operation.status), bridge.calls()]).toEqual([['pending'], []])
    const on = await fetch(`${bridge.server.url}/api/settings`, { method: 'PUT', body: '{ "reverse_sync_enabled": true }' })
    expect(on.status).toBe(200)
    await bridge.drained()
    expect(bridge.last('res.partner', 7).operation.outcome).toBe('created')
  })
})
