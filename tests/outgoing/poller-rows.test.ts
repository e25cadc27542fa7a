import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { cartXml, entity, orderXml, send, shirtsAndMug } from '../sandbox/ask.ts'
import { polledShop, type PolledShop, summary } from '../support/poller.ts'

const setState = (shop: SandboxShop, order: number, state: number) =>
  send(shop, 'POST', 'order_histories', entity('order_history', { id_order: String(order), id_order_state: String(state) }))

/** An order that a customer places and pays, with its invoice and payment. */
const placeOrder = async (shop: SandboxShop): Promise<number> => {
  await send(shop, 'POST', 'carts', cartXml({}, shirtsAndMug))
  await send(shop, 'POST', 'orders', orderXml(Number(shop.rows('carts').at(-1)?.['id']), '60.57'))
  return Number(shop.rows('orders').at(-1)?.['id'])
}

const setTracking = (shop: SandboxShop, row: number, number: string): void =>
  shop.backOffice.update('order_carriers', row, { tracking_number: number })

describe('The state of an order', () => {
  test('is told as the module tells it, each step once, before the order as it is', async () => {
    const { poller, shop, told, wait, gate } = polledShop()
    const one = poller()
    await one.round()
    wait(60)
    await setState(shop, 2, 3)
    await setState(shop, 2, 4)
    await one.round()
    await one.round()
    const events = told()
    expect(events.map(summary)).toEqual([
      'order 2 status_changed',
      'order 2 status_changed',
      'order 2 updated',
      // The state "Shipped" has the shop write them.
      'invoice 1 created',
      'payment 1 created'
    ])
    expect(events[1]).toMatchObject({
      hook_name: 'poll',
      hook_timestamp: '2026-11-23 10:01:00',
      after_data: { id: '2', current_state: '4', id_order_state: '4' },
      context_data: { new_status_id: 4, id_order_history: 9 },
      change_summary: 'current_state'
    })
    // A row of the past is no look at the order.
    expect(gate.submissions.map(({ readAt }) => readAt !== undefined)).toEqual([false, false, true, true, true])
  })

  test('of an order that was just made is part of its creation', async () => {
    const { poller, shop, told, wait } = polledShop()
    const one = poller()
    await one.round()
    wait(60)
    const id = await placeOrder(shop)
    await one.round()
    const events = told()
    expect(events.map(summary)).toEqual([`order ${id} created`, `order ${id} created`, 'invoice 1 created', 'payment 1 created'])
    expect(events[0]).toMatchObject({ after_data: { current_state: '11', reference: shop.row('orders', id)?.['reference'] } })
  })

  test('is not told again by another process', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    await setState(shop, 2, 3)
    await poller().round()
    told()
    for (let round = 0; round < 3; round += 1) {
      wait(100)
      await poller().round()
    }
    expect(told().filter(({ action_type }) => action_type === 'status_changed')).toEqual([])
  })
})

describe('Rows that are written once', () => {
  test('are told as invoices and payments', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    const id = await placeOrder(shop)
    await poller().round()
    const [invoice, payment] = told().slice(-2)
    expect(invoice).toMatchObject({ entity_type: 'invoice', entity_id: 1, entity_name: 'invoice 1', action_type: 'created', after_data: { id_order: String(id), number: '1' } })
    expect(payment).toMatchObject({ entity_type: 'payment', entity_id: 1, action_type: 'created', after_data: { amount: '60.570000' } })
  })

  test('are told though a row with a lower id becomes visible after them, and then forgotten', async () => {
    let [shop, hidden]: [SandboxShop | undefined, number | undefined] = [undefined, undefined]
    const slow = http.get('https://shop.test/api/order_payments', async ({ request }) => {
      const answer = await shop?.app.fetch(request)
      if (!answer) return HttpResponse.error()
      const rows = (await answer.text()).replace(new RegExp(`<order_payment>\\s*<id><!\\[CDATA\\[${hidden}\\].*?</order_payment>`, 's'), '')
      return new Response(rows, { headers: { 'content-type': 'text/xml' } })
    })
    const polled = polledShop({ pages: [slow] })
    const { poller, told, wait, ledger } = polled
    shop = polled.shop
    const pay = (amount: string): number => polled.shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount })
    const one = poller()
    pay('1')
    await one.round()
    wait(60)
    hidden = pay('2')
    pay('3')
    await one.round()
    expect(told().map(summary)).toEqual(['payment 3 created'])
    wait(115)
    hidden = undefined
    await one.round()
    expect(told().map(summary)).toEqual(['payment 2 created'])
    wait(121)
    await one.round()
    expect(ledger.outgoing.read(({ poll }) => [poll.cursor('order_payments'), poll.rows('order_payments', { after: 0, upTo: 99, limit: 9 })])).toEqual(['3', []])
    expect(told()).toEqual([])
  })

  test('are all told when there are more than fit on a page', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    for (let amount = 1; amount <= 250; amount += 1) {
      shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount: String(amount) })
    }
    await poller().round()
    expect(told().map(({ entity_id }) => entity_id)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1))
  })

  test('are told later when they could not be taken', async () => {
    const { poller, shop, told, gate, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount: '1' })
    gate.before = () => {
      throw new Error('the end')
    }
    await poller().round()
    expect(told()).toEqual([])
    gate.before = () => {}
    await poller().round()
    await poller().round()
    expect(told().map(summary)).toEqual(['payment 1 created'])
  })
})

