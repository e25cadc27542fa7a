import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createGuard } from '../../src/guard/guard.ts'
import { createLogger } from '../../src/log.ts'
import { type Bridge, type BridgeOptions, SECRET, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { type Answer, ask, TOKEN } from './support.ts'

const start = (options: BridgeOptions = {}): Promise<Bridge> => startBridge({ ...options, config: { ADMIN_TOKEN: TOKEN, ...options.config } })

const logIn = (bridge: Bridge, token = TOKEN, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(bridge, '/login', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token, ...fields }).toString()
  })

const cookiesOf = ({ headers }: Answer): string[] => [headers['set-cookie'] ?? []].flat()
const cookieOf = (answer: Answer): string => cookiesOf(answer)[0]?.split(';')[0] ?? ''

const settingsWith = async (bridge: Bridge, cookie: string): Promise<number> => (await bridge.get('/api/settings', { cookie })).status

describe('the login', () => {
  test('shows a form', async () => {
    const bridge = await start()
    const { status, headers, text } = await ask(bridge, '/login')
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['cache-control']).toBe('no-store')
    expect(text).toContain('<input id="token" name="token" type="password"')
    expect((await ask(bridge, '/login.css')).headers['content-type']).toContain('text/css')
  })

  test('gives a cookie for the token, with which the API answers', async () => {
    const bridge = await start()
    const answer = await logIn(bridge)
    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } })
    expect(await settingsWith(bridge, cookieOf(answer))).toBe(200)
    expect(await settingsWith(bridge, 'odoo_prestashop_sync=another')).toBe(401)
  })

  test('gives a cookie that no script reads, that no other site has sent along, and that does not hold the token', async () => {
    const [cookie = '', ...others] = cookiesOf(await logIn(await start()))
    expect(others).toEqual([])
    expect(cookie).toMatch(/^odoo_prestashop_sync=[\w-]{43}; /)
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) expect(cookie.split('; ')).toContain(attribute)
    expect(cookie).not.toContain('Secure')
    expect(decodeURIComponent(cookie)).not.toContain(TOKEN)
  })

  test.each([
    { what: 'a proxy says', headers: { 'x-forwarded-proto': 'https' } },
    { what: 'the browser says', headers: { origin: 'https://bridge.example.com', host: 'bridge.example.com' } }
  ])('gives a cookie for https only when $what that it is https', async ({ headers }) => {
    const bridge = await start()
    const answer = await logIn(bridge, TOKEN, {}, headers)
    expect(cookiesOf(answer)[0]).toMatch(/^__Host-odoo_prestashop_sync=.+; Secure/)
    expect(await settingsWith(bridge, cookieOf(answer))).toBe(200)
  })

  test.each(['wrong', '', TOKEN.slice(0, -1), TOKEN.toUpperCase()])('refuses %j, and says so in the form', async (token) => {
    const answer = await logIn(await start(), token)
    expect(answer.status).toBe(403)
    expect(cookiesOf(answer)).toEqual([])
    expect(answer.text).toContain('This is not the admin token.')
  })

  test('listens to nobody for a while who failed ten times, while sessions go on', async () => {
    const bridge = await start({ config: { TRUST_PROXY: 'true' } })
    const from = { 'x-forwarded-for': '203.0.113.7' }
    const cookie = cookieOf(await logIn(bridge, TOKEN, {}, from))
    for (let guess = 0; guess < 10; guess += 1) expect((await logIn(bridge, `guess ${guess}`, {}, from)).status).toBe(403)
    const blocked = await logIn(bridge, TOKEN, {}, from)
    expect(blocked).toMatchObject({ status: 429, text: expect.stringContaining('Too many failed logins') })
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0)
    expect((await bridge.get('/api/settings', { cookie, ...from })).status).toBe(200)
    expect((await logIn(bridge, TOKEN, {}, { 'x-forwarded-for': '203.0.113.8' })).status).toBe(303)
  })

  test.each([
    ['/operations/op_1?tab=calls', '/operations/op_1?tab=calls'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/x/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/']
  ])('goes on to %j as %j', async (next, location) => {
    expect(await logIn(await start(), TOKEN, { next })).toMatchObject({ status: 303, headers: { location } })
  })

  test('escapes where to go on in its form', async () => {
    const bridge = await start()
    const { text } = await ask(bridge, `/login?next=${encodeURIComponent('/"><script>alert(1)</script>')}`)
    expect(text).not.toContain('<script')
    expect((await logIn(bridge, 'wrong', { next: '/"><script>alert(1)</script>' })).text).not.toContain('<script')
  })

  test('refuses a form that is larger than one', async () => {
    expect((await logIn(await start(), 'x'.repeat(5_000))).status).toBe(413)
  })

  test('is not needed where there is no token', async () => {
    const bridge = await startBridge()
    expect(await ask(bridge, '/login')).toMatchObject({ status: 303, headers: { location: '/' } })
    expect(cookiesOf(await logIn(bridge))).toEqual([])
  })

  test('writes neither the token nor what was given instead into the log', async () => {
    const { log, text } = memoryLog()
    const bridge = await start({ log })
    const cookie = cookieOf(await logIn(bridge))
    await logIn(bridge, 'a-wrong-token-of-many')
    await settingsWith(bridge, cookie)
    expect(text()).toContain('a login failed')
    for (const secret of [TOKEN, 'a-wrong-token', cookie.split('=')[1] ?? '']) expect(text()).not.toContain(secret)
  })
})

