import type { Db } from './database.ts'
import type { KnownValue } from './known-values.ts'
import { toldAt } from './outbox.ts'

/** How far the clocks of Odoo and of this machine may be apart. */
export const CLOCK_SLACK_MS = 2_000

/** A field's value handed to Odoo by an event, as far as what Odoo held before may still be heard of. */
export interface Tell {
  readonly field: string
  readonly outbox_id: string
  /** Keyed hash of the value, as in `KnownValue`. */
  readonly told_hash: Buffer
  /** What Odoo was known to hold until then; `null` when that is not known, or the same value. */
  readonly before: KnownValue | null
  /** When Odoo had taken it, at the latest, milliseconds since 1970; `null` = it is on its way. */
  readonly delivered_at: number | null
  /** Whether it has, or will: an event that was taken back may have reached Odoo, or not. */
  readonly is_sure: boolean
}

interface Row extends Omit<Tell, 'before' | 'is_sure'> {
  readonly is_sure: 0 | 1
  readonly value_hash: Buffer | null
  readonly value: string | null
  readonly source_time: number | null
  readonly operation_id: string | null
}

const toTell = ({ field, outbox_id, told_hash, delivered_at, is_sure, value_hash, value, source_time, operation_id }: Row): Tell => ({
  field,
  outbox_id,
  told_hash,
  delivered_at,
  is_sure: is_sure === 1,
  before: value_hash && source_time !== null && operation_id !== null ? { field, value_hash, value, source_time, operation_id } : null
})

/** Orders events by when they reach Odoo: those that are on their way come last, as they were made. */
const reachOf = ({ delivered_at, outbox_id }: Row): number => delivered_at ?? ON_ITS_WAY + (toldAt(outbox_id) ?? 0)

const ON_ITS_WAY = 1e14

