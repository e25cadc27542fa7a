import type { Db } from './database.ts'
import { newId } from './ids.ts'

/** Who saw the change: the shop's module, the poller, or an operation that left the shop's own value. */
export type OutboxSource = 'relay' | 'poll' | 'conflict'

/**
 * `held`: to be read afresh in the shop first; `pending`: to be delivered; `suppressed`: read afresh, it was none of
 * Odoo's business any more; `failed`: given up.
 */
export type OutboxStatus = 'held' | 'pending' | 'delivered' | 'suppressed' | 'failed'

/** The reason of an event that tells Odoo again what an earlier one may have come over. */
export const OVERTAKEN = 'overtaken'

/** An event on its way to Odoo; times are milliseconds since 1970. */
export interface OutboxEntry {
  readonly sequence: number
  readonly outbox_id: string
  /** The record that it is about, as operations call it; what no operation knows keeps its own name. */
  readonly entity_type: string
  readonly entity_id: number
  readonly source: OutboxSource
  /** The event as JSON, in the format of the shop's module; `null` after the retention time. */
  readonly event: string | null
  readonly status: OutboxStatus
  readonly reason: string | null
  /** Synced fields of which it set the known values. */
  readonly fields: readonly string[]
  /** The last of our own writes to the record when it was judged. */
  readonly own_write: number
  /** 1: a request with it has begun, and Odoo has not said that it did not take it. */
  readonly is_sent: 0 | 1
  readonly attempts: number
  readonly next_attempt_at: number
  readonly error_message: string | null
  readonly date_add: number
  readonly date_upd: number
}

export type NewOutboxEntry = Pick<
  OutboxEntry,
  'outbox_id' | 'entity_type' | 'entity_id' | 'source' | 'status' | 'reason' | 'fields' | 'own_write'
> & { readonly event: string }

interface Row extends Omit<OutboxEntry, 'fields'> {
  readonly fields: string
}

const toEntry = (row: Row): OutboxEntry => ({ ...row, fields: row.fields.split(' ').filter((field) => field !== '') })

export const newOutboxId = (): string => newId('out_')

/** When an event with this id was put into the outbox, milliseconds since 1970; `undefined` for an id of another kind. */
export const toldAt = (id: string): number | undefined => (id.startsWith('out_') ? Number.parseInt(id.slice(4, 13), 36) : undefined)

/** A query uses the partial indexes only when it repeats their condition word by word. */
const OPEN = "status IN ('held', 'pending')"