/** A shop whose newest change is days later than that of order 2, so that only its parcels are looked at. */
const lateShop = (): PolledShop => {
  const polled = polledShop()
  polled.wait(5 * 86_400)
  polled.shop.backOffice.update('orders', 5, { note: 'Newest' })
  return polled
}

describe('A tracking number', () => {
  test('that moves no date is told with its order, once', async () => {
    const { poller, shop, told, wait } = lateShop()
    const one = poller()
    await one.round()
    wait(60)
    setTracking(shop, 2, '1Z999')
    expect(shop.row('orders', 2)).toMatchObject({ date_upd: '2026-11-22 20:45:21' })
    await one.round()
    await one.round()
    await poller().round()
    expect(told()).toMatchObject([
      {
        entity_type: 'order',
        entity_id: 2,
        action_type: 'updated',
        after_data: { shipping_number: '1Z999' },
        context_data: { change_type: 'tracking', id_order_carrier: 2, tracking_number: '1Z999' }
      }
    ])
  })

  test('that is taken away is told', async () => {
    const { poller, shop, told, wait } = lateShop()
    setTracking(shop, 2, '1Z999')
    await poller().round()
    wait(60)
    setTracking(shop, 2, '')
    await poller().round()
    expect(told()).toMatchObject([{ entity_id: 2, after_data: { shipping_number: '' } }])
  })

  test('of a second parcel has a name of its own, since the order goes on showing the first', async () => {
    const { poller, shop, told, wait } = lateShop()
    setTracking(shop, 2, 'FIRST')
    await poller().round()
    wait(60)
    const row = shop.backOffice.create('order_carriers', { id_order: '2', id_carrier: '2', tracking_number: 'SECOND' })
    await poller().round()
    const [event] = told()
    expect(event?.after_data).toMatchObject({ shipping_number: 'FIRST', [`tracking_number.${row}`]: 'SECOND' })
    expect(event).toMatchObject({ change_summary: `tracking_number.${row}`, context_data: { id_order_carrier: row } })
  })

  test('is not looked for in orders older than sixty days', async () => {
    const { poller, shop, told, wait } = lateShop()
    const one = poller()
    await one.round()
    wait(61 * 86_400)
    await placeOrder(shop)
    wait(86_400)
    shop.backOffice.update('orders', 5, { note: 'Newest again' })
    await one.round()
    await one.round()
    told()
    setTracking(shop, 2, 'OLD')
    setTracking(shop, 6, 'YOUNG')
    await one.round()
    expect(told().map(({ entity_id, after_data }) => [entity_id, after_data?.['shipping_number']])).toEqual([[6, 'YOUNG']])
  })

  test('of an order that Odoo has not heard of comes with its creation', async () => {
    const { poller, shop, told, wait } = lateShop()
    const one = poller()
    await one.round()
    wait(60)
    // Made between the look at the orders and the look at their parcels.
    let order = 0
    const rule = shop.inject({
      when: ({ resource }) => {
        if (resource !== 'order_carriers' || order > 0) return false
        const { id_address_delivery = '', id_address_invoice = '', id_customer = '' } = shop.row('orders', 5) ?? {}
        order = shop.backOffice.create('orders', { id_address_delivery, id_address_invoice, id_customer, id_shop: '1', reference: 'NEW' })
        shop.backOffice.create('order_carriers', { id_order: String(order), id_carrier: '2', tracking_number: 'T6' })
        return false
      },
      answer: 'drop'
    })
    await one.round()
    rule()
    expect(told().map(summary)).toEqual([`order ${order} created`])
  })
})
