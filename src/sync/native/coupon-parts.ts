import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { OdooRecord, ToldValue, ToldValues } from '../../ledger/odoo-values.ts'
import { bindingName, MissingRecordError } from '../customer-of.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { fieldsOfPart, partNeeds } from './coupon-fields.ts'
import { REWARD, RULE } from './coupon-rules.ts'
import { keep } from './kept.ts'
import { isDeleted } from './left-alone.ts'
import { refuseUnticked, tellerOf, text } from './rules.ts'

/** Fields of a part under the names that the rules of coupons have for them. */
const named = ({ odoo_model, values }: Pick<OdooRecord, 'odoo_model' | 'values'>): [string, ToldValue][] =>
  Array.from(values, ([field, told]) => [`${odoo_model}:${field}`, told])

/**
 * A part as it was last told.
 * @throws MissingRecordError when it is not known
 * @throws SyncError `validation` that names the fields to tick
 */
export const partOf = (model: string, id: OdooId, { ledger }: Surroundings): OdooRecord => {
  const part = ledger.odooValues.find(model, id)
  if (!part || isDeleted(part)) {
    throw new MissingRecordError(
      `The coupon is not complete: no webhook has told of ${model} ${id} yet; let an automation rule tell of ${model} too`,
      'id',
      bindingName(model, id)
    )
  }
  refuseUnticked(model, tellerOf(part.values), partNeeds[model] ?? [], 'A coupon cannot be made')
  return part
}

/** Keeps a part as Odoo has it now, as if a webhook had told it. @throws OdooError */
const readPart = async (model: string, id: OdooId, surroundings: Surroundings): Promise<void> => {
  const fields = fieldsOfPart(model)
  const read = await surroundings.odoo?.read(model, id, fields)
  if (!read) return
  const at = Date.now()
  const values: ToldValues = new Map(Object.entries(read).map(([field, value]) => [field, { value, at }]))
  keep({ model, id, values }, fields, { parent: asOdooId(read['program_id']) ?? 0 }, surroundings)
}

/**
 * Finds the parts of a coupon. With Odoo's API the others are read as they are now, whether or not a rule tells of
 * them; the webhook's own is known.
 */
export type FindPart = (model: string, id: OdooId) => Promise<OdooRecord>

/** @returns a function that throws what `partOf` does, and OdooError */
export const partFinder =
  (own: { readonly model: string; readonly id: OdooId }, surroundings: Surroundings): FindPart =>
  async (model, id) => {
    if (model !== own.model || id !== own.id) await readPart(model, id, surroundings)
    return partOf(model, id, surroundings)
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
export const assemble = async (program: OdooRecord, find: FindPart): Promise<ToldValues | undefined> => {
  const isPromo = text(program.values.get('program_type')?.value) === 'promo_code'
  const rewardId = only(program, 'reward_ids', 'reward')
  const ruleId = isPromo ? only(program, 'rule_ids', 'rule') : undefined
  if (program.values.get('active')?.value === false || rewardId === undefined || (isPromo && ruleId === undefined)) return undefined
  const parts = [program, await find(REWARD, rewardId)]
  if (ruleId !== undefined) parts.push(await find(RULE, ruleId))
  return new Map(parts.flatMap(named))
}

/** A card among what its program and reward told. */
export const withCard = (assembled: ToldValues, card: OdooRecord): ToldValues => new Map([...assembled, ...named(card)])
