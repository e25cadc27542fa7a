import { describe, expect, test } from 'vitest'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import { historyOf, newCarts, newOrder, newOrders, orderEnvelope } from '../support/orders.ts'

const created = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  orderEnvelope(data, { action_type: 'created', ...given })

const withLines = (...lines: unknown[]) => created({ ...newOrder, lines, total_paid: 1 })

/** Product, combination and quantity of what was ordered. */
const rows = ({ shop }: Bridge) =>
  shop
    .rows('order_details')
    .filter((row) => Number(row['id_order']) > 5)
    .map((row) => [row['product_id'], row['product_attribute_id'], row['product_quantity']])

describe('a new order', () => {
  test('is made from its cart, paid, with Odoo’s total', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(created(newOrder))
    expect({ ...body, status }).toMatchObject({ status: 200, outcome: 'created', entity_type: 'order' })
    expect(newOrders(bridge.shop)).toHaveLength(1)
    expect(bridge.shop.row('orders', Number(body.entity_id))).toMatchObject({
      id_customer: '1',
      id_address_delivery: '4',
      id_address_invoice: '4',
      id_carrier: '2',
      id_lang: '1',
      id_currency: '1',
      module: 'ps_wirepayment',
      payment: 'Bank wire',
      current_state: '11',
      valid: '1',
      total_paid: '60.570000'
    })
    expect(bridge.shop.row('stock_availables', 20)).toMatchObject({ quantity: '298' })
  })

  test('is bound to the order of Odoo', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created(newOrder))
    const { body: later } = await bridge.post(orderEnvelope({ current_state: 'shipped' }))
    expect(later).toMatchObject({ outcome: 'updated', entity_id: body.entity_id })
    expect(historyOf(bridge.shop, Number(body.entity_id))).toEqual([11, 4])
  })

  test('delivered twice is made once', async () => {
    const bridge = await startBridge()
    await bridge.post(created(newOrder, { event_id: 'one' }))
    const { body } = await bridge.post(created(newOrder, { event_id: 'two' }))
    expect(body).toMatchObject({ outcome: 'unchanged' })
    expect(newOrders(bridge.shop)).toHaveLength(1)
  })

  test('gets Odoo’s reference and note, which the shop does not take with the order', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ ...newOrder, external_reference: 'S00042', note: 'Ring twice' }))
    expect(bridge.shop.row('orders', Number(body.entity_id))).toMatchObject({ reference: 'S00042', note: 'Ring twice' })
  })

  test('gets the state and the tracking number of the payload', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ ...newOrder, current_state: 'shipped', tracking_number: 'T1' }))
    expect(historyOf(bridge.shop, Number(body.entity_id))).toEqual([11, 4])
    expect(bridge.shop.row('orders', Number(body.entity_id))).toMatchObject({ shipping_number: 'T1' })
  })

  test('with the reference of an order that exists changes that order', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ ...newOrder, external_reference: 'OHSATSERP', note: 'Ring twice' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: 2, updated_fields: ['note'] })
    expect(newOrders(bridge.shop)).toEqual([])
  })

  test('is made of an "upserted" as well, but not of an "updated"', async () => {
    const bridge = await startBridge()
    expect((await bridge.post(orderEnvelope(newOrder))).body).toMatchObject({ code: 'not_found' })
    expect((await bridge.post(orderEnvelope(newOrder, { action_type: 'upserted' }))).body).toMatchObject({ outcome: 'created' })
  })

  test.each([
    ['one line', { lines: [{ product_id: 6, quantity: 1 }], total_paid: 20.03 }, 7],
    ['a reference and a note', { external_reference: 'S00042', note: 'Ring twice' }, 9]
  ])('with %s takes few calls once the reference data is known', async (_what, own, most) => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope({ email: 'pub@prestashop.com' }, { action_type: 'upserted' }))
    await bridge.post(created(newOrder))
    bridge.calls()
    const { id_customer: _id, ...rest } = newOrder
    const { body } = await bridge.post(created({ ...rest, ...own, customer_odoo_id: 1001 }, { entity_id: 7002 }))
    expect(body).toMatchObject({ outcome: 'created' })
    expect(bridge.calls().length).toBeLessThanOrEqual(most)
  })
})

