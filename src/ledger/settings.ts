import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Db } from './database.ts'

/** What the ledger remembers across restarts beside its tables. */
export const settingsTable = (db: Db) => {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
  const set = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
  )
  const add = db.prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING')

  return {
    get: (name: string): string | undefined => get.get(name)?.value,
    set: (name: string, value: string): void => {
      set.run(name, value)
    },
    /** The ledger's own secret for hashes, made at the first start. */
    fingerprintKey: (): KeyObject => {
      // Looked for first: whoever may only read has it as well.
      if (!get.get('fingerprint_key')) add.run('fingerprint_key', randomBytes(32).toString('hex'))
      return createSecretKey(get.get('fingerprint_key')?.value ?? '', 'hex')
    }
  }
}

export type SettingsTable = ReturnType<typeof settingsTable>
