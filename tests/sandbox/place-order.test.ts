import { describe, expect, test } from 'vitest'
import { createSandboxShop, type SandboxOptions, type SandboxShop } from '../../src/sandbox/shop.ts'
import { type CartRow, cartXml, orderXml, send, shirtsAndMug } from './ask.ts'

/** A shop with cart 6. */
const shopWithCart = async (
  fields: Readonly<Record<string, string>> = {},
  rows: readonly CartRow[] = shirtsAndMug,
  options: SandboxOptions = {}
): Promise<SandboxShop> => {
  const shop = createSandboxShop(options)
  await send(shop, 'POST', 'carts', cartXml(fields, rows))
  return shop
}

const place = (shop: SandboxShop, total = '60.57', fields: Readonly<Record<string, string>> = {}) =>
  send(shop, 'POST', 'orders', orderXml(6, total, fields))

/** Of T-shirts, of the white ones in S, of mugs. */
const quantities = (shop: SandboxShop): (string | undefined)[] =>
  [1, 20, 6].map((id) => shop.row('stock_availables', id)?.['quantity'])

describe('an order that is posted', () => {
  test('with the cart’s total is paid, with an invoice and a payment', async () => {
    const shop = await shopWithCart()
    expect((await place(shop)).status).toBe(201)
    expect(shop.row('orders', 6)).toMatchObject({ current_state: '11', valid: '1', total_paid: '60.570000' })
    expect(shop.rows('order_payments')).toMatchObject([{ amount: '60.570000', payment_method: 'Bank wire' }])
    expect(shop.rows('order_invoices')).toMatchObject([{ id_order: '6', total_paid_tax_incl: '60.570000' }])
  })

  test('with another total has a payment error, and the cart’s total all the same', async () => {
    const shop = await shopWithCart()
    expect((await place(shop, '60.56')).status).toBe(201)
    const expected = { current_state: '8', valid: '0', total_paid: '60.570000', total_paid_real: '60.560000' }
    expect(shop.row('orders', 6)).toMatchObject(expected)
    expect(shop.rows('order_invoices')).toEqual([])
  })

  test.for([
    ['a free carrier', { id_carrier: '1' }, shirtsAndMug, '53.15'],
    ['a carrier of the delivery option', { delivery_option: '{"4":"1,"}' }, shirtsAndMug, '53.15'],
    ['a carrier that is not active: the default one', { id_carrier: '3' }, shirtsAndMug, '60.57'],
    ['a combination with a price of its own', {}, [[4, 18, 1]], '91.16'],
    ['an address without these taxes', { id_address_delivery: '2' }, [[6, 0, 1]], '18.90']
  ] as const)('counts %s', async ([, fields, rows, total]) => {
    const shop = await shopWithCart(fields, rows)
    await place(shop, total)
    expect(shop.row('orders', 6)).toMatchObject({ total_paid: `${total}0000`, current_state: '11' })
  })

  test.for([
    ['a module that is not installed', {}, { module: 'ps_cashondelivery' }],
    ['a customer who is not the cart’s', {}, { id_customer: '999' }],
    ['a cart of nobody', { id_customer: '0' }, {}],
    ['a cart that does not exist', {}, { id_cart: '99' }]
  ] as const)('with %s is an empty 500 and makes nothing', async ([, cart, order]) => {
    const shop = await shopWithCart(cart)
    const { status, body, headers } = await place(shop, '60.57', order)
    expect([status, body, headers.get('PSWS-Version')]).toEqual([500, '', null])
    expect(shop.rows('orders')).toHaveLength(5)
  })

  test('with an empty cart is an empty 500', async () => {
    const shop = await shopWithCart({}, [[9999, 0, 1]])
    expect((await place(shop, '7.42')).status).toBe(500)
  })

  test('of a customer whose secure_key a PUT has wiped is an empty 500', async () => {
    const shop = await shopWithCart()
    shop.backOffice.update('customers', 1, { secure_key: '' })
    expect((await place(shop)).status).toBe(500)
    expect(shop.rows('orders')).toHaveLength(5)
  })

  test('takes its pieces out of stock, unless its payment failed', async () => {
    const paid = await shopWithCart()
    await place(paid)
    expect(quantities(paid)).toEqual(['2398', '298', '299'])
    const failed = await shopWithCart()
    await place(failed, '1')
    expect(quantities(failed)).toEqual(['2400', '300', '300'])
  })

  test('gets a reference of nine letters of its own', async () => {
    const shop = await shopWithCart()
    await send(shop, 'POST', 'carts', cartXml({}, shirtsAndMug))
    await place(shop)
    await send(shop, 'POST', 'orders', orderXml(7, '60.57'))
    const references = [6, 7].map((id) => shop.row('orders', id)?.['reference'])
    for (const reference of references) expect(reference).toMatch(/^[A-Z]{9}$/)
    expect(new Set(references).size).toBe(2)
  })

  test('keeps its address from being removed', async () => {
    const shop = await shopWithCart({ id_address_delivery: '2' })
    await place(shop, '57.14')
    shop.backOffice.remove('addresses', 2)
    expect(shop.row('addresses', 2)).toMatchObject({ deleted: '1' })
  })
})

describe('one cart', () => {
  test('makes one order, and another one when that is deleted', async () => {
    const shop = await shopWithCart()
    expect([(await place(shop)).status, (await place(shop)).status]).toEqual([201, 500])
    shop.backOffice.remove('orders', 6)
    expect((await place(shop)).status).toBe(201)
  })

  test.for([0, 20])('posted three times at once makes three orders, placing takes %i ms', async (orderMs) => {
    const shop = await shopWithCart({}, shirtsAndMug, { orderMs })
    const answers = await Promise.all([place(shop), place(shop), place(shop)])
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(shop.rows('orders').filter(({ id_cart }) => id_cart === '6')).toHaveLength(3)
  })
})
