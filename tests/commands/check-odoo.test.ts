import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/check/finding.ts'
import { type OdooSandbox, startOdoo } from '../support/odoo/odoo.ts'
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

const configure = ({ url, db, user, key }: OdooSandbox) => ({ ODOO_URL: url, ODOO_DB: db, ODOO_USER: user, ODOO_API_KEY: key })

describe("Odoo's API", () => {
  test.each([17, 19] as const)('of Odoo %s that answers is found well', async (version) => {
    shopAt()
    const odoo = await startOdoo({ version })
    expect(about(await check(configure(odoo)), 'odoo')).toMatchObject([{ level: 'ok', message: expect.stringMatching(/^Odoo \S+ answers at http.* and knows the key$/) }])
  })

  test('that does not know the key is a problem', async () => {
    shopAt()
    const odoo = await startOdoo({ version: 19 })
    const checked = await check({ ...configure(odoo), ODOO_API_KEY: 'another key than that' })
    expect(checked.code).toBe(1)
    expect(about(checked, 'odoo')).toMatchObject([{ level: 'problem', advice: expect.stringContaining('ODOO_API_KEY') }])
    expect(JSON.stringify(checked)).not.toContain('another key')
  })

  test('is not asked when it is not configured', async () => {
    shopAt()
    expect(about(await check(), 'odoo')).toEqual([])
  })
})
