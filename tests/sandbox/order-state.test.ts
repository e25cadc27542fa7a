import { describe, expect, test } from 'vitest'
import { createSandboxShop, type HookEvent, type SandboxShop } from '../../src/sandbox/shop.ts'
import { cartXml, entity, orderXml, send, shirtsAndMug } from './ask.ts'

const email = 'pub@prestashop.com'

const postState = (shop: SandboxShop, order: number, state: number, query = '') => {
  const body = entity('order_history', { id_order: String(order), id_order_state: String(state) })
  return send(shop, 'POST', `order_histories${query}`, body)
}

const patchOrder = (shop: SandboxShop, id: number, fields: Readonly<Record<string, string>>) =>
  send(shop, 'PATCH', `orders/${id}`, entity('order', { id: String(id), ...fields }))

const statesOf = (shop: SandboxShop, order: number): (string | undefined)[] => {
  const rows = shop.rows('order_histories').filter(({ id_order }) => id_order === String(order))
  return rows.map(({ id_order_state }) => id_order_state)
}

describe('a row of order_histories', () => {
  test('changes the state and what follows from it, without a mail', async () => {
    const shop = createSandboxShop({ now: () => new Date('2026-11-23T10:00:00Z') })
    await postState(shop, 2, 2)
    expect(shop.row('orders', 2)).toMatchObject({
      current_state: '2',
      invoice_number: '1',
      valid: '1',
      total_paid_real: '169.900000',
      date_upd: '2026-11-23 10:00:00'
    })
    expect(shop.mails).toEqual([])
  })

  test('pays once, however often the state is paid', async () => {
    const shop = createSandboxShop()
    for (const state of [2, 2, 3, 4]) await postState(shop, 4, state)
    expect(shop.rows('order_payments')).toMatchObject([{ amount: '21.300000', payment_method: 'Payments by check' }])
    expect(shop.row('orders', 4)).toMatchObject({ total_paid_real: '21.300000', delivery_number: '1' })
    expect(statesOf(shop, 4)).toEqual(['1', '2', '2', '3', '4'])
  })

  test('gives cancelled pieces back, once, and takes them again', async () => {
    const shop = createSandboxShop()
    await send(shop, 'POST', 'carts', cartXml({}, shirtsAndMug))
    await send(shop, 'POST', 'orders', orderXml(6, '60.57'))
    const quantities: (string | undefined)[] = []
    for (const state of [4, 6, 6, 2]) {
      await postState(shop, 6, state)
      quantities.push(shop.row('stock_availables', 20)?.['quantity'])
    }
    expect(quantities).toEqual(['298', '300', '300', '298'])
  })

  test.for([
    ['order', 9999, 3],
    ['state', 4, 999]
  ] as const)('of an unknown %s is an empty 500 and changes nothing', async ([, order, state]) => {
    const shop = createSandboxShop()
    const before = shop.rows('orders')
    const { status, body } = await postState(shop, order, state)
    expect({ status, body }).toEqual({ status: 500, body: '' })
    expect(shop.rows('orders')).toEqual(before)
    expect(shop.rows('order_histories')).toHaveLength(7)
  })

  test('mails with sendemail=1, if its state has a mail', async () => {
    const shop = createSandboxShop()
    await postState(shop, 4, 4, '?sendemail=1')
    await postState(shop, 4, 5, '?sendemail=1')
    expect(shop.mails).toEqual([{ resource: 'orders', id: 4, kind: 'shipped', to: email }])
  })

  test('is written although its mail fails, which is a 500 with code 46', async () => {
    const shop = createSandboxShop()
    shop.settings.mailBroken = true
    expect(await postState(shop, 2, 2, '?sendemail=1')).toMatchObject({ status: 500, codes: [46] })
    expect(shop.row('orders', 2)).toMatchObject({ current_state: '2' })
    expect(statesOf(shop, 2)).toEqual(['1', '2'])
    expect(shop.mails).toEqual([])
    shop.settings.mailBroken = false
    expect((await postState(shop, 2, 3, '?sendemail=1')).status).toBe(201)
  })
})

describe('current_state in orders', () => {
  test('by PATCH makes one row and always a mail', async () => {
    const shop = createSandboxShop()
    await patchOrder(shop, 5, { current_state: '2' })
    await patchOrder(shop, 5, { current_state: '2' })
    expect(statesOf(shop, 5)).toEqual(['10', '2'])
    expect(shop.mails).toEqual([{ resource: 'orders', id: 5, kind: 'payment', to: email }])
  })

  test('by PUT loses on the order what the state has written, not the invoice', async () => {
    const shop = createSandboxShop()
    const { shipping_number: _, ...fields } = shop.row('orders', 4) ?? {}
    await send(shop, 'PUT', 'orders/4', entity('order', { ...fields, current_state: '2' }))
    expect(shop.row('orders', 4)).toMatchObject({ current_state: '2', invoice_number: '0', valid: '0' })
    expect(shop.rows('order_invoices')).toMatchObject([{ id_order: '4', number: '1' }])
    expect(shop.mails).toHaveLength(1)
  })

  test('by a human is mailed too', () => {
    const shop = createSandboxShop()
    shop.backOffice.update('orders', 2, { current_state: '4' })
    expect(shop.mails).toMatchObject([{ id: 2, kind: 'shipped' }])
    expect(statesOf(shop, 2)).toEqual(['1', '4'])
  })
})

describe('a new order', () => {
  test.for([
    ['60.57', ['payment', 'order_conf']],
    ['1.00', ['payment_error']]
  ] as const)('paid with %s sends %j', async ([total, kinds]) => {
    const shop = createSandboxShop()
    await send(shop, 'POST', 'carts', cartXml({}, shirtsAndMug))
    await send(shop, 'POST', 'orders', orderXml(6, total))
    expect(shop.mails.map(({ kind }) => kind)).toEqual(kinds)
  })
})

const listened = (): { shop: SandboxShop; events: HookEvent[] } => {
  const shop = createSandboxShop()
  const events: HookEvent[] = []
  shop.onHook((event) => {
    events.push(event)
  })
  return { shop, events }
}

describe('the hooks', () => {
  test('of a state tell the state before and after', async () => {
    const { shop, events } = listened()
    const body = entity('order_history', { id_order: '2', id_order_state: '4' })
    await send(shop, 'POST', 'order_histories', body)
    const told = events.find(({ hook_name }) => hook_name === 'actionOrderStatusPostUpdate')
    expect(told).toMatchObject({
      resource: 'orders',
      entity_id: 2,
      before_data: { current_state: '1' },
      after_data: { current_state: '4' }
    })
  })

  test('of a state come in the order of the shop', async () => {
    const { shop, events } = listened()
    await postState(shop, 2, 12)
    expect(events.map(({ hook_name }) => hook_name)).toEqual([
      'actionOrderStatusUpdate',
      'actionObjectOrderUpdateAfter',
      'actionOrderStatusPostUpdate',
      'actionObjectOrderHistoryAddAfter',
      'actionObjectOrderUpdateAfter',
      'actionOrderHistoryAddAfter'
    ])
  })

  test('of a new order tell that it was validated', async () => {
    const { shop, events } = listened()
    await send(shop, 'POST', 'carts', cartXml({}, shirtsAndMug))
    await send(shop, 'POST', 'orders', orderXml(6, '60.57'))
    const told = events.find(({ hook_name }) => hook_name === 'actionValidateOrder')
    const expected = { action_type: 'created', entity_id: 6, before_data: null, after_data: { id_cart: '6' } }
    expect(told).toMatchObject(expected)
  })
})
