import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../support/bridge.ts'
import { hasBrowser, openWindow, picture, seen, startServed } from './browser.ts'
import type { Dashboard } from './support.ts'
import { NOWHERE } from './support.ts'

const TOKEN = 'a-token-for-the-tests'
const EVIL = `"'></code><img src=x onerror=alert(1)><script>alert(2)</script>`
const readable = readFileSync(new URL('readable.js', import.meta.url), 'utf8')

const textOf = async (page: Page): Promise<string> => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ')
const idOf = ({ body }: { body: Record<string, unknown> }): string => String(body['operation_id'])

const all = (selector: string): string => `[...document.querySelectorAll('${selector}')]`

/** A bridge with something of everything. */
const startFull = async (): Promise<{ bridge: Dashboard; failed: string; done: string; event: string }> => {
  const bridge = await startServed({ config: { ODOO_WEBHOOK_URL: NOWHERE } })
  const done = idOf(await bridge.post(customerEnvelope({ ...jane, colour: EVIL, [EVIL]: EVIL }, { action_type: 'created', event_id: EVIL })))
  const failed = idOf(await bridge.post(addressEnvelope({ ...home, phone: EVIL, customer_email: jane.email })))
  const [event = ''] = bridge.put('failed', 1)
  return { bridge, failed, done, event }
}

