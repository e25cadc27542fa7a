import { describe, expect, onTestFinished, test } from 'vitest'
import { customerEnvelope, until } from '../support/bridge.ts'
import { installModule } from '../support/module.ts'
import { startTwoWays, type TwoWays } from '../support/two-ways.ts'
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
    hook_timestamp: '2026-12-01 10:00:00',
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
    const deleted = event({ action_type: 'deleted', hook_timestamp: '2026-12-01 10:10:00', after_data: null })
    await relayed(ways, deleted, event({ hook_timestamp: '2026-12-01 10:05:00' }))
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
