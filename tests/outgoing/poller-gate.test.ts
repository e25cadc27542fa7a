import { describe, expect, test } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane, until } from '../support/bridge.ts'
import { orderEnvelope } from '../support/orders.ts'
import { account, place } from '../support/poller.ts'
import { eventIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'

/** A bridge whose shop has no module, polled for the first time; the newest changes are not those that the tests are about. */
const polledBridge = async (
  config: Record<string, string> = {},
  shop: SandboxOptions = {}
): Promise<TwoWays & { readonly round: () => Promise<void> }> => {
  const ways = await startTwoWays({ module: false, config, shop })
  const { backOffice } = ways.shop
  const other = backOffice.create('customers', account('other@example.com'))
  backOffice.create('addresses', { ...place, id_customer: String(other) })
  backOffice.update('orders', 5, { note: 'Other' })
  const round = (): Promise<void> => ways.server.outgoing.poller.round()
  await round()
  return { ...ways, round }
}

const told = async (ways: TwoWays): Promise<Record<string, unknown>[]> => {
  await ways.settled()
  return ways.outbox().filter(({ status }) => status === 'delivered').map(eventIn)
}

const pub = (data: Record<string, unknown>) => customerEnvelope({ email: 'pub@prestashop.com', ...data })

describe('What Odoo changed', () => {
  test('does not come back by polling: a customer, an address, an order and a coupon', async () => {
    const ways = await polledBridge({ OUTGOING_SWEEP_HOURS: '1' })
    const { post, round } = ways
    const results = [
      await post(customerEnvelope(jane, { action_type: 'created' })),
      await post(customerEnvelope({ ...jane, company: 'Roe & Sons' })),
      await post(addressEnvelope({ ...home, customer_odoo_id: 1001 })),
      await post(orderEnvelope({ id: 2, reference: 'OHSATSERP', current_state: 'shipped', tracking_number: '1Z999', note: 'Ring twice' })),
      await post({ entity_type: 'coupon', entity_id: 9, action_type: 'created', data: { code: 'SUMMER', name: 'Summer', reduction_percent: 10 } })
    ]
    expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    await round()
    await round()
    // The invoice and the payment that the state brought about are the shop's own news.
    expect((await told(ways)).map(({ entity_type, action_type }) => `${String(entity_type)} ${String(action_type)}`)).toEqual(['invoice created', 'payment created'])
  })

  test('does not come back as a state that an order has left by the time of the round', async () => {
    const ways = await polledBridge()
    for (const state of [3, 4]) await ways.post(orderEnvelope({ id: 2, reference: 'OHSATSERP', current_state: state }))
    ways.shop.backOffice.update('orders', 2, { current_state: '6' })
    await ways.round()
    const states = (await told(ways)).filter(({ entity_type: type }) => type === 'order').map(({ after_data: after }) => Reflect.get(Object(after), 'current_state'))
    expect(new Set(states)).toEqual(new Set(['6']))
  })

  test('is not in the summary of an event that had to be read afresh: that names what somebody changed', async () => {
    const ways = await polledBridge()
    const { backOffice } = ways.shop
    const row = { ...ways.shop.row('customers', 1), id: 1 }
    const readAt = Date.now()
    await ways.post(pub({ firstname: 'Bea' }))
    backOffice.update('customers', 1, { lastname: 'Human' })
    const event = { entity_type: 'customer', entity_id: 1, action_type: 'updated', hook_name: 'poll', before_data: null, after_data: row }
    expect(ways.server.outgoing.gate.submit([{ event, source: 'poll', readAt }])).toMatchObject([{ verdict: 'held' }])
    expect(await told(ways)).toMatchObject([{ change_summary: 'lastname', read_afresh: true, after_data: { firstname: 'Bea', lastname: 'Human' } }])
  })

  test('does not come back in a shop where nothing has changed since the record did', async () => {
    const ways = await startTwoWays({ module: false })
    const { backOffice } = ways.shop
    backOffice.update('customers', 1, { newsletter: '0' })
    backOffice.update('orders', 2, { note: 'Before' })
    const { poller } = ways.server.outgoing
    await poller.round()
    await ways.post(pub({ firstname: 'Bea' }))
    await ways.post(orderEnvelope({ id: 2, reference: 'OHSATSERP', note: 'Ring twice' }))
    await poller.round()
    await poller.round()
    expect(await told(ways)).toEqual([])
    // Somebody else's change is one all the same.
    backOffice.update('customers', 1, { lastname: 'Human' })
    await poller.round()
    expect(await told(ways)).toMatchObject([{ change_summary: 'lastname' }])
  })

  test('does not come back as a deletion', async () => {
    const ways = await polledBridge({ OUTGOING_SWEEP_HOURS: '1' })
    await ways.post(customerEnvelope(jane, { action_type: 'created' }))
    await ways.post(addressEnvelope({ ...home, customer_odoo_id: 1001 }))
    await ways.round()
    await ways.post(addressEnvelope({}, { action_type: 'deleted' }))
    expect(ways.shop.rows('addresses').map(({ id }) => id)).not.toContain('7')
    ways.server.ledger.outgoing.write(({ poll }) => poll.setCursor('addresses swept', '0'))
    await ways.round()
    expect(await told(ways)).toEqual([])
  })

  test('does not hide what somebody changed in the shop since', async () => {
    const ways = await polledBridge()
    await ways.post(pub({ firstname: 'Anna' }))
    await ways.round()
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    await ways.round()
    expect(await told(ways)).toMatchObject([
      { entity_type: 'customer', entity_id: 1, action_type: 'updated', change_summary: 'lastname', after_data: { firstname: 'Anna', lastname: 'Human' } }
    ])
  })

  test('does not hide a state that somebody gave the order afterwards', async () => {
    let ahead = 0
    const ways = await polledBridge({}, { now: () => new Date(Date.now() + ahead) })
    await ways.post(orderEnvelope({ id: 2, reference: 'OHSATSERP', current_state: 'processing' }))
    await ways.round()
    ahead = 10_000
    ways.shop.backOffice.update('orders', 2, { current_state: '6' })
    await ways.round()
    await ways.round()
    const events = (await told(ways)).filter(({ entity_type }) => entity_type === 'order')
    expect(events).toMatchObject([{ action_type: 'status_changed', after_data: { current_state: '6' } }])
  })
})

describe('What somebody changes in the shop', () => {
  test('is told once, whatever is read again', async () => {
    const ways = await polledBridge()
    ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    const id = ways.shop.backOffice.create('customers', account('new@example.com'))
    for (let round = 0; round < 3; round += 1) await ways.round()
    expect((await told(ways)).map(({ entity_id, action_type }) => [entity_id, action_type])).toEqual([
      [1, 'updated'],
      [id, 'created']
    ])
  })

  test('goes to Odoo, whose answer to it ends in the shop and does not come back', async () => {
    const ways = await polledBridge()
    const id = ways.shop.backOffice.create('customers', account('new@example.com'))
    await ways.round()
    await ways.settled()
    const { body } = await ways.post(customerEnvelope({ email: 'new@example.com', note: 'Known in Odoo' }, { entity_id: 77 }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: id })
    await ways.round()
    await ways.round()
    expect((await told(ways)).map(({ action_type }) => action_type)).toEqual(['created'])
  })

  test('and changes back is told both times', async () => {
    const ways = await polledBridge()
    for (const firstname of ['Bea', 'Cleo', 'Bea']) {
      ways.shop.backOffice.update('customers', 1, { firstname })
      await ways.round()
    }
    expect((await told(ways)).map(({ after_data }) => after_data)).toMatchObject([{ firstname: 'Bea' }, { firstname: 'Cleo' }, { firstname: 'Bea' }])
  })

  test('is told once when the module tells it too', async () => {
    const ways = await polledBridge()
    ways.install('whole')
    ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    await ways.round()
    await until(() => ways.answers.length > 0, 'the module has its answer')
    expect(await told(ways)).toMatchObject([{ after_data: { firstname: 'Bea' } }])
  })

  test('as a tracking number is told once', async () => {
    const ways = await polledBridge()
    ways.shop.backOffice.update('order_carriers', 2, { tracking_number: '1Z999' })
    for (let round = 0; round < 3; round += 1) await ways.round()
    expect(await told(ways)).toMatchObject([{ entity_type: 'order', entity_id: 2, after_data: { shipping_number: '1Z999' } }])
  })

  test('as a deletion is told once', async () => {
    const ways = await polledBridge({ OUTGOING_SWEEP_HOURS: '1' })
    ways.shop.backOffice.remove('addresses', 4)
    for (let round = 0; round < 3; round += 1) await ways.round()
    expect(await told(ways)).toMatchObject([{ entity_id: 1, after_data: null, context_data: { address_id: 4, address_action: 'deleted' } }])
  })
})

test('A server polls by itself', async () => {
  const ways = await startTwoWays({ module: false, config: { OUTGOING_POLL_SECONDS: '1' } })
  while (ways.server.outgoing.poller.stats().rounds === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
  while (ways.outbox().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(eventIn(ways.outbox()[0])).toMatchObject({ hook_name: 'poll', after_data: { firstname: 'Bea' } })
})
