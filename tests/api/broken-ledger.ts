import Database from 'better-sqlite3'

const TABLES = ['operations', 'settings', 'outbox', 'verdicts'] as const

const name = (table: string): string => table
const away = (table: string): string => `${table}_away`

/** Makes a ledger that a server has open unusable, for reading and for writing. @returns a function that mends it */
export const takeTablesAway = (path: string): (() => void) => {
  const rename = (from: (table: string) => string, to: (table: string) => string): void => {
    const db = new Database(path, { timeout: 5_000 })
    for (const table of TABLES) db.exec(`ALTER TABLE ${from(table)} RENAME TO ${to(table)}`)
    db.close()
  }
  rename(name, away)
  return () => rename(away, name)
}