describe('the total', () => {
  test('that differs from Odoo’s is told with both figures, and the order is bound', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(created({ ...newOrder, total_paid: 50, current_state: 'shipped', note: 'Ring twice' }))
    const [order] = newOrders(bridge.shop)
    expect({ ...body, status }).toMatchObject({
      status: 422,
      success: false,
      code: 'total_mismatch',
      shop_total: '60.57',
      odoo_total: '50',
      current_state: 8,
      entity_id: Number(order?.['id'])
    })
    expect(body.error).toMatch(/60\.57.*50\.00.*"Payment error"/)
    expect(historyOf(bridge.shop, Number(order?.['id']))).toEqual([8])
    const { body: later } = await bridge.post(orderEnvelope({ note: 'Ring once' }))
    expect(later).toMatchObject({ outcome: 'updated', entity_id: Number(order?.['id']) })
  })

  test('that differs is no success when the webhook is delivered again', async () => {
    const bridge = await startBridge()
    const webhook = created({ ...newOrder, total_paid: 50, current_state: 'shipped' }, { event_id: 'one' })
    await bridge.post(webhook)
    const { status, body } = await bridge.post(webhook)
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'total_mismatch' })
    expect(newOrders(bridge.shop)).toMatchObject([{ current_state: '8' }])
  })

  test('that differs by less than a cent is the same', async () => {
    const bridge = await startBridge()
    expect((await bridge.post(created({ ...newOrder, total_paid: '60.574' }))).body).toMatchObject({ outcome: 'created' })
  })
})

describe('the customer and the addresses', () => {
  test('may be named by their ids in Odoo', async () => {
    const bridge = await startBridge()
    const { body: customer } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const { body: delivery } = await bridge.post(addressEnvelope({ ...home, customer_odoo_id: 1001 }))
    const { body: invoice } = await bridge.post(addressEnvelope({ ...home, alias: 'Office', customer_odoo_id: 1001 }, { entity_id: 2002 }))
    const { id_customer: _customer, id_address_delivery: _address, ...rest } = newOrder
    const { body } = await bridge.post(
      created({ ...rest, customer_odoo_id: 1001, address_delivery_odoo_id: 2001, address_invoice_odoo_id: 2002, total_paid: 1 })
    )
    expect(bridge.shop.row('orders', Number(body.entity_id))).toMatchObject({
      id_customer: String(customer.entity_id),
      id_address_delivery: String(delivery.entity_id),
      id_address_invoice: String(invoice.entity_id)
    })
  })

  test('that are not there yet are waited for', async () => {
    const bridge = await startBridge()
    const { id_address_delivery: _address, ...rest } = newOrder
    const waiting = bridge.post(created({ ...rest, address_delivery_odoo_id: 2001, total_paid: 1 }))
    await bridge.post(addressEnvelope({ ...home, id_customer: 1 }))
    expect((await waiting).body).toMatchObject({ code: 'total_mismatch' })
    expect(newOrders(bridge.shop)).toHaveLength(1)
  })

  test.each([
    [{ id_address_delivery: 2 }, 'id_address_delivery'],
    [{ id_address_delivery: 99 }, 'id_address_delivery'],
    [{ id_address_invoice: 2 }, 'id_address_invoice'],
    [{ id_address_delivery: null }, 'id_address_delivery'],
    [{ id_customer: null }, 'id_customer'],
    [{ id_customer: 99 }, 'id_customer']
  ])('%j is refused before anything is made', async (own, field) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(created({ ...newOrder, ...own }))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'validation', field })
    expect(newCarts(bridge.shop)).toEqual([])
  })

  test('an address that was deleted is refused', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('addresses', 4, { deleted: '1' })
    expect((await bridge.post(created(newOrder))).body).toMatchObject({ field: 'id_address_delivery' })
  })
})

