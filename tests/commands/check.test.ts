import { http, HttpResponse } from 'msw'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../src/check/finding.ts'
import type { SandboxOptions } from '../../src/sandbox/shop.ts'
import { serveShop } from '../support/shop.ts'
import { about, check, type Environment, shopAt } from './checking.ts'

describe('a shop that all is well with', () => {
  test('is found well, in one line each', async () => {
    shopAt({ languages: ['en', 'fr'], timeZone: 'Europe/Paris' })
    const checked = await check()
    expect(checked).toMatchObject({ code: 0, result: 'ok' })
    expect(about(checked, 'shop')).toMatchObject([{ level: 'ok', message: expect.stringMatching(/^PrestaShop 9\.1\.4 answers at https:\/\/shop\.test in \d+ ms and knows the key$/) }])
    expect(about(checked, 'rights')).toEqual([{ about: 'rights', level: 'ok', message: 'the key may do all that is needed' }])
    expect(about(checked, 'clock')).toMatchObject([{ level: 'ok' }])
    expect(about(checked, 'languages')).toEqual([{ about: 'languages', level: 'ok', message: 'en, fr' }])
    expect(about(checked, 'time zone')).toEqual([{ about: 'time zone', level: 'ok', message: "Europe/Paris, from the shop's configurations" }])
  })

  test('is only read', async () => {
    const shop = shopAt()
    await check()
    expect(new Set(shop.requests.map(({ method }) => method))).toEqual(new Set(['GET']))
  })
})

/** The first problem that is found. */
const firstProblem = async (environment: Environment = {}): Promise<unknown> => {
  const checked = await check(environment)
  expect(checked).toMatchObject({ code: 1, result: 'problem' })
  return checked.findings.find(({ level }) => level === 'problem')
}

const api = 'https://shop.test/api/'

/** A page in place of an answer. */
const page = (body: string, status = 200, headers: Record<string, string> = {}) => () =>
  new HttpResponse(body, { status, headers: { 'content-type': 'text/html', ...headers } })

