import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, variables } from '../src/config.ts'

const complete = {
  PRESTASHOP_URL: 'https://shop.example.com/',
  PRESTASHOP_KEY: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
  WEBHOOK_SECRET: 'a long secret'
}

/** 32 bytes in base64. */
const signing = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  test('has defaults for everything but the shop, its key and the secret', () => {
    expect(problemsOf({})).toHaveLength(3)
    expect(readConfig(complete)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      ACK_WAIT_MS: 700,
      CONFLICT_POLICY: 'last-write-wins',
      TRUST_SHOP_IDS: false,
      PRESTASHOP_URL: 'https://shop.example.com',
      WEBHOOK_SECRET: ['a long secret'],
      SHOP_TIMEZONE: undefined
    })
  })

  test('takes an empty value as not set', () => {
    expect(readConfig({ ...complete, PORT: '', SHOP_TIMEZONE: ' ' })).toMatchObject({ PORT: 3000, SHOP_TIMEZONE: undefined })
  })

  test('is frozen', () => {
    expect(Object.isFrozen(readConfig(complete))).toBe(true)
  })

  test.each([
    ['PORT', '99999'],
    ['PORT', '3000x'],
    ['PRESTASHOP_URL', 'shop.example.com'],
    ['PRESTASHOP_URL', 'ftp://shop.example.com'],
    ['PRESTASHOP_URL', 'https://key@shop.example.com'],
    ['PRESTASHOP_URL', 'https://shop.example.com/?x=1'],
    ['PRESTASHOP_KEY', 'too short'],
    ['SHOP_TIMEZONE', 'Mars/Olympus'],
    ['WEBHOOK_SECRET', 'short'],
    ['WEBHOOK_SECRET', 'long enough,short'],
    ['ACK_WAIT_MS', '-1'],
    ['CONFLICT_POLICY', 'nobody-wins'],
    ['TRUST_SHOP_IDS', 'perhaps'],
    ['ODOO_WEBHOOK_SECRET', 'short'],
    ['ODOO_WEBHOOK_SECRET', 'no header can carry é'],
    ['ODOO_WEBHOOK_SECRET', 'whsec_this is no base64'],
    ['DEBUG_WEBHOOK_URL', '127.0.0.1:5000'],
    ['DEBUG_WEBHOOK_URL', 'http://user:pass@127.0.0.1:5000/webhook'],
    ['LOG_LEVEL', 'loud'],
    ['WEBHOOK_SIGNING_SECRET', 'whsec_'],
    ['WEBHOOK_SIGNING_SECRET', 'whsec_not base64 but long enough to be one'],
    ['WEBHOOK_SIGNING_SECRET', 'whsec_c2hvcnQ='],
    ['WEBHOOK_SIGNING_SECRET', `${signing}, c2hvcnQ=`],
    ['ALLOWED_IPS', 'localhost'],
    ['ALLOWED_IPS', '*'],
    ['ALLOWED_IPS', '203.0.113.7, 203.0.113.256'],
    ['ALLOWED_IPS', '203.0.113.0/33'],
    ['ALLOWED_IPS', '203.0.113.0/24/24'],
    ['ALLOWED_IPS', '203.0.113.0/'],
    ['ALLOWED_IPS', '2001:db8::/129'],
    ['ALLOWED_IPS', '203.0.113.7,'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '0'],
    ['TRUST_PROXY', '11'],
    ['TRUST_PROXY', 'proxy.example.com'],
    ['RATE_LIMIT_PER_MINUTE', '-1'],
    ['RATE_LIMIT_PER_MINUTE', 'many'],
    ['REVERSE_SYNC_ENABLED', 'off']
  ])('refuses %s=%s with one line that names it, what was expected and an example', (name, value) => {
    const problems = problemsOf({ ...complete, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} is wrong(?: \\(.+\\))?: expected .+; example: .+$`))
  })

  test.each([
    ['ALLOWED_IPS', '203.0.113.7, 203.0.113.256', '"203.0.113.256" is no IP address'],
    ['ALLOWED_IPS', '10.0.0.0/8, example.com', '"example.com" is no IP address'],
    ['ALLOWED_IPS', '203.0.113.010', '"203.0.113.010" has a number that begins with 0'],
    ['ALLOWED_IPS', '010.0.0.0/8', '"010.0.0.0/8" has a number that begins with 0'],
    ['ALLOWED_IPS', '10.0.0.0/08', 'the part after / of "10.0.0.0/08" must be from 1 to 32'],
    ['ALLOWED_IPS', '2001:db8::/129', 'the part after / of "2001:db8::/129" must be from 1 to 128'],
    ['ALLOWED_IPS', '10.0.0.1, 0.0.0.0/0', '"0.0.0.0/0" is every address there is'],
    ['ALLOWED_IPS', '::/0', '"::/0" is every address there is'],
    ['ALLOWED_IPS', '10.0.0.1,, 10.0.0.2', 'an entry is empty'],
    ['TRUST_PROXY', '10.0.0.1, 10.0.0.300', '"10.0.0.300" is no IP address'],
    ['TRUST_PROXY', '0.0.0.0/0', '"0.0.0.0/0" is every address there is']
  ])('tells which entry of %s=%s is wrong, and why', (name, value, why) => {
    const [problem, ...others] = problemsOf({ ...complete, [name]: value })
    expect(problem).toContain(`${name} is wrong (${why}): expected `)
    expect(others).toEqual([])
  })

  test('never repeats a wrong value: it may be a secret', () => {
    const problems = problemsOf({ ...complete, PRESTASHOP_KEY: 'hunter2hunter2', WEBHOOK_SECRET: 'hunter2' })
    expect(problems.join()).not.toContain('hunter2')
  })

  test('takes the URL of the shop with or without /api and a slash', () => {
    for (const url of ['https://shop.example.com/x', 'https://shop.example.com/x/', 'https://shop.example.com/x/api/']) {
      expect(readConfig({ ...complete, PRESTASHOP_URL: url }).PRESTASHOP_URL).toBe('https://shop.example.com/x')
    }
  })

  test('takes several secrets for rotation', () => {
    expect(readConfig({ ...complete, WEBHOOK_SECRET: 'old secret, new secret' }).WEBHOOK_SECRET).toEqual(['old secret', 'new secret'])
  })
})

describe("the variables of Odoo's API", () => {
  const odoo = { ODOO_URL: 'https://odoo.example.com', ODOO_DB: 'mycompany', ODOO_USER: 'bridge', ODOO_API_KEY: 'a long key' }

  test('may all be left out', () => {
    expect(readConfig(complete)).toMatchObject({ ODOO_URL: undefined, ODOO_DB: undefined, ODOO_USER: undefined, ODOO_API_KEY: undefined })
  })

  test.each(Object.keys(odoo))('are not complete without %s, which is told in a line of its own', (name) => {
    const problems = problemsOf({ ...complete, ...odoo, [name]: '' })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} is missing .+: expected .+; example: .+$`))
  })

  test('are missing one line each', () => {
    expect(problemsOf({ ...complete, ODOO_API_KEY: 'a long key' })).toHaveLength(3)
  })

  test('take the address of Odoo’s pages as its URL', () => {
    for (const url of ['https://odoo.example.com/', 'https://odoo.example.com/odoo', 'https://odoo.example.com/web/']) {
      expect(readConfig({ ...complete, ...odoo, ODOO_URL: url }).ODOO_URL).toBe('https://odoo.example.com')
    }
  })
})

