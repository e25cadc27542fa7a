import { describe, expect, test } from 'vitest'
import { type Bridge, customerEnvelope, jane, startBridge } from '../support/bridge.ts'

const event = customerEnvelope(jane, { action_type: 'created', event_id: 'odoo-customer-1001-1' })
const dated = customerEnvelope(jane, { action_type: 'created', timestamp: '2025-11-16T10:30:00Z' })

/** The same object with its keys the other way round. */
const reversed = (object: object): Record<string, unknown> => Object.fromEntries(Object.entries(object).toReversed())

const storedIn = ({ server }: Bridge): number => server.ledger.list({ limit: 10 }).length

describe('a redelivery with the same event_id and body', () => {
  test('gets the first answer, marked as a duplicate, and the shop is not asked', async () => {
    const bridge = await startBridge()
    const first = await bridge.post(event)
    bridge.calls()
    const second = await bridge.post(event)
    expect(second).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } })
    expect(first.body).not.toHaveProperty('duplicate')
    expect(bridge.calls()).toEqual([])
    expect(storedIn(bridge)).toBe(1)
  })

  test('is recognised whatever the order of its keys and its white space', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(event)
    const other = { ...reversed(event), data: reversed(event.data) }
    expect((await bridge.post(JSON.stringify(other, null, 4))).body).toMatchObject({ operation_id: body['operation_id'], duplicate: true })
  })

  test('is recognised after a restart', async () => {
    const first = await startBridge()
    const { body } = await first.post(event)
    await first.server.close()
    const second = await startBridge({ ledgerPath: first.ledgerPath, sharedShop: first.shop })
    expect(await second.post(event)).toMatchObject({ status: 200, body: { operation_id: body['operation_id'], duplicate: true } })
  })

  test('while the first is still pending waits for the same result', async () => {
    const bridge = await startBridge()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    bridge.shop.onHook(() => released)
    const first = bridge.post(event)
    const second = bridge.post(event)
    release()
    const [one, other] = await Promise.all([first, second])
    expect(one).toMatchObject({ status: 200, body: { outcome: 'created' } })
    expect(other).toMatchObject({ status: 200, body: { operation_id: one.body['operation_id'], outcome: 'created' } })
    expect([one, other].filter(({ body }) => body['duplicate'] === true)).toHaveLength(1)
  })

  test('of an operation that failed is a new attempt of it', async () => {
    const bridge = await startBridge()
    const update = customerEnvelope({ email: jane.email, company: 'Roe & Sons' }, { event_id: 'again' })
    const failed = await bridge.post(update)
    expect(failed).toMatchObject({ status: 422, body: { code: 'not_found' } })
    bridge.shop.backOffice.create('customers', { ...jane, passwd: 'secret', active: '1', id_shop: '1' })
    const retried = await bridge.post(update)
    expect(retried).toMatchObject({ status: 200, body: { operation_id: failed.body['operation_id'], outcome: 'updated', duplicate: true } })
  })
})

describe('the same event_id with another body', () => {
  test('is a new operation, marked as such', async () => {
    const bridge = await startBridge()
    const first = await bridge.post(event)
    const second = await bridge.post({ ...event, data: { ...jane, company: 'Roe & Sons' } })
    expect(second).toMatchObject({ status: 200, body: { outcome: 'updated', event_id_reused: true } })
    expect(second.body['operation_id']).not.toBe(first.body['operation_id'])
    expect(second.body).not.toHaveProperty('duplicate')
  })

  test('is recognised in its turn', async () => {
    const bridge = await startBridge()
    const other = { ...event, data: { ...jane, company: 'Roe & Sons' } }
    await bridge.post(event)
    const { body } = await bridge.post(other)
    expect((await bridge.post(other)).body).toMatchObject({ operation_id: body['operation_id'], duplicate: true })
    expect((await bridge.post(event)).body).toMatchObject({ duplicate: true })
    expect(storedIn(bridge)).toBe(2)
  })
})

describe('without an event_id', () => {
  test('a webhook with a timestamp is recognised by its content, whatever the order of its keys', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(dated)
    expect((await bridge.post(reversed(dated))).body).toMatchObject({ operation_id: body['operation_id'], duplicate: true })
    expect(storedIn(bridge)).toBe(1)
  })

  test('a webhook with another timestamp is another one', async () => {
    const bridge = await startBridge()
    await bridge.post(dated)
    expect((await bridge.post({ ...dated, timestamp: '2025-11-16T10:30:01Z' })).body).not.toHaveProperty('duplicate')
    expect(storedIn(bridge)).toBe(2)
  })

  test('and without a timestamp nothing is a duplicate: A, B, A are three changes', async () => {
    const bridge = await startBridge()
    const company = (name: string) => bridge.post(customerEnvelope({ ...jane, company: name }, { action_type: 'upserted' }))
    const outcomes = []
    for (const name of ['A', 'B', 'A']) outcomes.push((await company(name)).body['outcome'])
    expect(outcomes).toEqual(['created', 'updated', 'updated'])
    expect(bridge.shop.rows('customers').find(({ email }) => email === jane.email)).toMatchObject({ company: 'A' })
  })
})
