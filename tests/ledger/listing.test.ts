import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { AttemptNote } from '../../src/ledger/attempts.ts'
import { queries } from '../../src/ledger/listing.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { migrations } from '../../src/ledger/migrations.ts'
import { newOperation, odooId, temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'

const applied: AttemptNote = { started_at: 1, ms: 1, result: 'applied', outcome: 'updated' }
const call = (ms: number) => ({ at: 1, method: 'GET', resource: 'customers', id: null, status: 200, ms, error_kind: null })

/** How SQLite goes about a query, step by step. */
const planOf = (sql: string): string[] => {
  const path = temporaryLedgerPath()
  openLedger({ path, as: 'tool' }).close()
  const db = new Database(path)
  // The names or the question marks of the query, whatever they stand for.
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|:\w+/g, '1')}`).all()
  db.close()
  return plan.map(({ detail }) => detail)
}

describe('a ledger of a million operations', () => {
  test.each(Object.entries(queries))('answers %s by an index, without looking at all of them', (_name, sql) => {
    const plan = planOf(sql)
    expect(plan.filter((step) => step.startsWith('SCAN operations') && !step.includes('COVERING INDEX'))).toEqual([])
    expect(plan.some((step) => step.startsWith('SEARCH'))).toBe(true)
  })

  test.each(['page', 'count', 'oldest', 'nextState', 'nextEntity'] as const)('needs neither the rows nor a sort for %s', (name) => {
    const plan = planOf(queries[name])
    expect(plan).toEqual([expect.stringContaining('SEARCH operations USING COVERING INDEX operations_listed')])
  })

  test('reads of a page no more than the page, however deep it is', () => {
    expect(planOf(queries.page)).toEqual([expect.stringContaining('(<expr>=? AND entity_type=? AND received_at>? AND received_at<?)')])
  })
})

describe('what is kept of one operation', () => {
  test('is its last fifty attempts and its last fifty calls', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation())
    for (let number = 1; number <= 60; number += 1) {
      const [taken] = ledger.take(1, () => 1)
      ledger.trail.call(operation_id, call(number))
      ledger.trail.call(operation_id, call(number))
      ledger.trail.attempt(taken!.run, { ...applied, result: 'postponed' })
      ledger.postpone(taken!.lane, taken!.run, { next_attempt_at: 0, burnt: false, error: { message: 'm', kind: 'unavailable' } })
    }
    const attempts = ledger.attemptsOf(ledger.find(operation_id)!)
    expect(attempts.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => index + 11))
    expect(attempts.flatMap(({ calls }) => calls).map(({ ms }) => ms)).toEqual(Array.from({ length: 50 }, (_, index) => 36 + Math.floor(index / 2)))
  })

  test('of an attempt with endless calls, is the last fifty', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation())
    const [taken] = ledger.take(1, () => 1)
    for (let number = 1; number <= 1_000; number += 1) ledger.trail.call(operation_id, call(number))
    ledger.trail.attempt(taken!.run, applied)
    ledger.conclude(taken!.lane, { endings: [{ operation_id, status: 'success', outcome: 'updated', processing_time_ms: 1 }] })
    const [attempt] = ledger.attemptsOf(ledger.find(operation_id)!)
    expect(attempt?.calls.map(({ ms }) => ms)).toEqual(Array.from({ length: 50 }, (_, index) => index + 951))
  })

  test('is not an outcome that could not be written: what came of it instead has its calls', async () => {
    const ledger = temporaryLedger()
    const { operation_id } = await ledger.accept(newOperation({ odoo_id: odooId(2) }))
    const lane = { ...newOperation(), odoo_id: odooId(2) }
    ledger.conclude({ ...lane, odoo_id: odooId(1) }, { endings: [], bind: { ...lane, odoo_id: odooId(1), shop_id: 10 } })
    const [taken] = ledger.take(1, () => 1)
    ledger.trail.call(operation_id, call(7))
    ledger.trail.attempt(taken!.run, applied)
    const endings = [{ operation_id, status: 'success' as const, outcome: 'updated' as const, processing_time_ms: 1 }]
    // The record has another owner: SQLite refuses.
    expect(() => ledger.conclude(lane, { endings, bind: { ...lane, shop_id: 10 } })).toThrow(/UNIQUE/)
    ledger.trail.attempt(taken!.run, { started_at: 1, ms: 1, result: 'postponed' })
    ledger.postpone(lane, taken!.run, { next_attempt_at: 0, burnt: true, error: { message: 'm', kind: 'transient' } })
    expect(ledger.attemptsOf(ledger.find(operation_id)!)).toMatchObject([{ number: 1, result: 'postponed', calls: [{ ms: 7 }] }])
  })

  test('goes with it', async () => {
    const path = temporaryLedgerPath()
    const ledger = temporaryLedger(path)
    const { operation_id } = await ledger.accept(newOperation({ source_payload: '{"data":{"email":"jane@example.com"}}' }))
    const [taken] = ledger.take(1, () => 1)
    ledger.trail.call(operation_id, call(1))
    ledger.trail.attempt(taken!.run, applied)
    ledger.catchUpSearch()
    ledger.conclude(taken!.lane, { endings: [{ operation_id, status: 'success', outcome: 'updated', entity_id: 5, processing_time_ms: 1 }] })
    const db = new Database(path)
    const rows = (table: string) => db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${table}`).get()?.rows
    expect(['attempts', 'shop_calls', 'search_terms'].map(rows)).toEqual([1, 1, 3])
    db.prepare("UPDATE operations SET date_upd = 1").run()
    while (ledger.prune(1));
    expect(['operations', 'attempts', 'shop_calls', 'search_terms'].map(rows)).toEqual([0, 0, 0, 0])
    db.close()
  })
})

