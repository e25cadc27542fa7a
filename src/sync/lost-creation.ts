import type { ShopRecord } from '../prestashop/record.ts'
import { utcToShopTime } from '../prestashop/time.ts'
import type { Entity, Surroundings, Task } from './entity.ts'
import { creationKey } from './marks.ts'

/** How far the shop's clock may be behind ours, in milliseconds. */
const SLACK_MS = 2_000

/**
 * Of records that go by one name, those that a creation for the same record of Odoo may have made, whose answer was
 * lost: its other fields may have been changed since, or a later webhook says more of them.
 * @param name what names the new record, as `entity.creationName` tells it
 */
export const madeByLostCreation = async (
  entity: Entity,
  { lane }: Task,
  name: string,
  records: readonly ShopRecord[],
  { ledger, reference, settings }: Surroundings
): Promise<ShopRecord[]> => {
  const isOfLane = (operationId: string): boolean => {
    const operation = ledger.find(operationId)
    return operation?.entity_type === lane.entity_type && operation.odoo_model === lane.odoo_model && operation.odoo_id === lane.odoo_id
  }
  const begun = ledger.outgoing
    .read(({ ownWrites }) => ownWrites.namelessBy(entity.type, creationKey(entity, name, { ledger })))
    .filter(({ state, operation_id }) => state === 'unknown' && isOfLane(operation_id))
  if (begun.length === 0) return []
  const zone = await reference.timeZone(settings.SHOP_TIMEZONE)
  const since = utcToShopTime(new Date(Math.min(...begun.map(({ started_at }) => started_at)) - SLACK_MS), zone)
  // Odoo's answer to an event about it may have bound it meanwhile.
  const isOthers = ({ id }: ShopRecord): boolean => (ledger.bindings.owner(entity.type, lane.odoo_model, id)?.odoo_id ?? lane.odoo_id) !== lane.odoo_id
  return records.filter((record) => (record.fields.date_add ?? '') >= since && !isOthers(record))
}
