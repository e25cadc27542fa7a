import type { Db } from './database.ts'
import { newOperationId } from './ids.ts'
import type { Acceptance, Ended, Ending, Lane, NewOperation, Operation, Postponement } from './operation.ts'
import type { Forgotten } from './search-terms.ts'

/** `due_at` of a lane whose operations are being worked on. */
const TAKEN = Number.MAX_SAFE_INTEGER
/** How many operations of one record are looked at together. */
const RUN_LIMIT = 100
/** However long a burst goes on, work begins so long after its first webhook. */
const LONGEST_QUIET_MS = 5_000

/** A query uses the partial index of open operations only when it repeats the index's condition word by word. */
const OPEN = "status IN ('pending', 'processing')"
const LANE = 'entity_type = ? AND odoo_model = ? AND odoo_id = ?'
const laneOf = (lane: Lane): [string, string, number] => [lane.entity_type, lane.odoo_model, lane.odoo_id]

/**
 * The operations table and its queue. Every function is one step inside the caller's transaction.
 */
export const operationsTable = (db: Db) => {
  const insert = db.prepare(`
    INSERT INTO operations (operation_id, event_id, entity_type, odoo_model, odoo_id, action_type, source, source_payload,
      payload_hash, event_id_reused, received_at, source_timestamp, date_add, date_upd)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const openLane = db.prepare(
    'INSERT INTO lanes (entity_type, odoo_model, odoo_id, due_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
  )
  /** A webhook that brings news is worked on when the record is quiet, also where an earlier one waits for its next attempt. */
  const quietenLane = db.prepare<{ entity_type: string; odoo_model: string; odoo_id: number; now: number; until: number }>(`
    INSERT INTO lanes (entity_type, odoo_model, odoo_id, due_at, quiet_since, quiet_until)
    VALUES (:entity_type, :odoo_model, :odoo_id, :until, :now, :until)
    ON CONFLICT DO UPDATE SET
      quiet_since = coalesce(quiet_since, :now),
      quiet_until = min(:until, coalesce(quiet_since, :now) + ${LONGEST_QUIET_MS}),
      due_at = CASE due_at WHEN ${TAKEN} THEN due_at ELSE min(:until, coalesce(quiet_since, :now) + ${LONGEST_QUIET_MS}) END`)
  const hastenLane = db.prepare(`UPDATE lanes SET due_at = ? WHERE ${LANE} AND due_at <> ${TAKEN}`)
  const byEvent = db.prepare<[string, string], Pick<Operation, 'operation_id' | 'status'>>(
    'SELECT operation_id, status FROM operations WHERE event_id = ? AND payload_hash = ? ORDER BY sequence DESC LIMIT 1'
  )
  const anyOfEvent = db.prepare<[string]>('SELECT 1 FROM operations WHERE event_id = ? LIMIT 1')
  const byPayload = db.prepare<[string], Pick<Operation, 'operation_id' | 'status'>>(
    'SELECT operation_id, status FROM operations WHERE payload_hash = ? AND event_id IS NULL ORDER BY sequence DESC LIMIT 1'
  )
  const dueLanes = db.prepare<[number, number], Lane>(
    'SELECT entity_type, odoo_model, odoo_id FROM lanes WHERE due_at <= ? ORDER BY due_at LIMIT ?'
  )
  const pending = db.prepare<[string, string, number, number], Operation>(
    `SELECT * FROM operations WHERE ${LANE} AND ${OPEN} AND status = 'pending' ORDER BY source_timestamp, sequence LIMIT ?`
  )
  const processing = db.prepare<[string, string, number]>(
    `SELECT 1 FROM operations WHERE ${LANE} AND ${OPEN} AND status = 'processing' LIMIT 1`
  )
  const setDue = db.prepare(`UPDATE lanes SET due_at = max(?, coalesce(quiet_until, 0)) WHERE ${LANE}`)
  const takeLane = db.prepare(`UPDATE lanes SET due_at = ${TAKEN}, quiet_since = NULL, quiet_until = NULL WHERE ${LANE}`)
  const closeLane = db.prepare(`DELETE FROM lanes WHERE ${LANE}`)
  const isOpen = db.prepare<[string, string, number]>(`SELECT 1 FROM lanes WHERE ${LANE}`)
  const nextDue = db.prepare<[], { due_at: number }>('SELECT due_at FROM lanes ORDER BY due_at LIMIT 1')
  const start = db.prepare("UPDATE operations SET status = 'processing', date_upd = ? WHERE operation_id = ?")
  const end = db.prepare<unknown[], Omit<Ended, 'ending'>>(`
    UPDATE operations SET status = ?, outcome = ?, entity_id = coalesce(?, entity_id), result_data = ?, error_message = ?,
      error_kind = ?, error_field = ?, superseded_by = ?, processing_time_ms = ?, attempts = attempts + 1, date_upd = ?
    WHERE operation_id = ? RETURNING sequence, operation_id, received_at`)
  const postpone = db.prepare(`
    UPDATE operations SET status = 'pending', attempts = attempts + ?, waited_ms = waited_ms + ?, next_attempt_at = ?, error_message = ?,
      error_kind = ?, error_field = ?, date_upd = ?
    WHERE operation_id = ?`)
  const release = db.prepare("UPDATE operations SET status = 'pending', date_upd = ? WHERE operation_id = ? AND status = 'processing'")
  const reopen = db.prepare(`
    UPDATE operations SET status = 'pending', attempts = 0, waited_ms = 0, next_attempt_at = 0, outcome = NULL, result_data = NULL,
      error_message = NULL, error_kind = NULL, error_field = NULL, superseded_by = NULL, forced = ?, date_upd = ?
    WHERE operation_id = ?`)
  const setProgress = db.prepare('UPDATE operations SET progress = ? WHERE operation_id = ?')
  const setEntityId = db.prepare('UPDATE operations SET entity_id = ? WHERE operation_id = ?')
  const laterDeletion = db.prepare<[string, string, number, number]>(
    `SELECT 1 FROM operations WHERE ${LANE} AND action_type = 'deleted' AND source_timestamp > ? AND status = 'success' LIMIT 1`
  )
  const otherOfCart = db.prepare<[number, string]>(
    `SELECT 1 FROM operations WHERE progress IS NOT NULL AND json_extract(progress, '$.id_cart') = ? AND operation_id <> ? LIMIT 1`
  )
  const find = db.prepare<[string], Operation>('SELECT * FROM operations WHERE operation_id = ?')
  const staleIn = db.prepare<[string, string], Operation>(`
    SELECT * FROM operations WHERE operation_id = ? AND status = 'success' AND source_payload IS NOT NULL
      AND EXISTS (SELECT 1 FROM json_each(result_data, '$.stale_fields') WHERE value = ?)`)
  const last = db.prepare<[], { received_at: number }>('SELECT received_at FROM operations ORDER BY sequence DESC LIMIT 1')
  const forgetPayloads = db.prepare<[number, number], Forgotten>(`
    UPDATE operations SET source_payload = NULL WHERE sequence IN (
      SELECT sequence FROM operations WHERE status = 'success' AND date_upd < ? AND source_payload IS NOT NULL LIMIT ?)
    RETURNING sequence, odoo_id, entity_id`)
  const prunable = db.prepare<{ forget: number; remove: number }, { payloads: number; operations: number }>(`
    SELECT count(*) FILTER (WHERE date_upd >= :remove AND source_payload IS NOT NULL) AS payloads,
      count(*) FILTER (WHERE date_upd < :remove) AS operations
    FROM operations WHERE status = 'success' AND date_upd < :forget`)
  const removeEnded = db.prepare(`
    DELETE FROM operations WHERE sequence IN (
      SELECT sequence FROM operations WHERE status = 'success' AND date_upd < ? LIMIT ?)`)

  const makePending = (operation: Operation, forced: boolean): void => {
    const now = Date.now()
    reopen.run(forced ? 1 : 0, now, operation.operation_id)
    openLane.run(...laneOf(operation), now)
    hastenLane.run(now, ...laneOf(operation))
  }

  /** Makes a failed (or, when forced, any ended) operation pending again. */
  const retry = (operationId: string, forced = false): boolean => {
    const operation = find.get(operationId)
    if (!operation || operation.source_payload === null) return false
    if (operation.status !== 'failed' && !(forced && operation.status === 'success')) return false
    makePending(operation, forced)
    return true
  }

  /** Makes an operation pending again in which the field was stale: what is known now decides it once more. */
  const reconsider = (operationId: string, field: string): boolean => {
    const operation = staleIn.get(operationId, field)
    if (!operation) return false
    makePending(operation, false)
    return true
  }

  const again = (known: Pick<Operation, 'operation_id' | 'status'>): Acceptance => {
    if (known.status === 'failed') retry(known.operation_id)
    return { operation_id: known.operation_id, duplicate: true, event_id_reused: false }
  }

  /** After work on a lane: still taken while some of it goes on, due when its first operation is, gone when there is none. */
  const settleLane = (lane: Lane): void => {
    if (processing.get(...laneOf(lane))) return
    const first = pending.get(...laneOf(lane), 1)
    if (first) setDue.run(first.next_attempt_at, ...laneOf(lane))
    else closeLane.run(...laneOf(lane))
  }

  return {
    find: (operationId: string): Operation | undefined => find.get(operationId),
    lastArrival: (): number => last.get()?.received_at ?? 0,
    retry,
    reconsider,
    setEntityId: (operationId: string, shopId: number): void => {
      setEntityId.run(shopId, operationId)
    },
    isDeletedAfter: (lane: Lane, time: number): boolean => laterDeletion.get(...laneOf(lane), time) !== undefined,
    isCartOfAnother: (cart: number, operationId: string): boolean => otherOfCart.get(cart, operationId) !== undefined,
    setProgress: (operationId: string, progress: string): void => {
      setProgress.run(progress, operationId)
    },

    /** Stores a webhook, or recognises it as a redelivery; a redelivery of a failed operation is a new attempt. */
    accept(operation: NewOperation): Acceptance {
      const { event_id, payload_hash, recognisable } = operation
      const known = event_id === null ? recognisable && byPayload.get(payload_hash) : byEvent.get(event_id, payload_hash)
      if (known) return again(known)
      const reused = event_id !== null && anyOfEvent.get(event_id) !== undefined
      const operationId = newOperationId()
      insert.run(
        operationId,
        operation.event_id,
        operation.entity_type,
        operation.odoo_model,
        operation.odoo_id,
        operation.action_type,
        operation.source,
        operation.source_payload,
        operation.payload_hash,
        reused ? 1 : 0,
        operation.received_at,
        operation.source_timestamp,
        operation.received_at,
        operation.received_at
      )
      const { entity_type, odoo_model, odoo_id, received_at: now, quiet_ms } = operation
      if (quiet_ms === undefined) openLane.run(...laneOf(operation), now)
      else quietenLane.run({ entity_type, odoo_model, odoo_id, now, until: now + quiet_ms })
      return { operation_id: operationId, duplicate: false, event_id_reused: reused }
    },

    /**
     * Takes up to `limit` lanes that are due and marks the operations of each that are to be worked on together.
     * @param choose how many of a lane's pending operations, from the first on, make one run
     */
    take(limit: number, choose: (lane: Lane, pending: readonly Operation[]) => number): { lane: Lane; run: Operation[] }[] {
      const now = Date.now()
      return dueLanes.all(now, limit).flatMap((lane) => {
        const waiting = pending.all(...laneOf(lane), RUN_LIMIT)
        if (waiting.length === 0) {
          closeLane.run(...laneOf(lane))
          return []
        }
        const run = waiting.slice(0, Math.max(1, choose(lane, waiting)))
        for (const { operation_id } of run) start.run(now, operation_id)
        takeLane.run(...laneOf(lane))
        return [{ lane, run }]
      })
    },

    end(lane: Lane, endings: readonly Ending[]): Ended[] {
      const ended = endings.flatMap((ending) => {
        const row = end.get(
          ending.status,
          ending.outcome ?? null,
          ending.entity_id ?? null,
          ending.result_data ? JSON.stringify(ending.result_data) : null,
          ending.error?.message ?? null,
          ending.error?.kind ?? null,
          ending.error?.field ?? null,
          ending.superseded_by ?? null,
          ending.processing_time_ms,
          Date.now(),
          ending.operation_id
        )
        return row ? [{ ...row, ending }] : []
      })
      settleLane(lane)
      return ended
    },

    postpone(lane: Lane, run: readonly Operation[], { next_attempt_at, burnt, waited_ms = 0, error }: Postponement): void {
      for (const { operation_id } of run) {
        postpone.run(burnt ? 1 : 0, waited_ms, next_attempt_at, error.message, error.kind, error.field ?? null, Date.now(), operation_id)
      }
      settleLane(lane)
    },

    /** Gives a run back untouched: it is pending again and due at once. */
    release(lane: Lane, run: readonly Operation[]): void {
      for (const { operation_id } of run) release.run(Date.now(), operation_id)
      settleLane(lane)
    },

    /** Makes a lane that waits for its next attempt due at once. */
    hasten: (lane: Lane): void => {
      hastenLane.run(Date.now(), ...laneOf(lane))
    },

    /** Whether operations about the record wait behind those that are worked on. */
    isFollowed: (lane: Lane): boolean => pending.get(...laneOf(lane), 1) !== undefined,

    /** Whether operations about the record are still to be done. */
    isOpen: (lane: Lane): boolean => isOpen.get(...laneOf(lane)) !== undefined,

    /** When the next lane is due; `undefined` when none waits. */
    nextDueAt(): number | undefined {
      const due = nextDue.get()?.due_at
      return due === TAKEN ? undefined : due
    },

    /**
     * After a stop or a crash: what was being worked on is pending again, and what waited is due at once, or as soon as
     * the record is quiet. Only for the one server, at its start.
     */
    recover(): number {
      const { changes } = db
        .prepare(`UPDATE operations SET status = 'pending', date_upd = ? WHERE ${OPEN} AND status = 'processing'`)
        .run(Date.now())
      const now = Date.now()
      // A clock that was set back must not make a burst last longer.
      db.prepare('UPDATE lanes SET due_at = min(max(?, coalesce(quiet_until, 0)), ?) WHERE due_at > ?').run(
        now,
        now + LONGEST_QUIET_MS,
        now
      )
      return changes
    },

    /**
     * One batch of the retention: payloads of operations that succeeded before `forgetBefore` are removed, and such
     * operations that ended before `removeBefore` altogether. Failed ones stay.
     * @returns how many were removed, and which lost their payload; none of both = nothing left to do
     */
    prune: (forgetBefore: number, removeBefore: number, batch: number): { removed: number; forgotten: Forgotten[] } => ({
      removed: removeEnded.run(removeBefore, batch).changes,
      forgotten: forgetPayloads.all(forgetBefore, batch)
    }),

    /** What the retention has to do: how many payloads and how many whole operations go. */
    prunable: (forgetBefore: number, removeBefore: number): { payloads: number; operations: number } =>
      prunable.get({ forget: forgetBefore, remove: removeBefore }) ?? { payloads: 0, operations: 0 }
  }
}

export type OperationsTable = ReturnType<typeof operationsTable>
