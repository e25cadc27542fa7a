import type { Db } from './database.ts'

/** A row that is remembered. */
export interface PolledRow {
  readonly id: number
  readonly digest: Buffer
}

/** How far the poller has read each resource, and what it has seen of rows that have no date of change. */
export const pollStateTable = (db: Db) => {
  const get = db.prepare<[string], { position: string }>('SELECT position FROM cursors WHERE resource = ?')
  const set = db.prepare('INSERT INTO cursors (resource, position) VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position')
  const row = db.prepare<[string, number], { digest: Buffer }>('SELECT digest FROM polled_rows WHERE resource = ? AND id = ?')
  const setRow = db.prepare(
    'INSERT INTO polled_rows (resource, id, digest, date_add) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest, date_add = excluded.date_add'
  )
  const rows = db.prepare<[string, number, number, number], PolledRow>(
    'SELECT id, digest FROM polled_rows WHERE resource = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?'
  )
  const lastSeenBy = db.prepare<[string, number], { id: number | null }>(
    'SELECT max(id) AS id FROM polled_rows WHERE resource = ? AND date_add <= ?'
  )
  const removeRow = db.prepare('DELETE FROM polled_rows WHERE resource = ? AND id = ?')
  const removeRowsUpTo = db.prepare('DELETE FROM polled_rows WHERE resource = ? AND id <= ?')

  return {
    /** Where reading goes on; the poller's own text. */
    cursor: (resource: string): string | undefined => get.get(resource)?.position,
    setCursor: (resource: string, position: string): void => {
      set.run(resource, position)
    },
    digestOf: (resource: string, id: number): Buffer | undefined => row.get(resource, id)?.digest,
    /** @param seenAt milliseconds since 1970 */
    setRow: (resource: string, id: number, digest: Buffer, seenAt = Date.now()): void => {
      setRow.run(resource, id, digest, seenAt)
    },
    /** The rows that are remembered of an interval, `after` excluded, by id. */
    rows: (resource: string, { after, upTo, limit }: { after: number; upTo: number; limit: number }): PolledRow[] =>
      rows.all(resource, after, upTo, limit),
    /** The highest id of the rows that were remembered by then, milliseconds since 1970. */
    lastSeenBy: (resource: string, time: number): number | undefined => lastSeenBy.get(resource, time)?.id ?? undefined,
    removeRow: (resource: string, id: number): void => {
      removeRow.run(resource, id)
    },
    removeRowsUpTo: (resource: string, id: number): void => {
      removeRowsUpTo.run(resource, id)
    }
  }
}

export type PollStateTable = ReturnType<typeof pollStateTable>
