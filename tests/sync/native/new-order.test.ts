import { describe, expect, test } from 'vitest'
import { until } from '../../support/bridge.ts'
import { startNative, type NativeBridge } from '../../support/native.ts'
import { apiOf, startOdoo } from '../../support/odoo/odoo.ts'
import type { Version } from '../../support/odoo/schema.ts'
import { sell, stock, webhookOf } from '../../support/odoo/shelf.ts'
import { historyOf, newCarts, newOrders, trackingOf } from '../../support/orders.ts'

const on = { CREATE_ORDERS: 'true' }

interface Given {
  readonly version?: Version
  /** Of the order in Odoo. */
  readonly order?: Record<string, unknown>
  readonly config?: Record<string, string>
  readonly hasApi?: boolean
}

/** A confirmed order in Odoo, and a bridge. */
const start = async ({ version = 19, order = {}, config = on, hasApi = true }: Given = {}) => {
  const odoo = await startOdoo({ version })
  const sold = sell(odoo.database, order)
  const bridge = await startNative({ config: { ...(hasApi ? apiOf(odoo) : {}), ...config } })
  stock(bridge.shop)
  const send = async (model: string, id: number): Promise<ReturnType<NativeBridge['last']>> => {
    await bridge.odoo(model, id, webhookOf(odoo.database, model, id))
    await bridge.settled()
    return bridge.last(model, id)
  }
  return {
    ...bridge,
    database: odoo.database,
    sold,
    orders: () => newOrders(bridge.shop),
    tell: () => send('sale.order', sold.order),
    /** Tells of Jane, who has ordered. */
    introduce: () => send('res.partner', sold.jane),
    send,
    change: (values: Record<string, unknown>) => odoo.database.write('sale.order', [sold.order], values)
  }
}

describe.each([17, 18, 19] as const)('with CREATE_ORDERS, a confirmed order of Odoo %i', (version) => {
  test('is made in the shop once: with its lines, its state and its note', async () => {
    const { introduce, tell, orders, change } = await start({ version, order: { note: '<p>Ring <b>twice</b></p>' } })
    await introduce()
    const { operation } = await tell()
    const [made, ...others] = orders()
    expect(operation).toMatchObject({ status: 'success', outcome: 'created', entity_id: Number(made?.['id']) })
    expect(others).toEqual([])
    expect(made).toMatchObject({
      reference: 'S00042', module: 'ps_wirepayment', payment: 'Odoo', current_state: '3', note: 'Ring twice', total_paid: '60.570000'
    })
    change({ note: '<p>Ring once</p>' })
    expect((await tell()).operation).toMatchObject({ outcome: 'updated', entity_id: Number(made?.['id']) })
    expect(orders()).toMatchObject([{ note: 'Ring once', current_state: '3' }])
  })

  test('brings its customer and address along, though no webhook has told of them', async () => {
    const { tell, orders, shop, operationsOf, sold } = await start({ version })
    const { operation } = await tell()
    expect(operation).toMatchObject({ status: 'success', outcome: 'created' })
    expect(shop.rows('customers').at(-1)).toMatchObject({ email: 'jane@example.com', lastname: 'Roe' })
    expect(orders()).toMatchObject([{ id_customer: shop.rows('customers').at(-1)?.['id'], id_address_delivery: shop.rows('addresses').at(-1)?.['id'] }])
    expect(operationsOf('res.partner', sold.jane)).toMatchObject([{ outcome: 'created', source_payload: expect.stringContaining(operation.operation_id) as unknown }])
  })
})