/** What Odoo was told lately, and held before: until an event has reached it, it goes on telling of that. */
export const tellsTable = (db: Db) => {
  const insert = db.prepare(`
    INSERT INTO tells (entity_type, shop_id, field, outbox_id, told_hash, value_hash, value, source_time, operation_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value_hash = excluded.value_hash, value = excluded.value, source_time = excluded.source_time,
      operation_id = excluded.operation_id, delivered_at = NULL, is_sure = 1`)
  const all = db.prepare<[string, number], Row>('SELECT * FROM tells WHERE entity_type = ? AND shop_id = ?')
  const find = db.prepare<[string, number, string, string], Row>(
    'SELECT * FROM tells WHERE entity_type = ? AND shop_id = ? AND field = ? AND outbox_id = ? AND delivered_at IS NULL'
  )
  const others = db.prepare<[string, number, string, string], Row>(
    'SELECT * FROM tells WHERE entity_type = ? AND shop_id = ? AND field = ? AND outbox_id <> ? AND is_sure = 1'
  )
  // What a later event replaced was in truth what this one would have replaced.
  const inherit = db.prepare(`
    UPDATE tells SET value_hash = ?, value = ?, source_time = ?, operation_id = ?
    WHERE entity_type = ? AND shop_id = ? AND field = ? AND operation_id = ?`)
  const succeed = db.prepare(`
    UPDATE tells SET value_hash = ?, value = ?, source_time = ?, operation_id = ?
    WHERE entity_type = ? AND shop_id = ? AND field = ? AND outbox_id = ? AND value_hash IS NULL`)
  const heldUntil = db.prepare<KnownValue & { entity_type: string; shop_id: number; reached: number }>(`
    UPDATE tells SET value_hash = :value_hash, value = :value, source_time = :source_time, operation_id = :operation_id
    WHERE entity_type = :entity_type AND shop_id = :shop_id AND field = :field
      AND iif(value_hash IS NULL, told_hash = :value_hash, source_time <= :source_time) AND (delivered_at IS NULL OR delivered_at >= :reached)`)
  const close = db.prepare(`
    UPDATE tells SET delivered_at = ?, is_sure = 0, value_hash = NULL, value = NULL, source_time = NULL, operation_id = NULL
    WHERE entity_type = ? AND shop_id = ? AND field = ? AND outbox_id = ? AND delivered_at IS NULL`)
  const deliver = db.prepare('UPDATE tells SET delivered_at = ? WHERE outbox_id = ? AND delivered_at IS NULL')
  const forgetDelivered = db.prepare('DELETE FROM tells WHERE entity_type = ? AND shop_id = ? AND field = ? AND delivered_at < ?')
  const ofField = db.prepare<[string, number, string], Row>(
    'SELECT * FROM tells WHERE entity_type = ? AND shop_id = ? AND field = ? AND value_hash IS NOT NULL'
  )
  const forgetBefore = db.prepare(`
    UPDATE tells SET value_hash = NULL, value = NULL, source_time = NULL, operation_id = NULL
    WHERE entity_type = ? AND shop_id = ? AND field = ? AND outbox_id = ?`)
  const forget = db.prepare('DELETE FROM tells WHERE entity_type = ? AND shop_id = ?')
  const prune = db.prepare('DELETE FROM tells WHERE rowid IN (SELECT rowid FROM tells WHERE delivered_at < ? LIMIT ?)')

  return {
    put(entityType: string, shopId: number, { field, outbox_id, told_hash, before }: Omit<Tell, 'delivered_at' | 'is_sure'>): void {
      const { value_hash = null, value = null, source_time = null, operation_id = null } = before ?? {}
      insert.run(entityType, shopId, field, outbox_id, told_hash, value_hash, value, source_time, operation_id)
    },
    /** Those of a record. */
    of: (entityType: string, shopId: number): Tell[] => all.all(entityType, shopId).map(toTell),
    find: (entityType: string, shopId: number, field: string, outboxId: string): Tell | undefined => {
      const row = find.get(entityType, shopId, field, outboxId)
      return row && toTell(row)
    },
    /** What reached Odoo last for sure, or will, of another event. */
    lastBeside: (entityType: string, shopId: number, field: string, outboxId: string): Tell | undefined => {
      const row = others.all(entityType, shopId, field, outboxId).toSorted((one, other) => reachOf(one) - reachOf(other)).at(-1)
      return row && toTell(row)
    },
    /** The other event that has told the same value, or will, unless Odoo has come to hold something else since. */
    sameFrom: (entityType: string, shopId: number, { field, told_hash, outbox_id, before }: Tell): string | undefined => {
      const found = others.all(entityType, shopId, field, outbox_id).toSorted((one, other) => reachOf(one) - reachOf(other))
      const last = found.at(-1)
      if (!last?.told_hash.equals(told_hash) || (before?.source_time ?? 0) > (last.delivered_at ?? Number.POSITIVE_INFINITY)) return undefined
      return last.delivered_at !== null || last.outbox_id > outbox_id ? last.outbox_id : undefined
    },
    /** What Odoo told just before the event reached it is no former value: it counts. */
    forgetBefore: (entityType: string, shopId: number, { field, outbox_id }: Pick<Tell, 'field' | 'outbox_id'>): void => {
      forgetBefore.run(entityType, shopId, field, outbox_id)
    },
    /** A later event tells the same: it is the one that replaces what Odoo held before. */
    succeed(entityType: string, shopId: number, { field, before }: Tell, outboxId: string): void {
      if (!before) return
      const { value_hash, value, source_time, operation_id } = before
      succeed.run(value_hash, value, source_time, operation_id, entityType, shopId, field, outboxId)
    },
    /** Odoo itself held this value when an event reached it that replaced an older one, or told the same. */
    heldUntil: (entityType: string, shopId: number, value: KnownValue): void => {
      heldUntil.run({ ...value, entity_type: entityType, shop_id: shopId, reached: value.source_time - CLOCK_SLACK_MS })
    },
    /** Odoo is told otherwise. A request whose answer was lost may have told it this all the same. */
    withdraw(entityType: string, shopId: number, { field, outbox_id, before }: Tell): void {
      const { value_hash = null, value = null, source_time = null, operation_id = null } = before ?? {}
      inherit.run(value_hash, value, source_time, operation_id, entityType, shopId, field, outbox_id)
      close.run(Date.now(), entityType, shopId, field, outbox_id)
    },
    deliver: (outboxId: string, at: number): void => {
      deliver.run(at, outboxId)
    },
    /** Odoo itself has said at that time what it holds; what reaches it later may still come over that. */
    overrule(entityType: string, shopId: number, field: string, time: number): void {
      forgetDelivered.run(entityType, shopId, field, time - CLOCK_SLACK_MS)
      for (const { outbox_id } of ofField.all(entityType, shopId, field)) {
        if ((toldAt(outbox_id) ?? 0) <= time) forgetBefore.run(entityType, shopId, field, outbox_id)
      }
    },
    forget: (entityType: string, shopId: number): void => {
      forget.run(entityType, shopId)
    },
    prune: (deliveredBefore: number, batch: number): number => prune.run(deliveredBefore, batch).changes
  }
}
