import { describe, expect, test } from 'vitest'
import { createSandboxShop } from '../../src/sandbox/shop.ts'
import { recording } from '../support/recordings.ts'
import { serveShop } from '../support/shop.ts'
import { ask, basic, entity } from './ask.ts'

const limited = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'

describe('a key with few permissions', () => {
  const shop = createSandboxShop({ keys: { [limited]: { customers: ['GET'], addresses: ['GET', 'PATCH'] } } })
  const headers = basic(limited)

  test('may do what it may do', async () => {
    expect((await ask(shop, 'customers/1', { headers })).status).toBe(200)
    const body = entity('address', { id: '1', city: 'Lyon' })
    expect((await ask(shop, 'addresses/1', { headers, method: 'PATCH', body })).status).toBe(200)
  })

  test('is refused by method with 405 and by resource with 401', async () => {
    const patch = await ask(shop, 'customers/1', { headers, method: 'PATCH', body: entity('customer', { id: '1' }) })
    const countries = await ask(shop, 'countries', { headers })
    expect([patch.status, ...patch.codes, countries.status, ...countries.codes]).toEqual([405, 25, 401, 26])
  })
})

describe('the root', () => {
  test('is laid out as the real one', async () => {
    const recorded = recording('perm-root-readonly').response.body
    const shop = createSandboxShop({
      url: 'http://127.0.0.1:8080',
      keys: { [limited]: { orders: ['GET', 'HEAD'], customers: ['GET', 'HEAD'], addresses: ['GET', 'HEAD'] } }
    })
    const { body } = await ask(shop, '', { headers: basic(limited) })
    expect(body).toBe(recorded)
  })
})

describe('every answer', () => {
  test('carries the times and a new session', async () => {
    const shop = createSandboxShop()
    const answers = [await ask(shop, 'customers/1'), await ask(shop, 'customers/99'), await ask(shop, 'customerz')]
    const cookies = answers.map(({ headers }) => headers.get('Set-Cookie'))
    expect(new Set(cookies).size).toBe(3)
    for (const { headers } of answers) {
      expect(headers.get('Access-Time')).toMatch(/^\d{10}$/)
      expect(headers.get('Execution-Time')).toMatch(/^\d+\.\d{3}$/)
      expect(headers.get('X-Powered-By')).toBe('PrestaShop Webservice')
      expect(headers.get('Set-Cookie')).toMatch(/^PrestaShop-[0-9a-f]{32}=/)
    }
  })
})

describe('the host', () => {
  test('that is not the shop’s domain is sent to its home page', async () => {
    const { url, close } = await serveShop({ url: 'https://shop.test' })
    const response = await fetch(`${url}/api/customers?display=full`, { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toBe('https://shop.test/?url=customers&display=full')
    await close()
  })

  test('may be any where it is not checked', async () => {
    const { url, shop, close } = await serveShop({ url: 'https://shop.test', checkHost: false })
    const response = await fetch(`${url}/api/customers`, { headers: basic(shop.key) })
    expect(await response.text()).toContain('https://shop.test/api/customers/1')
    await close()
  })
})

test('a key has 32 characters', () => {
  expect(() => createSandboxShop({ key: 'short' })).toThrow('32 characters')
})
