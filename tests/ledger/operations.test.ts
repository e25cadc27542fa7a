import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { newOperation, odooId, temporaryLedger } from '../support/ledger.ts'

const lane = { entity_type: 'customer', odoo_model: 'res.partner', odoo_id: odooId(1) }
const all = (_lane: unknown, pending: readonly unknown[]): number => pending.length
const first = (): number => 1

describe('accepting a webhook', () => {
  test('stores it as a pending operation', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation({ event_id: 'e1', source_payload: '{"data":{"a":1}}' }))
    expect(ledger.find(operation_id)).toMatchObject({
      event_id: 'e1',
      status: 'pending',
      attempts: 0,
      source_payload: '{"data":{"a":1}}'
    })
  })

  test('recognises the same event_id with the same payload', async () => {
    const ledger = temporaryLedger()
    const one = await ledger.accept(newOperation({ event_id: 'e1' }))
    const two = await ledger.accept(newOperation({ event_id: 'e1' }))
    expect(two).toEqual({ operation_id: one.operation_id, duplicate: true, event_id_reused: false })
    expect(ledger.backlog().pending).toBe(1)
  })

  test('recognises a redelivery that arrives in the same turn of the event loop', async () => {
    const ledger = temporaryLedger()
    const [one, two] = await Promise.all([
      ledger.accept(newOperation({ event_id: 'e1' })),
      ledger.accept(newOperation({ event_id: 'e1' }))
    ])
    expect(two).toMatchObject({ operation_id: one?.operation_id, duplicate: true })
  })

  test('takes the same event_id with another payload as a new operation and says so', async () => {
    const ledger = temporaryLedger()
    const one = await ledger.accept(newOperation({ event_id: 'e1', payload_hash: 'a' }))
    const two = await ledger.accept(newOperation({ event_id: 'e1', payload_hash: 'b' }))
    expect(two).toMatchObject({ duplicate: false, event_id_reused: true })
    expect(two.operation_id).not.toBe(one.operation_id)
    expect(ledger.find(two.operation_id)).toMatchObject({ event_id_reused: 1 })
  })

  test('finds the first payload again after its event_id was reused', async () => {
    const ledger = temporaryLedger()
    const one = await ledger.accept(newOperation({ event_id: 'e1', payload_hash: 'a' }))
    await ledger.accept(newOperation({ event_id: 'e1', payload_hash: 'b' }))
    const again = await ledger.accept(newOperation({ event_id: 'e1', payload_hash: 'a' }))
    expect(again).toMatchObject({ operation_id: one.operation_id, duplicate: true })
  })

  test('recognises a payload without event_id only when it carries a timestamp', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(newOperation({ recognisable: true }))
    expect(await ledger.accept(newOperation({ recognisable: true }))).toMatchObject({ duplicate: true })
    expect(await ledger.accept(newOperation({ recognisable: false }))).toMatchObject({ duplicate: false })
  })

  test('makes a failed operation pending again when it is delivered again', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation({ event_id: 'e1' }))
    ledger.take(1, all)
    const error = { message: 'no', kind: 'permanent', field: 'email' }
    ledger.conclude(lane, { endings: [{ operation_id, status: 'failed', error, processing_time_ms: 1 }] })
    expect(ledger.find(operation_id)).toMatchObject({ status: 'failed', error_message: 'no', error_field: 'email' })
    expect(await ledger.accept(newOperation({ event_id: 'e1' }))).toMatchObject({ operation_id, duplicate: true })
    expect(ledger.find(operation_id)).toMatchObject({ status: 'pending', attempts: 0, error_message: null })
    expect(ledger.take(1, all)).toHaveLength(1)
  })
})