test('a search finds new operations also after older ones with the same numbers were removed', async () => {
  const path = temporaryLedgerPath()
  const ledger = temporaryLedger(path)
  const accept = (email: string) => ledger.accept(newOperation({ source_payload: JSON.stringify({ data: { email } }) }))
  for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await accept(email)
  while (ledger.catchUpSearch());
  const db = new Database(path)
  db.prepare("UPDATE operations SET status = 'success', outcome = 'updated', date_upd = 1").run()
  db.close()
  while (ledger.prune(1));
  await accept('d@example.com')
  while (ledger.catchUpSearch());
  expect(ledger.list({ text: 'd@example.com', limit: 10 })).toHaveLength(1)
  expect(ledger.list({ text: 'a@example.com', limit: 10 })).toHaveLength(0)
})

test('a ledger of an older version is counted and listed as if it had always been so', async () => {
  const path = temporaryLedgerPath()
  openLedger({ path, as: 'tool' }).close()
  const db = new Database(path)
  for (const { name } of db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()) {
    db.pragma('foreign_keys = OFF')
    db.exec(`DROP TABLE ${name}`)
  }
  db.exec(migrations[0]!)
  db.pragma('user_version = 1')
  const insert = db.prepare(`
    INSERT INTO operations (operation_id, entity_type, odoo_model, odoo_id, action_type, source, source_payload, payload_hash, received_at,
      source_timestamp, status, outcome, date_add, date_upd)
    VALUES (?, 'customer', 'res.partner', 7, 'updated', 'odoo', '{"data":{"email":"jane@example.com"}}', 'h', ?, 1, ?, ?, 1, 1)`)
  insert.run('op_1', 1, 'success', 'updated')
  insert.run('op_2', 2, 'success', 'updated')
  insert.run('op_3', 3, 'failed', null)
  insert.run('op_4', 4, 'pending', null)
  db.close()
  const ledger = temporaryLedger(path)
  expect(Object.fromEntries(ledger.counts().map(({ state, operations }) => [state, operations]))).toEqual({ pending: 1, failed: 1, updated: 2 })
  while (ledger.catchUpSearch());
  expect(ledger.list({ text: 'jane@example.com', limit: 10 }).map(({ operation_id }) => operation_id)).toEqual(['op_4', 'op_3', 'op_2', 'op_1'])
  expect(ledger.attemptsOf(ledger.find('op_1')!)).toEqual([])
})
