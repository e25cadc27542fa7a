import { describe, expect, test } from 'vitest'
import { orderEnvelope, historyOf, trackingOf } from '../../support/orders.ts'
import { type NativeBridge, startNative } from '../../support/native.ts'

/** The shop's order 2, as Odoo has it. */
const REFERENCE = 'OHSATSERP'

const sale = (values: Record<string, unknown> = {}): Record<string, unknown> => ({
  state: 'sale', client_order_ref: REFERENCE, name: 'S00035', note: false, ...values
})

const transfer = (values: Record<string, unknown> = {}): Record<string, unknown> => ({
  picking_type_code: 'outgoing', state: 'assigned', sale_id: 35, origin: 'S00035', carrier_tracking_ref: false, ...values
})

const send = async (bridge: NativeBridge, model: string, id: number, values: Record<string, unknown>, search = ''): Promise<ReturnType<NativeBridge['last']>> => {
  await bridge.odoo(model, id, values, search)
  await bridge.settled()
  return bridge.last(model, id)
}

const order = (bridge: NativeBridge, values: Record<string, unknown>): ReturnType<typeof send> => send(bridge, 'sale.order', 35, values)
const picking = (bridge: NativeBridge, values: Record<string, unknown>, id = 26): ReturnType<typeof send> => send(bridge, 'stock.picking', id, values)

describe('an order that came from the shop', () => {
  test('is found by client_order_ref, and from then on by its binding', async () => {
    const bridge = await startNative()
    const { operation } = await order(bridge, sale())
    expect([operation.outcome, operation.entity_id, historyOf(bridge.shop, 2)]).toEqual(['updated', 2, [1, 3]])
    await order(bridge, sale({ client_order_ref: 'changed since', note: '<p>Ring <b>twice</b></p>' }))
    expect(bridge.shop.row('orders', 2)).toMatchObject({ note: 'Ring twice' })
  })

  test('is the one that an envelope has told of', async () => {
    const bridge = await startNative()
    await bridge.post(orderEnvelope({ reference: REFERENCE, note: 'x' }, { entity_id: 35 }))
    const { operation } = await order(bridge, { state: 'cancel' })
    expect([operation.outcome, historyOf(bridge.shop, 2)]).toEqual(['updated', [1, 6]])
  })

  test.each([['draft'], ['sent']])('is left alone while it is a quotation (%s)', async (state) => {
    const bridge = await startNative()
    const { operation, result } = await order(bridge, sale({ state, note: '<p>x</p>' }))
    expect([operation.outcome, result['reason'], bridge.calls()]).toEqual(['ignored', 'a quotation', []])
  })

  test('has the state that ORDER_STATE_MAP says', async () => {
    const bridge = await startNative({ config: { ORDER_STATE_MAP: 'sale=2, sent = Awaiting bank wire payment' } })
    await order(bridge, sale({ state: 'sent' }))
    await order(bridge, sale())
    await order(bridge, sale({ state: 'cancel' }))
    expect(historyOf(bridge.shop, 2)).toEqual([1, 10, 2])
  })

  test('keeps its state where ORDER_STATE_MAP has none for that of Odoo', async () => {
    const bridge = await startNative()
    for (const state of ['done', 'constructor']) expect((await order(bridge, sale({ state }))).operation.status).toBe('success')
    expect(historyOf(bridge.shop, 2)).toEqual([1])
  })

  test('keeps the state that somebody gave it in the shop while Odoo only repeats its own', async () => {
    const bridge = await startNative({ config: { CONFLICT_POLICY: 'odoo-wins' } })
    await order(bridge, sale())
    bridge.shop.backOffice.update('orders', 2, { current_state: '9' })
    await order(bridge, sale({ note: '<p>x</p>' }))
    expect(bridge.shop.row('orders', 2)).toMatchObject({ current_state: '9', note: 'x' })
    await order(bridge, sale({ state: 'cancel' }))
    expect(bridge.shop.row('orders', 2)).toMatchObject({ current_state: '6' })
  })

  test.each([['shipped', '4'], ['delivered', '5'], ['canceled', '6'], ['refunded', '7']])(
    'is not taken back from %s by a confirmation in Odoo',
    async (_name, state) => {
      const bridge = await startNative()
      bridge.shop.backOffice.update('orders', 2, { current_state: state })
      const { operation } = await order(bridge, sale())
      expect([operation.status, bridge.writes(), bridge.shop.row('orders', 2)!['current_state']]).toEqual(['success', [], state])
    }
  )

  test('stays when it is deleted in Odoo', async () => {
    const bridge = await startNative()
    await order(bridge, sale())
    const { operation } = await send(bridge, 'sale.order', 35, {}, '?event=deleted')
    expect([operation.outcome, bridge.shop.row('orders', 2)!['current_state']]).toEqual(['ignored', '3'])
  })
})

