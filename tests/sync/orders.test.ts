import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/prestashop/client.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { historyOf, orderEnvelope, trackingOf } from '../support/orders.ts'

const ORDER = 2
const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

/** Only a carrier with a page for its parcels is worth a mail (`mail-order_carriers-put-sendemail-no-url.txt`). */
const withUrl = ({ shop }: Bridge): void =>
  shop.backOffice.update('carriers', 2, { url: 'https://track.example.com/@' })

const named = { reference: 'OHSATSERP' }

describe('which order is meant', () => {
  test('an order is found by its reference, and bound', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(orderEnvelope({ ...named, note: 'Ring twice' }))
    expect({ ...body, status }).toMatchObject({ status: 200, outcome: 'updated', entity_id: ORDER, updated_fields: ['note'] })
    const later = await bridge.post(orderEnvelope({ note: 'Ring once' }))
    expect(later.body).toMatchObject({ outcome: 'updated', entity_id: ORDER })
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ note: 'Ring once', reference: 'OHSATSERP' })
  })

  test('an order is found by data.id', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ id: ORDER, note: 'Ring twice' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: ORDER })
  })

  test('data.id with the reference of another order is refused', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(orderEnvelope({ id: 1, ...named, note: 'Ring twice' }))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'identity_conflict', field: 'reference' })
    expect(bridge.shop.row('orders', 1)).toMatchObject({ note: 'Test' })
  })

  test('data.id with another customer is refused', async () => {
    const bridge = await startBridge()
    const customer = bridge.shop.backOffice.create('customers', { email: 'jane@example.com', firstname: 'Jane', lastname: 'Roe', active: '1', id_shop: '1' })
    const { body } = await bridge.post(orderEnvelope({ id: ORDER, id_customer: customer, note: 'Ring twice' }))
    expect(body).toMatchObject({ code: 'identity_conflict', field: 'id_customer' })
  })

  test('a data.id that is Odoo’s own does not count', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ id: 1, ...named, note: 'Ring twice' }, { entity_id: 1 }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: ORDER })
  })

  test('two orders with one reference are a conflict that names both', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('orders', 4, { reference: 'OHSATSERP' })
    const { status, body } = await bridge.post(orderEnvelope({ ...named, note: 'Ring twice' }))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'identity_conflict' })
    expect(body.error).toMatch(/order 2, 4/)
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ note: '' })
  })

  test('a reference in other letters is not the same', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ reference: 'ohsatserp', note: 'Ring twice' }))
    expect(body).toMatchObject({ code: 'not_found' })
  })

  test('an order that is bound to another order of Odoo is not taken over', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, note: 'Ring twice' }))
    const { body } = await bridge.post(orderEnvelope({ ...named, note: 'Ring once' }, { entity_id: 7002 }))
    expect(body).toMatchObject({ code: 'identity_conflict' })
  })

  test('what only a new order needs is told as ignored', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ ...named, note: 'Ring twice', lines: [], carrier: 2 }))
    expect(body).toMatchObject({ outcome: 'updated', ignored_fields: ['lines', 'carrier'] })
  })
})

