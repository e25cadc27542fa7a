import { canonical } from '../prestashop/canonical.ts'
import type { RecordInput, ShopRecord } from '../prestashop/record.ts'
import { fieldsOf } from '../prestashop/resources.ts'
import { findCoupons } from './coupon-code.ts'
import { languageOf, refuseNameless, wholeName } from './coupon-name.ts'
import type { Surroundings, Texts } from './entity.ts'
import { SyncError } from './errors.ts'

/** Empty means unlimited (`cart_rules-post-minimal-get.txt`). */
export const QUANTITIES = ['quantity', 'quantity_per_user'] as const

/** The kinds of reduction; a coupon has one. */
export const REDUCTIONS = [
  ['reduction_percent', 'reduction_amount'],
  ['reduction_amount', 'reduction_percent']
] as const

const CURRENCIES = ['reduction_currency', 'minimum_amount_currency'] as const

/** Whether a canonical number is there and above zero. */
export const isPositive = (text: string | undefined): boolean => Number(text ?? 0) > 0

/** What the record has once the fields are written, canonical. */
const after =
  (fields: Texts, record: ShopRecord | undefined) =>
  (field: string): string =>
    fields.get(field) ?? canonical(fieldsOf('cart_rules')[field]?.type ?? 'text', record?.fields[field])

/**
 * Refuses what the shop would store without a word (PRESTASHOP.md §9).
 * @throws SyncError `validation`, or `identity_conflict` when another coupon has the code
 */
export const refuseNonsense = async (fields: Texts, record: ShopRecord | undefined, surroundings: Surroundings): Promise<void> => {
  const value = after(fields, record)
  const [from, to] = [value('date_from'), value('date_to')]
  if ((fields.has('date_from') || fields.has('date_to')) && from !== '' && to !== '' && to < from) {
    throw new SyncError('validation', 'date_to is before date_from', fields.has('date_to') ? 'date_to' : 'date_from')
  }
  for (const field of CURRENCIES) {
    const currency = fields.get(field) ?? '0'
    if (currency !== '0' && !(await surroundings.reference.currency(Number(currency)))) {
      throw new SyncError('validation', `${field} names no currency of the shop`, field)
    }
  }
  if (!record) return
  refuseUnlimiting(fields)
  await refuseTakenCode(fields, record, surroundings)
  await refuseNameless(fields, record, value('active') === '1', surroundings.reference)
}

/** PATCH has no way to say NULL: an empty element is stored as 0, a coupon that nobody can use. */
const refuseUnlimiting = (fields: Texts): void => {
  const field = QUANTITIES.find((name) => fields.get(name) === '')
  if (field === undefined) return
  throw new SyncError(
    'validation',
    `${field} of an existing coupon cannot become unlimited through the Webservice: send a high number, or do it in the back office`,
    field
  )
}

const refuseTakenCode = async (fields: Texts, record: ShopRecord, surroundings: Surroundings): Promise<void> => {
  const code = fields.get('code')
  if (code === undefined) return
  const others = (await findCoupons(code, surroundings)).filter(({ id }) => id !== record.id)
  if (others.length === 0) return
  const ids = others.map(({ id }) => id).join(', ')
  throw new SyncError('identity_conflict', `Another coupon of the shop has this code: ${ids}. Nothing was written`, 'code')
}

/** The input that gives a coupon these values and keeps it whole: all languages, one kind of reduction. */
export const couponInput = async (fields: Texts, record: ShopRecord | undefined, { reference }: Surroundings): Promise<RecordInput> => {
  const input: Record<string, string> = {}
  for (const [field, text] of fields) {
    // Only what is left out becomes NULL.
    const isUnlimited = text === '' && QUANTITIES.some((name) => name === field)
    if (languageOf(field) === undefined && !isUnlimited) input[field] = text
  }
  for (const [kind, other] of REDUCTIONS) {
    // Somebody in the shop may have set the other one since.
    if (isPositive(fields.get(kind)) && isPositive(record?.fields[other])) input[other] = '0'
  }
  const name = await wholeName(fields, record, reference)
  return { fields: input, ...(name ? { languages: { name: { ...name } } } : {}) }
}
