import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import type { OdooRecord, ToldValues } from '../../ledger/odoo-values.ts'
import { coupon } from '../coupon.ts'
import type { Surroundings } from '../entity.ts'
import { adaptPlain } from './adapt.ts'
import { partBecomes, partLooksAt, partNeeds } from './coupon-fields.ts'
import { refuseBeyond, refuseType, rewardLimits, ruleLimits } from './coupon-limits.ts'
import { assemble, type FindPart, partFinder, partOf, withCard } from './coupon-parts.ts'
import { CARD, cardRules, PROGRAM, promoRules, REWARD, RULE } from './coupon-rules.ts'
import { keep } from './kept.ts'
import { noteDeleted } from './left-alone.ts'
import { fieldsToTick, type Model, type NativeTask, type Plan } from './model.ts'
import { applyRules, refuseUnticked, type Rule, tellerOf } from './rules.ts'
import type { NativeRecord } from './run.ts'

const laneOf = (model: string, id: OdooId): Lane => ({ entity_type: coupon.type, odoo_model: model, odoo_id: id })

const isBound = (model: string, id: OdooId, { ledger }: Surroundings): boolean => ledger.bindings.find(laneOf(model, id)) !== undefined

const made = async (lane: Lane, rules: readonly Rule[], values: ToldValues, surroundings: Surroundings): Promise<NativeTask> => ({
  entity: coupon,
  lane,
  action: 'upserted',
  adapt: adaptPlain(coupon),
  ...(await applyRules(rules, values, surroundings))
})

/** No `times`: it counts from the webhook itself. */
const remove = (lane: Lane): NativeTask => ({ entity: coupon, lane, action: 'deleted', data: {}, times: new Map() })

const NOT_MADE = 'the shop has no coupon of it'

const switchOff = (lane: Lane): NativeTask => ({
  entity: coupon,
  lane,
  action: 'updated',
  data: { active: false },
  times: new Map(),
  ifMissing: NOT_MADE
})

/** The coupon of a promo code. */
const promo = async (program: OdooRecord, find: FindPart, surroundings: Surroundings): Promise<readonly NativeTask[]> => {
  const lane = laneOf(PROGRAM, program.odoo_id)
  const values = await assemble(program, find)
  if (!values) return isBound(PROGRAM, program.odoo_id, surroundings) ? [switchOff(lane)] : []
  const told = tellerOf(values)
  refuseBeyond([...rewardLimits, ...ruleLimits], told)
  return [await made(lane, promoRules, values, surroundings)]
}

const card = async (part: OdooRecord, values: ToldValues, surroundings: Surroundings): Promise<NativeTask> => {
  refuseBeyond(rewardLimits, tellerOf(values))
  return made(laneOf(CARD, part.odoo_id), cardRules, withCard(values, part), surroundings)
}

/** What changed in a program changes the coupons of all its cards that the shop has. */
const cardsOf = async (program: OdooRecord, find: FindPart, surroundings: Surroundings): Promise<readonly NativeTask[]> => {
  const cards = surroundings.ledger.odooValues
    .partsOf(CARD, program.odoo_id)
    .filter(({ odoo_id }) => isBound(CARD, odoo_id, surroundings))
  if (cards.length === 0) return []
  const values = await assemble(program, find)
  if (!values) return cards.map(({ odoo_id }) => switchOff(laneOf(CARD, odoo_id)))
  return Promise.all(cards.map((part) => card(part, values, surroundings)))
}

const planProgram = async (id: OdooId, find: FindPart, surroundings: Surroundings): Promise<Plan> => {
  const program = await find(PROGRAM, id)
  const type = program.values.get('program_type')?.value
  refuseType(type)
  const own = type === 'promo_code' ? await promo(program, find, surroundings) : []
  const parts = [...own, ...(await cardsOf(program, find, surroundings))]
  if (parts.length > 0) return { parts }
  return { ignored: type === 'promo_code' ? NOT_MADE : 'the coupons of this program are its cards, and the shop has none of them yet' }
}

const planCard = async (part: OdooRecord, programId: OdooId, find: FindPart, surroundings: Surroundings): Promise<Plan> => {
  const program = await find(PROGRAM, programId)
  refuseType(program.values.get('program_type')?.value)
  const isKnown = isBound(CARD, part.odoo_id, surroundings)
  const isArchived = part.values.get('active')?.value === false
  const values = await assemble(program, find)
  if (!values || isArchived) {
    return isKnown ? { parts: [switchOff(laneOf(CARD, part.odoo_id))] } : { ignored: `archived, and ${NOT_MADE}` }
  }
  const task = await card(part, values, surroundings)
  return !isKnown && task.data['quantity'] === 0 ? { ignored: `used up already, and ${NOT_MADE}` } : { parts: [task] }
}

/** The coupons that go with a record: those that the shop has. */
const planDeletion = ({ model, id }: NativeRecord, surroundings: Surroundings): Plan => {
  const { ledger } = surroundings
  const known = ledger.odooValues.find(model, id)
  const program = model === PROGRAM ? id : asOdooId(known?.parent_id)
  const lanes =
    model === CARD
      ? [laneOf(CARD, id)]
      : program === undefined
        ? []
        : [laneOf(PROGRAM, program), ...ledger.odooValues.partsOf(CARD, program).map(({ odoo_id }) => laneOf(CARD, odoo_id))]
  const parts = lanes.filter((lane) => ledger.bindings.find(lane) !== undefined).map(remove)
  const remember = (): void => noteDeleted(model, id, [], surroundings)
  return parts.length > 0 ? { parts, remember } : { ignored: NOT_MADE, remember }
}

/** One of the four models that make coupons together: each keeps what it was told, then the coupon is looked at as a whole. */
const part = (name: string, label: string, remarks: readonly string[]): Model => {
  const model: Model = {
    name,
    label,
    needs: partNeeds[name] ?? [],
    looksAt: partLooksAt(name),
    becomes: partBecomes[name] ?? [],
    remarks,
    async plan(record, surroundings) {
      if (record.isDeletion) return planDeletion(record, surroundings)
      const told = tellerOf(record.values)
      if (name !== PROGRAM) refuseUnticked(name, told, ['program_id'], 'To which program it belongs cannot be told')
      const parent = name === PROGRAM ? record.id : asOdooId(told('program_id'))
      if (parent === undefined) return { ignored: 'it belongs to no program' }
      keep(record, fieldsToTick(model), { parent: name === PROGRAM ? 0 : parent }, surroundings)
      const find = partFinder(record, surroundings)
      return name === CARD ? planCard(partOf(CARD, record.id, surroundings), parent, find, surroundings) : planProgram(parent, find, surroundings)
    }
  }
  return model
}

export const loyaltyModels: readonly Model[] = [
  part(PROGRAM, 'Loyalty Program', [
    'Types `promo_code`, `coupons` and `next_order_coupons`; gift cards, loyalty cards, eWallets and automatic promotions are refused.',
    'An archived program, rule or reward makes the coupon inactive.'
  ]),
  part(RULE, 'Loyalty Rule', ['Refused: a minimum quantity, certain products, points other than per order.']),
  part(REWARD, 'Loyalty Reward', [
    'Refused: free products, discounts per point, on single products, or with a maximum.'
  ]),
  part(CARD, 'Loyalty Coupon', ['A card that is used up, or archived, is not made.'])
]
