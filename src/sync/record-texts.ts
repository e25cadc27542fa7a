import { canonical, type FieldType } from '../prestashop/canonical.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { fieldsOf } from '../prestashop/resources.ts'
import type { Entity, Texts } from './entity.ts'

/** Fields that tell nothing about what a record holds: its id, its dates, what the shop keeps for itself. */
const BOOKKEEPING = new Set([
  'id',
  'id_customer_thread',
  'id_order',
  'id_cart_rule',
  'id_address',
  'date_add',
  'date_upd',
  'secure_key',
  'last_passwd_gen',
  'reset_password_token',
  'reset_password_validity'
])

/** Never for other eyes. */
const SECRET = new Set(['passwd', 'secure_key', 'last_passwd_gen', 'reset_password_token', 'reset_password_validity'])

export const isBookkeeping = (field: string): boolean => BOOKKEEPING.has(field)

export const isSecret = (field: string): boolean => SECRET.has(field)

/** The type by which values of a synced field are compared. */
export const typeOfField = (entity: Entity, field: string): FieldType =>
  fieldsOf(entity.resource)[field]?.type ?? entity.typeOf?.(field) ?? 'text'

/** One form for values of a field without a declared type: `12.5` is `12.500000`, `true` is `1`, no date is empty. */
export const untyped = (value: string | number | boolean | null): string => {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return canonical('decimal', value)
  if (value.startsWith('0000-00-00')) return ''
  return /^-?\d+(?:\.\d+)?$/.test(value) ? canonical('decimal', value) : value
}

/** The canonical values of a record's synced fields; a multi-language field has one for each language, `name.1`. */
export const syncedTexts = (entity: Entity, record: ShopRecord): Texts => {
  const texts = new Map<string, string>()
  for (const field of Object.keys(entity.fields)) {
    const byLanguage = record.languages[field]
    if (byLanguage) for (const [language, text] of Object.entries(byLanguage)) texts.set(`${field}.${language}`, text)
    else if (record.fields[field] !== undefined) texts.set(field, canonical(typeOfField(entity, field), record.fields[field]))
  }
  return texts
}

/** The values of a record's other fields, without its bookkeeping. */
export const otherTexts = (entity: Entity, record: ShopRecord): Texts =>
  new Map(
    Object.entries(record.fields)
      .filter(([field]) => !Object.hasOwn(entity.fields, field) && !isBookkeeping(field))
      .map(([field, text]) => [field, untyped(text)])
  )
