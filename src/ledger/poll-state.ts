import type { Db } from './database.ts'

/** How far the poller has read each resource, and what it has seen of rows that have no date of change. */
export const pollStateTable = (db: Db) => {
  const get = db.prepare<[string], { position: string }>('SELECT position FROM cursors WHERE resource = ?')
  const set = db.prepare('INSERT INTO cursors (resource, position) VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position')
  const row = db.prepare<[string, number], { digest: Buffer }>('SELECT digest FROM polled_rows WHERE resource = ? AND id = ?')
  const setRow = db.prepare(
    'INSERT INTO polled_rows (resource, id, digest, date_add) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest, date_add = excluded.date_add'
  )
  const ids = db.prepare<[string], { id: number }>('SELECT id FROM polled_rows WHERE resource = ? ORDER BY id')
  const removeRow = db.prepare('DELETE FROM polled_rows WHERE resource = ? AND id = ?')

  return {
    /** Where reading goes on; the poller's own text. */
    cursor: (resource: string): string | undefined => get.get(resource)?.position,
    setCursor: (resource: string, position: string): void => {
      set.run(resource, position)
    },
    digestOf: (resource: string, id: number): Buffer | undefined => row.get(resource, id)?.digest,
    setRow: (resource: string, id: number, digest: Buffer): void => {
      setRow.run(resource, id, digest, Date.now())
    },
    /** The ids of the rows that are remembered, in order. */
    ids: (resource: string): number[] => ids.all(resource).map(({ id }) => id),
    removeRow: (resource: string, id: number): void => {
      removeRow.run(resource, id)
    }
  }
}

export type PollStateTable = ReturnType<typeof pollStateTable>
