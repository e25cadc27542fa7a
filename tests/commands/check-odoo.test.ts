import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/check/finding.ts'
import { applyRules } from '../../src/odoo/apply-rules.ts'
import { createOdooClient } from '../../src/odoo/client.ts'
import { verifyRules } from '../../src/odoo/verify-rules.ts'
import { SECRET } from '../support/bridge.ts'
import { apiOf, type OdooSandbox, startOdoo } from '../support/odoo/odoo.ts'
import { serveShop } from '../support/shop.ts'
import { about, check, shopAt } from './checking.ts'

/** What is found about an address of Odoo that answers so. */
const answering = async (status: number, headers: Record<string, string> = {}): Promise<readonly Finding[]> => {
  const url = 'http://odoo.test/hook/secret'
  shopAt({}, http.head(url, () => new HttpResponse(null, { status, headers })))
  return about(await check({ ODOO_WEBHOOK_URL: url }), 'ODOO_WEBHOOK_URL')
}

describe('the addresses to send to', () => {
  test.each([
    [200, 'ok', 'http://odoo.test answers (status 200)'],
    [405, 'ok', 'http://odoo.test answers (status 405)'],
    [404, 'warning', 'http://odoo.test answers with status 404'],
    [502, 'problem', 'http://odoo.test answers with status 502']
  ])('that answer with %s are %s, and only their origin is told', async (status, level, message) => {
    expect(await answering(status)).toMatchObject([{ level, message }])
  })

  test('that redirect are told with the other address', async () => {
    expect(await answering(301, { location: 'https://odoo.test/hook/secret' })).toMatchObject([
      { level: 'warning', message: 'http://odoo.test redirects to https://odoo.test' }
    ])
  })

  test('that do not answer are problems', async () => {
    const { url, shop, close } = await serveShop()
    shopAt()
    const found = async (variable: string): Promise<readonly Finding[]> =>
      about(await check({ [variable]: `${url}/api`, PRESTASHOP_TIMEOUT_MS: '200' }), variable)
    shop.inject({ answer: 'hang' })
    expect(await found('ODOO_WEBHOOK_URL')).toMatchObject([{ level: 'problem', message: `${url} gives no answer within 200 ms` }])
    await close()
    expect(await found('DEBUG_WEBHOOK_URL')).toMatchObject([{ level: 'problem', message: `${url} cannot be reached (ECONNREFUSED)` }])
  })
})

describe("Odoo's API", () => {
  test.each([17, 19] as const)('of Odoo %s that answers is found well', async (version) => {
    shopAt()
    const odoo = await startOdoo({ version })
    expect(about(await check(apiOf(odoo)), 'odoo')).toMatchObject([{ level: 'ok', message: expect.stringMatching(/^Odoo \S+ answers at http.* and knows the key$/) }])
  })

  test('that does not know the key is a problem', async () => {
    shopAt()
    const odoo = await startOdoo({ version: 19 })
    const checked = await check({ ...apiOf(odoo), ODOO_API_KEY: 'another key than that' })
    expect(checked.code).toBe(1)
    expect(about(checked, 'odoo')).toMatchObject([{ level: 'problem', advice: expect.stringContaining('ODOO_API_KEY') }])
    expect(JSON.stringify(checked)).not.toContain('another key')
  })

  test.each([17, 19] as const)('of Odoo %s that may not be read is told with what waits for it, apps that are not installed are no matter', async (version) => {
    shopAt()
    const odoo = await startOdoo({ version, without: ['loyalty.card', 'delivery.carrier'] })
    const rights = async (config = {}): Promise<unknown> => about(await check({ ...apiOf(odoo), ...config }), 'odoo rights')
    expect(await rights()).toMatchObject([{ level: 'ok' }])
    for (const model of ['stock.picking', 'product.product']) odoo.database.forbidden.add(model)
    expect(await rights()).toMatchObject([{ level: 'warning', message: "the key's user may not read stock.picking" }])
    expect(await rights({ CREATE_ORDERS: 'true' })).toMatchObject([{ message: "the key's user may not read stock.picking, product.product" }])
  })

  test('is not asked when it is not configured', async () => {
    shopAt()
    expect(about(await check(), 'odoo')).toEqual([])
  })
})

const rules = async (odoo: OdooSandbox): Promise<readonly Finding[]> => about(await check({ ...apiOf(odoo), WEBHOOK_SECRET: SECRET }), 'odoo rules')

describe("Odoo's automation rules", () => {
  const bridge = { url: 'https://bridge.example.com/shop', secrets: [SECRET] }
  const setup = 'npm run cli -- odoo-setup --url https://bridge.example.com/shop --apply'

  const startSetUp = async () => {
    shopAt()
    const odoo = await startOdoo({ version: 19 })
    const client = createOdooClient({ ...odoo, timeoutMs: 5_000 })
    await applyRules(client, bridge, await verifyRules(client, bridge))
    return odoo
  }

  test('that odoo-setup has made are found well, wherever the bridge is', async () => {
    expect(await rules(await startSetUp())).toMatchObject([{ level: 'ok', message: expect.stringContaining('https://bridge.example.com/shop are as they should be') }])
  })

  test('that somebody changed or removed are named, with the command that mends them', async () => {
    const odoo = await startSetUp()
    const [contacts, , orders] = odoo.database.rows('base.automation')
    contacts!['active'] = false
    odoo.database.unlink('base.automation', [Number(orders!['id'])])
    expect(await rules(odoo)).toMatchObject([
      { level: 'warning', message: 'the rule "PrestaShop: contacts": it is archived', advice: setup },
      { level: 'warning', message: 'Odoo lacks "PrestaShop: orders"', advice: expect.stringContaining(setup) },
      { level: 'ok' }
    ])
  })

  test('with a wrong secret are found by their names, and the secret is not told', async () => {
    const odoo = await startSetUp()
    for (const action of odoo.database.rows('ir.actions.server')) action['webhook_url'] = 'https://odoo:gue55ed@bridge.example.com/shop/webhooks/odoo/automation'
    const found = await rules(odoo)
    expect(found[0]).toMatchObject({ level: 'warning', message: expect.stringContaining('no secret, or a wrong one') })
    expect(JSON.stringify(found)).not.toContain('gue55ed')
  })

  test('with names of their own are left alone', async () => {
    const odoo = await startSetUp()
    for (const rule of odoo.database.rows('base.automation')) rule['name'] = `Shop: ${String(rule['id'])}`
    expect(await rules(odoo)).toMatchObject([{ level: 'ok', message: expect.stringMatching(/not compared: \d+$/) }])
  })

  test('that are not there are asked for', async () => {
    shopAt()
    const odoo = await startOdoo({ version: 17 })
    expect(await rules(odoo)).toMatchObject([{ level: 'warning', message: 'no automation rule of Odoo posts to this bridge' }])
  })

  test('are no matter where the user of the key may not see them', async () => {
    const odoo = await startSetUp()
    odoo.database.forbidden.add('base.automation')
    expect(await rules(odoo)).toMatchObject([{ level: 'ok', message: expect.stringContaining('may not see') }])
  })
})