describe('an order that was made from Odoo', () => {
  test('is shipped, and canceled, as any other', async () => {
    const { introduce, tell, send, orders, shop, database, sold, change } = await start()
    await introduce()
    await tell()
    const id = Number(orders()[0]?.['id'])
    const picking = database.create('stock.picking', {
      picking_type_code: 'outgoing', state: 'done', sale_id: sold.order, origin: 'S00042', carrier_tracking_ref: 'TRK1'
    })
    await send('stock.picking', picking)
    expect([historyOf(shop, id).slice(-2), trackingOf(shop, id)]).toEqual([[3, 4], ['TRK1']])
    change({ state: 'cancel' })
    await tell()
    expect(historyOf(shop, id).at(-1)).toBe(6)
  })

  test('is shipped also by a transfer that comes before it could be made, and after its quotation was left alone', async () => {
    const { introduce, tell, send, orders, shop, database, sold, change, drained } = await start({ order: { state: 'draft' } })
    const home = database.row('res.partner', sold.jane)['country_id']
    database.write('res.partner', [sold.jane], { country_id: database.create('res.country', { name: 'Nowhere', code: 'XX' }) })
    await tell()
    change({ state: 'sale' })
    expect((await tell()).operation).toMatchObject({ error_kind: 'dependency', error_field: 'address_delivery_odoo_id' })
    const picking = database.create('stock.picking', {
      picking_type_code: 'outgoing', state: 'done', sale_id: sold.order, origin: 'S00042', carrier_tracking_ref: 'TRK1'
    })
    expect((await send('stock.picking', picking)).operation).toMatchObject({ status: 'pending', error_kind: 'dependency' })
    database.write('res.partner', [sold.jane], { country_id: home })
    await introduce()
    await drained()
    expect(historyOf(shop, Number(orders()[0]?.['id'])).at(-1)).toBe(4)
  })

  test('has the payment module of ORDER_PAYMENT_MODULE', async () => {
    const { introduce, tell, orders } = await start({ config: { ...on, ORDER_PAYMENT_MODULE: 'ps_checkpayment' } })
    await introduce()
    await tell()
    expect(orders()).toMatchObject([{ module: 'ps_checkpayment' }])
  })

  test('with another total ends as failed, and no repetition takes it for paid', async () => {
    const { introduce, tell, orders, change } = await start({ order: { amount_total: 99 } })
    await introduce()
    const { operation, result } = await tell()
    expect([operation.status, result['code']]).toEqual(['failed', 'total_mismatch'])
    expect(orders()).toMatchObject([{ current_state: '8' }])
    change({ note: '<p>x</p>' })
    await tell()
    expect(orders()).toMatchObject([{ current_state: '8', note: 'x' }])
  })

  test.each([
    ['POST carts', { resource: 'carts', answer: 'drop' }],
    ['POST orders, which was done,', { resource: 'orders', answer: 'drop' }],
    ['POST orders, which was not done,', { resource: 'orders', answer: { status: 500, body: 'x' } }],
    ['POST order_histories', { resource: 'order_histories', answer: 'drop' }]
  ] as const)('is one also when the answer to %s is lost', async (_what, { resource, answer }) => {
    const { introduce, tell, orders, drained, shop } = await start({ config: { ...on, PRESTASHOP_TIMEOUT_MS: '500' } })
    await introduce()
    shop.inject({ when: (request) => request.method === 'POST' && request.resource === resource, times: 1, answer })
    await tell()
    await drained()
    expect(orders()).toMatchObject([{ current_state: '3', reference: 'S00042' }])
    expect(newCarts(shop)).toHaveLength(1)
  })

  test('is brought to its end, and canceled, when it is canceled in Odoo before that', async () => {
    const { introduce, odoo, sold, tell, orders, shop, drained, change, operationsOf } = await start()
    await introduce()
    const heal = shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'order_histories', answer: { status: 503, body: '' } })
    await odoo('sale.order', sold.order, webhookOf(sold.database, 'sale.order', sold.order))
    await until(() => operationsOf('sale.order', sold.order)[0]?.error_kind === 'unavailable', 'the shop is away')
    change({ state: 'cancel' })
    heal()
    await drained()
    await tell()
    expect(orders()).toMatchObject([{ current_state: '6', reference: 'S00042' }])
  })
})

describe('no order is made', () => {
  test.each([
    ['without CREATE_ORDERS', { config: {} }, /client_order_ref holds no reference/],
    ["without Odoo's API", { hasApi: false }, /CREATE_ORDERS needs Odoo's API/],
    ['of a quotation', { order: { state: 'draft' } }, /a quotation/],
    ['of a canceled one', { order: { state: 'cancel' } }, /client_order_ref holds no reference/]
  ] as const)('%s, and the reason is told', async (_what, given, reason) => {
    const { introduce, tell, orders, shop } = await start(given)
    await introduce()
    const { operation, result } = await tell()
    expect([operation.status, operation.outcome, result['reason']]).toEqual(['success', 'ignored', expect.stringMatching(reason)])
    expect([orders(), newCarts(shop)]).toEqual([[], []])
  })

  test('where client_order_ref names one of the shop: that one is meant', async () => {
    const { tell, orders, shop } = await start({ order: { client_order_ref: 'OHSATSERP' } })
    expect((await tell()).operation).toMatchObject({ outcome: 'updated', entity_id: 2 })
    expect([orders(), historyOf(shop, 2)]).toEqual([[], [1, 3]])
  })

  test.each([
    ['is archived', { active: false }, 'customer_odoo_id', 'archived'],
    ['has no street', { street: false, city: false }, 'address_delivery_odoo_id', 'neither street nor city']
  ])('whose customer %s: it ends at once, and tells why', async (_what, values, field, reason) => {
    const { tell, orders, database, sold, server, drained } = await start()
    database.write('res.partner', [sold.jane], values)
    const { operation } = await tell()
    expect(operation).toMatchObject({ status: 'failed', error_field: field, error_message: expect.stringContaining(reason) as unknown })
    expect(orders()).toEqual([])
    database.write('res.partner', [sold.jane], { active: true, street: '1 Main street', city: 'Miami' })
    server.ledger.retry(operation.operation_id)
    await drained()
    expect(orders()).toHaveLength(1)
  })

  test('of what the shop cannot sell so: it is refused with what to change in Odoo', async () => {
    const { introduce, tell, orders } = await start({ order: { carrier_id: false } })
    await introduce()
    expect((await tell()).operation).toMatchObject({ status: 'failed', error_field: 'carrier_id', error_message: expect.stringContaining('Add Shipping') as unknown })
    expect(orders()).toEqual([])
  })
})

test('an order whose client_order_ref is no reference of the shop is made all the same', async () => {
  const { introduce, tell, orders } = await start({ order: { client_order_ref: 'PO 1234 / 5' } })
  await introduce()
  await tell()
  expect(orders()).toHaveLength(1)
})
