import { asShopId, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import type { Surroundings, Task } from './entity.ts'
import { SyncError } from './errors.ts'

/**
 * The record that Odoo's record is bound to. A binding whose record is gone from the shop is dropped.
 * @returns `undefined` when there is no binding, or no longer one
 */
export const findBound = async (task: Task, id: ShopId, { shop, ledger, call }: Surroundings): Promise<ShopRecord | undefined> => {
  const record = await shop.get(task.entity.resource, id, call)
  if (record && task.entity.isLive(record)) return record
  ledger.dropBinding(task.lane, id)
  return undefined
}

export const boundId = ({ lane }: Task, { ledger }: Surroundings): ShopId | undefined => {
  const bound = ledger.bindings.find(lane)
  return bound === undefined ? undefined : asShopId(bound)
}

/**
 * The record that an unbound record of Odoo means: by `data.id`, else by its natural key (DESIGN §3.1).
 * @param customer the customer that the payload names
 * @throws SyncError `identity_conflict` when the payload contradicts the record, or two records match
 */
export const findUnbound = async (
  task: Task,
  customer: ShopId | undefined,
  surroundings: Surroundings
): Promise<ShopRecord | undefined> => {
  const { entity, translation, lane, action } = task
  const { id } = translation
  // Many senders put Odoo's own id into data.id: then only a natural key can confirm it.
  if (id !== undefined && action !== 'created' && Number(id) !== Number(lane.odoo_id)) {
    const record = await surroundings.shop.get(entity.resource, id, surroundings.call)
    if (record && entity.isLive(record)) {
      const field = surroundings.settings.TRUST_SHOP_IDS ? undefined : entity.contradiction(translation, customer, record)
      if (field === undefined) return record
      throw new SyncError(
        'identity_conflict',
        `data.id names ${entity.label} ${id}, but ${field} is not that record's. Nothing was written: correct the id, ` +
          `leave it out, or bind the right record with "bindings set"`,
        field
      )
    }
  }
  const matches = await entity.findByNaturalKey(task, customer, surroundings)
  const match = matches.length > 1 ? matches.find((record) => record.id === id) : matches[0]
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
 * A record that another record of Odoo has is never taken over.
 * @throws SyncError `identity_conflict`
 */
export const refuseTakeover = ({ entity, lane }: Task, record: ShopRecord, { ledger }: Surroundings): void => {
  const owner = ledger.bindings.owner(entity.type, lane.odoo_model, record.id)
  if (!owner || owner.odoo_id === lane.odoo_id) return
  throw new SyncError(
    'identity_conflict',
    `The ${entity.label} ${record.id} of the shop belongs to Odoo id ${owner.odoo_id}, not ${lane.odoo_id}. ` +
      'Nothing was written: merge the two in Odoo, or decide with "bindings set"'
  )
}
