import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { shownUrl } from '../../src/dashboard/shown-url.ts'
import { rowsOf, startDashboard } from './support.ts'

const SIGNING = Buffer.alloc(32, 7).toString('base64')
const secrets = {
  WEBHOOK_SECRET: 'first secret of two,second secret of two',
  WEBHOOK_SIGNING_SECRET: `whsec_${SIGNING}`,
  ODOO_WEBHOOK_SECRET: 'the secret of Odoo',
  ODOO_API_KEY: '0123456789abcdef0123456789abcdef01234567',
  PRESTASHOP_KEY: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
} as const

const config = {
  ...secrets,
  ODOO_URL: 'https://odoo.example.com',
  ODOO_DB: 'mycompany',
  ODOO_USER: 'bridge@example.com',
  ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/web/hook/5a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d',
  DEBUG_WEBHOOK_URL: 'http://127.0.0.1:9/webhook?key=hunter2',
  ALLOWED_IPS: '127.0.0.1, 2001:db8::/32'
}

describe('the settings page', () => {
  test('has the addresses to paste, as it is reached, with the secret masked', async () => {
    const { page, server } = await startDashboard()
    const { host } = new URL(server.url)
    const { html } = await page('/settings')
    for (const address of [
      `http://odoo:********@${host}/webhooks/odoo/automation`,
      `http://odoo:********@${host}/webhooks/odoo/automation?event=deleted`,
      `http://${host}/webhooks/odoo`,
      `http://${host}/outgoing/events`
    ]) {
      expect(html).toContain(`readonly value="${address}"`)
    }
    expect(html.match(/data-copy="(\w+)" hidden/g)).toHaveLength(4)
    expect((await page('/settings', { 'x-forwarded-proto': 'https' })).status).toBe(403)
  })

  test('has addresses with https when a proxy ends TLS', async () => {
    const { page } = await startDashboard({ config: { ADMIN_TOKEN: 'a-token-for-the-tests' } })
    const { html } = await page('/settings', { 'x-forwarded-proto': 'https', authorization: 'Bearer a-token-for-the-tests' })
    expect(html).toContain('value="https://odoo:********@127.0.0.1')
  })

  test('tells which secrets are set, and how many, never their values', async () => {
    const { page } = await startDashboard({ config })
    const shown = await page('/settings')
    expect(Object.fromEntries(rowsOf(shown).map(([name, state]) => [name, state]))).toEqual({
      WEBHOOK_SECRET: '2 set',
      WEBHOOK_SIGNING_SECRET: 'Set',
      PRESTASHOP_KEY: 'Set',
      ODOO_WEBHOOK_SECRET: 'Set',
      ODOO_API_KEY: 'Set',
      ADMIN_TOKEN: 'Not set'
    })
    for (const secret of [...Object.values(secrets).flatMap((value) => value.split(',')), SIGNING, 'hunter2', '5a1b2c3d']) expect(shown.html).not.toContain(secret)
  })

  test('tells what is set, and the versions', async () => {
    const { page } = await startDashboard({ config })
    const { text } = await page('/settings')
    for (const words of [
      'Debug trail goes to http://127.0.0.1:9/webhook?key=[masked]',
      'Events for Odoo go to http://127.0.0.1:9/web/hook/[masked]',
      'Odoo’s API https://odoo.example.com',
      'Shop https://shop.test',
      'When both sides changed a field last-write-wins',
      '127.0.0.1 2001:db8::/32',
      `odoo-prestashop-sync ${manifest.version}`,
      `Node.js ${process.versions.node}`
    ]) {
      expect(text).toContain(words)
    }
  })

  test.each([
    ['false', 'none'],
    ['true', 'proxies on this machine and in private networks'],
    ['2', 'the last 2'],
    ['10.0.0.1', '10.0.0.1']
  ])('says of TRUST_PROXY=%s: %s', async (TRUST_PROXY, words) => {
    const { page } = await startDashboard({ config: { TRUST_PROXY } })
    expect((await page('/settings')).text).toContain(`Trusted proxies ${words} Requests`)
  })
})

describe('an address that is shown', () => {
  test.each([
    ['http://127.0.0.1:5000/webhook', 'http://127.0.0.1:5000/webhook'],
    ['https://odoo.example.com/prestashop/events', 'https://odoo.example.com/prestashop/events'],
    ['https://odoo.example.com/web/hook/5a1b2c3d-4e5f-6a7b', 'https://odoo.example.com/web/hook/[masked]'],
    ['https://hooks.example.com/x?a=1&token=abc', 'https://hooks.example.com/x?a=[masked]&token=[masked]']
  ])('%s becomes %s', (given, expected) => {
    expect(shownUrl(given)).toBe(expected)
  })
})
