import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { resultsOf } from './parts.ts'

const numbered = (index: number) =>
  customerEnvelope({ ...jane, email: `jane${index}@example.com` }, { entity_id: index + 1, action_type: 'created' })

describe('a batch', () => {
  test('as an array is answered one by one, in order', async () => {
    const bridge = await startBridge()
    const reply = await bridge.post([numbered(1), numbered(2), numbered(3)])
    const results = resultsOf(reply)
    expect(reply).toMatchObject({ status: 200, body: { success: true } })
    expect(results).toMatchObject([1, 2, 3].map(() => ({ http_status: 200, success: true, status: 'success', outcome: 'created' })))
    const emails = results.map(({ entity_id }) => bridge.shop.row('customers', Number(entity_id))?.['email'])
    expect(emails).toEqual(['jane1@example.com', 'jane2@example.com', 'jane3@example.com'])
  })

  test('as { events } is the same', async () => {
    const bridge = await startBridge()
    expect(resultsOf(await bridge.post({ events: [numbered(1)] }))).toMatchObject([{ http_status: 200, outcome: 'created' }])
  })

  test.each([[[]], [{ events: [] }]])('without webhooks (%j) has no results', async (body) => {
    const bridge = await startBridge()
    expect(await bridge.post(body)).toMatchObject({ status: 200, body: { results: [] } })
  })

  test('of 1,000 is stored as a whole', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const results = resultsOf(await bridge.post(Array.from({ length: 1_000 }, (_, index) => numbered(index))))
    expect(results).toHaveLength(1_000)
    expect(new Set(results.map(({ operation_id }) => operation_id)).size).toBe(1_000)
    expect(results.every(({ http_status, status }) => http_status === 202 && status === 'pending')).toBe(true)
    expect(bridge.server.ledger.list({ limit: 2_000 })).toHaveLength(1_000)
  })

  test('of 1,001 is refused as a whole', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(Array.from({ length: 1_001 }, (_, index) => numbered(index)))
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, error: expect.stringContaining('1000') })
    expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
  })

  test('accepts and refuses each of its webhooks on its own, each with the status it would have had alone', async () => {
    const bridge = await startBridge()
    const batch = [
      numbered(1),
      { ...numbered(2), entity_type: 'product' },
      null,
      'customer',
      [numbered(3)],
      {},
      customerEnvelope({ ...jane, firstname: 'R2-D2' }, { entity_id: 9 }),
      numbered(4)
    ]
    const results = resultsOf(await bridge.post(batch))
    expect(results.map(({ http_status, success }) => [http_status, success])).toEqual([
      [200, true],
      [422, false],
      [422, false],
      [422, false],
      [422, false],
      [422, false],
      [422, false],
      [200, true]
    ])
    expect(results[1]).toMatchObject({ status: 'failed', issues: [{ path: 'entity_type' }] })
    expect(results[6]).toMatchObject({ status: 'failed', field: 'firstname', code: 'validation' })
    expect(bridge.server.ledger.list({ limit: 10 })).toHaveLength(3)
  })

  test('may tell the same twice: the second is a duplicate', async () => {
    const bridge = await startBridge()
    const event = { ...numbered(1), event_id: 'once' }
    const [first, second] = resultsOf(await bridge.post([event, event]))
    expect(second).toMatchObject({ ...first, duplicate: true })
    expect(bridge.calls().filter((call) => call.startsWith('POST'))).toHaveLength(1)
  })

  test('about one record is applied in its order', async () => {
    const bridge = await startBridge()
    const notes = ['one', 'two', 'three'].map((note) => customerEnvelope({ note }, { entity_id: 2 }))
    const results = resultsOf(await bridge.post([numbered(1), ...notes]))
    expect(results.map(({ http_status }) => http_status)).toEqual([200, 200, 200, 200])
    expect(bridge.shop.row('customers', Number(results[0]?.['entity_id']))).toMatchObject({ note: 'three' })
  })
})
