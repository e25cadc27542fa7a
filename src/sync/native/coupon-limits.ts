import { SyncError } from '../errors.ts'
import { PROGRAM, REWARD, RULE } from './coupon-rules.ts'
import { text, type Told } from './rules.ts'

/** Programs whose codes customers type. */
const TYPES: readonly string[] = ['promo_code', 'coupons', 'next_order_coupons']

interface Limit {
  readonly field: string
  /** Whether what Odoo tells is more than the shop can do; a field that is not ticked is not. */
  readonly exceeds: (value: unknown, told: Told) => boolean
  readonly message: string
}

const isSome = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value))

export const isTypeOfCoupon = (type: unknown): boolean => TYPES.includes(text(type))

/** What the shop cannot express of a reward. */
export const rewardLimits: readonly Limit[] = [
  {
    field: `${REWARD}:reward_type`,
    exceeds: (type) => type !== 'discount' && type !== 'shipping',
    message: 'a free product cannot be a coupon of the shop: choose a discount or free shipping'
  },
  {
    field: `${REWARD}:discount_mode`,
    exceeds: (mode, told) => told(`${REWARD}:reward_type`) === 'discount' && mode !== 'percent' && mode !== 'per_order',
    message: 'a discount per point cannot be a coupon of the shop: choose a percentage or a fixed amount'
  },
  {
    field: `${REWARD}:discount_applicability`,
    exceeds: (scope, told) => told(`${REWARD}:reward_type`) === 'discount' && scope !== 'order',
    message: 'a discount on single products cannot be a coupon of the shop: let it apply to the order'
  },
  {
    field: `${REWARD}:discount_max_amount`,
    exceeds: (most, told) => {
      const isAbove = told(`${REWARD}:discount_mode`) === 'percent' || Number(told(`${REWARD}:discount`)) > Number(most)
      return Number(most) > 0 && isAbove
    },
    message: 'a discount with a maximum cannot be a coupon of the shop: set "Max Discount" to 0'
  }
]

/** What the shop cannot express of the rule that has the code. */
export const ruleLimits: readonly Limit[] = [
  {
    field: `${RULE}:minimum_qty`,
    exceeds: (quantity) => Number(quantity) > 1,
    message: 'a minimum quantity cannot be a condition of the shop: set it to 1'
  },
  ...['product_ids', 'product_category_id', 'product_tag_id'].map((field) => ({
    field: `${RULE}:${field}`,
    exceeds: isSome,
    message: 'a rule for certain products cannot be a coupon of the shop: remove them'
  })),
  {
    field: `${RULE}:product_domain`,
    exceeds: (domain) => !['', '[]'].includes(text(domain)),
    message: 'a rule for certain products cannot be a coupon of the shop: remove its filter'
  },
  {
    field: `${RULE}:reward_point_mode`,
    exceeds: (mode) => mode !== 'order',
    message: 'points per money or per unit cannot be a coupon of the shop: grant them per order'
  }
]

/** @throws SyncError `validation` for the first limit that is exceeded */
export const refuseBeyond = (limits: readonly Limit[], told: Told): void => {
  const beyond = limits.find(({ field, exceeds }) => told(field) !== undefined && exceeds(told(field), told))
  if (!beyond) return
  const [model, field] = beyond.field.split(':')
  throw new SyncError('validation', `${model} ${field}: ${beyond.message}`, field)
}

/** @throws SyncError `validation` for a program that has no codes to type */
export const refuseType = (type: unknown): void => {
  if (isTypeOfCoupon(type)) return
  throw new SyncError(
    'validation',
    `${PROGRAM} program_type: a program of type "${text(type)}" cannot be a coupon of the shop; discount codes and coupons can`,
    'program_type'
  )
}
