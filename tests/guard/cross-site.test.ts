import { describe, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { ask, TOKEN } from './support.ts'

const off = '{"reverse_sync_enabled":false}'

const login = async (bridge: Bridge): Promise<string> => {
  const answer = await ask(bridge, '/login', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: TOKEN }).toString()
  })
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

const sites = [
  { who: 'another site', headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } },
  { who: 'a site of the same domain', headers: { 'sec-fetch-site': 'same-site', origin: 'https://evil.localhost' } },
  { who: 'another site in an old browser', headers: { origin: 'https://evil.example' } },
  { who: 'another port of this machine', headers: { origin: 'http://127.0.0.1:1' } },
  { who: 'a page without an origin', headers: { origin: 'null' } },
  { who: 'another site that says nothing of its origin', headers: { 'sec-fetch-site': 'cross-site' } }
]

describe('a browser that is made to act by another site', () => {
  test.each(sites)('($who) changes nothing with a session', async ({ headers }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const cookie = await login(bridge)
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await ask(bridge, '/api/settings', { method: 'PUT', headers: { cookie, 'content-type': type, ...headers }, body: off })
      expect([type, answer.status]).toEqual([type, 403])
      expect(answer.text).toContain('another site')
    }
    expect((await bridge.get('/api/settings', { cookie })).body).toMatchObject({ reverse_sync_enabled: true })
  })

  test.each(sites)('($who) changes nothing on this machine, where no token is needed', async ({ headers }) => {
    const bridge = await startBridge()
    expect((await ask(bridge, '/api/settings', { method: 'PUT', headers, body: off })).status).toBe(403)
    expect((await ask(bridge, '/api/operations/op_1/retry', { method: 'POST', headers })).status).toBe(403)
    expect((await bridge.get('/api/settings')).body).toMatchObject({ reverse_sync_enabled: true })
  })

  test.each(sites)('($who) neither logs in nor out', async ({ headers }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const cookie = await login(bridge)
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers }
    const answer = await ask(bridge, '/login', { method: 'POST', headers: form, body: new URLSearchParams({ token: TOKEN }).toString() })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined])
    expect((await ask(bridge, '/logout', { method: 'POST', headers: { ...form, cookie } })).status).toBe(403)
    expect((await bridge.get('/api/settings', { cookie })).status).toBe(200)
  })
})

describe('whoever acts for themselves', () => {
  test.each([
    { who: 'our own page', headers: () => ({ 'sec-fetch-site': 'same-origin' }) },
    { who: 'our own page in an old browser', headers: (url: string) => ({ origin: url }) },
    { who: 'our own page behind a TLS proxy', headers: () => ({ origin: 'https://bridge.example.com', host: 'bridge.example.com', 'sec-fetch-site': 'same-origin' }) },
    { who: 'a program', headers: () => ({}) }
  ])('($who) changes what they may', async ({ headers }) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: TOKEN } })
    const cookie = await login(bridge)
    const answer = await ask(bridge, '/api/settings', { method: 'PUT', headers: { cookie, ...headers(bridge.server.url) }, body: off })
    expect(answer.status).toBe(200)
    expect((await bridge.get('/api/settings', { cookie })).body).toMatchObject({ reverse_sync_enabled: false })
  })
})
