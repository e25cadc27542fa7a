import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { newOutboxId, OVERTAKEN } from '../../src/ledger/outbox.ts'
import { customerEnvelope, until } from '../support/bridge.ts'
import { installModule } from '../support/module.ts'
import { dataIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'
import { json, playOdoo } from './odoo.ts'

let last = 0

/** An event as the module in the field sends it. */
const event = (given: Record<string, unknown> = {}) => {
  last += 1
  return {
    event_id: last,
    entity_type: 'customer',
    entity_id: '1',
    action_type: 'updated',
    transaction_hash: `hash ${last}`,
    hook_timestamp: '2026-06-01 10:00:00',
    before_data: null,
    after_data: { id: 1, email: 'pub@prestashop.com', firstname: 'John', lastname: 'DOE' },
    context_data: [],
    ...given
  }
}

const order = (given: object) => event({ entity_type: 'order', after_data: { id_order: 1, current_state: '6' }, ...given })

const relayed = async (ways: TwoWays, ...events: readonly unknown[]): Promise<unknown> =>
  (await ways.tell('/outgoing/events', { batch_id: 'b', events })).body['results']

describe('Nothing is lost between two ways of telling', () => {
  test('an event that was checked and is relayed all the same reaches Odoo', async () => {
    const ways = await startTwoWays({ module: false })
    const one = event()
    await ways.tell('/outgoing/check', one)
    expect(await relayed(ways, one)).toMatchObject([{ success: true, suppressed: false }])
    expect(ways.outbox()).toHaveLength(1)
  })

  test('results that Odoo gives in another order are told by their event_id', async () => {
    const odoo = await playOdoo()
    onTestFinished(odoo.close)
    odoo.answers(({ events }) =>
      json({ results: events.toReversed().map((one) => ({ success: one['entity_id'] !== '2', event_id: one['event_id'] })) })
    )
    const ways = await startTwoWays({ module: false, config: { ODOO_WEBHOOK_URL: odoo.url } })
    await relayed(ways, event({ entity_id: '2' }), event({ entity_id: '3' }))
    await until(() => ways.outbox()[1]?.status === 'delivered', 'the second is delivered')
    expect(ways.outbox()[0]).toMatchObject({ status: 'pending', attempts: 1 })
  })

  test('what was before a deletion does not come after it', async () => {
    const ways = await startTwoWays({ module: false })
    await relayed(ways, event())
    ways.deliver()
    ways.shop.backOffice.remove('customers', 1)
    const deleted = event({ action_type: 'deleted', hook_timestamp: '2026-06-01 10:10:00', after_data: null })
    await relayed(ways, deleted, event({ hook_timestamp: '2026-06-01 10:05:00' }))
    await ways.settled()
    expect(ways.outbox().map(({ status }) => status)).toEqual(['delivered', 'delivered', 'suppressed'])
  })

  test('a status that a hook announces before it is written is not taken for the old one', async () => {
    const ways = await startTwoWays({ module: false })
    await relayed(ways, order({}))
    ways.deliver()
    const announced = order({ action_type: 'status_changed', context_data: { new_status_id: 5 } })
    expect((await ways.tell('/outgoing/check', announced)).body).toMatchObject({ emit: true })
  })
})

/** A line of an order, as the module in the field tells it. */
const line = (given: object = {}) => ({
  id_order_detail: 3, product_id: 1, product_attribute_id: 1, product_quantity: 1, unit_price_tax_incl: 23.9, unit_price_tax_excl: 19.9,
  current_stock: 300, id_order_invoice: 0, ...given
})

const parcels = (second: string, first = '') => [
  { id_order_carrier: 2, tracking_number: first },
  { id_order_carrier: 9, tracking_number: second }
]

/** The states that Odoo is told, in order. */
const states = async ({ settled }: TwoWays): Promise<number[]> => (await settled()).map(({ current_state }) => Number(current_state))

/** Order 2 has gone on to a state. */
const shopIn = async (state: number): Promise<TwoWays> => {
  const ways = await startTwoWays({ module: false })
  ways.shop.backOffice.update('orders', 2, { current_state: String(state) })
  return ways
}

describe('States of an order within one second', () => {
  const at = '2026-06-01 12:00:00'
  const changed = (state: number, hook_timestamp = at) =>
    order({
      entity_id: '2', action_type: 'status_changed', hook_timestamp, after_data: { id_order: 2, current_state: state },
      context_data: { new_status_id: state }
    })

  test('are told each, in order', async () => {
    const ways = await shopIn(5)
    await relayed(ways, changed(3), changed(4), changed(5))
    expect(await states(ways)).toEqual([3, 4, 5])
  })

  test('are told once each by a module that tells them before and after they are written', async () => {
    const ways = await shopIn(5)
    await relayed(ways, ...[3, 4, 5].flatMap((state) => [changed(state), changed(state)]))
    expect(await states(ways)).toEqual([3, 4, 5])
  })

  test('are told each though another one comes while they wait', async () => {
    const ways = await shopIn(5)
    await relayed(ways, changed(3), changed(4), changed(5, '2026-06-01 12:00:01'))
    expect(await states(ways)).toEqual([3, 4, 5])
  })

  test('that come in the wrong order end with the last one', async () => {
    const ways = await shopIn(5)
    await relayed(ways, changed(3), changed(5))
    expect(await states(ways)).toEqual([3, 5])
    await relayed(ways, changed(4))
    // It may be an announcement: the shop has some seconds to write it.
    onTestFinished(() => void vi.useRealTimers())
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000, shouldAdvanceTime: true })
    expect(await states(ways)).toEqual([3, 5])
  })

  test('are not told again when Odoo itself has gone on', async () => {
    const ways = await startTwoWays({ module: false })
    await relayed(ways, changed(3, '2026-01-01 12:00:00'))
    const { outgoing, events } = ways.server.ledger
    // As when Odoo was told of it while our own write went on.
    const [entry] = ways.outbox()
    await ways.post({ entity_type: 'order', entity_id: 7001, data: { reference: 'OHSATSERP', current_state: 4 } })
    outgoing.write(({ outbox }) => {
      outbox.settle(entry!.outbox_id, 'delivered', null)
      outbox.put({ ...entry!, outbox_id: newOutboxId(), event: entry!.event ?? '', source: 'poll', status: 'held', reason: OVERTAKEN })
    })
    events.emit('told')
    expect((await states(ways)).at(-1)).toBe(4)
  })

  test.each([true, false])('are told once by the poller, whether the module told them before (%s) or not', async (hasModule) => {
    const ways = await startTwoWays({ module: false })
    const { shop, server } = ways
    shop.backOffice.update('orders', 5, { note: 'Other' })
    await server.outgoing.poller.round()
    for (const state of [3, 4, 5]) {
      shop.backOffice.create('order_histories', { id_order: '2', id_order_state: String(state), id_employee: '0', date_add: at })
    }
    shop.backOffice.update('orders', 2, { current_state: '5' })
    if (hasModule) await relayed(ways, changed(3), changed(4), changed(5))
    await server.outgoing.poller.round()
    const told = await states(ways)
    // The order itself may tell more than its state.
    expect(told.filter((state, index) => state !== told[index - 1])).toEqual([3, 4, 5])
  })
})

