import { checkCode, findCoupons, foldCode } from './coupon-code.ts'
import { createCoupon } from './coupon-creation.ts'
import { isDateField, readDate, resolveDate } from './coupon-dates.ts'
import { isByLanguage, languageOf, readName, resolveName } from './coupon-name.ts'
import { couponInput, isPositive, REDUCTIONS, refuseNonsense } from './coupon-write.ts'
import type { Entity, SyncedField } from './entity.ts'
import { SyncError } from './errors.ts'
import type { WantedValue } from './translate.ts'

/** `null` is the wish "unlimited"; to leave it out is none. */
const readQuantity: SyncedField['read'] = {
  parse: (value) => {
    if (value === null) return ''
    const isCount = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
    const count = isCount ? Number(value) : Number.NaN
    return Number.isInteger(count) && count >= 0 && count <= 4_294_967_295 ? String(count) : undefined
  },
  expected: 'must be a whole number from 0 to 4294967295, or null for unlimited'
}

/** An id, or an ISO code that `resolve` looks up. */
const readCurrency: SyncedField['read'] = {
  parse: (value) => {
    if (value === null || value === false || value === '') return '0'
    const text = String(typeof value === 'number' || typeof value === 'string' ? value : '')
    if (/^[A-Za-z]{3}$/.test(text)) return text.toUpperCase()
    return /^\d{1,9}$/.test(text) ? String(Number(text)) : undefined
  },
  expected: 'must be a currency of the shop: its id, its ISO code such as "EUR", or null for none'
}

/** As many digits before the point as the shop's prices have. */
const checkAmount = (amount: string): string | undefined =>
  Number(amount) >= 0 && Number(amount) < 1e10 ? undefined : 'must be an amount from 0 to 9999999999, as in 12.5'

/** Coupons: loyalty.program in Odoo, cart rules with a code in the shop. */
export const coupon: Entity = {
  type: 'coupon',
  label: 'coupon',
  resource: 'cart_rules',
  odooModel: 'loyalty.program',
  naturalKey: ['code'],
  fields: {
    code: { check: checkCode },
    name: { read: readName, multilingual: true },
    description: { initial: '' },
    reduction_percent: { initial: '0' },
    reduction_amount: { initial: '0', check: checkAmount },
    reduction_tax: { initial: '0' },
    reduction_currency: { read: readCurrency },
    free_shipping: { initial: '0' },
    quantity: { initial: '1', counter: true, read: readQuantity },
    quantity_per_user: { initial: '1', read: readQuantity },
    minimum_amount: { initial: '0', check: checkAmount },
    minimum_amount_tax: { initial: '0' },
    minimum_amount_currency: { initial: '0', read: readCurrency },
    minimum_amount_shipping: { initial: '0' },
    date_from: { read: readDate('date_from') },
    date_to: { read: readDate('date_to') },
    priority: { initial: '1' },
    partial_use: { initial: '1' },
    highlight: { initial: '0' },
    active: { initial: '1' },
    id_customer: { initial: '0' }
  },
  belongsToCustomer: true,
  needsCustomer: false,
  deletion: { active: '0' },

  isLive: () => true,

  naturalLock: ({ given }) => {
    const code = given.get('code')
    return code === undefined ? undefined : `code ${foldCode(code)}`
  },

  creationName: (value) => {
    const code = value('code')
    return code === undefined ? undefined : foldCode(code)
  },

  findByNaturalKey: async ({ translation }, _customer, surroundings) => {
    const code = translation.given.get('code')
    return code === undefined ? [] : findCoupons(code, surroundings)
  },

  contradiction: ({ given }, _customer, record) => {
    const code = given.get('code')
    return code !== undefined && foldCode(code) !== foldCode(record.fields.code ?? '') ? 'code' : undefined
  },

  isBarrier: ({ given }) => isByLanguage(given.get('name') ?? ''),

  async resolve({ fields }, { reference, settings }) {
    const resolved = new Map<string, WantedValue>()
    for (const [field, wanted] of fields) {
      const want = (name: string, value: string): void => {
        resolved.set(name, { ...wanted, value })
      }
      if (field === 'name') {
        for (const [name, text] of await resolveName(wanted.value, reference)) want(name, text)
      } else if (isDateField(field)) {
        want(field, await resolveDate(field, wanted.value, reference, settings))
      } else if (/^[A-Z]{3}$/.test(wanted.value) && field.endsWith('_currency')) {
        const currency = await reference.currencyByIso(wanted.value)
        if (!currency) throw new SyncError('validation', `${field} names no currency of the shop: it has no ${wanted.value}`, field)
        want(field, String(currency.id))
      } else if (field !== 'reduction_currency' || wanted.value !== '0') {
        // The shop never goes without a currency of the reduction: no currency is no wish.
        want(field, wanted.value)
      }
    }
    for (const [kind, other] of REDUCTIONS) {
      const wanted = resolved.get(kind)
      if (!wanted || !isPositive(wanted.value)) continue
      if (isPositive(resolved.get(other)?.value)) {
        throw new SyncError('validation', `${kind} and ${other} cannot both be above zero: a coupon reduces by one of them`, kind)
      }
      if (!resolved.has(other)) resolved.set(other, { ...wanted, value: '0' })
    }
    return resolved
  },

  shopText: (record, field) => {
    const language = languageOf(field)
    return language === undefined ? (record.fields[field] ?? '') : (record.languages['name']?.[language] ?? '')
  },

  checkReferences: refuseNonsense,
  inputOf: couponInput,
  completeCreation: () => Promise.resolve({}),
  isMadeAtOnce: true,
  create: createCoupon
}
