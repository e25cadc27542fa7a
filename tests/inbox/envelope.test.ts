import { describe, expect, test } from 'vitest'
import { type Bridge, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { issuesOf } from './parts.ts'

const webhook = customerEnvelope(jane, { action_type: 'created' })

/** What the bridge finds wrong with one webhook, of which nothing is stored. */
const issuesIn = async (bridge: Bridge, body: unknown): Promise<ReturnType<typeof issuesOf>> => {
  const reply = await bridge.post(body)
  expect(reply).toMatchObject({ status: 422, body: { success: false, error: expect.stringContaining('The webhook is not valid') } })
  expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
  return issuesOf(reply)
}

/** When a webhook with this timestamp counts as sent, milliseconds since 1970. */
const sourceTime = async (timestamp: unknown): Promise<number | undefined> => {
  const bridge = await startBridge()
  const { body } = await bridge.post({ ...webhook, timestamp })
  return bridge.server.ledger.find(String(body['operation_id']))?.source_timestamp
}

describe('a value of the wrong type', () => {
  const texts = [true, {}, [], ['customer']]
  const numbers = [null, 0, -1, -0.5, 1.5, 2 ** 53, 1e300]
  const digits = ['', 'abc', ' 1', '1 ', '01', '+1', '-1', '1.0', '1e3', '0x10', '12abc', '9007199254740992', '99999999999999999999']
  test.each([
    { key: 'event_id', values: [...texts, 1.5, '', 'x'.repeat(256)] },
    { key: 'entity_type', values: [...texts, null, 1, '', 'Customer', ' customer'] },
    {
      key: 'entity_id',
      values: [...texts, ...numbers, ...digits]
    },
    { key: 'action_type', values: [...texts, 1, '', 'CREATED', 'create', 'write', 'unlink'] },
    { key: 'timestamp', values: [...texts, 1_700_000_000, '', 'yesterday', '1700000000'] },
    { key: 'source', values: [...texts, 1, 'x'.repeat(65)] },
    { key: 'data', values: [true, 1, 'text', [], [jane], null] }
  ])('of $key gets 422 with its path', async ({ key, values }) => {
    const bridge = await startBridge()
    for (const value of values) {
      const issues = await issuesIn(bridge, { ...webhook, [key]: value })
      expect({ value, issues }).toMatchObject({ value, issues: [{ path: key, message: expect.stringMatching(/^(?:must|is) /) }] })
    }
    expect(bridge.calls()).toEqual([])
  })

  test('of several keys is told for each of them', async () => {
    const bridge = await startBridge()
    const issues = await issuesIn(bridge, { entity_type: 1, entity_id: 'x', action_type: 'x', timestamp: 'x', data: 'x' })
    expect(issues.map(({ path }) => path)).toEqual(['entity_type', 'entity_id', 'action_type', 'timestamp', 'data'])
  })

  test.each([[null], [1], ['customer'], [true]])('of the whole webhook (%j) gets 422', async (body) => {
    const bridge = await startBridge()
    expect(await issuesIn(bridge, JSON.stringify(body))).toMatchObject([{ path: '', message: 'must be an object' }])
  })
})

describe('a key that is missing', () => {
  test.each(['entity_type', 'entity_id', 'data'])('%s gets 422 with its path', async (key) => {
    const bridge = await startBridge()
    const { [key]: _left, ...rest } = Object.fromEntries(Object.entries(webhook))
    expect(await issuesIn(bridge, rest)).toMatchObject([{ path: key, message: expect.stringMatching(/^is missing/) }])
  })

  test('data may be missing in a webhook about a deletion', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post({ entity_type: 'customer', entity_id: 1, action_type: 'deleted' })
    expect({ status, outcome: body['outcome'] }).toEqual({ status: 200, outcome: 'unchanged' })
  })

  test('optional keys may be missing or null', async () => {
    const bridge = await startBridge()
    const none = { event_id: null, action_type: null, timestamp: null, source: null }
    expect((await bridge.post({ ...webhook, action_type: 'created' })).status).toBe(200)
    expect(await bridge.post({ ...webhook, ...none })).toMatchObject({ status: 200, body: { outcome: 'unchanged' } })
  })
})

describe('the entity type', () => {
  test('when unknown is answered with the known ones', async () => {
    const bridge = await startBridge()
    const [issue] = await issuesIn(bridge, { ...webhook, entity_type: 'product' })
    for (const known of ['customer', 'contact', 'address', 'order', 'coupon', 'discount', 'cart_rule']) {
      expect(issue?.message).toContain(known)
    }
  })

  test('contact is a customer', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post({ ...webhook, entity_type: 'contact' })
    expect(body).toMatchObject({ outcome: 'created', entity_type: 'customer' })
  })

  test('an unknown action type is answered with the known ones', async () => {
    const bridge = await startBridge()
    const [issue] = await issuesIn(bridge, { ...webhook, action_type: 'archived' })
    expect(issue?.message).toContain('created, updated, upserted, deleted')
  })
})

describe('the Odoo id', () => {
  test.each([1, '1', 2_147_483_648, 9_007_199_254_740_991, '9007199254740991'])('%j is one', async (entity_id) => {
    const bridge = await startBridge()
    const { body } = await bridge.post({ ...webhook, entity_id })
    const shown = await bridge.get(`/api/operations/${String(body['operation_id'])}`)
    expect(shown.body).toMatchObject({ status: 'success', odoo_id: Number(entity_id) })
    // And it is bound to the record: the next webhook needs no other key.
    expect((await bridge.post(customerEnvelope({ note: 'again' }, { entity_id }))).body).toMatchObject({ outcome: 'updated' })
  })
})

describe('the timestamp', () => {
  test.each([
    ['2025-11-16T10:30:00Z', '2025-11-16T10:30:00.000Z'],
    ['2025-11-16T10:30:00.123456Z', '2025-11-16T10:30:00.123Z'],
    ['2025-11-16T10:30:00+02:00', '2025-11-16T08:30:00.000Z'],
    ['2025-11-16T10:30:00-0530', '2025-11-16T16:00:00.000Z'],
    ['2025-11-16 10:30:00Z', '2025-11-16T10:30:00.000Z']
  ])('%s is understood', async (timestamp, expected) => {
    expect(await sourceTime(timestamp)).toBe(Date.parse(expected))
  })

  test.each([
    '2025-11-16T10:30:00',
    '2025-11-16 10:30:00',
    '2025-11-16',
    '2025-13-01T00:00:00Z',
    '2025-02-30T00:00:00Z',
    '2025-11-16T25:00:00Z',
    '2025-11-16T10:60:00Z',
    '16/11/2025 10:30:00Z',
    '2025-11-16T10:30:00 Europe/Paris'
  ])('%s gets 422: it has no zone, or is no time', async (timestamp) => {
    const bridge = await startBridge()
    expect(await issuesIn(bridge, { ...webhook, timestamp })).toMatchObject([{ path: 'timestamp' }])
  })

  test('when more than five minutes ahead gives way to the time of receipt', async () => {
    const before = Date.now()
    const time = await sourceTime(new Date(before + 3_600_000).toISOString())
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  test('when a little ahead is believed: clocks differ', async () => {
    const ahead = Date.now() + 60_000
    expect(await sourceTime(new Date(ahead).toISOString())).toBe(ahead)
  })

  test('when missing is the time of receipt', async () => {
    const before = Date.now()
    expect(await sourceTime(undefined)).toBeGreaterThanOrEqual(before)
  })
})