describe('a session', () => {
  test('ends with the logout, also for a copy of its cookie', async () => {
    const bridge = await start()
    const cookie = cookieOf(await logIn(bridge))
    const answer = await ask(bridge, '/logout', { method: 'POST', headers: { cookie } })
    expect(answer).toMatchObject({ status: 303, headers: { location: '/login' } })
    expect(cookiesOf(answer).every((set) => set.includes('Max-Age=0'))).toBe(true)
    expect(await settingsWith(bridge, cookie)).toBe(401)
  })

  test('outlives a restart, but not another token', async () => {
    const first = await start()
    const cookie = cookieOf(await logIn(first))
    await first.server.close()
    const shared = { ledgerPath: first.ledgerPath, sharedShop: first.shop }
    const second = await start(shared)
    expect(await settingsWith(second, cookie)).toBe(200)
    await second.server.close()
    expect(await settingsWith(await start({ ...shared, config: { ADMIN_TOKEN: 'another-token-for-tests' } }), cookie)).toBe(401)
  })

  test('is not to be had from the ledger: that holds hashes only', async () => {
    const bridge = await start()
    const id = cookieOf(await logIn(bridge)).split('=')[1] ?? ''
    expect(bridge.server.ledger.sessions.has(id)).toBe(false)
  })

  test('ends in time, and the oldest makes room for a new one', async () => {
    const { sessions } = (await start()).server.ledger
    sessions.add('over', Date.now() - 1)
    expect(sessions.has('over')).toBe(false)
    for (let index = 0; index <= 100; index += 1) sessions.add(`session ${index}`, Date.now() + 60_000 + index)
    expect(sessions.has('session 0')).toBe(false)
    expect(sessions.has('session 1')).toBe(true)
  })
})

/** The pages are somebody else's: the guard alone, in front of one. */
const pageFor = async (path: string, init: RequestInit = {}, token = TOKEN): Promise<Response> => {
  const bridge = await start()
  const { url, key } = bridge.shop
  const config = readConfig({ PRESTASHOP_URL: url, PRESTASHOP_KEY: key, WEBHOOK_SECRET: SECRET, ADMIN_TOKEN: token })
  const guard = createGuard({ config, ledger: bridge.server.ledger, log: createLogger({ level: 'silent', format: 'json' }) })
  const incoming = { socket: { remoteAddress: '203.0.113.7' } }
  return new Hono().use(guard.admin('page')).all('*', (context) => context.text('let in')).request(path, init, { incoming })
}

describe('a page behind the guard', () => {
  test.each([
    ['/', '/login'],
    ['/operations/op_1?tab=calls', '/login?next=%2Foperations%2Fop_1%3Ftab%3Dcalls']
  ])('sends a browser without a session from %s to %s', async (path, location) => {
    const response = await pageFor(path)
    expect([response.status, response.headers.get('location')]).toEqual([303, location])
  })

  test('sends a form without a session to the login, and not back to where a form cannot be read', async () => {
    const response = await pageFor('/operations/op_1/retry', { method: 'POST' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login'])
  })

  test('tells whoever comes from elsewhere, in a page, that a token has to be set', async () => {
    const response = await pageFor('/', {}, '')
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'text/html; charset=UTF-8'])
    expect(await response.text()).toContain('Set ADMIN_TOKEN')
  })

  test('lets the token in', async () => {
    expect(await (await pageFor('/', { headers: { authorization: `Bearer ${TOKEN}` } })).text()).toBe('let in')
  })
})
