import type { Column, Field } from './schema.ts'

/**
 * A record of the shop: as it is stored, or as an object in the memory of a request, where `null` is what nobody has
 * set. A multi-language field is not in `values` but in `texts`, by language id.
 */
export interface ShopRecord {
  id: number
  values: Record<string, string | null>
  texts: Record<string, Record<string, string>>
  /** The entries of each association; an entry is its fields, `id` alone for a mere link. */
  associations: Record<string, readonly Readonly<Record<string, string>>[]>
}

/** A copy that can be changed without the original. */
export const copyOf = ({ id, values, texts, associations }: ShopRecord): ShopRecord => ({
  id,
  values: { ...values },
  texts: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { ...text }])),
  associations: { ...associations }
})

/** PHP's `(int)`: the digits a text begins with, 0 without any. */
export const phpInt = (text: string): number => Number.parseInt(text, 10) || 0

const pad = (part: string | undefined): string => (part ?? '').padStart(2, '0')

const toDay = (value: string): string => {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(value)
  return match ? `${match[1]}-${pad(match[2])}-${pad(match[3])}` : '0000-00-00'
}

/** A value as a `datetime` column keeps it. */
export const toDateTime = (value: string): string =>
  `${toDay(value)} ${/ (\d{2}:\d{2}:\d{2})/.exec(value)?.[1] ?? '00:00:00'}`

const inColumn: Readonly<Record<Column, (text: string, field: Field) => string>> = {
  integer: (text) => String(phpInt(text)),
  decimal: (text, { scale }) => (Number.parseFloat(text) || 0).toFixed(scale),
  date: toDay,
  datetime: toDateTime,
  text: (text) => text
}

/**
 * A value as its column keeps it: numbers and dates in their one form, and the empty value of the column where
 * nothing was set (`customers-post-201-get.txt` against the echo in `customers-post-201.txt`).
 */
export const toStored = (field: Field, value: string | null, now: string): string | null => {
  if (value === null && field.nullIsNow) return now
  if (value === null && field.nullable) return null
  return inColumn[field.column](value ?? '', field)
}

/** The record as it is stored, from an object in memory. */
export const toRow = (
  object: ShopRecord,
  fields: readonly Field[],
  languages: readonly string[],
  now: string
): ShopRecord => {
  const row: ShopRecord = { id: object.id, values: {}, texts: {}, associations: { ...object.associations } }
  for (const field of fields) {
    if (field.multilingual) {
      const texts = object.texts[field.name] ?? {}
      // A required text falls back to the default language's; any other is blank.
      const fallback = field.required ? (texts[languages[0] ?? ''] ?? '') : ''
      row.texts[field.name] = Object.fromEntries(languages.map((id) => [id, texts[id] || fallback]))
    } else {
      row.values[field.name] = toStored(field, object.values[field.name] ?? null, now)
    }
  }
  return row
}

/** The record as plain strings; a multi-language field in the given language. */
export const toPlain = (record: ShopRecord, language: string): Record<string, string> => {
  const texts = Object.entries(record.texts).map(([name, text]) => [name, text[language] ?? ''])
  const values = Object.entries(record.values).map(([name, value]) => [name, value ?? ''])
  return { id: String(record.id), ...Object.fromEntries([...values, ...texts]) }
}