describe('the queue', () => {
  test('gives the operations of a record in the order of their source time, then of arrival', async () => {
    const ledger = temporaryLedger()
    const b = await ledger.accept(newOperation({ source_timestamp: 2_000 }))
    const c = await ledger.accept(newOperation({ source_timestamp: 2_000 }))
    const a = await ledger.accept(newOperation({ source_timestamp: 1_000 }))
    const [taken] = ledger.take(1, all)
    expect(taken?.run.map(({ operation_id }) => operation_id)).toEqual([a, b, c].map(({ operation_id }) => operation_id))
  })

  test('never gives out a record that is being worked on', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(newOperation())
    await ledger.accept(newOperation())
    expect(ledger.take(5, first)).toHaveLength(1)
    expect(ledger.take(5, first)).toHaveLength(0)
    await ledger.accept(newOperation())
    expect(ledger.take(5, first)).toHaveLength(0)
  })

  test('gives different records at the same time, up to the limit', async () => {
    const ledger = temporaryLedger()
    for (const id of [1, 2, 3]) await ledger.accept(newOperation({ odoo_id: odooId(id) }))
    expect(ledger.take(2, first)).toHaveLength(2)
    expect(ledger.take(2, first)).toHaveLength(1)
  })

  test('goes on with a record when its first operation has ended', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(newOperation({ source_timestamp: 1 }))
    const second = await ledger.accept(newOperation({ source_timestamp: 2 }))
    const [taken] = ledger.take(1, first)
    const endings = taken!.run.map(({ operation_id }) => ({ operation_id, status: 'success' as const, processing_time_ms: 1 }))
    ledger.conclude(lane, { endings })
    expect(ledger.take(1, first)[0]?.run[0]?.operation_id).toBe(second.operation_id)
  })

  test('holds a record back until its next attempt is due', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(newOperation())
    const [taken] = ledger.take(1, all)
    const later = Date.now() + 60_000
    ledger.postpone(lane, taken!.run, { next_attempt_at: later, burnt: true, error: { message: 'm', kind: 'transient' } })
    expect(ledger.take(1, all)).toHaveLength(0)
    expect(ledger.nextDueAt()).toBe(later)
    ledger.hasten(lane)
    expect(ledger.take(1, all)[0]?.run[0]).toMatchObject({ attempts: 1, error_kind: 'transient' })
  })

  test('burns no attempt when it is told not to', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(newOperation())
    const [taken] = ledger.take(1, all)
    ledger.postpone(lane, taken!.run, { next_attempt_at: 0, burnt: false, error: { message: 'm', kind: 'unavailable' } })
    expect(ledger.take(1, all)[0]?.run[0]?.attempts).toBe(0)
  })
})

describe('retrying by hand', () => {
  test('takes a failed operation up again, and leaves one that succeeded alone unless it is forced', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation())
    ledger.take(1, all)
    ledger.conclude(lane, { endings: [{ operation_id, status: 'success', outcome: 'updated', processing_time_ms: 1 }] })
    expect(ledger.retry(operation_id)).toBe(false)
    expect(ledger.retry(operation_id, { force: true })).toBe(true)
    expect(ledger.find(operation_id)).toMatchObject({ status: 'pending', forced: 1, outcome: null })
  })

  test('says no to an operation that is not there', () => {
    expect(temporaryLedger().retry('op_none')).toBe(false)
  })
})

describe('retention', () => {
  const DAY = 86_400_000

  test('takes the payload of what succeeded long ago, removes it later, and keeps what failed', async () => {
    const ledger = temporaryLedger()
    const good = await ledger.accept(newOperation({ odoo_id: odooId(1) }))
    const bad = await ledger.accept(newOperation({ odoo_id: odooId(2) }))
    ledger.take(2, all)
    const ended = { operation_id: good.operation_id, status: 'success' as const, processing_time_ms: 1 }
    const failed = { operation_id: bad.operation_id, status: 'failed' as const, processing_time_ms: 1 }
    ledger.conclude(lane, { endings: [ended] })
    ledger.conclude({ ...lane, odoo_id: odooId(2) }, { endings: [failed] })
    ledger.prune(1)
    expect(ledger.find(good.operation_id)?.source_payload).not.toBeNull()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    vi.setSystemTime(Date.now() + 1.5 * DAY)
    ledger.prune(1)
    expect(ledger.find(good.operation_id)?.source_payload).toBeNull()
    vi.setSystemTime(Date.now() + DAY)
    while (ledger.prune(1));
    expect(ledger.find(good.operation_id)).toBeUndefined()
    expect(ledger.find(bad.operation_id)?.source_payload).not.toBeNull()
  })
})
