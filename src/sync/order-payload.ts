import * as v from 'valibot'
import { asOdooId } from '../ledger/ids.ts'
import { canonical } from '../prestashop/canonical.ts'
import { asShopId } from '../prestashop/record.ts'
import { checkField } from '../prestashop/resources.ts'
import { refuse } from './translate.ts'

const as = <Output>(parse: (value: unknown) => Output | undefined, message: string) =>
  v.pipe(
    v.unknown(),
    v.check((value) => parse(value) !== undefined, message),
    v.transform((value) => parse(value)!)
  )

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** A text that the shop's rule for a field of orders lets pass. */
const textOf = (field: string) =>
  v.pipe(
    as(text, 'must be a text'),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? checkField('orders', field, dataset.value) : undefined
      if (problem !== undefined) addIssue({ message: problem })
    })
  )

const shopId = as(
  (value) => (typeof value === 'number' || typeof value === 'string' ? asShopId(value) : undefined),
  "must be the shop's id: a whole number, 1 or more"
)
const odooId = as(asOdooId, 'must be an id of Odoo: a whole number, 1 or more')

const quantity = as((value) => {
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) && count > 0 && count < 1_000_000_000 ? count : undefined
}, 'must be a whole number, 1 or more')

const amount = as((value) => {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const form = canonical('decimal', value)
  return checkField('orders', 'total_paid', form) === undefined ? form : undefined
}, 'must be an amount, zero or more, as in 12.5')

const idOrName = as(
  (value) => (typeof value === 'number' ? asShopId(value) : text(value)),
  'must be an id or a name'
)

const isEmpty = (value: unknown): boolean => value === null || value === false || value === '' || value === undefined

/** An object without the keys by which Odoo says "nothing": `null`, `false` and empty texts. */
const filled = v.pipe(
  v.record(v.string(), v.unknown(), 'must be an object'),
  v.transform((entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => !isEmpty(value))))
)

const line = v.pipe(
  filled,
  v.object({
    product_id: v.optional(shopId),
    reference: v.optional(as(text, 'must be a text')),
    product_attribute_id: v.optional(shopId),
    combination_reference: v.optional(as(text, 'must be a text')),
    quantity
  }),
  v.check(
    ({ product_id, reference, combination_reference }) =>
      (product_id ?? reference ?? combination_reference) !== undefined,
    'names no product: send product_id, reference or combination_reference'
  )
)

const entries = {
  id_address_delivery: v.optional(shopId),
  address_delivery_odoo_id: v.optional(odooId),
  id_address_invoice: v.optional(shopId),
  address_invoice_odoo_id: v.optional(odooId),
  lines: v.pipe(
    v.array(line, 'must be a list of lines'),
    v.minLength(1, 'must hold a line'),
    v.maxLength(500, 'must hold at most 500 lines')
  ),
  carrier: idOrName,
  payment_module: textOf('module'),
  payment: v.optional(textOf('payment')),
  total_paid: amount,
  id_currency: v.optional(shopId),
  currency: v.optional(as(text, 'must be an ISO code, as in "EUR"')),
  id_lang: v.optional(shopId),
  lang: v.optional(as(text, 'must be an ISO code, as in "en"'))
}

const schema = v.pipe(filled, v.object(entries))

/** What a payload tells about a new order, beside its fields and its customer. */
export type OrderPayload = v.InferOutput<typeof schema>
export type OrderLine = OrderPayload['lines'][number]

/** The keys of a payload that only a new order needs. */
export const payloadKeys: readonly string[] = Object.keys(entries)

const missing: Readonly<Record<string, string>> = {
  carrier: "is missing: Odoo's total holds the price of one carrier; send its id, its reference or its name",
  total_paid: "is missing: the shop compares it with its own total, and takes the order as not paid when they differ"
}

/**
 * @param extras as they were sent
 * @throws SyncError `validation` that names all that is wrong, by paths such as `lines[1].quantity`
 */
export const readPayload = (extras: Readonly<Record<string, unknown>>): OrderPayload => {
  try {
    return v.parse(schema, extras)
  } catch (error) {
    if (!v.isValiError<typeof schema>(error)) throw error
    refuse(
      error.issues.map((issue) => {
        const path = v.getDotPath(issue) ?? ''
        const isMissing = issue.kind === 'schema' && issue.received === 'undefined'
        return {
          field: path.replaceAll(/\.(\d+)/g, '[$1]'),
          message: isMissing ? (missing[path] ?? 'is missing: a new order needs it') : issue.message
        }
      })
    )
    throw error
  }
}
