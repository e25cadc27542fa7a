import { asOdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import { address } from '../address.ts'
import { customer } from '../customer.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { adaptPerson } from './adapt.ts'
import type { LeftOut, NativeTask, Refused } from './model.ts'
import { childAddressRules, ownAddressRules } from './partner-rules.ts'
import { applyRules, type Made, refuseUnticked, tellerOf, text, type Told } from './rules.ts'
import type { NativeRecord } from './run.ts'

/** What the shop cannot make an address without. */
export const addressNeeds = ['street', 'city', 'country_code'] as const

/** Why a customer has no address of its own. */
export const NOWHERE = 'it has neither street nor city in Odoo'

/** The first of them that is empty in Odoo. */
export const missingOf = (told: Told): string | undefined =>
  addressNeeds.find((field) => told(field) !== undefined && text(told(field)) === '')

const task = (lane: Lane, made: Made): NativeTask => ({
  entity: address,
  lane,
  action: 'upserted',
  adapt: adaptPerson(address),
  // Two contacts of Odoo may well be at one place.
  mayRepeat: true,
  ...made
})

/**
 * The address that a customer's own street and city make; none where there is neither. What is wrong with it does not
 * keep the customer from being written.
 */
export const ownAddress = async (
  record: NativeRecord,
  lane: Lane,
  surroundings: Surroundings
): Promise<readonly (NativeTask | Refused | LeftOut)[]> => {
  const told = tellerOf(record.values)
  const isBound = surroundings.ledger.bindings.find(lane) !== undefined
  if (told('street') === undefined) return []
  const isNowhere = text(told('street')) === '' && text(told('city')) === ''
  if (isNowhere && !isBound) return []
  const missing = missingOf(told)
  if (missing !== undefined) {
    return [{ entity: address, reason: `an address of the shop needs ${missing}, which is empty in Odoo` }]
  }
  try {
    if (!isBound) refuseUnticked(record.model, told, addressNeeds, 'An address of the shop needs them')
    return [task(lane, await applyRules(ownAddressRules, record.values, surroundings))]
  } catch (error) {
    if (error instanceof SyncError && error.kind === 'permanent') return [{ entity: address, refused: error }]
    throw error
  }
}

/** An address that is a contact of its own, below the customer whose it is; unnamed, it is the customer's own name. */
export const childAddress = async (
  record: NativeRecord,
  lane: Lane,
  isBound: boolean,
  surroundings: Surroundings
): Promise<NativeTask> => {
  const made = await applyRules(childAddressRules, record.values, surroundings)
  const parent = asOdooId(made.data['customer_odoo_id'])
  const own = (given: Made): NativeTask => ({ ...task(lane, given), ...(parent === undefined || isBound ? {} : { follows: parent }) })
  if (isBound || made.data['firstname'] !== undefined) return own(made)
  const { ledger, shop, call } = surroundings
  const bound = parent && ledger.bindings.find({ entity_type: customer.type, odoo_model: customer.odooModel, odoo_id: parent })
  const owner = bound && (await shop.get(customer.resource, bound.shop_id, call))
  if (!owner) return own(made)
  const { firstname, lastname } = owner.fields
  return own({ ...made, data: { ...made.data, firstname, lastname } })
}
