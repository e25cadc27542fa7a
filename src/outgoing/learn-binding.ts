import type { OutgoingTables } from '../ledger/ledger.ts'
import { asOdooId, type OdooId } from '../ledger/ids.ts'
import type { Lane } from '../ledger/operation.ts'
import { entities } from '../sync/entities.ts'
import { contextOf, isAboutAddress, type Parcel } from './parcel.ts'

/** Ids of Odoo that were not bound, because one of the two records is bound otherwise. */
export interface Contradiction {
  readonly odoo_id: OdooId
  /** The record of the shop that the Odoo id belongs to. */
  readonly bound_shop_id?: number
  /** The Odoo id that the record of the shop belongs to. */
  readonly bound_odoo_id?: number
}

/** What an answer of Odoo's has taught; nothing when there was nothing to learn. */
export interface Learnt {
  /** The record of Odoo that is bound now, and was not. */
  readonly bound?: Lane
  readonly contradiction?: Contradiction
}

const isDeletion = ({ event }: Parcel): boolean =>
  event.action_type === 'deleted' || (isAboutAddress(event) && contextOf(event)['address_action'] === 'deleted')

/** For an event about an address, some receivers tell the id of its customer. */
const isOfCustomer = ({ bindings }: OutgoingTables, { event }: Parcel, odooId: OdooId): boolean => {
  const { customer } = entities
  if (!customer || !isAboutAddress(event)) return false
  return bindings.owner(customer.type, customer.odooModel, event.entity_id)?.odoo_id === odooId
}

/**
 * Binds the record of an event to the id that Odoo has given it. Nothing that is bound already is bound anew.
 * @param given the `odoo_id` of Odoo's answer
 */
export const learnBinding = (tables: OutgoingTables, parcel: Parcel, given: unknown): Learnt => {
  const { entity_type, entity_id } = parcel.entry
  const entity = Object.hasOwn(entities, entity_type) ? entities[entity_type] : undefined
  // What is about an address that could not be judged is no news of its customer.
  if (isAboutAddress(parcel.event) && entity_type !== 'address') return {}
  const odooId = asOdooId(given)
  if (!entity || odooId === undefined || entity_id === 0 || isDeletion(parcel) || isOfCustomer(tables, parcel, odooId)) return {}
  const lane = { entity_type, odoo_model: entity.odooModel, odoo_id: odooId }
  const bound = tables.bindings.find(lane)
  if (bound) return bound.shop_id === entity_id ? {} : { contradiction: { odoo_id: odooId, bound_shop_id: bound.shop_id } }
  const owner = tables.bindings.owner(entity_type, entity.odooModel, entity_id)
  if (owner) return { contradiction: { odoo_id: odooId, bound_odoo_id: owner.odoo_id } }
  tables.bindings.bind({ ...lane, shop_id: entity_id })
  return { bound: lane }
}