describe('a state may be named', () => {
  test.each([
    ['current_state', 4, 4],
    ['id_order_state', '4', 4],
    ['current_state', 'Shipped', 4],
    ['id_order_state', 'processing IN progress', 3],
    ['current_state', 'payment_accepted', 2],
    ['current_state', 'processing', 3],
    ['current_state', 'shipped', 4],
    ['current_state', 'delivered', 5],
    ['current_state', 'canceled', 6],
    ['current_state', 'refunded', 7]
  ])('%s %j is state %i', async (field, state, id) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(orderEnvelope({ ...named, [field]: state }))
    expect({ ...body, status }).toMatchObject({ status: 200, outcome: 'updated', updated_fields: ['current_state'] })
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, id])
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: String(id) })
  })

  test('in any language of the shop', async () => {
    const bridge = await startBridge({ shop: { languages: ['en', 'fr'] } })
    const human = createClient({ url: bridge.shop.url, key: bridge.shop.key, timeoutMs: 1_000 })
    const [english, french] = await human.list('languages')
    await human.change('order_states', 4, {
      languages: { name: { [english!.id]: 'Shipped', [french!.id]: 'Expédié' } }
    })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 'EXPÉDIÉ' }))
    expect(body).toMatchObject({ outcome: 'updated' })
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 4])
  })

  test.each([
    ['payment_accepted', 2],
    ['processing', 3],
    ['shipped', 4],
    ['delivered', 5],
    ['canceled', 6],
    ['refunded', 7]
  ])('%s is told by the flags of the states when the key may not read configurations', async (state, id) => {
    const key = 'KEYWITHOUTCONFIGURATIONSKEYWITHO'
    const all = ['GET', 'POST', 'PATCH']
    const bridge = await startBridge({
      shop: { keys: { [key]: { orders: all, order_histories: all, order_carriers: all, order_states: all } } },
      config: { PRESTASHOP_KEY: key, SHOP_TIMEZONE: 'UTC' }
    })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: state }))
    expect(body).toMatchObject({ outcome: 'updated' })
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, id])
  })

  test('an alias that the flags leave open names the states it may mean', async () => {
    const key = 'KEYWITHOUTCONFIGURATIONSKEYWITHO'
    const bridge = await startBridge({
      shop: { keys: { [key]: { orders: ['GET'], order_states: ['GET'] } } },
      config: { PRESTASHOP_KEY: key }
    })
    bridge.shop.backOffice.update('order_states', 9, { delivery: '1' })
    const { status, body } = await bridge.post(orderEnvelope({ ...named, current_state: 'processing' }))
    expect({ ...body, status }).toMatchObject({ status: 422, field: 'current_state' })
    expect(body.error).toMatch(/3, 9/)
  })

  test('a name that two states have names both', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('order_states', 12, { name: 'Shipped' })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 'Shipped' }))
    expect(body).toMatchObject({ code: 'validation', field: 'current_state' })
    expect(body.error).toMatch(/4, 12/)
  })

  test.each([99, 'Sent by pigeon'])('the unknown state %j is refused, and nothing of the operation is applied', async (state) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(
      orderEnvelope({ ...named, tracking_number: 'T1', note: 'Ring twice', current_state: state })
    )
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'validation', field: 'current_state' })
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: '1', note: '', shipping_number: '' })
    expect(bridge.shop.requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  test('a state that was deleted is none', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('order_states', 12, { deleted: '1' })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 12 }))
    expect(body).toMatchObject({ code: 'validation' })
  })

  test.each([null, '', true, 1.5, -4])('%j is no state', async (state) => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: state }))
    expect(body).toMatchObject({ code: 'validation', field: 'current_state' })
  })
})

describe('the state', () => {
  test('goes through order_histories, so that invoice, payment and stock follow', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, current_state: 2 }))
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: '2', invoice_number: '1', valid: '1' })
    expect(bridge.calls()).toContain('POST order_histories')
  })

  test('takes two calls once the reference data is known', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, current_state: 2 }))
    bridge.calls()
    await bridge.post(orderEnvelope({ current_state: 3 }))
    expect(bridge.calls()).toEqual(['GET orders/2', 'POST order_histories'])
  })

  test('that the order has already is not written again', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('orders', ORDER, { current_state: '3' })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 3 }))
    expect(body).toMatchObject({ outcome: 'unchanged' })
    expect(bridge.calls().every((call) => call.startsWith('GET'))).toBe(true)
  })

  test('is a barrier: states that wait together are all written, in order', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const wake = bridge.shop.inject({ answer: { status: 503 } })
    for (const [index, state] of [2, 3, 4].entries()) {
      await bridge.post(orderEnvelope({ ...named, current_state: state }, { timestamp: new Date(Date.now() - 10_000 + index).toISOString() }))
    }
    wake()
    await bridge.drained()
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 2, 3, 4])
  })

  test('whose answer is lost is written once', async () => {
    const bridge = await startBridge()
    bridge.shop.inject({ answer: 'drop-after-write', times: 1, when: ({ method }) => method === 'POST' })
    await bridge.post(orderEnvelope({ ...named, current_state: 3 }))
    await bridge.drained()
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 3])
  })

  test('whose POST ends in an empty 500 is written again only if it is not there', async () => {
    const bridge = await startBridge()
    bridge.shop.inject({ answer: 'empty-500-after-write', times: 1, when: ({ method }) => method === 'POST' })
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 3 }))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['current_state'] })
    bridge.shop.inject({ answer: 'empty-500', times: 1, when: ({ method }) => method === 'POST' })
    await bridge.post(orderEnvelope({ current_state: 4 }))
    await bridge.drained()
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 3, 4])
  })
})