describe('What is nested in an order', () => {
  let minute = 10
  /** Each a minute after the one before: nobody can take it for the same. */
  const nested = (given: object = {}, more: object = {}) => {
    minute += 1
    const after_data = { id_order: 2, current_state: 1, note: '', order_details: [line()], order_carriers: parcels(''), messages: [], ...given }
    return event({ entity_type: 'order', entity_id: '2', hook_timestamp: `2026-06-01 10:${minute}:00`, after_data, ...more })
  }

  /** Order 2, of which Odoo was told. */
  const toldOrder = async () => {
    const ways = await startTwoWays({ module: false })
    await relayed(ways, nested())
    ways.deliver()
    return ways
  }

  test.each([
    ['the number of a second parcel', { order_carriers: parcels('SECOND') }],
    ['the quantity of a line', { order_details: [line({ product_quantity: 2 })] }],
    ['what came back of a line', { order_details: [line({ product_quantity_refunded: 1 })] }],
    ['a line more', { order_details: [line(), line({ id_order_detail: 4 })] }],
    ['a message', { messages: [{ id_message: 1, message: 'Ring twice' }] }]
  ])('and changed goes on, though nothing tells what was before: %s', async (_what, change) => {
    const ways = await toldOrder()
    expect(await relayed(ways, nested(change), nested(change))).toMatchObject([
      { suppressed: false, reason: 'change' },
      { suppressed: true, reason: 'known' }
    ])
  })

  test('does not go on for what the shop itself moves there: stock, invoice, history', async () => {
    const ways = await toldOrder()
    const moved = { order_details: [line({ current_stock: 299, id_order_invoice: 7 })], order_history: [{ id_order_history: 9, id_order_state: 1 }] }
    expect(await relayed(ways, nested(moved))).toMatchObject([{ suppressed: true, reason: 'known' }])
  })

  test('goes on when somebody changes it in the moment of our own write, and ours ends here', async () => {
    const ways = await toldOrder()
    await ways.post({ entity_type: 'order', entity_id: 7001, data: { reference: 'OHSATSERP', tracking_number: 'OURS' } })
    const now = { hook_timestamp: new Date().toISOString().slice(0, 19).replace('T', ' ') }
    const [ours, both] = [{ order_carriers: parcels('', 'OURS') }, { order_carriers: parcels('SECOND', 'OURS') }]
    expect(await relayed(ways, nested(ours, now), nested(both, now))).toMatchObject([
      { suppressed: true, reason: 'echo' },
      { suppressed: false, reason: 'held' }
    ])
    await ways.released()
    expect(ways.outbox().at(-1)).toMatchObject({ status: 'pending', reason: 'change' })
  })

  test('is the same whether the poller or the module tells it', async () => {
    const ways = await startTwoWays({ module: false })
    const { poller } = ways.server.outgoing
    ways.shop.backOffice.update('orders', 5, { note: 'Other' })
    await poller.round()
    ways.shop.backOffice.update('orders', 2, { note: 'New' })
    await poller.round()
    const { order_details: rows } = dataIn(ways.outbox()[0])
    if (!Array.isArray(rows)) throw new Error('the poller tells no lines')
    ways.deliver()
    const lines = rows.map(({ id, product_quantity, unit_price_tax_incl, ...row }: Record<string, unknown>) => ({
      ...row, id_order_detail: Number(id), product_quantity: Number(product_quantity), unit_price_tax_incl: Number(unit_price_tax_incl), current_stock: 7
    }))
    const after_data = { id_order: 2, current_state: 1, note: 'New', order_details: lines }
    expect(await relayed(ways, nested({}, { after_data }))).toMatchObject([{ suppressed: true, reason: 'known' }])
    expect(await relayed(ways, nested({}, { after_data: { ...after_data, order_details: lines.slice(1) } }))).toMatchObject([{ suppressed: false }])
  })
})

describe('A shop west of UTC, right after the start', () => {
  const west = { module: false as const, shop: { timeZone: 'America/New_York' } }

  test('is asked for its zone, so that an echo is one', async () => {
    const ways = await startTwoWays(west)
    const verdicts: unknown[] = []
    installModule(ways.shop, async (made) => void verdicts.push((await ways.tell('/outgoing/check', made)).body), 'field')
    await ways.post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    expect(verdicts).toMatchObject([{ emit: false, reason: 'echo' }])
  })
})

describe('Names that nobody expects', () => {
  test.each(['constructor', 'toString', '__proto__'])('an entity called %s passes', async (name) => {
    const ways = await startTwoWays({ module: false })
    expect(await relayed(ways, event({ entity_type: name }), event())).toMatchObject([{ success: true, reason: 'passed' }, { success: true }])
  })

  test('an unknown type with a list passes untouched', async () => {
    const ways = await startTwoWays({ module: false })
    const moved = event({ entity_type: 'warehouse', action_type: 'moved', after_data: [{ bin: 1 }] })
    expect(await relayed(ways, moved)).toMatchObject([{ success: true }])
    expect(JSON.parse(ways.outbox()[0]?.event ?? '')).toEqual(moved)
  })
})