describe.skipIf(!hasBrowser)('in a browser', { timeout: 60_000 }, () => {
  test('somebody logs in, is shown the page that was asked for, and logs out', async () => {
    const page = await openWindow(await startServed({ config: { ADMIN_TOKEN: TOKEN } }))
    await page.goto('/operations?status=failed')
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.getByLabel('Admin token').fill('not the token')
    await page.getByRole('button', { name: 'Log in' }).click()
    expect(await page.getByRole('alert').innerText()).toBe('This is not the admin token.')
    await page.getByLabel('Admin token').fill(TOKEN)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Operations' }).waitFor()
    expect(new URL(page.url()).search).toBe('?status=failed')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByLabel('Admin token').waitFor()
    await page.goto('/')
    expect(new URL(page.url()).pathname).toBe('/login')
  })

  test('a page whose session has ended says so', async () => {
    const bridge = await startServed({ config: { ADMIN_TOKEN: TOKEN } })
    const page = await openWindow(bridge)
    await page.goto('/login')
    await page.getByLabel('Admin token').fill(TOKEN)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await page.context().clearCookies()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await page.getByRole('button', { name: 'Logged out' }).waitFor()
  })

  test('the switch is turned off and on', async () => {
    const bridge = await startServed()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.getByRole('link', { name: 'Switch off…' }).click()
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.getByText('Switched off', { exact: true }).waitFor()
    expect((await bridge.post(customerEnvelope(jane))).status).toBe(503)
    await page.getByRole('link', { name: 'Switch on…' }).click()
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByText('On', { exact: true }).waitFor()
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)
  })

  test.each([true, false])('operations are filtered, opened and retried (script: %s)', async (javaScriptEnabled) => {
    const { bridge, failed } = await startFull()
    const page = await openWindow(bridge, { javaScriptEnabled })
    await page.goto('/')
    await page.getByRole('link', { name: 'Operations', exact: true }).click()
    expect(await page.getByRole('row').count()).toBe(3)
    await page.getByLabel('Status').selectOption('Failed')
    await page.getByLabel('Id, email, reference or code').fill(jane.email)
    await page.getByLabel('Received from (UTC)').fill('2020-01-31T12:00')
    await page.keyboard.press('Enter')
    await page.waitForURL(/status=failed/)
    expect(await page.getByRole('row').count()).toBe(2)
    expect(await page.getByLabel('Received from (UTC)').inputValue()).toBe('2020-01-31T12:00')
    await page.getByRole('link', { name: 'address 2001 created' }).click()
    await page.waitForURL(`**/operations/${failed}`)
    expect(await textOf(page)).toContain('What to do: remove the cause, then retry it.')
    expect(await page.locator('pre').innerText()).toContain(JSON.stringify(EVIL).slice(1, -1))
    await page.getByRole('button', { name: 'Retry address 2001 created' }).click()
    await page.getByText('It is tried again.').waitFor()
    await bridge.drained()
    await page.reload()
    await page.getByRole('heading', { name: 'Attempt 2 Failed' }).waitFor()
  })

  test('a page shows what happens without being asked', async () => {
    const bridge = await startServed()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    expect(await textOf(page)).toContain('No webhook has come yet.')
    await bridge.post(customerEnvelope({ ...jane, colour: EVIL, [EVIL]: EVIL }, { action_type: 'created', event_id: EVIL }))
    await page.getByRole('link', { name: 'customer 1001 created' }).waitFor()
    await seen(page, `document.querySelector('#chart svg') !== null`)
    expect(await textOf(page)).toContain('Received 1 in the last hour')
    bridge.server.ledger.settings.set('reverse_sync_enabled', 'false')
    await page.getByText('Switched off', { exact: true }).waitFor()
  })

  test('an operation’s page shows its end without being asked', async () => {
    const bridge = await startServed({ config: { ACK_WAIT_MS: '0' } })
    const back = bridge.shop.inject({ answer: { status: 503 } })
    const id = idOf(await bridge.post(customerEnvelope({ ...jane, colour: EVIL, [EVIL]: EVIL }, { action_type: 'created' })))
    const page = await openWindow(bridge)
    await page.goto(`/operations/${id}`)
    await page.getByText('It waits').waitFor()
    back()
    await page.getByRole('heading', { name: 'Result Created' }).waitFor()
  })

  test('live updates can be paused and resumed', async () => {
    const bridge = await startServed()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.getByRole('button', { name: 'Live' }).click()
    await page.getByRole('button', { name: 'Paused' }).waitFor()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(await page.getByRole('link', { name: 'customer 1001 created' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Paused' }).click()
    await page.getByRole('link', { name: 'customer 1001 created' }).waitFor()
  })

  test('an update takes nothing away that somebody has the focus on or has opened', async () => {
    const { bridge } = await startFull()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    const link = page.getByRole('link', { name: 'customer 1001 created' })
    await link.focus()
    await page.getByText('The same as a table').click({ trial: true })
    await page.evaluate(`document.querySelector('#chart details').open = true`)
    await bridge.post(customerEnvelope({ firstname: 'Janet' }))
    await page.getByText('Received', { exact: true }).first().waitFor()
    await seen(page, `document.querySelector('#figures').innerText.includes('3')`)
    expect(await page.evaluate('document.activeElement.innerText')).toBe('customer 1001 created')
    expect(await page.evaluate(`document.querySelector('#chart details').open`)).toBe(true)
    expect(await page.getByRole('link', { name: 'customer 1001 updated' }).count()).toBe(0)
    await page.getByRole('link', { name: 'All operations' }).focus()
    await page.getByRole('link', { name: 'customer 1001 updated' }).waitFor()
  })

  test('a page finds back to a server that was started again', async () => {
    const bridge = await startServed()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.getByRole('button', { name: 'Live' }).waitFor()
    await bridge.server.close()
    await page.getByRole('button', { name: 'Reconnecting' }).waitFor()
    const { port } = new URL(bridge.server.url)
    const next = await startServed({ config: { PORT: port }, ledgerPath: bridge.ledgerPath })
    await page.getByRole('button', { name: 'Live' }).waitFor({ timeout: 20_000 })
    await next.post(customerEnvelope(jane, { action_type: 'created' }))
    await page.getByRole('link', { name: 'customer 1001 created' }).waitFor()
  })

  test('addresses are copied with the secret masked', async () => {
    const page = await openWindow(await startServed(), { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.goto('/settings')
    await page.getByRole('button', { name: 'Copy Automation rules, on save' }).click()
    await page.getByRole('button', { name: 'Copied Automation rules, on save' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^http:\/\/odoo:\*{8}@127\.0\.0\.1:\d+\/webhooks\/odoo\/automation$/)
  })

  test('the keyboard reaches everything: past the navigation, and visibly', async () => {
    const { bridge } = await startFull()
    const page = await openWindow(bridge)
    await page.goto('/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Skip to the content')
    await seen(page, 'document.activeElement.getBoundingClientRect().top >= 0')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Switch off…')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/switch?to=off')
  })

  test.each([
    { colorScheme: 'light', width: 1_280 },
    { colorScheme: 'dark', width: 1_280 },
    { colorScheme: 'light', width: 360 },
    { colorScheme: 'dark', width: 360 }
  ] as const)('every page can be read in $colorScheme at $width pixels', async ({ colorScheme, width }) => {
    const { bridge, failed, done, event } = await startFull()
    const page = await openWindow(bridge, { colorScheme, viewport: { width, height: 800 } })
    const paths = ['/', '/operations', `/operations/${failed}`, `/operations/${done}`, '/operations/retry', '/outbox', `/outbox/${event}`, '/settings', '/switch?to=off', '/docs']
    for (const [index, path] of paths.entries()) {
      await page.goto(path)
      await picture(page, `${width}-${colorScheme}-${index}${path.replace(/_.*/, '')}`)
      expect({
        path,
        faint: await page.evaluate(readable),
        isTooWide: await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth'),
        smallTargets: await page.evaluate(`${all('main button, main .button, main input, main select')}.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24).length`),
        unnamed: await page.evaluate(`${all('input:not([type=hidden]), select, table')}.filter((one) => !one.labels?.length && !one.caption).length`)
      }).toEqual({ path, faint: [], isTooWide: false, smallTargets: 0, unnamed: 0 })
    }
  })

  test('tables are tables on a phone, too', async () => {
    const { bridge } = await startFull()
    const page = await openWindow(bridge, { viewport: { width: 360, height: 800 } })
    await page.goto('/operations')
    expect(await page.getByRole('row').count()).toBe(3)
    expect(await page.getByRole('columnheader', { name: 'Received' }).count()).toBe(1)
    expect(await page.getByRole('rowheader', { name: 'address 2001 created' }).count()).toBe(1)
  })

  test('the description of the interface is a page with links that lead somewhere', async () => {
    const page = await openWindow(await startServed())
    await page.goto('/docs')
    const links = await page.locator('nav a').count()
    expect(links).toBeGreaterThan(20)
    await page.locator('nav a', { hasText: '/api/stats' }).click()
    expect(await page.locator(':target').innerText()).toContain('/api/stats')
    expect(await page.locator(':target summary').count()).toBeGreaterThan(0)
  })
})
