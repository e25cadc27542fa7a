import { describe, expect, test } from 'vitest'
import { createSandboxShop } from '../../src/sandbox/shop.ts'
import { ask, entity, minimal } from './ask.ts'

describe('a customer', () => {
  test('gets the group of id_default_group when none is sent', async () => {
    const shop = createSandboxShop()
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', { ...minimal, id_default_group: '3' }) })
    expect(shop.associations('customers', 2)).toEqual({ groups: ['3'] })
  })

  test('that is a guest goes to the group of guests', async () => {
    const shop = createSandboxShop()
    const fields = { ...minimal, is_guest: '1', id_default_group: '3' }
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', fields) })
    expect(shop.row('customers', 2)).toMatchObject({ id_default_group: '2' })
  })

  test('takes its addresses along, but not after an order', async () => {
    const shop = createSandboxShop()
    const id = shop.backOffice.create('customers', minimal)
    const address = { id_customer: String(id), id_country: '8', alias: 'Home', lastname: 'M', firstname: 'A' }
    const idAddress = shop.backOffice.create('addresses', { ...address, address1: '1 rue X', city: 'Lyon' })
    await ask(shop, `customers/${id}`, { method: 'DELETE' })
    await ask(shop, 'customers/1', { method: 'DELETE' })
    expect(shop.row('addresses', idAddress)).toBeUndefined()
    expect(shop.row('addresses', 4)).toMatchObject({ id_customer: '1', deleted: '0' })
  })

  test('has a password hash of the shape of bcrypt, another one each time', async () => {
    const shop = createSandboxShop()
    const create = (email: string): number => shop.backOffice.create('customers', { ...minimal, email })
    const ids = ['a@example.com', 'b@example.com'].map(create)
    const hashes = ids.map((id) => shop.row('customers', id)?.['passwd'])
    expect(new Set(hashes).size).toBe(2)
    for (const hash of hashes) expect(hash).toMatch(/^\$2y\$10\$[./A-Za-z0-9]{53}$/)
  })

  test('newsletter switched on is dated', async () => {
    const shop = createSandboxShop({ now: () => new Date('2026-05-06T07:08:09Z') })
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', { ...minimal, newsletter: '1' }) })
    expect(shop.row('customers', 2)).toMatchObject({ newsletter_date_add: '2026-05-06 07:08:09' })
  })
})

describe('an address', () => {
  test('is only marked as deleted once an order uses it', async () => {
    const shop = createSandboxShop()
    shop.useAddress(1)
    const { status, body } = await ask(shop, 'addresses/1', { method: 'DELETE' })
    expect({ status, body }).toEqual({ status: 200, body: '' })
    expect(shop.row('addresses', 1)).toMatchObject({ deleted: '1', city: 'Paris ' })
  })
})

describe('ids in a body', () => {
  test('may not repeat', async () => {
    const body = '<prestashop><customer><id>1</id></customer><customer><id>1</id></customer></prestashop>'
    const { status, codes } = await ask(createSandboxShop(), 'customers', { method: 'PATCH', body })
    expect({ status, codes }).toEqual({ status: 400, codes: [89] })
  })
})

describe('a multi-language field', () => {
  test('keeps its text in a PATCH that does not send it', async () => {
    const shop = createSandboxShop()
    await ask(shop, 'countries/8', { method: 'PATCH', body: entity('country', { id: '8', active: '0' }) })
    expect(shop.row('countries', 8)).toMatchObject({ name: 'France', active: '0' })
  })

  test('that is required and empty is refused with its own code', async () => {
    const body = entity('country', { id: '8', name: '<language id="1"></language>' })
    const { status, codes } = await ask(createSandboxShop(), 'countries/8', { method: 'PATCH', body })
    expect({ status, codes }).toEqual({ status: 400, codes: [84] })
  })
})

describe('text', () => {
  test.for([
    ['character references', 'caf&#233; &#x1F600;', 'café 😀'],
    ['CDATA beside text', 'a<![CDATA[ & b]]>', 'a & b'],
    ['a digit string stays as it is', '007.10', '007.10']
  ] as const)('%s', async ([, sent, stored]) => {
    const shop = createSandboxShop()
    await ask(shop, 'customers/1', { method: 'PATCH', body: entity('customer', { id: '1', note: sent }) })
    expect(shop.row('customers', 1)).toMatchObject({ note: stored })
  })

  test('with the end of a CDATA section is written as it is, and breaks the document as at the real shop', async () => {
    const shop = createSandboxShop()
    shop.backOffice.update('customers', 1, { note: 'a]]>b' })
    expect((await ask(shop, 'customers/1')).body).toContain('<note><![CDATA[a]]>b]]></note>')
  })
})

describe('a shop without PATCH, PrestaShop 1.7', () => {
  const shop = createSandboxShop({ patch: false })

  test('does not know the method', async () => {
    const body = entity('customer', { id: '1' })
    const { status, codes, headers } = await ask(shop, 'customers/1', { method: 'PATCH', body })
    expect({ status, codes }).toEqual({ status: 405, codes: [23] })
    expect(headers.get('PSWS-Version')).toMatch(/^1\.7\./)
  })

  test('keeps secure_key and last_passwd_gen when they are put back', async () => {
    const before = shop.row('customers', 1)
    const { body } = await ask(shop, 'customers/1')
    const { status } = await ask(shop, 'customers/1', { method: 'PUT', body: body.replace('John', 'Jack') })
    const { secure_key, last_passwd_gen, passwd } = before ?? {}
    expect(status).toBe(200)
    expect(shop.row('customers', 1)).toMatchObject({ secure_key, last_passwd_gen, passwd, firstname: 'Jack' })
  })
})

describe('time', () => {
  test('is that of the zone of the shop, in PS_TIMEZONE too', async () => {
    const shop = createSandboxShop({ timeZone: 'America/New_York', now: () => new Date('2026-07-01T00:30:00.900Z') })
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', minimal) })
    const dates = { date_add: '2026-06-30 20:30:00', last_passwd_gen: '2026-06-30 14:30:00' }
    expect(shop.row('customers', 2)).toMatchObject(dates)
    const { body } = await ask(shop, 'configurations?display=[value]&filter[name]=PS_TIMEZONE')
    expect(body).toContain('<value><![CDATA[America/New_York]]></value>')
  })

  test('of an unknown zone is no shop', () => {
    expect(() => createSandboxShop({ timeZone: 'Mars/Olympus' })).toThrow('Mars/Olympus')
  })
})