describe('a shop that does not answer as it should', () => {
  test.each([
    ['another domain', 'https://www.shop.test/?url=customers', 'https://www.shop.test'],
    ['https, with the address of the API kept', 'https://www.shop.test/boutique/api/', 'https://www.shop.test/boutique'],
    ['a folder of the same domain', '/boutique/api/', 'https://shop.test/boutique']
  ])('redirects to %s: PRESTASHOP_URL is to be that', async (_, location, url) => {
    shopAt({}, http.get(api, () => new HttpResponse(null, { status: 301, headers: { location } })))
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: `PRESTASHOP_URL redirects to ${url}`, advice: `Set PRESTASHOP_URL=${url}` })
  })

  test('redirects because it is called by another name than its own', async () => {
    const { shop, url, close } = await serveShop({ url: 'https://www.example.com' })
    onTestFinished(close)
    expect(await firstProblem({ PRESTASHOP_URL: url, PRESTASHOP_KEY: shop.key })).toMatchObject({ advice: 'Set PRESTASHOP_URL=https://www.example.com' })
  })

  test('redirects within its own site: no URL is advised', async () => {
    shopAt().inject({ answer: 'redirect' })
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: 'redirected instead of answered', advice: expect.stringContaining('SSL settings') })
  })

  test('does not know the key', async () => {
    shopAt({ key: 'OTHEROTHEROTHEROTHEROTHEROTHEROT' })
    expect(await firstProblem()).toMatchObject({ about: 'key', message: 'the shop refuses the key (code 20, 21)', advice: expect.stringContaining('PRESTASHOP_KEY') })
  })

  test('does not get the key, because the web server keeps the header', async () => {
    shopAt({}, http.get(api, page('401 Unauthorized', 401)))
    expect(await firstProblem()).toMatchObject({ about: 'key', advice: expect.stringContaining('Authorization header') })
  })

  test('has its Webservice off', async () => {
    shopAt().settings.webserviceEnabled = false
    expect(await firstProblem()).toMatchObject({ about: 'webservice', message: 'the Webservice of the shop is off', advice: expect.stringContaining('Advanced Parameters > Webservice') })
  })

  test('shows a maintenance page', async () => {
    shopAt({}, http.get('https://shop.test/', page('<html>Closed', 503))).inject({ answer: 'html' })
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: 'a maintenance page answers in place of the Webservice' })
  })

  test('has no Webservice at its /api, although it is a PrestaShop', async () => {
    shopAt(
      {},
      http.get(api, page('Not found', 404)),
      http.get('https://shop.test/', page('<html>', 200, { 'set-cookie': 'PrestaShop-0123=abc; path=/' }))
    )
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: expect.stringMatching(/^there is a PrestaShop, but/), advice: expect.stringContaining('webservice/dispatcher.php') })
  })

  test('is not a PrestaShop at all', async () => {
    shopAt({}, http.get(api, page('Not found', 404)), http.get('https://shop.test/', page('<html>A wiki')))
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: expect.stringMatching(/^no PrestaShop answers at https:\/\/shop\.test/) })
  })

  test('throws inside', async () => {
    shopAt().inject({ answer: 'empty-500' })
    expect(await firstProblem()).toMatchObject({ about: 'shop', message: 'an uncaught exception in the shop', advice: expect.stringContaining('PHP log') })
  })

  test('gives up the connection, or none at all', async () => {
    const { shop, url, close } = await serveShop()
    expect(await firstProblem({ PRESTASHOP_URL: url.replace('http:', 'https:') })).toMatchObject({ about: 'shop', message: expect.stringContaining('does not speak this protocol') })
    shop.inject({ answer: 'hang' })
    expect(await firstProblem({ PRESTASHOP_URL: url, PRESTASHOP_TIMEOUT_MS: '100' })).toMatchObject({ message: 'no answer within 100 ms' })
    await close()
    expect(await firstProblem({ PRESTASHOP_URL: url })).toMatchObject({ message: 'the shop cannot be reached (ECONNREFUSED)', advice: 'Check PRESTASHOP_URL, and whether the shop is up' })
  })
})

const KEY = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const full = Object.fromEntries(
  (
    'customers addresses orders order_histories order_carriers carts products combinations stock_availables carriers cart_rules ' +
    'countries states languages groups currencies order_states configurations shops'
  )
    .split(' ')
    .map((resource) => [resource, ALL])
)

const rightsOf = async (rights: Readonly<Record<string, readonly string[]>>, options: SandboxOptions = {}): Promise<readonly Finding[]> => {
  shopAt({ ...options, keys: { [KEY]: { ...full, ...rights } } })
  return about(await check({ PRESTASHOP_KEY: KEY }), 'rights')
}

