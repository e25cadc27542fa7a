import { createHmac, type KeyObject } from 'node:crypto'
import type { Db } from './database.ts'
import { toldAt } from './outbox.ts'
import { tellsTable } from './tells.ts'

/** The value that Odoo is known to hold in one field of a record of the shop. */
export interface KnownValue {
  readonly field: string
  /** Keyed hash of the canonical value; compare with `fingerprint`. */
  readonly value_hash: Buffer
  /** The value itself, only of a counter: a number that says nothing about a person. */
  readonly value: string | null
  /** When Odoo came to hold it, milliseconds since 1970. */
  readonly source_time: number
  readonly operation_id: string
}

/** Whose change a record's `date_upd` stands for; times as the shop wrote them. */
export interface RecordDates {
  /** After our last write. */
  readonly own_date_upd: string | null
  /** When somebody else last changed the record before that. */
  readonly foreign_date_upd: string | null
  /** The fields that somebody else had changed by then. */
  readonly foreign_fields: readonly string[]
}

interface RecordDatesRow extends Omit<RecordDates, 'foreign_fields'> {
  readonly foreign_fields: string
}

const HASH_BYTES = 12

/**
 * Known values and the dates of records.
 * @param key the ledger's own secret: without it no value can be told from its hash
 */
export const knownValuesTable = (db: Db, key: KeyObject) => {
  const all = db.prepare<[string, number], KnownValue>(
    'SELECT field, value_hash, value, source_time, operation_id FROM known_values WHERE entity_type = ? AND shop_id = ?'
  )
  const set = db.prepare(`
    INSERT INTO known_values (entity_type, shop_id, field, value_hash, value, source_time, operation_id)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (entity_type, shop_id, field) DO UPDATE
      SET value_hash = excluded.value_hash, value = excluded.value, source_time = excluded.source_time,
        operation_id = excluded.operation_id, is_carried = 0
      WHERE source_time <= excluded.source_time`)
  const tell = db.prepare(`
    INSERT INTO known_values (entity_type, shop_id, field, value_hash, value, source_time, operation_id, is_carried)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (entity_type, shop_id, field) DO UPDATE
      SET value_hash = excluded.value_hash, value = excluded.value, source_time = max(source_time, excluded.source_time),
        operation_id = excluded.operation_id, is_carried = excluded.is_carried`)
  const carried = db.prepare<[string, number, string], KnownValue>(
    `SELECT field, value_hash, value, source_time, operation_id FROM known_values
     WHERE entity_type = ? AND shop_id = ? AND field = ? AND is_carried = 1`
  )
  const date = db.prepare('UPDATE known_values SET source_time = ?, is_carried = 0 WHERE entity_type = ? AND shop_id = ? AND field = ?')
  const one = db.prepare<[string, number, string], KnownValue>(
    'SELECT field, value_hash, value, source_time, operation_id FROM known_values WHERE entity_type = ? AND shop_id = ? AND field = ?'
  )
  const forget = db.prepare('DELETE FROM known_values WHERE entity_type = ? AND shop_id = ?')
  const forgetField = db.prepare('DELETE FROM known_values WHERE entity_type = ? AND shop_id = ? AND field = ?')
  const withdraw = db.prepare('DELETE FROM known_values WHERE entity_type = ? AND shop_id = ? AND field = ? AND operation_id = ?')
  const restore = db.prepare(`
    UPDATE known_values SET value_hash = ?, value = ?, source_time = ?, operation_id = ?, is_carried = 0
    WHERE entity_type = ? AND shop_id = ? AND field = ? AND operation_id = ?`)
  const dates = db.prepare<[string, number], RecordDatesRow>(
    'SELECT own_date_upd, foreign_date_upd, foreign_fields FROM record_dates WHERE entity_type = ? AND shop_id = ?'
  )
  const setDates = db.prepare(`
    INSERT INTO record_dates (entity_type, shop_id, own_date_upd, foreign_date_upd, foreign_fields) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (entity_type, shop_id) DO UPDATE
      SET own_date_upd = excluded.own_date_upd, foreign_date_upd = excluded.foreign_date_upd,
        foreign_fields = excluded.foreign_fields`)
  const tells = tellsTable(db)
  const forgetDates = db.prepare('DELETE FROM record_dates WHERE entity_type = ? AND shop_id = ?')

  return {
    /** The hash under which a canonical value of a field is kept. */
    fingerprint: (entityType: string, shopId: number, field: string, value: string): Buffer =>
      createHmac('sha256', key).update(`${entityType}\0${shopId}\0${field}\0${value}`).digest().subarray(0, HASH_BYTES),
    /** All known values of a record, by field. */
    of: (entityType: string, shopId: number): ReadonlyMap<string, KnownValue> =>
      new Map(all.all(entityType, shopId).map((known) => [known.field, known])),
    /** What Odoo was told lately, and held before. */
    tells,
    /**
     * Sets a value that Odoo told, unless a later one is known.
     * @param isFinal whether it counts all the same
     */
    set: (entityType: string, shopId: number, known: KnownValue, isFinal = false): void => {
      if (isFinal) forgetField.run(entityType, shopId, known.field)
      const { changes } = set.run(entityType, shopId, known.field, known.value_hash, known.value, known.source_time, known.operation_id)
      if (changes > 0) tells.overrule(entityType, shopId, known.field, known.source_time)
    },
    /**
     * Sets a value that Odoo is told by the outgoing side, whatever was known before. The one that it holds already
     * stays as old as it is, unless somebody has set it back.
     * @param isCarried whether the event is about other fields: this one may have changed some time before
     */
    tell: (entityType: string, shopId: number, known: KnownValue, isCarried = false): void => {
      const before = one.get(entityType, shopId, known.field)
      const isSame = before !== undefined && before.value_hash.equals(known.value_hash) && before.source_time >= known.source_time
      const { field, operation_id, value_hash } = known
      // A baseline is on no way to Odoo.
      if (toldAt(operation_id) !== undefined) {
        tells.put(entityType, shopId, { field, outbox_id: operation_id, told_hash: value_hash, before: isSame ? null : (before ?? null) })
      }
      if (!isSame) tell.run(entityType, shopId, known.field, known.value_hash, known.value, known.source_time, known.operation_id, isCarried ? 1 : 0)
    },
    /**
     * The event that is about a value itself comes after one that carried it: the value is as old as that event tells,
     * unless something else was told of the field since.
     * @param changedAt milliseconds since 1970
     * @param reconsider has the operation done once more that told something later, and seemed to be stale
     */
    date: (
      entityType: string,
      shopId: number,
      { field, value_hash }: Pick<KnownValue, 'field' | 'value_hash'>,
      changedAt: number,
      reconsider: (operationId: string, field: string) => boolean
    ): void => {
      const holder = carried.get(entityType, shopId, field)
      if (!holder?.value_hash.equals(value_hash) || changedAt > holder.source_time) return
      const told = tells.of(entityType, shopId).find((row) => row.field === field && row.outbox_id === holder.operation_id)
      const between = told?.before && told.before.source_time > changedAt ? told.before : undefined
      if (told && between) {
        if (!reconsider(between.operation_id, field)) return
        tells.forgetBefore(entityType, shopId, told)
      }
      date.run(changedAt, entityType, shopId, field)
    },
    /** Takes back what Odoo was not told after all: it holds what it held before, unless another has told it since. */
    withdraw: (entityType: string, shopId: number, fields: readonly string[], operationId: string): void => {
      for (const field of fields) {
        const told = tells.find(entityType, shopId, field, operationId)
        const again = told && tells.sameFrom(entityType, shopId, told)
        const before = again ? { ...one.get(entityType, shopId, field)!, operation_id: again } : told?.before
        if (before) restore.run(before.value_hash, before.value, before.source_time, before.operation_id, entityType, shopId, field, operationId)
        else withdraw.run(entityType, shopId, field, operationId)
        if (told && again) tells.succeed(entityType, shopId, told, again)
        if (told) tells.withdraw(entityType, shopId, told)
      }
    },
    /** Forgets a record that is gone. */
    forget: (entityType: string, shopId: number): void => {
      forget.run(entityType, shopId)
      forgetDates.run(entityType, shopId)
      tells.forget(entityType, shopId)
    },
    datesOf: (entityType: string, shopId: number): RecordDates => {
      const row = dates.get(entityType, shopId)
      if (!row) return { own_date_upd: null, foreign_date_upd: null, foreign_fields: [] }
      return { ...row, foreign_fields: row.foreign_fields.split(' ').filter((field) => field !== '') }
    },
    setDates: (entityType: string, shopId: number, { own_date_upd, foreign_date_upd, foreign_fields }: RecordDates): void => {
      setDates.run(entityType, shopId, own_date_upd, foreign_date_upd, foreign_fields.join(' '))
    }
  }
}

export type KnownValuesTable = ReturnType<typeof knownValuesTable>
