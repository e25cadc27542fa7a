import * as v from 'valibot'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { statsOf, statsSchema } from '../../src/api/stats.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import { newOperation, odooId, temporaryLedger } from '../support/ledger.ts'

type Stats = v.InferOutput<typeof statsSchema>

const MINUTE = 60_000

const stats = async (bridge: Bridge): Promise<Stats> => v.parse(statsSchema, (await bridge.get('/api/stats')).body)

/** Three that succeeded, one that failed. */
const work = async (bridge: Bridge): Promise<void> => {
  await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  await bridge.post(customerEnvelope({ company: 'x' }))
  await bridge.post(customerEnvelope({ company: 'x' }))
  await bridge.post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
}

describe('the counts', () => {
  test('are told by status, by outcome and by entity', async () => {
    const bridge = await startBridge()
    await work(bridge)
    const { operations, entities } = await stats(bridge)
    expect(operations).toMatchObject({ pending: 0, processing: 0, success: 3, failed: 1, outcomes: { created: 1, updated: 1, unchanged: 1 } })
    expect(entities).toMatchObject({ customer: { success: 3, failed: 0 }, address: { success: 0, failed: 1 } })
  })

  test('follow an operation that is tried again, and one that is removed', async () => {
    const ledger = temporaryLedger()
    const states = () => Object.fromEntries(ledger.counts().map(({ state, operations }) => [state, operations]))
    const lane = newOperation({ odoo_id: odooId(1) })
    const { operation_id } = await ledger.accept(lane)
    expect(states()).toEqual({ pending: 1 })
    ledger.take(1, () => 1)
    expect(states()).toEqual({ processing: 1 })
    ledger.conclude(lane, { endings: [{ operation_id, status: 'failed', processing_time_ms: 1 }] })
    expect(states()).toEqual({ failed: 1 })
    ledger.retry(operation_id)
    expect(states()).toEqual({ pending: 1 })
    ledger.conclude(lane, { endings: [{ operation_id, status: 'success', outcome: 'updated', processing_time_ms: 1 }] })
    expect(states()).toEqual({ updated: 1 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    while (ledger.prune(1));
    expect(states()).toEqual({})
  })
})

test('the backlog is told with the age of its oldest operation', async () => {
  const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
  expect((await stats(bridge)).backlog).toEqual({ operations: 0, oldest: null, oldest_seconds: null })
  onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
  const before = Date.now()
  await bridge.post([customerEnvelope(jane), customerEnvelope(jane, { entity_id: 2 })])
  vi.useFakeTimers({ toFake: ['Date'], now: before + 10 * MINUTE })
  onTestFinished(() => void vi.useRealTimers())
  const { backlog } = await stats(bridge)
  expect(backlog.operations).toBe(2)
  expect(Date.parse(backlog.oldest ?? '')).toBeGreaterThanOrEqual(before)
  expect(backlog.oldest_seconds).toBeGreaterThan(590)
  expect(backlog.oldest_seconds).toBeLessThanOrEqual(600)
})

describe('the last hour', () => {
  test('has sixty minutes, the current one last, with what was received and what ended', async () => {
    const bridge = await startBridge()
    await work(bridge)
    const { last_hour } = await stats(bridge)
    expect(last_hour).toMatchObject({ received: 4, succeeded: 3, failed: 1 })
    expect(last_hour.minutes).toHaveLength(60)
    const times = last_hour.minutes.map(({ minute }) => Date.parse(minute))
    expect(times.every((time, index) => index === 0 || time === times[index - 1]! + MINUTE)).toBe(true)
    expect(Date.now() - times.at(-1)!).toBeLessThan(2 * MINUTE)
    const sum = (key: 'received' | 'succeeded' | 'failed') => last_hour.minutes.reduce((total, minute) => total + minute[key], 0)
    expect([sum('received'), sum('succeeded'), sum('failed')]).toEqual([4, 3, 1])
  })

  test('counts a redelivery as nothing new', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane, { action_type: 'created', event_id: 'e1' }))
    await bridge.post(customerEnvelope(jane, { action_type: 'created', event_id: 'e1' }))
    expect((await stats(bridge)).last_hour.received).toBe(1)
  })

  test('is the same after a restart', async () => {
    const bridge = await startBridge()
    await work(bridge)
    const before = await stats(bridge)
    await bridge.server.close()
    const again = await startBridge({ ledgerPath: bridge.ledgerPath, sharedShop: bridge.shop })
    const { minutes: _minutes, ...totals } = before.last_hour
    expect((await stats(again)).last_hour).toMatchObject(totals)
    expect((await stats(again)).operations).toEqual(before.operations)
  })

  test('forgets what is older', async () => {
    const bridge = await startBridge()
    await work(bridge)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61 * MINUTE })
    onTestFinished(() => void vi.useRealTimers())
    expect((await stats(bridge)).last_hour).toMatchObject({ received: 0, succeeded: 0, failed: 0, latency_p50_ms: null, latency_p95_ms: null })
  })

  test('tells the latency from receipt to end, a fifth coarse', async () => {
    const ledger = temporaryLedger()
    const now = Date.now()
    // Nineteen of a second, one of a minute.
    const received = Array.from({ length: 20 }, (_, index) => now - (index === 0 ? 60_000 : 1_000))
    const operations = await Promise.all(received.map((time) => ledger.accept(newOperation({ received_at: time }))))
    const endings = operations.map(({ operation_id }) => ({ operation_id, status: 'success' as const, outcome: 'updated' as const, processing_time_ms: 1 }))
    ledger.conclude(newOperation(), { endings })
    const { last_hour } = statsOf(ledger)
    expect(last_hour.succeeded).toBe(20)
    expect(last_hour.latency_p50_ms).toBeGreaterThanOrEqual(1_000)
    expect(last_hour.latency_p50_ms).toBeLessThan(1_500)
    expect(last_hour.latency_p95_ms).toBeLessThan(1_500)
  })
})
