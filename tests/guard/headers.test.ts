import { describe, expect, test } from 'vitest'
import { startBridge } from '../support/bridge.ts'
import { ask } from './support.ts'

describe('a browser is told', () => {
  test.each(['/login', '/api/settings', '/nothing', '/login.css'])('at %s to load what is ours only, and to run nothing inline', async (path) => {
    const { headers } = await ask(await startBridge({ config: { ADMIN_TOKEN: 'a-token-for-the-tests' } }), path)
    const policy = String(headers['content-security-policy']).split('; ')
    expect(policy).toContain("default-src 'none'")
    for (const kind of ['script-src', 'style-src', 'connect-src', 'form-action']) expect(policy).toContain(`${kind} 'self'`)
    for (const kind of ['frame-ancestors', 'base-uri']) expect(policy).toContain(`${kind} 'none'`)
    expect(policy.join()).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin'
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('in a page that there is nothing at an address, while programs get JSON', async () => {
    const bridge = await startBridge()
    const browser = { headers: { accept: 'text/html,application/xhtml+xml' } }
    const page = await ask(bridge, '/nothing', browser)
    expect([page.status, page.headers['content-type'], page.text.includes('href="/"')]).toEqual([404, 'text/html; charset=UTF-8', true])
    for (const [path, given] of [['/nothing', {}], ['/api/nothing', browser]] as const) {
      expect(await ask(bridge, path, given)).toMatchObject({ status: 404, text: '{"success":false,"error":"There is nothing at this address"}' })
    }
  })

  test('nothing on the login page that would have to be inline', async () => {
    const { text } = await ask(await startBridge({ config: { ADMIN_TOKEN: 'a-token-for-the-tests' } }), '/login')
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=/)
  })
})
