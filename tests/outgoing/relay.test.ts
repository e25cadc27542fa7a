import { describe, expect, test } from 'vitest'
import { customerEnvelope, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { eventIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'

/** As the module in the field sends it: ids as texts, nothing about before. */
const event = (given: Record<string, unknown> = {}) => ({
  event_id: 12,
  entity_type: 'customer',
  entity_id: '1',
  entity_name: 'John DOE',
  action_type: 'updated',
  transaction_hash: 'a1',
  correlation_id: 'c1',
  hook_name: 'actionObjectCustomerUpdateAfter',
  hook_timestamp: '2026-01-02 10:00:00',
  before_data: null,
  after_data: { id: 1, email: 'pub@prestashop.com', firstname: 'John', lastname: 'DOE', active: true },
  change_summary: 'Updated customer: John DOE',
  context_data: null,
  ...given
})

const batch = (events: readonly unknown[]) => ({ batch_id: 'batch_20260102_1', timestamp: '2026-01-02 10:00:01', events })

const relayed = (ways: TwoWays, body: unknown, headers?: Record<string, string>) => ways.tell('/outgoing/events', body, headers)

describe("The relay takes the module's own format", () => {
  test('a batch is answered in the order of its events', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await relayed(ways, batch([event(), event({ event_id: 13, entity_type: 'invoice', entity_id: '4', action_type: 'created' })]))
    expect(status).toBe(200)
    expect(body).toEqual({
      success: true,
      batch_id: 'batch_20260102_1',
      results: [
        { success: true, event_id: 12, suppressed: false, reason: 'untouched' },
        { success: true, event_id: 13, suppressed: false, reason: 'passed' }
      ]
    })
  })

  test('what goes on is the event as it came, unknown fields too', async () => {
    const ways = await startTwoWays({ module: false })
    const sent = event({ own_field: { deep: [1, 2] } })
    await relayed(ways, batch([sent]))
    expect(eventIn(ways.outbox()[0])).toEqual(sent)
  })

  test('a single event may have its fields in data', async () => {
    const ways = await startTwoWays({ module: false })
    const { after_data: data, ...rest } = event()
    const { body } = await relayed(ways, { ...rest, data })
    expect(body).toMatchObject({ success: true, batch_id: null, results: [{ success: true, event_id: 12, suppressed: false }] })
  })

  test('a batch that names itself only in its header gets that name in the answer', async () => {
    const ways = await startTwoWays({ module: false })
    const { body } = await relayed(ways, { events: [event()] }, { 'x-batch-id': 'batch_20260102_2' })
    expect(body).toMatchObject({ batch_id: 'batch_20260102_2' })
    expect((await relayed(ways, batch([event()]), { 'x-batch-id': 'other' })).body).toMatchObject({ batch_id: 'batch_20260102_1' })
  })

  test('its test of the connection succeeds', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await relayed(ways, { test: true, message: 'Test connection', timestamp: '2026-01-02 10:00:00' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true })
    expect(ways.outbox()).toEqual([])
  })

  test.each(['applied', 'removed', 'consumed', 'product_refunded', 'something_new'])('a coupon that was %s passes untouched', async (action) => {
    const ways = await startTwoWays({ module: false })
    const { body } = await relayed(ways, batch([event({ entity_type: 'coupon', action_type: action })]))
    expect(body).toMatchObject({ results: [{ suppressed: false, reason: 'passed' }] })
  })

  test('an unknown type of entity passes untouched', async () => {
    const ways = await startTwoWays({ module: false })
    const { body } = await relayed(ways, batch([event({ entity_type: 'warehouse', entity_id: '99' })]))
    expect(body).toMatchObject({ results: [{ suppressed: false, reason: 'passed' }] })
  })

  test('an event that is not one is told with the field, and the others go on', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await relayed(ways, batch([event({ entity_id: 'one' }), event({ event_id: 13 }), event({ entity_id: -5 })]))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: false,
      results: [
        { success: false, event_id: 12, issues: [{ path: 'entity_id' }] },
        { success: true, event_id: 13 },
        { success: false, error: "The event is not valid: entity_id must be the record's id in the shop: a whole number" }
      ]
    })
    expect(ways.outbox()).toHaveLength(1)
  })
})

