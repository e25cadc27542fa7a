import type { Column, Field } from './schema.ts'

/** The texts of a multi-language field by language id; one plain text is meant for every language. */
export type Texts = string | Readonly<Record<string, string>>

/** The fields of one entry of an association; `id` alone for a mere link. */
export type Entry = Readonly<Record<string, string>>

/**
 * A record of the shop: as it is stored, or as an object in the memory of a request, where `null` is what nobody has
 * set. A multi-language field is not in `values` but in `texts`.
 */
export interface ShopRecord {
  id: number
  values: Record<string, string | null>
  texts: Record<string, Texts>
  associations: Record<string, readonly Entry[]>
}

/** An object in memory that is not in any table yet. */
export const newRecord = (values: Readonly<Record<string, string | null>> = {}): ShopRecord => ({
  id: 0,
  values: { ...values },
  texts: {},
  associations: {}
})

/** A copy that can be changed without the original. */
export const copyOf = ({ id, values, texts, associations }: ShopRecord): ShopRecord => ({
  id,
  values: { ...values },
  texts: { ...texts },
  associations: { ...associations }
})

/** PHP's `(int)`: the digits a text begins with, 0 without any. */
export const phpInt = (text: string): number => Number.parseInt(text, 10) || 0

/** A value as a text, empty where nothing was set. */
export const valueOf = ({ values }: ShopRecord, name: string): string => values[name] ?? ''

/** A value as PHP's `(int)`. */
export const intOf = (record: ShopRecord, name: string): number => phpInt(valueOf(record, name))

/** A value as PHP's `(float)`. */
export const floatOf = (record: ShopRecord, name: string): number => Number.parseFloat(valueOf(record, name)) || 0

/** Whether a flag is set, as PHP's `(bool)`. */
export const isOn = (record: ShopRecord, name: string): boolean => !['', '0'].includes(valueOf(record, name))

/** The text of a multi-language field in one language. */
export const textIn = ({ texts }: ShopRecord, name: string, language: string): string => {
  const text = texts[name] ?? ''
  return typeof text === 'string' ? text : (text[language] ?? '')
}

const pad = (part: string | undefined): string => (part ?? '').padStart(2, '0')

const toDay = (value: string): string => {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(value)
  return match ? `${match[1]}-${pad(match[2])}-${pad(match[3])}` : '0000-00-00'
}

/** A value as a `datetime` column keeps it. */
export const toDateTime = (value: string): string =>
  `${toDay(value)} ${/ (\d{2}:\d{2}:\d{2})/.exec(value)?.[1] ?? '00:00:00'}`

const toText = (text: string, { columnLength, choices }: Field): string => {
  if (choices && !choices.includes(text)) return ''
  return columnLength === undefined ? text : Array.from(text).slice(0, columnLength).join('')
}

const inColumn: Readonly<Record<Column, (text: string, field: Field) => string>> = {
  integer: (text) => String(phpInt(text)),
  decimal: (text, { scale }) => (Number.parseFloat(text) || 0).toFixed(scale),
  date: toDay,
  datetime: toDateTime,
  text: toText
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
  const row: ShopRecord = { ...newRecord(), id: object.id, associations: { ...object.associations } }
  for (const field of fields) {
    if (field.virtual) continue
    if (field.multilingual) {
      // A required text falls back to the default language's; any other is blank.
      const fallback = field.required ? textIn(object, field.name, languages[0] ?? '') : ''
      const texts = languages.map((id) => [id, toText(textIn(object, field.name, id) || fallback, field)])
      row.texts[field.name] = Object.fromEntries(texts)
    } else {
      row.values[field.name] = toStored(field, object.values[field.name] ?? null, now)
    }
  }
  return row
}

/** The record as plain strings; a multi-language field in the given language. */
export const toPlain = (record: ShopRecord, language: string): Record<string, string> => {
  const texts = Object.keys(record.texts).map((name) => [name, textIn(record, name, language)])
  const values = Object.entries(record.values).map(([name, value]) => [name, value ?? ''])
  return { id: String(record.id), ...Object.fromEntries([...values, ...texts]) }
}
