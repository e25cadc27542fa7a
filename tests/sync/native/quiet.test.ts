import { describe, expect, test } from 'vitest'
import { AUTOMATION_SOURCE } from '../../../src/ledger/operation.ts'
import { temporaryLedgerPath, newOperation, odooId, temporaryLedger } from '../../support/ledger.ts'
import { openLedger } from '../../../src/ledger/ledger.ts'
import { contact, startNative } from '../../support/native.ts'
import { until } from '../../support/bridge.ts'

const outcomes = (operations: readonly { outcome: string | null }[]): (string | null)[] => operations.map(({ outcome }) => outcome)

describe('a burst of webhooks about one record', () => {
  test('is one write with the last values, and every webhook keeps its row', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '700' } })
    for (const name of ['Jane A', 'Jane B', 'Jane C', 'Jane C']) await bridge.odoo('res.partner', 7, contact({ name }))
    await bridge.drained()
    expect(bridge.writes()).toEqual(['POST customers'])
    expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: 'C' })
    const operations = bridge.operationsOf('res.partner', 7)
    expect(outcomes(operations)).toEqual(['superseded', 'superseded', 'superseded', 'created'])
    const last = operations.at(-1)!.operation_id
    expect(operations.slice(0, -1).every(({ superseded_by, entity_id }) => superseded_by === last && entity_id === 2)).toBe(true)
  })

  test('keeps what only an earlier webhook told: two rules may tick different fields', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '5000' } })
    await bridge.odoo('res.partner', 7, contact({ comment: '<p>VIP</p>' }))
    await bridge.odoo('res.partner', 7, { name: 'Jane Doe' })
    bridge.quiet()
    await bridge.drained()
    expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: 'Doe', note: 'VIP', email: 'jane@example.com' })
  })

  test('from A to B and back is told to the shop as A: nothing is left out for being known already', async () => {
    const bridge = await startNative()
    for (const name of ['Jane A', 'Jane B', 'Jane A']) {
      await bridge.odoo('res.partner', 7, contact({ name }))
      await bridge.drained()
      expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: name.slice(5) })
    }
    expect(bridge.operationsOf('res.partner', 7)).toHaveLength(3)
  })

  test('counts in the order of arrival, whatever write_date says', async () => {
    const bridge = await startNative()
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane A', write_date: '2026-11-22 21:27:08.053605' }))
    await bridge.drained()
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane B', write_date: '2020-01-01 00:00:00' }))
    await bridge.drained()
    expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: 'B' })
  })

  test('does not hold up other records, nor webhooks with an envelope', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '5000' } })
    await bridge.odoo('res.partner', 7, contact())
    const envelope = { entity_type: 'customer', entity_id: 7, action_type: 'created', data: { email: 'a@example.com', firstname: 'A', lastname: 'B' } }
    expect((await bridge.post(envelope)).body).toMatchObject({ outcome: 'created' })
    expect(bridge.operationsOf('res.partner', 7)[0]).toMatchObject({ status: 'pending' })
  })

  test('that ends with a deletion is a deletion', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '5000' } })
    await bridge.odoo('res.partner', 7, contact())
    await bridge.odoo('res.partner', 7, contact(), '?event=deleted')
    bridge.quiet()
    await bridge.drained()
    expect(bridge.writes()).toEqual([])
    expect(outcomes(bridge.operationsOf('res.partner', 7))).toEqual(['superseded', 'ignored'])
  })

  test('that fails is one failure, and what is covered by its last webhook is not asked for again', async () => {
    const bridge = await startNative({ config: { ODOO_QUIET_MS: '5000' } })
    await bridge.odoo('res.partner', 7, { phone: '1' })
    await bridge.odoo('res.partner', 7, contact({ email: 'no email' }))
    await bridge.odoo('res.partner', 7, contact({ email: 'no email' }))
    await bridge.odoo('res.partner', 7, { ...contact({ email: 'no email' }), phone: undefined })
    bridge.quiet()
    await bridge.drained()
    expect(bridge.operationsOf('res.partner', 7).map(({ status, outcome }) => outcome ?? status)).toEqual([
      'failed', 'failed', 'failed', 'failed'
    ])
    await bridge.odoo('res.partner', 8, contact({ email: 'no email' }))
    await bridge.odoo('res.partner', 8, contact({ email: 'no email' }))
    bridge.quiet()
    await bridge.drained()
    expect(bridge.operationsOf('res.partner', 8).map(({ status, outcome }) => outcome ?? status)).toEqual(['superseded', 'failed'])
  })

  test('does not undo what somebody did in the shop between two of its webhooks that tell the same', async () => {
    const bridge = await startNative()
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane A' }))
    await bridge.drained()
    bridge.shop.backOffice.update('customers', 2, { lastname: 'Human' })
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane A', comment: '<p>x</p>' }))
    await bridge.drained()
    expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: 'Human', note: 'x' })
  })
})

