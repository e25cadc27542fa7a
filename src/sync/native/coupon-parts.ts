import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { OdooRecord, ToldValue, ToldValues } from '../../ledger/odoo-values.ts'
import { bindingName, MissingRecordError } from '../customer-of.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { PROGRAM, REWARD, RULE } from './coupon-rules.ts'
import { refuseUnticked, tellerOf, text } from './rules.ts'

/** What each part must have told before a coupon can be made of it. */
export const partNeeds: Readonly<Record<string, readonly string[]>> = {
  [PROGRAM]: ['program_type', 'rule_ids', 'reward_ids', 'name'],
  // Without the conditions a coupon would count for more than Odoo means.
  [RULE]: [
    'program_id', 'code', 'minimum_amount', 'minimum_amount_tax_mode', 'minimum_qty', 'product_ids', 'product_category_id', 'reward_point_mode'
  ],
  [REWARD]: ['program_id', 'reward_type', 'discount_mode', 'discount', 'discount_applicability', 'discount_max_amount', 'required_points'],
  'loyalty.card': ['program_id', 'code', 'points']
}

/** Fields of a part under the names that the rules of coupons have for them. */
const named = ({ odoo_model, values }: Pick<OdooRecord, 'odoo_model' | 'values'>): [string, ToldValue][] =>
  Array.from(values, ([field, told]) => [`${odoo_model}:${field}`, told])

/**
 * A part as it was last told.
 * @throws MissingRecordError when no webhook has told of it yet
 * @throws SyncError `validation` that names the fields to tick
 */
export const partOf = (model: string, id: OdooId, { ledger }: Surroundings): OdooRecord => {
  const part = ledger.odooValues.find(model, id)
  if (!part) {
    throw new MissingRecordError(
      `The coupon is not complete: no webhook has told of ${model} ${id} yet; let an automation rule tell of ${model} too`,
      'id',
      bindingName(model, id)
    )
  }
  refuseUnticked(model, tellerOf(part.values), partNeeds[model] ?? [], 'A coupon cannot be made')
  return part
}

const idsOf = (program: OdooRecord, field: string): OdooId[] => {
  const ids = program.values.get(field)?.value
  return Array.isArray(ids) ? ids.flatMap((id: unknown) => asOdooId(id) ?? []) : []
}

const only = (program: OdooRecord, field: string, what: string): OdooId | undefined => {
  const [id, ...others] = idsOf(program, field)
  if (others.length === 0) return id
  throw new SyncError('validation', `The program has several ${what}s: a coupon of the shop has one; make a program of each`, field)
}

/** Program and reward, and for a promo code its rule; `undefined` when one of them is archived: then Odoo hides it. */
export const assemble = (program: OdooRecord, surroundings: Surroundings): ToldValues | undefined => {
  const isPromo = text(program.values.get('program_type')?.value) === 'promo_code'
  const rewardId = only(program, 'reward_ids', 'reward')
  const ruleId = isPromo ? only(program, 'rule_ids', 'rule') : undefined
  if (program.values.get('active')?.value === false || rewardId === undefined || (isPromo && ruleId === undefined)) return undefined
  const parts = [program, partOf(REWARD, rewardId, surroundings)]
  if (ruleId !== undefined) parts.push(partOf(RULE, ruleId, surroundings))
  return new Map(parts.flatMap(named))
}

/** A card among what its program and reward told. */
export const withCard = (assembled: ToldValues, card: OdooRecord): ToldValues => new Map([...assembled, ...named(card)])
