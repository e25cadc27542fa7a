import { describe, expect, it } from 'vitest'
import { parseXml } from '../../src/prestashop/xml.ts'
import { recording, replay } from '../support/recordings.ts'
import { clientFor, errorOf, useShop } from './support/shop.ts'
import type { Seen } from './support/shop.ts'

const shop = useShop()

const noPatch = (): Response =>
  new Response(recording('method-unknown').response.body.replaceAll('PROPFIND', 'PATCH'), { status: 405 })

/** As PrestaShop 1.7: no PATCH, and a synopsis in which nothing of a customer is read-only. */
const oldShop = ({ method, url }: Seen): Response => {
  if (method === 'PATCH') return noPatch()
  if (url.searchParams.get('schema') === 'synopsis') {
    const { body } = recording(`${url.pathname.split('/')[2]}-schema-synopsis`).response
    return new Response(body.replaceAll(/ read_?only="true"/gi, ''))
  }
  if (method === 'PUT') return replay('customers-put-200')
  return replay(url.pathname.includes('customers') ? 'customers-get-1' : 'orders-get-1')
}

const putFields = (): Record<string, string> => {
  const put = shop.seen.find(({ method }) => method === 'PUT')
  const nodes = parseXml(put?.body ?? '').children[0]?.children ?? []
  return Object.fromEntries(nodes.map((node) => [node.name, node.text]))
}

describe('a shop without PATCH', () => {
  it('gets the whole record back, with what has changed', async () => {
    shop.answer(oldShop)
    await clientFor().change('customers', 1, { fields: { firstname: 'Jane' } }, { operationId: 'op-1' })
    const { body } = recording('customers-get-1').response
    const before = Object.fromEntries(parseXml(body).children[0]!.children.map((node) => [node.name, node.text]))
    expect(putFields()).toMatchObject({ ...before, associations: expect.any(String), firstname: 'Jane' })
    const put = shop.seen.find(({ method }) => method === 'PUT')
    expect(put?.path).toBe('/api/customers/1')
    expect(put?.body).toContain('<associations><groups><group><id>3</id></group></groups></associations>')
    expect(put?.headers.get('x-operation-id')).toBe('op-1')
  })

  it('keeps the password, the secure key and the shop of a customer', async () => {
    shop.answer(oldShop)
    await clientFor().change('customers', 1, { fields: { firstname: 'Jane' } })
    expect(putFields()).toMatchObject({
      passwd: expect.stringMatching(/^\$2y\$10\$/),
      secure_key: '66d22844d4d033e3963bea6832cd2134',
      id_shop: '1'
    })
  })

  it('is asked for PATCH once, and for the synopsis once', async () => {
    shop.answer(oldShop)
    const client = clientFor()
    await client.change('customers', 1, { fields: { firstname: 'Jane' } })
    await client.change('customers', 1, { fields: { firstname: 'John' } })
    expect(shop.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PATCH /api/customers/1',
      'GET /api/customers?schema=synopsis',
      'GET /api/customers/1',
      'PUT /api/customers/1',
      'GET /api/customers/1',
      'PUT /api/customers/1'
    ])
  })

  it('is not sent what it calls read-only', async () => {
    shop.answer((seen) => {
      if (!seen.url.searchParams.has('schema')) return oldShop(seen)
      const { body } = recording('orders-schema-synopsis').response
      return new Response(body.replaceAll(/<(reference|order_rows)\b/g, '<$1 readOnly="true"'))
    })
    await clientFor().change('orders', 1, { fields: { note: 'hello' } })
    expect(putFields()).toMatchObject({ note: 'hello', id: '1' })
    expect(putFields()).not.toHaveProperty('reference')
    expect(shop.seen.at(-1)?.body).not.toContain('order_row')
  })

  it('never loses the secure key of a customer that it would not take back', async () => {
    shop.answer((seen) => (seen.url.searchParams.has('schema') ? replay('customers-schema-synopsis') : oldShop(seen)))
    expect(await errorOf(clientFor().change('customers', 1, { fields: { firstname: 'Jane' } }))).toMatchObject({
      kind: 'misconfigured',
      sent: false
    })
    expect(shop.seen.some(({ method }) => method === 'PUT')).toBe(false)
  })

  it('is never sent an empty password', async () => {
    shop.answer((seen) => {
      const answer = recording('customers-get-1').response.body.replace(/<passwd>.*<\/passwd>/, '<passwd></passwd>')
      return seen.method === 'GET' && seen.url.search === '' ? new Response(answer) : oldShop(seen)
    })
    expect(await errorOf(clientFor().change('customers', 1, { fields: { firstname: 'Jane' } }))).toMatchObject({
      kind: 'permanent',
      field: 'passwd'
    })
    expect(shop.seen.some(({ method }) => method === 'PUT')).toBe(false)
  })

  it('has no record to change', async () => {
    shop.answer((seen) =>
      seen.method === 'GET' && seen.url.search === '' ? replay('id-not-found') : oldShop(seen)
    )
    const error = await errorOf(clientFor().change('customers', 1, { fields: { firstname: 'Jane' } }))
    expect(error).toMatchObject({ kind: 'permanent', notFound: true })
  })
})

describe('a shop with PATCH', () => {
  it('whose key lacks it is misconfigured, and never gets a PUT instead', async () => {
    const { body } = recording('perm-method-put').response
    shop.answer(() => new Response(body.replaceAll('PUT', 'PATCH'), { status: 405 }))
    expect(await errorOf(clientFor().change('customers', 1, { fields: { firstname: 'Jane' } }))).toMatchObject({
      kind: 'misconfigured',
      codes: [25],
      blocked: { resource: 'customers', method: 'PATCH' }
    })
    expect(shop.seen).toHaveLength(1)
  })

  it('that refuses a value never gets a PUT instead', async () => {
    shop.answer(() => replay('customers-patch-invalid-email'))
    await errorOf(clientFor().change('customers', 1, { fields: { email: 'x' } }))
    expect(shop.seen).toHaveLength(1)
  })
})
