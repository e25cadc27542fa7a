import type { Db } from './database.ts'

/** How many are kept; of more, those that end first go. */
const MOST = 100

/** Who is logged in to the dashboard: hashes only, so that a copy of the ledger opens no session. */
export const sessionsTable = (db: Db) => {
  const insert = db.prepare('INSERT INTO sessions (session_hash, expires_at) VALUES (?, ?)')
  const find = db.prepare<[string, number]>('SELECT 1 FROM sessions WHERE session_hash = ? AND expires_at > ?')
  const remove = db.prepare('DELETE FROM sessions WHERE session_hash = ?')
  const tidy = db.prepare(
    'DELETE FROM sessions WHERE expires_at <= ? OR session_hash NOT IN (SELECT session_hash FROM sessions ORDER BY expires_at DESC LIMIT ?)'
  )

  return {
    /** @param expiresAt milliseconds since 1970 */
    add: (hash: string, expiresAt: number): void => {
      insert.run(hash, expiresAt)
      tidy.run(Date.now(), MOST)
    },
    has: (hash: string): boolean => find.get(hash, Date.now()) !== undefined,
    remove: (hash: string): void => {
      remove.run(hash)
    }
  }
}