describe('what is let in', () => {
  test('takes signing secrets with and without whsec_', () => {
    expect(readConfig({ ...complete, WEBHOOK_SIGNING_SECRET: `whsec_${signing}, ${signing}` }).WEBHOOK_SIGNING_SECRET).toEqual([signing, signing])
  })

  test('takes addresses and networks of IPv4 and IPv6', () => {
    const ALLOWED_IPS = '203.0.113.7, 198.51.100.0/24, 2001:db8::1, 2001:db8::/32, 128.0.0.0/1'
    expect(readConfig({ ...complete, ALLOWED_IPS }).ALLOWED_IPS).toEqual(ALLOWED_IPS.split(', '))
  })

  test.each<[string, unknown]>([
    ['true', true],
    ['False', false],
    ['1', 1],
    ['2', 2],
    ['10.0.0.1, fd00::/8', ['10.0.0.1', 'fd00::/8']]
  ])('takes TRUST_PROXY=%s', (text, value) => {
    expect(readConfig({ ...complete, TRUST_PROXY: text }).TRUST_PROXY).toEqual(value)
  })
})

describe('.env.example', () => {
  const example = parseEnv(readFileSync(new URL('../.env.example', import.meta.url), 'utf8'))

  test('has every variable, and none that does not exist', () => {
    expect(Object.keys(example).sort()).toEqual(Object.keys(variables).sort())
  })

  test('shows the defaults', () => {
    for (const [name, { fallback }] of Object.entries(variables)) expect(example[name]).toBe(fallback ?? '')
  })
})
