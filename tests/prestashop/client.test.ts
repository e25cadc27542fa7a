import { describe, expect, it } from 'vitest'
import type { ShopCall } from '../../src/prestashop/client.ts'
import { recording, replay } from '../support/recordings.ts'
import { clientFor, errorOf, key, useShop } from './support/shop.ts'

const shop = useShop()

const record = (xml: string, status = 200): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<prestashop>\n${xml}\n</prestashop>`, { status })

describe('listing', () => {
  it('gives the records with all their fields', async () => {
    shop.answer(() => replay('customers-list-full'))
    const customers = await clientFor().list('customers')
    expect(customers.length).toBeGreaterThan(0)
    expect(customers[0]).toMatchObject({ id: 1, fields: { id: '1', lastname: 'DOE', note: '' } })
  })

  it('gives the texts of each language', async () => {
    shop.answer(() => replay('two-languages-cart_rules-get'))
    const rule = await clientFor().get('cart_rules', 1)
    expect(Object.keys(rule?.languages['name'] ?? {})).toEqual(['1', '2'])
    expect(rule?.fields).not.toHaveProperty('name')
  })

  it('gives the rows of associations', async () => {
    shop.answer(() => replay('orders-get-1'))
    const order = await clientFor().get('orders', 1)
    expect(order?.associations['order_rows']).toHaveLength(2)
    expect(order?.associations['order_rows']?.[0]).toMatchObject({ id: '1', product_price: '23.900000' })
  })

  it('of nothing is an empty list', async () => {
    shop.answer(() => replay('filter-empty-result'))
    expect(await clientFor().list('customers', { filter: { email: 'nobody@example.com' } })).toEqual([])
  })

  it('for one of none asks nobody', async () => {
    shop.answer(() => replay('customers-list-full'))
    expect(await clientFor().list('customers', { filter: { id: { oneOf: [] } } })).toEqual([])
    expect(shop.seen).toEqual([])
  })

  it('without a list in the answer is an error, not an empty list', async () => {
    shop.answer(() => record(''))
    expect(await errorOf(clientFor().list('customers'))).toMatchObject({ kind: 'transient' })
  })

  it('puts the whole query into the URL', async () => {
    shop.answer(() => replay('filter-empty-result'))
    await clientFor().list(
      'orders',
      { filter: { date_upd: { greaterThan: '2026-01-01 12:34:56' } }, display: ['id'], limit: 5, date: true },
      { query: { id_shop: '1' } }
    )
    expect(Object.fromEntries(shop.seen[0]!.url.searchParams)).toEqual({
      'display': '[id]',
      'filter[date_upd]': '>[2026-01-01 12:34:56]',
      'sort': '[id_ASC]',
      'limit': '5',
      'date': '1',
      'id_shop': '1'
    })
  })
})

describe('getting', () => {
  it('gives undefined for the empty 404 of the shop', async () => {
    shop.answer(() => replay('id-not-found'))
    expect(await clientFor().get('customers', 99_999)).toBeUndefined()
  })

  it('does not take a page not found for a record that is not there', async () => {
    shop.answer(() => new Response('<html>Not Found</html>', { status: 404 }))
    expect(await errorOf(clientFor().get('customers', 1))).toMatchObject({ kind: 'misconfigured', notFound: false })
  })

  it('never gives passwords, keys and tokens away', async () => {
    shop.answer(() => replay('customers-get-1'))
    const customer = await clientFor().get('customers', 1)
    expect(JSON.stringify(customer)).not.toMatch(/passwd|secure_key|last_passwd_gen|reset_password_token|\$2y\$/)
    expect(customer?.fields['email']).toBe('pub@prestashop.com')
  })

  it('without a record in the answer is an error, not an absence', async () => {
    shop.answer(() => record('<customer><email>a</email></customer>'))
    expect(await errorOf(clientFor().get('customers', 1))).toMatchObject({ kind: 'transient', id: 1 })
  })
})

describe('creating', () => {
  it('sends the record and gives its id and its dates', async () => {
    shop.answer(() => replay('customers-post-201'))
    const written = await clientFor().create('customers', {
      fields: { lastname: 'O’Neil & Søn', note: 'a\r\nb]]>' },
      associations: { groups: [{ id: '3' }] }
    })
    expect(written).toEqual({ id: 2, dateUpd: '2026-11-22 21:13:36', dateAdd: '2026-11-22 21:13:36' })
    expect(shop.seen[0]).toMatchObject({ method: 'POST', path: '/api/customers' })
    expect(shop.seen[0]!.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><prestashop><customer><lastname>O’Neil &amp; Søn</lastname>' +
        '<note>a&#13;\nb]]&gt;</note><associations><groups><group><id>3</id></group></groups></associations>' +
        '</customer></prestashop>'
    )
    expect(shop.seen[0]!.headers.get('content-type')).toBe('text/xml; charset=utf-8')
  })

  it('sends a text for each language', async () => {
    shop.answer(() => replay('cart_rules-post-amount'))
    await clientFor().create('cart_rules', { languages: { name: { 1: 'Ten', 2: '' } } })
    expect(shop.seen[0]!.body).toContain(
      '<cart_rule><name><language id="1">Ten</language><language id="2"></language></name></cart_rule>'
    )
  })

  it('passes parameters and the operation on', async () => {
    shop.answer(() => record('<order_history><id>5</id></order_history>', 201))
    await clientFor().create(
      'order_histories',
      { fields: { id_order: '1', id_order_state: '4' } },
      { operationId: 'op-1', query: { sendemail: '1' } }
    )
    expect(shop.seen[0]).toMatchObject({ path: '/api/order_histories?sendemail=1' })
    expect(shop.seen[0]!.headers.get('x-operation-id')).toBe('op-1')
    expect(shop.seen[0]!.body).toContain('<order_history>')
  })

  it.each([
    [{ fields: { note: 'a\u0000b' } }, 'note'],
    [{ languages: { name: { 1: '\uD83D' } } }, 'name'],
    [{ associations: { groups: [{ id: '\u0007' }] } }, 'groups'],
    [{ fields: { 'a><b': '1' } }, 'a><b'],
    [{ fields: { passwd: '' } }, 'passwd']
  ])('refuses %o before anything is sent', async (input, field) => {
    shop.answer(() => replay('customers-post-201'))
    expect(await errorOf(clientFor().create('customers', input))).toMatchObject({
      kind: 'permanent',
      field,
      sent: false
    })
    expect(shop.seen).toEqual([])
  })
})

describe('changing', () => {
  it('sends a PATCH with the id and the changed fields only', async () => {
    shop.answer(() => replay('customers-patch-one-field'))
    const written = await clientFor().change('addresses', 12, { fields: { city: 'Lyon' } }, { operationId: 'op-2' })
    expect(written).toMatchObject({ dateUpd: '2026-11-22 21:13:42' })
    expect(shop.seen).toHaveLength(1)
    expect(shop.seen[0]).toMatchObject({ method: 'PATCH', path: '/api/addresses/12' })
    expect(shop.seen[0]!.body).toContain('<prestashop><address><id>12</id><city>Lyon</city></address></prestashop>')
    expect(shop.seen[0]!.headers.get('x-operation-id')).toBe('op-2')
  })

  it('changes the record it was asked to, whatever id the fields hold', async () => {
    shop.answer(() => replay('customers-patch-one-field'))
    await clientFor().change('customers', 12, { fields: { id: '13', firstname: 'Jane' } })
    expect(shop.seen[0]!.body).toContain('<customer><id>12</id><firstname>Jane</firstname></customer>')
  })

  it('refuses an empty password before anything is sent', async () => {
    shop.answer(() => replay('customers-patch-one-field'))
    const error = await errorOf(clientFor().change('customers', 1, { fields: { passwd: '' } }))
    expect(error).toMatchObject({ kind: 'permanent', field: 'passwd', sent: false })
    expect(shop.seen).toEqual([])
  })
})

describe('removing', () => {
  it('tells deleted from absent', async () => {
    shop.answer(() => new Response(null, { status: 200 }))
    expect(await clientFor().remove('addresses', 5)).toBe('deleted')
    shop.answer(() => replay('customers-delete-404'))
    expect(await clientFor().remove('addresses', 5)).toBe('absent')
    expect(shop.seen[0]).toMatchObject({ method: 'DELETE', path: '/api/addresses/5' })
  })
})

describe('permissions', () => {
  it('are told per resource', async () => {
    shop.answer(() => replay('perm-root-readonly'))
    expect(await clientFor().permissions()).toEqual({
      addresses: new Set(['GET', 'HEAD']),
      customers: new Set(['GET', 'HEAD']),
      orders: new Set(['GET', 'HEAD'])
    })
  })

  it('are all there for a full key', async () => {
    shop.answer(() => replay('general-root'))
    const { orders } = await clientFor().permissions()
    expect(orders).toEqual(new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']))
  })
})

describe('probing', () => {
  it('asks for the root and is content with it', async () => {
    shop.answer(() => replay('perm-root-readonly'))
    await clientFor().probe()
    expect(shop.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/'])
  })

  it('tells a wrong key', async () => {
    shop.answer(() => replay('auth-wrong-key'))
    expect(await errorOf(clientFor().probe())).toMatchObject({ kind: 'misconfigured', resource: '' })
  })
})

describe('every call', () => {
  it('carries the key as Basic user, and no cookie the shop has set', async () => {
    const { body } = recording('perm-root-readonly').response
    shop.answer(() => new Response(body, { headers: { 'set-cookie': 'PrestaShop-abc=1; path=/' } }))
    const client = clientFor({ userAgent: 'test/1' })
    await client.probe()
    await client.probe()
    for (const { headers, url } of shop.seen) {
      expect(headers.get('authorization')).toBe(`Basic ${Buffer.from(`${key}:`).toString('base64')}`)
      expect(headers.get('user-agent')).toBe('test/1')
      expect(headers.get('cookie')).toBeNull()
      expect(url.href).not.toContain(key)
    }
  })

  it('carries the operation only when it writes', async () => {
    shop.answer(() => replay('customers-get-1'))
    await clientFor().get('customers', 1, { operationId: 'op-3' })
    expect(shop.seen[0]!.headers.get('x-operation-id')).toBeNull()
  })

  it('is told of, with its outcome and without values', async () => {
    const calls: ShopCall[] = []
    const client = clientFor({ onCall: (call) => calls.push(call) })
    shop.answer(({ method }) => replay(method === 'GET' ? 'customers-get-1' : 'customers-post-duplicate-email'))
    await client.get('customers', 1)
    await errorOf(client.create('customers', { fields: { email: 'jane@example.com' } }, { operationId: 'op-4' }))
    shop.answer(() => replay('customers-delete-404'))
    await client.remove('customers', 9)
    const ms: unknown = expect.any(Number)
    expect(calls).toEqual([
      { method: 'GET', resource: 'customers', id: 1, status: 200, ms },
      { method: 'POST', resource: 'customers', status: 500, ms, operationId: 'op-4', error: 'permanent' },
      { method: 'DELETE', resource: 'customers', id: 9, status: 404, ms }
    ])
  })

  it('goes to the API under the path of the shop', async () => {
    shop.answer(() => replay('perm-root-readonly'))
    await clientFor({ url: 'https://shop.test/' }).probe()
    expect(shop.seen[0]!.path).toBe('/api/')
  })
})
