import type { OdooId } from '../ledger/ids.ts'
import type { Lane } from '../ledger/operation.ts'
import { asShopId, type ShopId } from '../prestashop/record.ts'
import { customer, findAccountsByEmail } from './customer.ts'
import type { Surroundings } from './entity.ts'
import { SyncError } from './errors.ts'
import type { CustomerNames } from './translate.ts'

/** Name of a binding that operations wait for. */
export const bindingName = (entityType: string, odooId: number): string => `${entityType} ${odooId}`

/** Name under which operations wait for a customer with some email: any that comes may be the one. */
export const ANY_EMAIL = 'any email'

/** A record that the payload names is not in the shop yet; the operation is tried again when it may be. */
export class MissingRecordError extends SyncError {
  /** The binding that is waited for, when the payload told the Odoo id. */
  readonly awaited: string | undefined
  /** The record of Odoo whose webhook would bring what is missing, and what it would bring. */
  readonly bringer: Lane | undefined

  /** @param bringer left out where Odoo's id of it is not known */
  constructor(message: string, field: string, awaited?: string, bringer?: Lane) {
    super('dependency', message, field)
    this.awaited = awaited
    this.bringer = bringer
  }
}

const missingCustomer = (message: string, odooId: OdooId): MissingRecordError => {
  const lane = { entity_type: customer.type, odoo_model: customer.odooModel, odoo_id: odooId }
  return new MissingRecordError(message, 'customer_odoo_id', bindingName(customer.type, odooId), lane)
}

/**
 * The customer of the shop that a payload names; all names must mean the same one.
 * @param trusted the customer that the record is known to have: an `id_customer` that says so needs no look-up
 * @returns `undefined` when the payload names none
 * @throws MissingRecordError when a customer is named that the shop does not have yet
 * @throws SyncError `identity_conflict` when the names disagree, `validation` when `id_customer` does not exist
 */
export const customerOf = async (
  names: CustomerNames,
  trusted: ShopId | undefined,
  surroundings: Surroundings
): Promise<ShopId | undefined> => {
  const found = new Map<keyof CustomerNames, ShopId>()
  if (names.customer_odoo_id !== undefined) {
    found.set('customer_odoo_id', byBinding(names.customer_odoo_id, surroundings))
  }
  if (names.customer_email !== undefined) found.set('customer_email', await byEmail(names.customer_email, surroundings))
  if (names.id_customer !== undefined) found.set('id_customer', names.id_customer)

  const ids = new Set(found.values())
  if (ids.size > 1) {
    const told = [...found].map(([name, id]) => `${name} means customer ${id}`).join(', ')
    throw new SyncError('identity_conflict', `The names of the customer disagree: ${told}`, [...found.keys()].at(-1))
  }
  const [id] = ids
  if (id !== undefined && id !== trusted && !found.has('customer_email')) await mustExist(id, names, surroundings)
  return id
}

const byBinding = (odooId: OdooId, { ledger }: Surroundings): ShopId => {
  const bound = ledger.bindings.find({ entity_type: customer.type, odoo_model: customer.odooModel, odoo_id: odooId })
  const id = bound && asShopId(bound.shop_id)
  if (id === undefined) {
    throw missingCustomer(`The customer with Odoo id ${odooId} is not in the shop yet: send its webhook, or bind it with "bindings set"`, odooId)
  }
  return id
}

const byEmail = async (email: string, surroundings: Surroundings): Promise<ShopId> => {
  const accounts = await findAccountsByEmail(email, surroundings)
  const [account] = accounts
  if (!account) throw new MissingRecordError('No customer of the shop has this customer_email yet', 'customer_email', ANY_EMAIL)
  if (accounts.length > 1) {
    const ids = accounts.map(({ id }) => id).join(', ')
    throw new SyncError('identity_conflict', `Several customers have this customer_email: ${ids}`, 'customer_email')
  }
  return account.id
}

const mustExist = async (id: ShopId, names: CustomerNames, { shop, call }: Surroundings): Promise<void> => {
  const record = await shop.get('customers', id, call)
  if (record && customer.isLive(record)) return
  if (names.id_customer !== undefined || names.customer_odoo_id === undefined) {
    throw new SyncError('validation', `id_customer ${id} is no customer of the shop`, 'id_customer')
  }
  throw missingCustomer(`The customer with Odoo id ${names.customer_odoo_id} is gone from the shop (it was ${id})`, names.customer_odoo_id)
}