describe('the rights of the key', () => {
  test('that are missing are told by resource and method, with what they are for', async () => {
    expect(await rightsOf({ customers: ['GET', 'POST'], countries: [], states: [] })).toEqual([
      {
        about: 'rights',
        level: 'problem',
        message: 'customers: the key lacks PATCH on customers',
        advice: 'Tick it in Advanced Parameters > Webservice > the key'
      },
      {
        about: 'rights',
        level: 'problem',
        message: 'checks that the shop itself does not make: the key lacks GET on countries; GET on states',
        advice: 'Tick them in Advanced Parameters > Webservice > the key'
      }
    ])
  })

  test('are taken as left out on purpose when nothing of a kind may be written', async () => {
    expect(await rightsOf({ cart_rules: ['GET'] })).toMatchObject([
      { level: 'warning', message: 'coupons: the key lacks POST, PATCH on cart_rules', advice: expect.stringContaining('Fine if Odoo sends no such webhooks') }
    ])
  })

  test('do not stop anything where they are optional', async () => {
    expect(await rightsOf({ configurations: [] })).toMatchObject([{ level: 'warning', message: expect.stringContaining('GET on configurations') }])
    expect(await rightsOf({ shops: [] })).toMatchObject([{ level: 'ok' }, { level: 'ok', message: expect.stringContaining('GET on shops') }])
  })

  test('that only polling needs are asked for when it is on', async () => {
    shopAt({ keys: { [KEY]: full } })
    const polling = await check({ PRESTASHOP_KEY: KEY, OUTGOING_POLL_SECONDS: '30', ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/events' })
    expect(about(polling, 'rights')).toMatchObject([
      { level: 'problem', message: 'only for polling: the key lacks GET on order_invoices; GET on order_payments' }
    ])
    expect(about(await check({ PRESTASHOP_KEY: KEY }), 'rights')).toMatchObject([{ level: 'ok' }])
  })

  test('of a key from the time before PATCH are told to be completed', async () => {
    expect(await rightsOf({ customers: ['GET', 'POST', 'PUT', 'DELETE'] })).toMatchObject([
      { level: 'problem', advice: 'Tick it in Advanced Parameters > Webservice > the key; PUT does not stand in for PATCH' }
    ])
  })

  test('have PUT for PATCH in PrestaShop 1.7', async () => {
    const withoutPatch = Object.fromEntries(Object.keys(full).map((resource) => [resource, ['GET', 'POST', 'PUT', 'DELETE']]))
    expect(await rightsOf(withoutPatch, { patch: false })).toMatchObject([{ level: 'ok' }])
    expect(await rightsOf({ ...withoutPatch, addresses: ['GET', 'POST', 'DELETE'] }, { patch: false })).toMatchObject([
      { level: 'problem', message: 'addresses: the key lacks PUT on addresses' }
    ])
  })
})

describe('a shop without PATCH', () => {
  test('is told with what that means', async () => {
    shopAt({ patch: false })
    const checked = await check()
    expect(checked.code).toBe(0)
    expect(about(checked, 'shop')).toMatchObject([{ message: expect.stringContaining('PrestaShop 1.7.8.11') }])
    expect(about(checked, 'patch')).toMatchObject([{ level: 'warning', message: expect.stringContaining('no PATCH'), advice: expect.stringContaining('PUT') }])
  })
})

describe('the clock of the shop', () => {
  // A shop tells whole seconds.
  test.each([
    [-125, 'problem', /^the shop's clock is 12[456] s behind this machine's$/],
    [20, 'warning', /^the shop's clock is (?:19|20|21) s ahead of this machine's$/],
    [2, 'ok', /^the shop's agrees with this machine's$/]
  ])('that is off by %s s is a %s', async (seconds, level, message) => {
    shopAt({ now: () => new Date(Date.now() + seconds * 1_000) })
    expect(about(await check(), 'clock')).toMatchObject([{ level, message: expect.stringMatching(message) }])
  })
})

describe('the time zone', () => {
  const blind = { keys: { [KEY]: { ...full, configurations: [] } } }
  const zoneIn = async (environment: Environment): Promise<unknown> => about(await check({ PRESTASHOP_KEY: KEY, ...environment }), 'time zone')[0]

  test('is the configured one when the key may not read the shop’s', async () => {
    shopAt(blind)
    expect(await zoneIn({ SHOP_TIMEZONE: 'America/Lima' })).toMatchObject({ level: 'ok', message: 'America/Lima, from SHOP_TIMEZONE' })
  })

  test('is UTC, with a warning, when nobody tells', async () => {
    shopAt(blind)
    expect(await zoneIn({})).toMatchObject({ level: 'warning', message: expect.stringMatching(/^UTC is assumed/), advice: expect.stringContaining('SHOP_TIMEZONE') })
  })

  test('is the shop’s own, and a configured one that differs is told not to count', async () => {
    shopAt({ timeZone: 'Europe/Paris', keys: { [KEY]: full } })
    expect(await zoneIn({ SHOP_TIMEZONE: 'America/Lima' })).toMatchObject({
      level: 'warning',
      message: "Europe/Paris, from the shop's configurations: SHOP_TIMEZONE=America/Lima does not count"
    })
  })
})
