import type { Surroundings } from '../entity.ts'
import type { Rule, Told } from './rules.ts'
import { text } from './rules.ts'

export const PROGRAM = 'loyalty.program'
export const RULE = 'loyalty.rule'
export const REWARD = 'loyalty.reward'
export const CARD = 'loyalty.card'

/** A coupon is made of several records: each of their fields is named with its model. */
const of = (model: string) => (field: string): string => `${model}:${field}`
const [program, rule, reward, card] = [of(PROGRAM), of(RULE), of(REWARD), of(CARD)]

/** The shop knows no "unlimited" on every version; so many uses no coupon sees. */
const UNLIMITED = 1_000_000
/** The shop's coupons always begin and end: what Odoo does not limit, is limited so. */
const ALWAYS = { from: '2000-01-01', to: '2099-12-31' } as const

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

const defaultCurrency = async (told: Told, { reference }: Surroundings): Promise<number | undefined> => {
  if (number(told(rule('minimum_amount'))) === 0) return undefined
  return Number((await reference.configuration('PS_CURRENCY_DEFAULT')) ?? 0) || undefined
}

/** Binary noise of Odoo's floats, such as 29.400000000000002, is none of the shop's business. */
const amount = (value: unknown): number => Number(number(value).toFixed(6))

/** A reward of the wanted kind gives its discount; of another kind none. */
const discount =
  (mode: string) =>
  (told: Told): number =>
    told(reward('reward_type')) === 'discount' && told(reward('discount_mode')) === mode ? amount(told(reward('discount'))) : 0

const isActive = (models: readonly ((field: string) => string)[]) => (told: Told): boolean =>
  models.every((model) => told(model('active')) !== false)

/** What the reward and the program give, whatever the code is. */
const common: readonly Rule[] = [
  { field: 'name', from: [program('name')], how: 'in all languages', make: (told) => text(told(program('name'))) },
  {
    field: 'reduction_percent',
    from: [reward('reward_type'), reward('discount_mode'), reward('discount')],
    how: 'of `discount_mode` percent',
    make: discount('percent')
  },
  {
    field: 'reduction_amount',
    from: [reward('reward_type'), reward('discount_mode'), reward('discount')],
    how: "of `discount_mode` per_order, tax included, in the shop's default currency",
    make: discount('per_order')
  },
  { field: 'reduction_tax', from: [reward('discount_mode')], make: () => true },
  {
    field: 'free_shipping',
    from: [reward('reward_type')],
    how: 'of `reward_type` shipping',
    make: (told) => told(reward('reward_type')) === 'shipping'
  },
  {
    field: 'date_from',
    from: [program('date_from')],
    how: `none = ${ALWAYS.from}`,
    make: (told) => text(told(program('date_from'))) || ALWAYS.from
  },
  { field: 'quantity_per_user', from: [], how: `${UNLIMITED}: Odoo has no limit for one customer`, make: () => UNLIMITED }
]

/** A program with a promo code: one coupon. */
export const promoRules: readonly Rule[] = [
  { field: 'code', from: [rule('code')], make: (told) => text(told(rule('code'))) },
  ...common,
  {
    field: 'minimum_amount',
    from: [rule('minimum_amount')],
    how: "in the shop's default currency",
    make: (told) => amount(told(rule('minimum_amount')))
  },
  {
    field: 'minimum_amount_tax',
    from: [rule('minimum_amount_tax_mode')],
    make: (told) => told(rule('minimum_amount_tax_mode')) === 'incl'
  },
  { field: 'minimum_amount_currency', from: [rule('minimum_amount')], how: "the shop's default", make: defaultCurrency },
  {
    field: 'quantity',
    from: [program('limit_usage'), program('max_usage')],
    how: `without a limit ${UNLIMITED}`,
    make: (told) => (told(program('limit_usage')) === true ? number(told(program('max_usage'))) : UNLIMITED)
  },
  {
    field: 'date_to',
    from: [program('date_to')],
    how: `none = ${ALWAYS.to}`,
    make: (told) => text(told(program('date_to'))) || ALWAYS.to
  },
  {
    field: 'active',
    from: [program('active')],
    uses: [rule('active'), reward('active')],
    how: 'nothing of it is archived',
    make: isActive([program, rule, reward])
  }
]

/** A card of a program: a coupon of its own. */
export const cardRules: readonly Rule[] = [
  { field: 'code', from: [card('code')], make: (told) => text(told(card('code'))) },
  ...common,
  {
    field: 'quantity',
    from: [card('points'), reward('required_points')],
    how: 'how often the points suffice',
    make: (told) => Math.max(0, Math.floor(number(told(card('points'))) / (number(told(reward('required_points'))) || 1)))
  },
  {
    field: 'date_to',
    from: [card('expiration_date')],
    uses: [program('date_to')],
    how: `else that of the program; none = ${ALWAYS.to}`,
    make: (told) => text(told(card('expiration_date'))) || text(told(program('date_to'))) || ALWAYS.to
  },
  {
    field: 'customer_odoo_id',
    from: [card('partner_id')],
    how: 'the customer made of that contact; none = everybody',
    make: (told) => told(card('partner_id')) || undefined
  },
  {
    field: 'active',
    from: [program('active')],
    uses: [reward('active'), card('active')],
    how: 'nothing of it is archived',
    make: isActive([program, reward, card])
  }
]
