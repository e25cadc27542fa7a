import { asShopId, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import type { Surroundings, Task } from './entity.ts'
import { SyncError } from './errors.ts'
import { isDeleted } from './native/left-alone.ts'

/**
 * The record that Odoo's record is bound to. A binding whose record is gone from the shop is dropped.
 * @returns `undefined` when there is no binding, or no longer one
 */
export const findBound = async (task: Task, id: ShopId, { shop, ledger, call }: Surroundings): Promise<ShopRecord | undefined> => {
  const record = await shop.get(task.entity.resource, id, call)
  const since = ledger.bindings.find(task.lane)?.record_date ?? null
  // A shop that was set up anew, or restored, gives its ids to other records.
  const isSame = since === null || record?.fields.date_add === undefined || record.fields.date_add === since
  if (record && isSame && task.entity.isLive(record)) return record
  ledger.dropBinding(task.lane, id)
  return undefined
}

export const boundId = ({ lane }: Task, { ledger }: Surroundings): ShopId | undefined => {
  const bound = ledger.bindings.find(lane)
  return bound && asShopId(bound.shop_id)
}

/**
 * The id by which the payload names a record that nothing is bound to yet. Many senders put Odoo's own id into
 * `data.id`: then, and for a creation, only a natural key can confirm it.
 */
export const namedId = ({ translation: { id }, lane, action }: Task): ShopId | undefined =>
  action !== 'created' && Number(id) !== Number(lane.odoo_id) ? id : undefined

/**
 * The record that `data.id` names (DESIGN §3.1).
 * @param customer the customer that the payload names
 * @throws SyncError `identity_conflict` when the payload contradicts the record
 */
export const findNamed = async (
  { entity, translation }: Task,
  id: ShopId,
  customer: ShopId | undefined,
  { shop, settings, call }: Surroundings
): Promise<ShopRecord | undefined> => {
  const record = await shop.get(entity.resource, id, call)
  if (!record || !entity.isLive(record)) return undefined
  const field = settings.TRUST_SHOP_IDS ? undefined : entity.contradiction(translation, customer, record)
  if (field === undefined) return record
  throw new SyncError(
    'identity_conflict',
    `data.id names ${entity.label} ${id}, but ${field} is not that record's. Nothing was written: correct the id, ` +
      `leave it out, or bind the right record with "bindings set"`,
    field
  )
}

/**
 * The record that the payload's natural key means; of several the one that `data.id` names.
 * @param customer the customer that the payload names
 * @throws SyncError `identity_conflict` when several match
 */
export const findByNaturalKey = async (
  task: Task,
  customer: ShopId | undefined,
  surroundings: Surroundings
): Promise<ShopRecord | undefined> => {
  const { entity, translation, lane, mayRepeat = false } = task
  const isOthers = ({ id }: ShopRecord): boolean => {
    const owner = surroundings.ledger.bindings.owner(entity.type, lane.odoo_model, id)
    return owner !== undefined && owner.odoo_id !== lane.odoo_id
  }
  const alike = await entity.findByNaturalKey(task, customer, surroundings)
  const matches = mayRepeat ? alike.filter((record) => !isOthers(record)) : alike
  const match = matches.length > 1 ? matches.find((record) => record.id === translation.id) : matches[0]
  if (matches.length > 1 && !match) {
    throw new SyncError(
      'identity_conflict',
      `Several records of the shop match: ${entity.label} ${matches.map((record) => record.id).join(', ')}. ` +
        'Nothing was written: choose one with "bindings set"'
    )
  }
  return match
}

/**
 * A record that another record of Odoo has is never taken over, unless that one was deleted there: it may have been
 * merged into this one, or made anew.
 * @throws SyncError `identity_conflict`
 */
export const refuseTakeover = ({ entity, lane }: Task, record: ShopRecord, { ledger }: Surroundings): void => {
  const owner = ledger.bindings.owner(entity.type, lane.odoo_model, record.id)
  if (!owner || owner.odoo_id === lane.odoo_id) return
  if (isDeleted(ledger.odooValues.find(owner.odoo_model, owner.odoo_id))) return ledger.dropBinding(owner, record.id)
  throw new SyncError(
    'identity_conflict',
    `The ${entity.label} ${record.id} of the shop belongs to Odoo id ${owner.odoo_id}, not ${lane.odoo_id}. ` +
      'Nothing was written: merge the two in Odoo, or decide with "bindings set"'
  )
}