describe('an order that did not come from the shop', () => {
  test.each([['none'], ['PO 1234 / 5'], ['ABCDEFGHI'], [false]])('with client_order_ref %s is left alone with a reason', async (client_order_ref) => {
    const bridge = await startNative()
    const { operation, result } = await order(bridge, sale({ client_order_ref }))
    expect([operation.outcome, result['reason']]).toEqual(['ignored', expect.stringContaining('client_order_ref')])
    expect(bridge.writes()).toEqual([])
  })

  test('is taken up when the shop has it later', async () => {
    const bridge = await startNative()
    await order(bridge, sale({ client_order_ref: 'LATER1' }))
    bridge.shop.backOffice.update('orders', 2, { reference: 'LATER1' })
    await order(bridge, sale({ client_order_ref: 'LATER1' }))
    expect(historyOf(bridge.shop, 2)).toEqual([1, 3])
  })

  test('without client_order_ref ticked names it', async () => {
    const bridge = await startNative()
    const { operation } = await order(bridge, { state: 'sale' })
    expect(operation.error_message).toMatch(/add to "Fields": client_order_ref$/)
  })
})

describe('a transfer', () => {
  test('tells tracking number and shipping, and a confirmation right after it takes nothing back', async () => {
    const bridge = await startNative()
    await order(bridge, sale())
    await picking(bridge, transfer({ carrier_tracking_ref: 'TRK1' }))
    await picking(bridge, transfer({ carrier_tracking_ref: 'TRK1', state: 'done' }))
    await order(bridge, sale({ note: '<p>x</p>' }))
    expect([historyOf(bridge.shop, 2), trackingOf(bridge.shop, 2)]).toEqual([[1, 3, 4], ['TRK1']])
  })

  test('that is done is told once: what happens in the shop afterwards stays', async () => {
    const bridge = await startNative({ config: { CONFLICT_POLICY: 'odoo-wins' } })
    await order(bridge, sale())
    await picking(bridge, transfer({ state: 'done' }))
    bridge.shop.backOffice.update('orders', 2, { current_state: '3' })
    await picking(bridge, transfer({ state: 'done', carrier_tracking_ref: 'TRK1' }))
    expect([bridge.shop.row('orders', 2)!['current_state'], trackingOf(bridge.shop, 2)]).toEqual(['3', ['TRK1']])
  })

  test('waits for its order, and follows it at once', async () => {
    const bridge = await startNative()
    await picking(bridge, transfer({ state: 'done' }))
    expect(bridge.last('stock.picking', 26).operation).toMatchObject({ status: 'pending', error_kind: 'dependency' })
    await order(bridge, sale())
    await bridge.drained()
    expect(historyOf(bridge.shop, 2)).toEqual([1, 3, 4])
  })

  test('is told to be nobody\'s business as soon as its order is', async () => {
    const bridge = await startNative()
    await picking(bridge, transfer({ state: 'done' }))
    await order(bridge, sale({ client_order_ref: false }))
    await bridge.drained()
    expect(bridge.last('stock.picking', 26).result['reason']).toBe('its sale order is no order of the shop')
  })

  test('without sale_id finds its order by origin', async () => {
    const bridge = await startNative()
    await order(bridge, sale())
    await picking(bridge, transfer({ state: 'done', sale_id: undefined }))
    expect(historyOf(bridge.shop, 2)).toEqual([1, 3, 4])
  })

  test('of two orders ships both, and none that is not of the shop', async () => {
    const bridge = await startNative()
    bridge.shop.backOffice.update('orders', 4, { reference: 'OTHER1' })
    await order(bridge, sale())
    await send(bridge, 'sale.order', 36, sale({ client_order_ref: 'OTHER1', name: 'S00036' }))
    await send(bridge, 'sale.order', 37, sale({ client_order_ref: false, name: 'S00037' }))
    const { result } = await picking(bridge, transfer({ state: 'done', origin: 'S00035, S00036, S00037' }))
    expect([historyOf(bridge.shop, 2).at(-1), historyOf(bridge.shop, 4).at(-1)]).toEqual([4, 4])
    expect(result['records']).toMatchObject([{ entity_id: 2 }, { entity_id: 4 }, { outcome: 'ignored' }])
  })

  test('whose origin is the shop\'s reference finds the order without a webhook about it', async () => {
    const bridge = await startNative()
    const { operation } = await picking(bridge, transfer({ state: 'done', origin: REFERENCE }))
    expect([operation.outcome, historyOf(bridge.shop, 2)]).toEqual(['updated', [1, 4]])
  })

  test.each([
    ['comes in', { picking_type_code: 'incoming', state: 'done' }, 'no outgoing transfer'],
    ['is neither done nor tracked', {}, 'nothing to tell'],
    ['belongs to no order', { state: 'done', sale_id: false, origin: false }, 'no sale order']
  ])('that %s is left alone with a reason', async (_what, values, reason) => {
    const bridge = await startNative()
    const { operation, result } = await picking(bridge, transfer(values))
    expect([operation.outcome, result['reason'], bridge.calls()]).toEqual(['ignored', expect.stringContaining(reason), []])
  })

  test('without a tracking number keeps the one of an earlier transfer', async () => {
    const bridge = await startNative()
    await order(bridge, sale())
    await picking(bridge, transfer({ carrier_tracking_ref: 'TRK1' }), 26)
    await picking(bridge, transfer({ state: 'done' }), 27)
    expect(trackingOf(bridge.shop, 2)).toEqual(['TRK1'])
  })

  test('without picking_type_code ticked names it', async () => {
    const bridge = await startNative()
    const { operation } = await picking(bridge, transfer({ picking_type_code: undefined }))
    expect(operation.error_message).toMatch(/add to "Fields": picking_type_code$/)
  })
})