describe('What was judged', () => {
  test('is named in the log by its record, and never by a type that somebody made up', async () => {
    const { log, lines, text } = memoryLog()
    const ways = await startTwoWays({ module: false, log })
    await relayed(ways, batch([event(), event({ event_id: 13, entity_type: 'jane@secret.example', entity_id: 0 })]))
    const [known, unknown] = lines.filter(({ msg }) => msg === 'event judged')
    expect(known).toMatchObject({ verdict: 'emitted.untouched', entity_type: 'customer', entity_id: 1 })
    expect(unknown).toMatchObject({ verdict: 'emitted.passed', entity_type: 'other' })
    expect(unknown).not.toHaveProperty('entity_id')
    expect(text()).not.toContain('secret.example')
  })
})

describe('The relay refuses', () => {
  test('a wrong secret, and stores nothing', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await relayed(ways, batch([event()]), { 'x-webhook-secret': 'wrong' })
    expect(status).toBe(403)
    expect(body).toEqual({ success: false, error: 'Invalid webhook secret' })
    expect(ways.outbox()).toEqual([])
  })

  test('what is no JSON', async () => {
    const ways = await startTwoWays({ module: false })
    expect((await relayed(ways, '{"events": [')).status).toBe(400)
  })

  test('more than a thousand events at once', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await relayed(ways, batch(Array.from({ length: 1_001 }, () => event())))
    expect(status).toBe(422)
    expect(body['error']).toContain('1000')
  })

  test('everything while there is no Odoo to send it to', async () => {
    const bridge = await startBridge()
    const response = await fetch(`${bridge.server.url}/outgoing/events`, {
      method: 'POST',
      headers: { 'x-webhook-secret': 'a secret for tests', 'content-type': 'application/json' },
      body: JSON.stringify(batch([event()]))
    })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).not.toBeNull()
    expect(await response.json()).toMatchObject({ success: false, error: expect.stringContaining('ODOO_WEBHOOK_URL') })
  })
})

describe('A check', () => {
  test('of one event is one verdict', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await ways.tell('/outgoing/check', event())
    expect(status).toBe(200)
    expect(body).toMatchObject({ emit: true, reason: 'untouched' })
    expect(ways.outbox()).toEqual([])
  })

  test('of several is a list of them', async () => {
    const ways = await startTwoWays({ module: false })
    const { body } = await ways.tell('/outgoing/check', batch([event(), event({ event_id: 13, entity_id: 2 })]))
    expect(body['results']).toMatchObject([{ emit: true }, { emit: true }])
  })

  test('lets a change through once: whoever asks again about the same event gets the same answer', async () => {
    const ways = await startTwoWays({ module: false })
    await ways.tell('/outgoing/check', event())
    expect((await ways.tell('/outgoing/check', event())).body).toMatchObject({ emit: true, duplicate: true })
    expect((await ways.tell('/outgoing/check', event({ event_id: 14 }))).body).toMatchObject({ emit: false, reason: 'known' })
  })

  test('that comes late is judged by what the shop holds now, which is told', async () => {
    const ways = await startTwoWays({ module: false })
    await ways.post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    const { body } = await ways.tell('/outgoing/check', event({ hook_timestamp: '2026-01-02 10:00:00' }))
    expect(body).toMatchObject({ emit: true, current: { firstname: 'Bea', lastname: 'Human' } })
    // Whoever did not hear the answer asks again.
    ways.shop.backOffice.update('customers', 1, { lastname: 'Being' })
    const again = await ways.tell('/outgoing/check', event({ hook_timestamp: '2026-01-02 10:00:00' }))
    expect(again.body).toMatchObject({ emit: true, duplicate: true, current: { firstname: 'Bea', lastname: 'Being' } })
    expect((await ways.tell('/outgoing/check', event({ event_id: 14 }))).body).toMatchObject({ emit: false })
  })

  test('that came late and is relayed all the same reaches Odoo with what the shop holds now', async () => {
    const ways = await startTwoWays({ module: false })
    await ways.post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    await ways.tell('/outgoing/check', event())
    await relayed(ways, batch([event()]))
    expect(await ways.settled()).toMatchObject([{ firstname: 'Bea', lastname: 'Human' }])
  })

  test('says goes on when the shop cannot be asked: nothing is swallowed', async () => {
    const ways = await startTwoWays({ module: false })
    await ways.post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    ways.shop.inject({ answer: { status: 503, body: '' } })
    expect((await ways.tell('/outgoing/check', event())).body).toMatchObject({ emit: true, reason: 'change' })
  })

  test('of what is no event is told with the field', async () => {
    const ways = await startTwoWays({ module: false })
    const { status, body } = await ways.tell('/outgoing/check', batch([event(), { entity_type: 'customer' }]))
    expect(status).toBe(422)
    expect(body['issues']).toMatchObject([{ path: 'events.1.entity_id' }, { path: 'events.1.action_type' }])
  })
})