/** A native webhook as the inbox hands it to the ledger. */
const native = (id: number, receivedAt: number, quietMs: number) =>
  newOperation({
    entity_type: 'res.partner',
    odoo_id: odooId(id),
    source: AUTOMATION_SOURCE,
    received_at: receivedAt,
    source_timestamp: receivedAt,
    quiet_ms: quietMs
  })

describe('the quiet time of a record', () => {
  test('begins anew with every webhook', async () => {
    const ledger = temporaryLedger()
    const now = Date.now()
    await ledger.accept(native(1, now, 500))
    await ledger.accept(native(1, now + 400, 500))
    expect(ledger.nextDueAt()).toBe(now + 900)
  })

  test('ends five seconds after the first webhook, however long the burst goes on', async () => {
    const ledger = temporaryLedger()
    const now = Date.now()
    for (let at = now; at <= now + 6_000; at += 300) await ledger.accept(native(1, at, 500))
    expect(ledger.nextDueAt()).toBe(now + 5_000)
  })

  test('holds for what arrives while the record is being worked on', async () => {
    const ledger = temporaryLedger()
    const past = Date.now() - 1_000
    await ledger.accept(native(1, past, 0))
    const [taken] = ledger.take(1, () => 1)
    const now = Date.now()
    await ledger.accept(native(1, now, 3_000))
    const endings = [{ operation_id: taken!.run[0]!.operation_id, status: 'success', processing_time_ms: 1 }] as const
    ledger.conclude(taken!.lane, { endings })
    expect(ledger.nextDueAt()).toBe(now + 3_000)
  })

  test('survives a restart', async () => {
    const path = temporaryLedgerPath()
    const now = Date.now()
    const first = openLedger({ path, as: 'server' })
    await first.accept(native(1, now, 4_000))
    first.close()
    const second = temporaryLedger(path)
    second.recover()
    expect(second.nextDueAt()).toBe(now + 4_000)
  })

  test('brings a record that waits for its next attempt forward: there is news', async () => {
    const ledger = temporaryLedger()
    await ledger.accept(native(1, Date.now() - 1_000, 0))
    const [taken] = ledger.take(1, () => 1)
    const later = Date.now() + 900_000
    ledger.postpone(taken!.lane, taken!.run, { next_attempt_at: later, burnt: false, error: { message: 'waits', kind: 'dependency' } })
    const now = Date.now()
    await ledger.accept(native(1, now, 500))
    expect(ledger.nextDueAt()).toBe(now + 500)
  })
})

test('arrivals do not go back when the clock does', async () => {
  const bridge = await startNative({ config: { ODOO_QUIET_MS: '0' } })
  const real = Date.now
  try {
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane A' }))
    await bridge.drained()
    Date.now = () => real() - 3_600_000
    await bridge.odoo('res.partner', 7, contact({ name: 'Jane B' }))
    await until(() => bridge.shop.row('customers', 2)?.['lastname'] === 'B', 'the later name is there')
  } finally {
    Date.now = real
  }
})
