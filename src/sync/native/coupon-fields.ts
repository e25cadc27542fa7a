import { coupon } from '../coupon.ts'
import { ruleLimits } from './coupon-limits.ts'
import { CARD, cardRules, PROGRAM, promoRules, REWARD, RULE } from './coupon-rules.ts'
import { type Becomes, fieldsToTick } from './model.ts'

/** What each part must have told before a coupon can be made of it. */
export const partNeeds: Readonly<Record<string, readonly string[]>> = {
  [PROGRAM]: ['program_type', 'rule_ids', 'reward_ids', 'name'],
  // Without the conditions a coupon would count for more than Odoo means.
  [RULE]: [
    'program_id', 'code', 'minimum_amount', 'minimum_amount_tax_mode', 'minimum_qty', 'product_ids', 'product_category_id', 'reward_point_mode'
  ],
  [REWARD]: ['program_id', 'reward_type', 'discount_mode', 'discount', 'discount_applicability', 'discount_max_amount', 'required_points'],
  [CARD]: ['program_id', 'code', 'points']
}

const promoCode: Becomes = { entity: coupon, when: 'a program of type `promo_code`, with its one rule and its one reward', rules: promoRules }
const cardCode: Becomes = { entity: coupon, when: 'each card of a program, with its one reward', rules: cardRules }

/** The coupons that a part goes into. */
export const partBecomes: Readonly<Record<string, readonly Becomes[]>> = {
  [PROGRAM]: [promoCode, cardCode],
  [RULE]: [promoCode],
  [REWARD]: [promoCode, cardCode],
  [CARD]: [cardCode]
}

/** Fields of a part that nothing is made of, but that may be a reason to refuse. */
export const partLooksAt = (model: string): string[] =>
  model === RULE ? ruleLimits.map(({ field }) => field.slice(field.indexOf(':') + 1)) : []

/** All that is to be known of a part. */
export const fieldsOfPart = (name: string): string[] =>
  fieldsToTick({ name, needs: partNeeds[name] ?? [], looksAt: partLooksAt(name), becomes: partBecomes[name] ?? [] })
