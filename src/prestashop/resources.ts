import type { FieldType } from './canonical.ts'
import { ruleWords } from './rule-words.ts'
import { lengthOf, rules } from './validate.ts'
import type { RuleName } from './validate.ts'
import { isXmlText } from './xml.ts'

/** A field that may be written, as the shop's `schema=synopsis` describes it. */
export interface FieldSpec {
  readonly type: FieldType
  readonly rule: RuleName
  /** In characters; the shop's `maxSize`. */
  readonly maxLength?: number
  /** A new record must have it, and it can never be emptied. */
  readonly required?: true
}

export interface ResourceSpec {
  /** The name of one record's element. */
  readonly node: string
  readonly fields: Readonly<Record<string, FieldSpec>>
}

const id: FieldSpec = { type: 'id', rule: 'isUnsignedId' }
const moment: FieldSpec = { type: 'datetime', rule: 'isDate' }
const count: FieldSpec = { type: 'integer', rule: 'isUnsignedInt' }
const amount: FieldSpec = { type: 'decimal', rule: 'isFloat' }
const price: FieldSpec = { type: 'decimal', rule: 'isPrice' }
const flag: FieldSpec = { type: 'bool', rule: 'isBool' }
const text = (rule: RuleName, maxLength: number): FieldSpec => ({ type: 'text', rule, maxLength })
const required = (spec: FieldSpec): FieldSpec => ({ ...spec, required: true })

/** Resource → its writable plain fields, as in its synopsis (`customers-schema-synopsis.txt` and the like). */
export const resources = {
  customers: {
    node: 'customer',
    fields: {
      email: required(text('isEmail', 255)),
      firstname: required(text('isCustomerName', 255)),
      lastname: required(text('isCustomerName', 255)),
      passwd: required(text('isAnything', 255)),
      active: flag,
      newsletter: flag,
      optin: flag,
      is_guest: flag,
      deleted: flag,
      company: text('isGenericName', 255),
      siret: text('isGenericName', 14),
      ape: text('isApe', 6),
      website: text('isUrl', 128),
      note: text('isAnything', 4_194_303),
      birthday: { type: 'date', rule: 'isBirthDate' },
      id_gender: id,
      id_default_group: id,
      id_lang: id,
      id_shop: id,
      id_shop_group: id
    }
  },
  addresses: {
    node: 'address',
    fields: {
      id_customer: id,
      id_country: required(id),
      id_state: id,
      alias: required(text('isGenericName', 32)),
      company: text('isGenericName', 255),
      firstname: required(text('isName', 255)),
      lastname: required(text('isName', 255)),
      vat_number: text('isGenericName', 32),
      dni: text('isDniLite', 16),
      address1: required(text('isAddress', 128)),
      address2: text('isAddress', 128),
      postcode: text('isPostCode', 12),
      city: required(text('isCityName', 64)),
      phone: text('isPhoneNumber', 32),
      phone_mobile: text('isPhoneNumber', 32),
      other: text('isMessage', 4_194_303)
    }
  },
  cart_rules: {
    node: 'cart_rule',
    fields: {
      id_customer: id,
      code: text('isCleanHtml', 254),
      description: text('isCleanHtml', 4_194_303),
      date_from: required(moment),
      date_to: required(moment),
      quantity: count,
      quantity_per_user: count,
      priority: count,
      partial_use: flag,
      minimum_amount: amount,
      minimum_amount_tax: flag,
      minimum_amount_currency: { type: 'id', rule: 'isInt' },
      minimum_amount_shipping: flag,
      free_shipping: flag,
      reduction_percent: { type: 'percent', rule: 'isPercentage' },
      reduction_amount: amount,
      reduction_tax: flag,
      reduction_currency: id,
      highlight: flag,
      active: flag
    }
  },
  carts: {
    node: 'cart',
    fields: {
      id_address_delivery: id,
      id_address_invoice: id,
      id_currency: required(id),
      id_customer: id,
      id_lang: required(id),
      id_carrier: id
    }
  },
  orders: {
    node: 'order',
    fields: {
      id_address_delivery: required(id),
      id_address_invoice: required(id),
      id_cart: required(id),
      id_currency: required(id),
      id_lang: required(id),
      id_customer: required(id),
      id_carrier: required(id),
      module: required(text('isModuleName', 255)),
      payment: required(text('isGenericName', 255)),
      total_paid: required(price),
      total_paid_real: required(price),
      total_products: required(price),
      total_products_wt: required(price),
      conversion_rate: required(amount),
      current_state: id,
      // Its rules are those of order_carriers, where the shop keeps it.
      shipping_number: { type: 'text', rule: 'isAnything' },
      note: text('isAnything', 4_194_303),
      reference: text('isAnything', 255)
    }
  },
  order_carriers: {
    node: 'order_carrier',
    fields: { id_order: required(id), id_carrier: required(id), tracking_number: text('isTrackingNumber', 64) }
  },
  order_histories: {
    node: 'order_history',
    fields: { id_order: required(id), id_order_state: required(id) }
  }
} satisfies Record<string, ResourceSpec>

const specs: Readonly<Record<string, ResourceSpec>> = resources

/** The writable fields of a resource; none for a resource without a table. */
export const fieldsOf = (resource: string): Readonly<Record<string, FieldSpec>> => specs[resource]?.fields ?? {}

/**
 * What is wrong with a value, before the shop is asked, in words that complete "<field> …"; `undefined` when nothing
 * is. The value itself is never quoted. A field that is not in the table has no rules but those of XML.
 *
 * @example checkField('customers', 'firstname', 'R2-D2') // "must not contain digits …, as in …"
 */
export const checkField = (resource: string, field: string, value: string): string | undefined => {
  if (!isXmlText(value)) return 'must not contain control characters or broken Unicode, as in "plain text"'
  const spec = fieldsOf(resource)[field]
  if (!spec) return undefined
  if (spec.required && (value === '' || (spec.type === 'id' && value === '0'))) return 'must not be empty'
  if (spec.maxLength !== undefined && lengthOf(value) > spec.maxLength) {
    return `must have at most ${spec.maxLength} characters, not ${lengthOf(value)}`
  }
  const emptyId = value === '' && spec.type === 'id'
  return emptyId || rules[spec.rule](value) ? undefined : ruleWords[spec.rule]
}
