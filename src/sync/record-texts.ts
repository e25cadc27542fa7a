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

/** What a line of an order is; its stock and its invoice move when nobody has touched the order. */
const LINE_FIELDS = ['product_id', 'product_attribute_id', 'product_quantity', 'unit_price_tax_incl', 'unit_price_tax_excl']
/** What came back of it, which `order_rows` of the Webservice does not tell. */
const RETURN_FIELDS = ['product_quantity_refunded', 'product_quantity_return']

const scalar = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? untyped(value) : ''

type Line = Readonly<Record<string, unknown>>

const rowsText = (lines: readonly Line[], fields: readonly string[]): string =>
  JSON.stringify(
    lines
      .map((line) => [line['id_order_detail'] ?? line['id'], ...fields.map((field) => line[field])].map(scalar))
      .toSorted(([one], [other]) => Number(one) - Number(other))
  )

/** The lines of an order in one form, whether the Webservice or the shop's module told them. */
export const linesTexts = (lines: readonly Line[]): [string, string][] => {
  const hasReturns = lines.some((line) => RETURN_FIELDS.some((field) => Object.hasOwn(line, field)))
  return [['order_details', rowsText(lines, LINE_FIELDS)], ...(hasReturns ? [['order_details.returned', rowsText(lines, RETURN_FIELDS)] as [string, string]] : [])]
}

/** The values of a record's other fields, without its bookkeeping. */
export const otherTexts = (entity: Entity, { fields, associations }: ShopRecord): Texts =>
  new Map([
    ...Object.entries(fields)
      .filter(([field]) => !Object.hasOwn(entity.fields, field) && !isBookkeeping(field))
      .map(([field, text]): [string, string] => [field, untyped(text)]),
    ...(associations['order_rows'] ? linesTexts(associations['order_rows']) : [])
  ])
