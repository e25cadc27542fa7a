import { createHmac, type KeyObject } from 'node:crypto'
import { isPlainObject } from '../http/plain-object.ts'
import type { Db } from './database.ts'

/** Keys of a payload whose texts an operation is found by, under Odoo's names and ours. */
const SEARCHED = [
  'email',
  'email_normalized',
  'customer_email',
  'reference',
  'name',
  'client_order_ref',
  'code',
  'tracking_number',
  'carrier_tracking_ref'
] as const

const HASH_BYTES = 12
const LONGEST = 255
const BATCH = 250
/** The setting that holds up to which operation the terms are there. */
const MARK = 'searchable_up_to'

interface Row {
  readonly sequence: number
  readonly odoo_id: number
  readonly source_payload: string | null
}

/** An operation that has lost its payload. */
export interface Forgotten {
  readonly sequence: number
  readonly odoo_id: number
  readonly entity_id: number | null
}

/** Case and blanks around a text do not count. */
const plain = (text: string): string => text.normalize('NFC').trim().toLowerCase()

/** The texts of an envelope's `data`, or of a native webhook itself. */
const termsOf = ({ odoo_id, source_payload }: Row): string[] => {
  const payload: unknown = JSON.parse(source_payload ?? 'null')
  const record = isPlainObject(payload) && isPlainObject(payload['data']) ? payload['data'] : payload
  const texts = isPlainObject(record) ? SEARCHED.map((key) => record[key]) : []
  const given = texts.filter((text): text is string => typeof text === 'string' && text !== '' && text.length <= LONGEST)
  return [String(odoo_id), ...given]
}

/**
 * What operations are found by: their ids in both systems, and the email, reference or code in their payload. Only
 * keyed hashes are kept, and they go with the payload.
 *
 * They are added after the fact, in batches: a webhook does not wait for them.
 * @param key the ledger's own secret
 */
export const searchTermsTable = (db: Db, key: KeyObject) => {
  const insert = db.prepare('INSERT OR IGNORE INTO search_terms (hash, operation) VALUES (?, ?)')
  const remove = db.prepare('DELETE FROM search_terms WHERE operation = ?')
  const mark = db.prepare<[], { value: string }>(`SELECT value FROM settings WHERE name = '${MARK}'`)
  const setMark = db.prepare(
    `INSERT INTO settings (name, value) VALUES ('${MARK}', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
  )
  const next = db.prepare<[number, number], Row>(
    'SELECT sequence, odoo_id, source_payload FROM operations WHERE sequence > ? ORDER BY sequence LIMIT ?'
  )
  const newest = db.prepare<[], { sequence: number | null }>('SELECT max(sequence) AS sequence FROM operations')
  const lowerMark = db.prepare(`
    UPDATE settings SET value = (SELECT coalesce(max(sequence), 0) FROM operations)
    WHERE name = '${MARK}' AND CAST(value AS INTEGER) > (SELECT coalesce(max(sequence), 0) FROM operations)`)
  const marked = (): number => Number(mark.get()?.value ?? 0)

  const hash = (text: string): Buffer => createHmac('sha256', key).update(`term\0${plain(text)}`).digest().subarray(0, HASH_BYTES)

  return {
    /** The hash that a text is looked for by. */
    hash,
    /** Has an operation be found by its record's id in the shop. */
    addShopId: (operation: number, shopId: number): void => {
      insert.run(hash(String(shopId)), operation)
    },
    /** The operations whose terms are not there yet, and which would be found by this text. */
    unmarked(text: string): number[] {
      const wanted = plain(text)
      const found: number[] = []
      for (const row of next.iterate(marked(), -1)) if (termsOf(row).some((term) => plain(term) === wanted)) found.push(row.sequence)
      return found
    },
    /** Whether operations have come since the last batch. */
    isBehind: (): boolean => (newest.get()?.sequence ?? 0) > marked(),
    /** One batch, from the oldest operation on that has not been looked at. */
    catchUp(): void {
      const rows = next.all(marked(), BATCH)
      for (const row of rows) for (const term of termsOf(row)) insert.run(hash(term), row.sequence)
      const last = rows.at(-1)
      if (last) setMark.run(String(last.sequence))
    },
    /** What lost its payload is found by its ids only. */
    forget({ sequence, odoo_id, entity_id }: Forgotten): void {
      remove.run(sequence)
      insert.run(hash(String(odoo_id)), sequence)
      if (entity_id !== null) insert.run(hash(String(entity_id)), sequence)
    },
    /** After operations were removed: SQLite gives the number of the newest one again. */
    afterRemoval: (): void => {
      lowerMark.run()
    }
  }
}

export type SearchTermsTable = ReturnType<typeof searchTermsTable>