describe('the lines', () => {
  test('may name products and combinations by reference', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('combinations', 2, { reference: 'TSHIRT-S-BLACK' })
    await bridge.post(
      withLines({ reference: 'demo_11', quantity: 1 }, { combination_reference: 'TSHIRT-S-BLACK', quantity: '2' },
        { reference: 'demo_1', combination_reference: 'TSHIRT-S-BLACK', quantity: 1 })
    )
    expect(rows(bridge)).toEqual(expect.arrayContaining([['6', '0', '1'], ['1', '2', '3']]))
  })

  test.each([
    ['an unknown product', [{ product_id: 99, quantity: 1 }], 'lines[0].product_id'],
    ['an unknown reference', [{ product_id: 6, quantity: 1 }, { reference: 'nothing', quantity: 1 }], 'lines[1].reference'],
    ['a reference in other letters', [{ reference: 'DEMO_11', quantity: 1 }], 'lines[0].reference'],
    ['an id with another reference', [{ product_id: 6, reference: 'demo_1', quantity: 1 }], 'lines[0].product_id'],
    ['a combination of another product', [{ product_id: 6, product_attribute_id: 1, quantity: 1 }], 'lines[0].product_attribute_id'],
    ['a combination where there are several', [{ combination_reference: 'demo_1', quantity: 1 }], 'lines[0].combination_reference'],
    ['an unknown combination', [{ product_id: 1, combination_reference: 'nothing', quantity: 1 }], 'lines[0].combination_reference'],
    ['no combination where one is needed', [{ product_id: 1, quantity: 1 }], 'lines[0]'],
    ['no product', [{ quantity: 1 }], 'lines[0]'],
    ['no quantity', [{ product_id: 6 }], 'lines[0].quantity'],
    ['half a piece', [{ product_id: 6, quantity: 1 }, { product_id: 6, quantity: 0.5 }], 'lines[1].quantity'],
    ['less than nothing', [{ product_id: 6, quantity: -1 }], 'lines[0].quantity'],
    ['more than there is', [{ product_id: 6, quantity: 301 }], 'lines[0].quantity'],
    ['more than there is, in two lines', [{ product_id: 6, quantity: 200 }, { product_id: 6, quantity: 101 }], 'lines[1].quantity'],
    ['a line that is none', ['mug'], 'lines[0]'],
    ['nothing', [], 'lines']
  ])('with %s are refused before a cart is made, naming the path', async (_what, lines, field) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(withLines(...lines))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'validation', field })
    expect(newCarts(bridge.shop)).toEqual([])
  })

  test.each([['active'], ['available_for_order']])('of a product that is not %s are refused', async (field) => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('products', 6, { [field]: '0' })
    const { body } = await bridge.post(created(newOrder))
    expect(body).toMatchObject({ code: 'validation', field: 'lines[1].product_id' })
  })

  test.each([
    ['of the product', 'stock_availables', '1'],
    ['of the shop', 'configurations', '1']
  ])('may be more than there is where the policy %s allows it', async (_whose, resource, allowed) => {
    const bridge = await startBridge()
    if (resource === 'stock_availables') {
      bridge.shop.backOffice.update('stock_availables', 6, { out_of_stock: allowed })
    } else {
      bridge.shop.backOffice.create('configurations', { name: 'PS_ORDER_OUT_OF_STOCK', value: allowed })
    }
    await bridge.post(withLines({ product_id: 6, quantity: 301 }))
    expect(rows(bridge)).toEqual([['6', '0', '301']])
  })
})

