import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import { couponEnvelope, welcome } from '../support/coupons.ts'
import { orderEnvelope } from '../support/orders.ts'
import { listed, page } from './ask.ts'

/** A bridge with an operation of each kind: customer 1001 created and unchanged, order 7001, coupon 3001, address 2001 failed. */
const startWithSome = async (): Promise<Bridge> => {
  const bridge = await startBridge()
  await bridge.post(customerEnvelope(jane, { action_type: 'created', event_id: 'odoo-1' }))
  await bridge.post(customerEnvelope({ firstname: 'Jane' }, { event_id: 'odoo-2' }))
  await bridge.post(orderEnvelope({ reference: 'OHSATSERP', note: 'two parcels' }))
  await bridge.post(couponEnvelope(welcome))
  await bridge.post(addressEnvelope({ ...home, phone: 'call me', customer_email: jane.email }))
  return bridge
}

/** Many operations about the same customer: one entity, one state. */
const startWithMany = async (count: number): Promise<Bridge> => {
  const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
  await bridge.post(Array.from({ length: count }, (_, index) => customerEnvelope({ firstname: 'R2-D2' }, { entity_id: index + 1 })))
  await bridge.drained()
  return bridge
}

describe('the list of operations', () => {
  test('is newest first', async () => {
    expect(await listed(await startWithSome())).toEqual([2001, 3001, 7001, 1001, 1001])
  })

  test.each([
    [{ status: 'failed' }, [2001]],
    [{ status: 'success' }, [3001, 7001, 1001, 1001]],
    [{ status: 'pending' }, []],
    [{ entity_type: 'customer' }, [1001, 1001]],
    [{ outcome: 'created' }, [3001, 1001]],
    [{ outcome: 'unchanged' }, [1001]],
    [{ entity_type: 'coupon', outcome: 'created' }, [3001]],
    [{ entity_type: 'coupon', status: 'failed' }, []],
    [{ entity_type: 'nothing' }, []]
  ])('can be filtered by %j', async (query, expected) => {
    expect(await listed(await startWithSome(), query)).toEqual(expected)
  })

  test('can be filtered by the time of receipt, both ends included', async () => {
    const bridge = await startWithSome()
    const { operations } = await page(bridge)
    const [third, second] = [operations[2]!.received_at, operations[1]!.received_at]
    expect(await listed(bridge, { received_from: third, received_to: second })).toEqual([3001, 7001])
    expect(await listed(bridge, { received_from: second, entity_type: 'coupon' })).toEqual([3001])
    expect(await listed(bridge, { received_to: '2020-01-01T00:00:00Z' })).toEqual([])
    expect(await listed(bridge, { received_to: '2020-01-01T00:00:00Z', text: jane.email })).toEqual([])
  })

  test('comes in pages that miss nothing and repeat nothing, also of what was received in the same millisecond', async () => {
    const bridge = await startWithMany(45)
    const seen: string[] = []
    let next: string | null = null
    do {
      const { operations, next_cursor } = await page(bridge, { limit: 10, ...(next === null ? {} : { cursor: next }) })
      seen.push(...operations.map(({ operation_id }) => operation_id))
      next = next_cursor
    } while (next !== null)
    expect(seen).toHaveLength(45)
    expect(new Set(seen).size).toBe(45)
    expect(seen).toEqual(bridge.server.ledger.list({ limit: 100 }).map(({ operation_id }) => operation_id))
  })

  test('goes on behind its cursor, whatever has come meanwhile', async () => {
    const bridge = await startWithMany(4)
    const { operations, next_cursor } = await page(bridge, { limit: 2 })
    await bridge.post(customerEnvelope({ firstname: 'C-3PO' }, { entity_id: 99 }))
    expect(operations.map(({ odoo_id }) => odoo_id)).toEqual([4, 3])
    expect(await listed(bridge, { limit: 2, cursor: next_cursor ?? '' })).toEqual([2, 1])
  })

  test('has 50 rows unless told', async () => {
    const bridge = await startWithMany(60)
    expect(await listed(bridge)).toHaveLength(50)
    expect(await listed(bridge, { limit: 200 })).toHaveLength(60)
    expect((await page(bridge, { limit: 60 })).next_cursor).toBeNull()
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=many', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['status=done', 'status'],
    ['status=failed&status=success', 'status'],
    ['outcome=lost', 'outcome'],
    ['text=', 'text'],
    ['received_from=yesterday', 'received_from'],
    ['received_from=2026-02-30T00:00:00Z', 'received_from'],
    ['received_to=2026-01-31', 'received_to'],
    ['received_to=2026-13-01T00:00:00Z', 'received_to'],
    ['received_to=2026-01-31T12:00:00', 'received_to'],
    ['cursor=1', 'cursor'],
    ['statuss=failed', 'statuss']
  ])('refuses ?%s and names what is wrong', async (query, path) => {
    const bridge = await startBridge()
    expect(await bridge.get(`/api/operations?${query}`)).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringContaining(path), issues: [{ path, message: expect.any(String) }] }
    })
  })
})