describe('mail', () => {
  const everything = { ...named, tracking_number: 'T1', note: 'Ring twice', current_state: 'shipped' }

  test('is not sent by default', async () => {
    const bridge = await startBridge()
    withUrl(bridge)
    expect((await bridge.post(orderEnvelope(everything))).body).toMatchObject({ outcome: 'updated' })
    expect(bridge.shop.mails).toEqual([])
  })

  test('about state and tracking is sent when SEND_ORDER_MAIL is true', async () => {
    const bridge = await startBridge({ config: { SEND_ORDER_MAIL: 'true' } })
    withUrl(bridge)
    await bridge.post(orderEnvelope(everything))
    expect(bridge.shop.mails.map(({ kind }) => kind)).toEqual(['in_transit', 'shipped'])
  })

  test('that the shop cannot send makes no second history row', async () => {
    const bridge = await startBridge({ config: { SEND_ORDER_MAIL: 'true' } })
    bridge.shop.settings.mailBroken = true
    const { status, body } = await bridge.post(orderEnvelope({ ...named, current_state: 2 }))
    expect({ ...body, status }).toMatchObject({ status: 200, outcome: 'updated', updated_fields: ['current_state'] })
    await bridge.drained()
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 2])
  })
})

describe('the tracking number', () => {
  test.each(['tracking_number', 'shipping_number'])('as %s goes into the row that the order shows', async (field) => {
    const bridge = await startBridge()
    bridge.shop.backOffice.create('order_carriers', { id_order: String(ORDER), id_carrier: '2', tracking_number: 'SECOND' })
    const { body } = await bridge.post(orderEnvelope({ ...named, [field]: '1Z 999-AA1' }))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['shipping_number'] })
    expect(trackingOf(bridge.shop, ORDER)).toEqual(['1Z 999-AA1', 'SECOND'])
    expect((await bridge.post(orderEnvelope({ [field]: '1Z 999-AA1' }))).body).toMatchObject({ outcome: 'unchanged' })
  })

  test('gets a row when the order has none', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.remove('order_carriers', 2)
    await bridge.post(orderEnvelope({ ...named, tracking_number: 'T1' }))
    expect(bridge.shop.rows('order_carriers').at(-1)).toMatchObject({ id_order: '2', id_carrier: '2', tracking_number: 'T1' })
  })

  test('may be emptied', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, tracking_number: 'T1' }))
    expect((await bridge.post(orderEnvelope({ tracking_number: null }))).body).toMatchObject({ outcome: 'updated' })
    expect(trackingOf(bridge.shop, ORDER)).toEqual([''])
  })

  test.each(['x'.repeat(65), 'T1<b>', 'Ä1'])('%j is refused by the shop’s own rules, with the field', async (number) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(orderEnvelope({ ...named, tracking_number: number }))
    expect({ ...body, status }).toMatchObject({ status: 422, code: 'validation', field: 'tracking_number' })
    expect(bridge.calls()).toEqual([])
  })
})

