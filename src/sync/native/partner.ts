import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import { address } from '../address.ts'
import { customer } from '../customer.ts'
import type { Entity, Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { adaptPerson } from './adapt.ts'
import { followersOf, forgetFollower, noteDeleted, noteLeftAlone } from './left-alone.ts'
import { askFor } from './missing.ts'
import { addressNeeds, childAddress, missingOf, NOWHERE, ownAddress } from './partner-address.ts'
import { customerRules, childAddressRules, emailOf, ownAddressRules } from './partner-rules.ts'
import { applyRules, refuseUnticked, tellerOf, text, type Told } from './rules.ts'
import { placeRules, withCountryCode } from './place.ts'
import type { Model, NativeTask, Plan } from './model.ts'
import type { NativeRecord } from './run.ts'

const MODEL = 'res.partner'

const laneOf = (entity: Entity, id: OdooId): Lane => ({ entity_type: entity.type, odoo_model: MODEL, odoo_id: id })

type Role =
  | { readonly is: 'customer' }
  | { readonly is: 'address' }
  | { readonly is: 'nothing'; readonly reason: string }

/** What a contact is to the shop; where the webhook does not tell, what it is linked to already. */
const roleOf = (told: Told, isCustomer: boolean, isAddress: boolean, { settings }: Surroundings): Role => {
  const type = told('type')
  if (type === undefined || told('parent_id') === undefined) {
    if (isCustomer) return { is: 'customer' }
    if (isAddress) return { is: 'address' }
    refuseUnticked(MODEL, told, ['type', 'parent_id'], 'Whether the contact is a customer or an address cannot be told')
  }
  const parent = asOdooId(told('parent_id'))
  if (type !== 'contact') {
    if (parent !== undefined || isAddress) return { is: 'address' }
    return isCustomer ? { is: 'customer' } : { is: 'nothing', reason: `an address of type "${text(type)}" that belongs to nobody` }
  }
  if (parent !== undefined && !isCustomer && !settings.CONTACTS_AS_CUSTOMERS) {
    return { is: 'nothing', reason: 'a contact of a company, and CONTACTS_AS_CUSTOMERS is false' }
  }
  return { is: 'customer' }
}

const removals = (id: OdooId, bound: readonly Entity[]): NativeTask[] =>
  bound.map((entity) => ({ entity, lane: laneOf(entity, id), action: 'deleted', data: {}, times: new Map() }))

const deletions = (id: OdooId, bound: readonly Entity[], surroundings: Surroundings): Plan => {
  const remember = (): void => noteDeleted(MODEL, id, [customer.type, address.type], surroundings)
  if (bound.length === 0) return { ignored: 'the deleted contact is not linked to any record of the shop', remember }
  return { parts: removals(id, bound), remember }
}

/** A contact that is none of the shop's business, as those hear of it who wait for its customer or its address. */
const leave = (id: OdooId, reason: string, surroundings: Surroundings): Plan => ({
  ignored: reason,
  remember: () => noteLeftAlone(MODEL, id, { [customer.type]: reason, [address.type]: reason }, surroundings)
})

/** The addresses that were left alone while the contact above them was no customer. */
const bringFollowers = async (id: OdooId, surroundings: Surroundings): Promise<void> => {
  const { ledger, odoo } = surroundings
  for (const { id: child, operationId } of followersOf(MODEL, id, surroundings)) {
    const payload = ledger.find(operationId)?.source_payload ?? undefined
    if (odoo || payload !== undefined) await askFor(laneOf(address, child), payload, surroundings)
    forgetFollower(MODEL, child, surroundings)
  }
}

const placeFields = placeRules.map(({ field }) => field)

/** Odoo copies the place of a company to its contacts without a word: those whose address the shop has are read again. */
const refreshContacts = async (id: OdooId, surroundings: Surroundings): Promise<void> => {
  const { ledger, odoo } = surroundings
  const children = (await odoo?.read(MODEL, id, ['child_ids']))?.['child_ids']
  for (const child of Array.isArray(children) ? children.flatMap((one: unknown) => asOdooId(one) ?? []) : []) {
    const isKnown = ledger.bindings.find(laneOf(address, child)) !== undefined
    if (isKnown && !ledger.isOpen({ ...laneOf(address, child), entity_type: MODEL })) await askFor(laneOf(address, child), undefined, surroundings)
  }
}

const planCustomer = async (record: NativeRecord, told: Told, isBound: boolean, surroundings: Surroundings): Promise<Plan> => {
  if (!isBound) {
    refuseUnticked(MODEL, told, ['email', 'name'], 'A customer of the shop needs them')
    if (emailOf(told) === '') return leave(record.id, 'a contact without an email cannot be a customer of the shop', surroundings)
    if (told('active') === false) {
      return leave(record.id, 'an archived contact that is not linked to a customer of the shop', surroundings)
    }
  }
  const made = await applyRules(customerRules, record.values, surroundings)
  const account: NativeTask = {
    entity: customer,
    lane: laneOf(customer, record.id),
    action: 'upserted',
    adapt: adaptPerson(customer),
    ...made
  }
  const lane = laneOf(address, record.id)
  const own = await ownAddress(record, lane, surroundings)
  const remember = (): void => {
    const why = own.length === 0 ? NOWHERE : own.flatMap((part) => ('reason' in part ? part.reason : []))[0]
    // Only new orders wait for an address.
    const isMissed = surroundings.settings.CREATE_ORDERS && surroundings.ledger.bindings.find(lane) === undefined
    noteLeftAlone(MODEL, record.id, { [customer.type]: '', [address.type]: isMissed ? (why ?? '') : '' }, surroundings)
  }
  const afterwards = async (updated: readonly string[]): Promise<void> => {
    await bringFollowers(record.id, surroundings)
    if (isBound && updated.some((field) => placeFields.includes(field))) await refreshContacts(record.id, surroundings)
  }
  return { parts: [account, ...own], remember, afterwards }
}

/** Contacts: customers, and addresses of customers. */
export const partner: Model = {
  name: MODEL,
  label: 'Contact',
  needs: ['type', 'parent_id', 'email', 'name', ...addressNeeds],
  becomes: [
    { entity: customer, when: 'type `contact` with an email; below a company only with `CONTACTS_AS_CUSTOMERS`', rules: customerRules },
    { entity: address, when: 'street and city of a customer', rules: ownAddressRules },
    { entity: address, when: 'type `delivery`, `invoice` or `other` below a customer', rules: childAddressRules }
  ],
  remarks: [
    'A contact without an email is left alone; so is an archived one that the shop does not know.',
    'An archived contact deactivates the customer, and removes an address; a deleted one too.',
    'The account of a deleted contact goes to the next contact that has its email, such as the one that it was merged into.',
    'A field that is empty in Odoo empties the shop\'s only where Odoo had a value before.',
    'An address below a contact that is no customer is left alone, and follows as soon as that contact is one.',
    "With Odoo's API a customer or an address that something else needs is asked for, whether or not a webhook has told of it.",
    "Odoo copies the street of a company to its contacts without a webhook: theirs follows at once with Odoo's API, else with their next one."
  ],

  async plan(webhook, surroundings) {
    const record = { ...webhook, values: await withCountryCode(webhook.values, surroundings) }
    const { ledger } = surroundings
    const isBound = (entity: Entity): boolean => ledger.bindings.find(laneOf(entity, record.id)) !== undefined
    const [isCustomer, isAddress] = [isBound(customer), isBound(address)]
    if (record.isDeletion) return deletions(record.id, [address, customer].filter(isBound), surroundings)
    const told = tellerOf(record.values)
    const role = roleOf(told, isCustomer, isAddress && !isCustomer, surroundings)
    if (role.is === 'nothing') return leave(record.id, role.reason, surroundings)
    if (role.is === 'customer') return planCustomer(record, told, isCustomer, surroundings)
    if (told('active') === false) {
      return isAddress ? { parts: removals(record.id, [address]) } : leave(record.id, 'an archived address that the shop does not have', surroundings)
    }
    if (!isAddress) {
      refuseUnticked(MODEL, told, addressNeeds, 'An address of the shop needs them')
      const missing = missingOf(told)
      if (missing !== undefined) {
        throw new SyncError('validation', `An address of the shop needs ${missing}, which is empty in Odoo: fill it in`, missing)
      }
    }
    const lane = laneOf(address, record.id)
    const remember = (isDone: boolean): void => {
      if (!isDone) return
      noteLeftAlone(MODEL, record.id, { [address.type]: '' }, surroundings)
      forgetFollower(MODEL, record.id, surroundings)
    }
    return { parts: [await childAddress(record, lane, isAddress, surroundings)], remember }
  }
}