/** The outbox: one event per record at a time is on its way, the oldest first. */
export const outboxTable = (db: Db) => {
  const insert = db.prepare(`
    INSERT INTO outbox (outbox_id, entity_type, entity_id, source, event, status, reason, fields, own_write, next_attempt_at, date_add, date_upd)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const due = db.prepare<[string, number, number], Row>(`
    SELECT * FROM outbox AS own INDEXED BY outbox_open WHERE ${OPEN} AND status = ? AND next_attempt_at <= ? AND NOT EXISTS (
      SELECT 1 FROM outbox AS earlier WHERE earlier.${OPEN} AND earlier.entity_type = own.entity_type
        AND earlier.entity_id = own.entity_id AND earlier.sequence < own.sequence)
    ORDER BY sequence LIMIT ?`)
  const nextDue = db.prepare<[], { next_attempt_at: number }>(
    `SELECT next_attempt_at FROM outbox WHERE ${OPEN} ORDER BY next_attempt_at LIMIT 1`
  )
  const judge = db.prepare(
    'UPDATE outbox SET status = ?, reason = ?, event = ?, fields = ?, own_write = ?, next_attempt_at = ?, date_upd = ? WHERE outbox_id = ?'
  )
  const settle = db.prepare(
    'UPDATE outbox SET status = ?, attempts = attempts + 1, error_message = ?, date_upd = ? WHERE outbox_id = ?'
  )
  const postpone = db.prepare(
    'UPDATE outbox SET attempts = attempts + ?, next_attempt_at = ?, error_message = ?, date_upd = ? WHERE outbox_id = ?'
  )
  const send = db.prepare('UPDATE outbox SET is_sent = 1 WHERE outbox_id = ?')
  const unsend = db.prepare('UPDATE outbox SET is_sent = 0 WHERE outbox_id = ?')
  const hold = db.prepare(
    `UPDATE outbox SET status = 'held', reason = iif(is_sent, '${OVERTAKEN}', reason), next_attempt_at = ?, date_upd = ? WHERE outbox_id = ?`
  )
  const holdBehind = db.prepare<{ now: number; entity_type: string; entity_id: number; sequence: number }>(
    `UPDATE outbox SET status = 'held', reason = iif(is_sent, '${OVERTAKEN}', reason), next_attempt_at = :now, date_upd = :now
    WHERE ${OPEN} AND status = 'pending' AND entity_type = :entity_type AND entity_id = :entity_id AND sequence > :sequence
      AND NOT (source = 'relay' AND fields = '')`
  )
  const retry = db.prepare(
    "UPDATE outbox SET status = 'held', attempts = 0, next_attempt_at = ?, error_message = NULL, date_upd = ? WHERE outbox_id = ? AND status = 'failed' AND event IS NOT NULL"
  )
  const after = db.prepare<[string, number, number], Row>(
    `SELECT * FROM outbox WHERE ${OPEN} AND entity_type = ? AND entity_id = ? AND sequence > ? ORDER BY sequence LIMIT 20`
  )
  const held = db.prepare<[string, number], { found: 1 }>(
    `SELECT 1 AS found FROM outbox WHERE ${OPEN} AND entity_type = ? AND entity_id = ? AND status = 'held' LIMIT 1`
  )
  const find = db.prepare<[string], Row>('SELECT * FROM outbox WHERE outbox_id = ?')
  const list = db.prepare<{ before: number; limit: number }, Row>(
    'SELECT * FROM outbox WHERE sequence < :before ORDER BY sequence DESC LIMIT :limit'
  )
  const listOf = db.prepare<{ status: string; before: number; limit: number }, Row>(
    'SELECT * FROM outbox WHERE status = :status AND sequence < :before ORDER BY sequence DESC LIMIT :limit'
  )
  // From the index alone: rows hold events, and there may be many that are delivered.
  const count = db.prepare<[], { status: OutboxStatus; count: number }>(
    'SELECT status, count(*) AS count FROM outbox INDEXED BY outbox_status GROUP BY status'
  )
  const undelivered = db.prepare<[], { status: OutboxStatus; count: number }>(
    "SELECT status, count(*) AS count FROM outbox WHERE status IN ('held', 'pending', 'failed') GROUP BY status"
  )
  const oldestOpen = db.prepare<[], { date_add: number }>(`SELECT date_add FROM outbox WHERE ${OPEN} ORDER BY sequence LIMIT 1`)
  const hasten = db.prepare<{ now: number; id: string | null }>(
    `UPDATE outbox SET next_attempt_at = :now WHERE ${OPEN} AND next_attempt_at > :now AND (:id IS NULL OR outbox_id = :id)`
  )
  const forget = db.prepare(
    "DELETE FROM outbox WHERE sequence IN (SELECT sequence FROM outbox WHERE status IN ('delivered', 'suppressed') AND date_upd < ? LIMIT ?)"
  )

  return {
    put(entry: NewOutboxEntry): void {
      const now = Date.now()
      insert.run(
        entry.outbox_id,
        entry.entity_type,
        entry.entity_id,
        entry.source,
        entry.event,
        entry.status,
        entry.reason,
        entry.fields.join(' '),
        entry.own_write,
        now,
        now,
        now
      )
    },
    /** The oldest open event of each record, if it has this status and is due. */
    due: (status: 'held' | 'pending', limit: number): OutboxEntry[] => due.all(status, Date.now(), limit).map(toEntry),
    /** The next open events of the same record. */
    after: ({ entity_type, entity_id, sequence }: Pick<OutboxEntry, 'entity_type' | 'entity_id' | 'sequence'>): OutboxEntry[] =>
      after.all(entity_type, entity_id, sequence).map(toEntry),
    /** Whether an event of the record waits to be read afresh. */
    isHeld: (entityType: string, entityId: number): boolean => held.get(entityType, entityId) !== undefined,
    nextDueAt: (): number | undefined => nextDue.get()?.next_attempt_at,
    /** What became of an event that was held. */
    judge(outboxId: string, judged: Pick<NewOutboxEntry, 'status' | 'reason' | 'event' | 'fields' | 'own_write'>): void {
      const now = Date.now()
      judge.run(judged.status, judged.reason, judged.event, judged.fields.join(' '), judged.own_write, now, now, outboxId)
    },
    settle: (outboxId: string, status: 'delivered' | 'failed' | 'suppressed', error: string | null): void => {
      settle.run(status, error, Date.now(), outboxId)
    },
    postpone: (outboxId: string, at: number, error: string, burnt: boolean): void => {
      postpone.run(burnt ? 1 : 0, at, error, Date.now(), outboxId)
    },
    /** It is sent now: whether Odoo has taken it is not known until it says so. */
    send: (outboxId: string): void => {
      send.run(outboxId)
    },
    /** The request that was to bring it never arrived, or Odoo has refused it. */
    unsend: (outboxId: string): void => {
      unsend.run(outboxId)
    },
    /** To be read afresh first; what Odoo may have taken already is told again then, whatever it is known to hold. */
    hold: (outboxId: string): void => {
      hold.run(Date.now(), Date.now(), outboxId)
    },
    /**
     * What waits behind an event that was read afresh is out of date: to be read afresh as well. What passed without a
     * look at values is not.
     */
    holdBehind: ({ entity_type, entity_id, sequence }: Pick<OutboxEntry, 'entity_type' | 'entity_id' | 'sequence'>): void => {
      holdBehind.run({ now: Date.now(), entity_type, entity_id, sequence })
    },
    /** A given-up event is read afresh and tried again. */
    retry: (outboxId: string): boolean => retry.run(Date.now(), Date.now(), outboxId).changes > 0,
    /**
     * What waits for its next attempt is due at once: all, or one event.
     * @returns how many waited
     */
    hasten: (outboxId?: string): number => hasten.run({ now: Date.now(), id: outboxId ?? null }).changes,
    find: (outboxId: string): OutboxEntry | undefined => {
      const row = find.get(outboxId)
      return row && toEntry(row)
    },
    /** The newest first. */
    list: ({ status, before, limit }: { status?: OutboxStatus | undefined; before?: number | undefined; limit: number }): OutboxEntry[] =>
      (status === undefined
        ? list.all({ before: before ?? Number.MAX_SAFE_INTEGER, limit })
        : listOf.all({ status, before: before ?? Number.MAX_SAFE_INTEGER, limit })
      ).map(toEntry),
    /** How many wait or are given up, and when the oldest that waits was told of; cheap, however many are delivered. */
    undelivered: (): { readonly counts: { status: OutboxStatus; count: number }[]; readonly oldest: number | undefined } => ({
      counts: undelivered.all(),
      oldest: oldestOpen.get()?.date_add
    }),
    counts: (): { status: OutboxStatus; count: number }[] => count.all(),
    prune: (endedBefore: number, batch: number): number => forget.run(endedBefore, batch).changes
  }
}

export type OutboxTable = ReturnType<typeof outboxTable>