describe('three parts, one operation', () => {
  test('tracking first, then the note, the state last, each once', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(orderEnvelope({ ...named, current_state: 4, note: 'Ring twice', tracking_number: 'T1' }))
    expect(body).toMatchObject({ updated_fields: ['current_state', 'note', 'shipping_number'] })
    expect(bridge.calls().filter((call) => !call.startsWith('GET'))).toEqual([
      'PATCH order_carriers/2',
      'PATCH orders/2',
      'POST order_histories'
    ])
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: '4', note: 'Ring twice', shipping_number: 'T1' })
  })

  test.each(['PATCH order_carriers', 'PATCH orders', 'POST order_histories'])('a lost answer of %s repeats nothing', async (call) => {
    const bridge = await startBridge()
    bridge.shop.inject({ answer: 'drop-after-write', times: 1, when: ({ method, resource }) => `${method} ${resource}` === call })
    await bridge.post(orderEnvelope({ ...named, current_state: 4, note: 'Ring twice', tracking_number: 'T1' }))
    await bridge.drained()
    expect(bridge.calls().filter((own) => !own.startsWith('GET'))).toHaveLength(3)
    expect(historyOf(bridge.shop, ORDER)).toEqual([1, 4])
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: '4', note: 'Ring twice', shipping_number: 'T1' })
  })

  test('what is there already is not written and not told', async () => {
    const bridge = await startBridge()
    const first = { ...named, tracking_number: 'T1', note: 'Ring twice', current_state: 3 }
    await bridge.post(orderEnvelope(first))
    bridge.calls()
    const { body } = await bridge.post(orderEnvelope({ ...first, current_state: 4 }))
    expect(body).toMatchObject({ updated_fields: ['current_state'] })
    expect(bridge.calls()).toEqual(['GET orders/2', 'POST order_histories'])
  })
})

describe('an order that somebody changes in the shop', () => {
  test('keeps its state when the webhook merely repeats the old one', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, current_state: 3 }))
    bridge.shop.backOffice.update('orders', ORDER, { current_state: '4' })
    const { body } = await bridge.post(orderEnvelope({ current_state: 3, note: 'Ring twice' }))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['note'] })
    expect(bridge.shop.row('orders', ORDER)).toMatchObject({ current_state: '4' })
  })

  test('keeps its later state', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, current_state: 3 }, { timestamp: at(-100) }))
    bridge.shop.backOffice.update('orders', ORDER, { current_state: '6' })
    const { body } = await bridge.post(orderEnvelope({ current_state: 4 }, { timestamp: at(-50) }))
    expect(body).toMatchObject({ outcome: 'stale', kept_fields: ['current_state'] })
  })

  test('loses to a later webhook, though our own writes came in between', async () => {
    const bridge = await startBridge()
    bridge.shop.backOffice.update('orders', ORDER, { note: 'by hand' })
    await bridge.post(orderEnvelope({ ...named, note: 'from Odoo', current_state: 3, tracking_number: 'T1' }, { timestamp: at(1) }))
    const own = bridge.shop.row('orders', ORDER)?.['date_upd']
    expect(bridge.server.ledger.known.datesOf('order', ORDER).own_date_upd).toBe(own)
  })

  test('a tracking number moves no date, and none is taken for somebody else’s', async () => {
    const bridge = await startBridge()
    await bridge.post(orderEnvelope({ ...named, current_state: 3 }))
    const before = bridge.server.ledger.known.datesOf('order', ORDER)
    await bridge.post(orderEnvelope({ tracking_number: 'T1' }))
    expect(bridge.server.ledger.known.datesOf('order', ORDER)).toEqual(before)
  })
})

describe('deleting an order', () => {
  test('is refused before anything is stored', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(orderEnvelope({}, { action_type: 'deleted' }))
    expect({ ...body, status }).toMatchObject({
      status: 422,
      issues: [{ path: 'action_type', message: expect.stringContaining('an order cannot be deleted') }]
    })
    expect(bridge.server.ledger.list({ limit: 1 })).toEqual([])
  })
})
