import type { Db } from './database.ts'
import type { Hashes } from './own-writes.ts'

/** What the outgoing side has seen of a record. */
export interface SeenRecord {
  /** Fields that Odoo was told of, but cannot change, with the hash of what it was told. */
  readonly told: Hashes
  /** The latest time in the shop that an event told, as milliseconds of the shop's own clock. */
  readonly last_event_at: number | null
}

/** Records that events were seen of, and verdicts about events that may come again. */
export const seenRecordsTable = (db: Db) => {
  const get = db.prepare<[string, number], { told: string; last_event_at: number | null }>(
    'SELECT told, last_event_at FROM seen_records WHERE entity_type = ? AND shop_id = ?'
  )
  const set = db.prepare(`
    INSERT INTO seen_records (entity_type, shop_id, told, last_event_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (entity_type, shop_id) DO UPDATE SET told = excluded.told, last_event_at = excluded.last_event_at`)
  const forget = db.prepare('DELETE FROM seen_records WHERE entity_type = ? AND shop_id = ?')
  const verdict = db.prepare<[Buffer], { verdict: string }>('SELECT verdict FROM verdicts WHERE event_hash = ?')
  const remember = db.prepare(
    'INSERT INTO verdicts (event_hash, verdict, date_add) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET verdict = excluded.verdict, date_add = excluded.date_add'
  )
  const prune = db.prepare('DELETE FROM verdicts WHERE event_hash IN (SELECT event_hash FROM verdicts WHERE date_add < ? LIMIT ?)')

  const of = (entityType: string, shopId: number): SeenRecord | undefined => {
    const row = get.get(entityType, shopId)
    // Written by `see` below.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return row && { told: JSON.parse(row.told) as Hashes, last_event_at: row.last_event_at }
  }

  return {
    of,
    /** Adds what an event told to what was told before. */
    see(entityType: string, shopId: number, told: Hashes, eventAt: number | null): void {
      const before = of(entityType, shopId)
      const latest = Math.max(before?.last_event_at ?? 0, eventAt ?? 0)
      set.run(entityType, shopId, JSON.stringify({ ...before?.told, ...told }), latest === 0 ? null : latest)
    },
    /** Odoo was not told after all. */
    untell(entityType: string, shopId: number, fields: readonly string[]): void {
      const before = of(entityType, shopId)
      if (!before || fields.length === 0) return
      const left = Object.entries(before.told).filter(([field]) => !fields.includes(field))
      set.run(entityType, shopId, JSON.stringify(Object.fromEntries(left)), before.last_event_at)
    },
    forget: (entityType: string, shopId: number): void => {
      forget.run(entityType, shopId)
    },
    verdict: (eventHash: Buffer): string | undefined => verdict.get(eventHash)?.verdict,
    rememberVerdict: (eventHash: Buffer, text: string): void => {
      remember.run(eventHash, text, Date.now())
    },
    prune: (before: number, batch: number): number => prune.run(before, batch).changes
  }
}

export type SeenRecordsTable = ReturnType<typeof seenRecordsTable>