describe('the search for a text', () => {
  test.each([
    ['an email address of a customer, or by which another record names one', 'jane@example.com', [2001, 1001]],
    ['an email address in other letters, with blanks around it', ' JANE@Example.com ', [2001, 1001]],
    ['the reference of an order', 'OHSATSERP', [7001]],
    ['the code of a coupon', 'welcome10', [3001]],
    ["the sender's event id", 'odoo-2', [1001]],
    ['an id in Odoo', '3001', [3001]],
    ['part of an email address', 'jane@', []],
    ['a text that is nowhere', 'nobody@example.com', []]
  ])('finds %s', async (_what, text, expected) => {
    expect(await listed(await startWithSome(), { text })).toEqual(expected)
  })

  test('finds an operation id, and the id of a record in the shop', async () => {
    const bridge = await startWithSome()
    const { operations } = await page(bridge, { entity_type: 'coupon' })
    const { operation_id } = operations[0]!
    expect(await listed(bridge, { text: operation_id })).toEqual([3001])
    const id = Number(bridge.shop.rows('customers').find(({ email }) => email === jane.email)?.id)
    expect(await listed(bridge, { text: String(id), entity_type: 'customer' })).toEqual([1001, 1001])
  })

  test('can be narrowed by the other filters, and comes in pages', async () => {
    const bridge = await startWithSome()
    expect(await listed(bridge, { text: '1001', outcome: 'unchanged' })).toEqual([1001])
    expect(await listed(bridge, { text: jane.email, status: 'failed' })).toEqual([2001])
    const first = await page(bridge, { text: jane.email, limit: 1 })
    expect(first.operations.map(({ odoo_id }) => odoo_id)).toEqual([2001])
    expect(await listed(bridge, { text: jane.email, limit: 1, cursor: first.next_cursor ?? '' })).toEqual([1001])
  })

  test('finds what has only just come and waits for the shop', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    await bridge.post(Array.from({ length: 1_000 }, (_, index) => customerEnvelope({ ...jane, email: `jane${index}@example.com` }, { entity_id: index + 1 })))
    expect(await listed(bridge, { text: 'jane999@example.com' })).toEqual([1_000])
  })

  test('finds nothing of a payload that is gone, but the record by its ids', async () => {
    const bridge = await startBridge({ config: { RETENTION_DAYS: '1' } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    expect(await listed(bridge, { text: jane.email })).toEqual([1001])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1.5 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    while (bridge.server.ledger.prune(1));
    expect(await listed(bridge, { text: jane.email })).toEqual([])
    const id = bridge.shop.rows('customers').find(({ email }) => email === jane.email)?.id ?? ''
    expect(await listed(bridge, { text: '1001' })).toEqual([1001])
    expect(await listed(bridge, { text: id })).toEqual([1001])
  })
})

describe('a stranger', () => {
  test.each(['/api/operations', '/api/stats', '/metrics'])('is not told %s', async (path) => {
    const open = await startBridge()
    expect((await open.get(path, { 'x-forwarded-for': '203.0.113.5' })).status).toBe(403)
    const guarded = await startBridge({ config: { ADMIN_TOKEN: 'a-token_for.the~tests' }, sharedShop: open.shop })
    expect((await guarded.get(path)).status).toBe(401)
    const token = await fetch(`${guarded.server.url}${path}`, { headers: { authorization: 'Bearer a-token_for.the~tests' } })
    expect(token.status).toBe(200)
  })

  test.each(['/api/operations/retry', '/api/operations/op_x/retry'])('cannot post to %s', async (path) => {
    const bridge = await startBridge({ config: { ADMIN_TOKEN: 'a-token_for.the~tests' } })
    expect((await fetch(`${bridge.server.url}${path}`, { method: 'POST' })).status).toBe(401)
  })
})