describe('the terms', () => {
  test.each([2, '2', 'My carrier', 'MY CARRIER'])('carrier %j is carrier 2', async (carrier) => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ ...newOrder, carrier }))
    expect(bridge.shop.row('orders', Number(body.entity_id))).toMatchObject({ id_carrier: '2' })
  })

  test('a carrier that was edited is found by the id it had', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('carriers', 2, { deleted: '1', id_reference: '7' })
    const edited = { name: 'My carrier', id_reference: '7', active: '1', deleted: '0', is_free: '1', shipping_method: '1' }
    const carrier = bridge.shop.backOffice.create('carriers', edited)
    await bridge.post(created(newOrder))
    expect(newCarts(bridge.shop)).toMatchObject([{ id_carrier: String(carrier) }])
  })

  test('currency and language may be told by ISO code', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ ...newOrder, currency: 'usd', lang: 'EN' }))
    expect(body).toMatchObject({ outcome: 'created' })
  })

  test('the language is the customer’s own unless told', async () => {
    const bridge = await startBridge({ shop: { languages: ['en', 'fr'] } })
    const french = bridge.shop.rows('languages').find((row) => row['iso_code'] === 'fr')?.['id'] ?? ''
    bridge.shop.backOffice.update('customers', 1, { id_lang: french })
    await bridge.post(created({ ...newOrder, total_paid: 1 }))
    expect(newCarts(bridge.shop)).toMatchObject([{ id_lang: french }])
  })

  test.each([
    [{ carrier: 3 }, 'carrier'],
    [{ carrier: 99 }, 'carrier'],
    [{ carrier: 'Pigeon' }, 'carrier'],
    [{ carrier: null }, 'carrier'],
    [{ payment_module: null }, 'payment_module'],
    [{ payment_module: 'ps wire' }, 'payment_module'],
    [{ payment: '<b>' }, 'payment'],
    [{ total_paid: null }, 'total_paid'],
    [{ total_paid: -1 }, 'total_paid'],
    [{ currency: 'XXX' }, 'currency'],
    [{ id_currency: 99 }, 'id_currency'],
    [{ lang: 'xx' }, 'lang'],
    [{ id_lang: 99 }, 'id_lang'],
    [{ current_state: 99 }, 'current_state'],
    [{ tracking_number: 'x'.repeat(65) }, 'tracking_number']
  ])('%j is refused before anything is made', async (own, field) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(created({ ...newOrder, ...own }))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'validation', field })
    expect(newCarts(bridge.shop)).toEqual([])
  })

  test('all that is wrong is told at once', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ id_customer: 1, lines: [{ product_id: 6, quantity: 0 }] }))
    expect(body.error).toMatch(/lines\[0\]\.quantity .*carrier .*payment_module .*total_paid /)
  })
})

describe('one cart makes one order', () => {
  const config = { PRESTASHOP_TIMEOUT_MS: '600' }
  const lost = ['drop-after-write', 'hang-after-write', 'half-answer', 'empty-500-after-write'] as const
  const undone = ['drop', 'hang', 'empty-500'] as const

  test.each(lost.flatMap((answer) => ['carts', 'orders'].map((resource) => ({ answer, resource }))))(
    'when the answer to POST $resource is lost ($answer)',
    async ({ answer, resource }) => {
      const bridge = await startBridge({ config })
      bridge.shop.inject({ answer, times: 1, when: (request) => request.method === 'POST' && request.resource === resource })
      await bridge.post(created(newOrder))
      await bridge.drained()
      expect(newCarts(bridge.shop)).toHaveLength(1)
      expect(newOrders(bridge.shop)).toMatchObject([{ current_state: '11' }])
    }
  )

  test.each(undone.flatMap((answer) => ['carts', 'orders'].map((resource) => ({ answer, resource }))))(
    'when POST $resource is not done ($answer)',
    async ({ answer, resource }) => {
      const bridge = await startBridge({ config })
      bridge.shop.inject({ answer, times: 1, when: (request) => request.method === 'POST' && request.resource === resource })
      await bridge.post(created(newOrder))
      await bridge.drained()
      expect(newCarts(bridge.shop)).toHaveLength(1)
      expect(newOrders(bridge.shop)).toMatchObject([{ current_state: '11' }])
    }
  )

  test('when the shop still works on it after the connection is gone', async () => {
    const bridge = await startBridge({ config: { PRESTASHOP_TIMEOUT_MS: '600' }, shop: { orderMs: 900 } })
    await bridge.post(created(newOrder))
    await bridge.drained()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(newOrders(bridge.shop)).toHaveLength(1)
  })

  test('and equal orders of one customer make a cart each', async () => {
    const bridge = await startBridge({ shop: { orderMs: 50 } })
    await Promise.all([7001, 7002, 7003].map((entity_id) => bridge.post(created(newOrder, { entity_id }))))
    expect(newCarts(bridge.shop)).toHaveLength(3)
    expect(newOrders(bridge.shop)).toHaveLength(3)
  })

  test('and a payment module that is not installed fails in the end, without an order', async () => {
    const bridge = await startBridge({ config })
    await bridge.post(created({ ...newOrder, payment_module: 'ps_unknown' }))
    await bridge.drained()
    expect(newCarts(bridge.shop)).toHaveLength(1)
    expect(newOrders(bridge.shop)).toEqual([])
  })
})
