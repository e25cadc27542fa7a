import { newOutboxId } from '../../ledger/outbox.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import { address } from '../../sync/address.ts'
import type { Entity } from '../../sync/entity.ts'
import { order } from '../../sync/order.ts'
import { oldRowsOf } from '../../sync/polled.ts'
import { eventOf } from '../../sync/shop-event.ts'
import type { Submission } from '../gate.ts'
import { type Look, submission } from './look.ts'

/** What beside the record's own fields an event tells. */
export interface Addition {
  readonly fields?: Readonly<Record<string, string>>
  readonly context?: Readonly<Record<string, unknown>>
  readonly changed?: readonly string[]
}

/** The newest date that a table had when the poller first started; what was made after it is new. */
export const startOf = (resource: string): string => `${resource} start`

/** Whether the record was made since the poller first started and nobody has told of it. */
export const isNew = (entity: Entity, { id, fields }: ShopRecord, { ledger }: Pick<Look, 'ledger'>): boolean =>
  ledger.outgoing.read(({ poll, known, bindings }) => {
    const start = poll.cursor(startOf(entity.resource))
    if (start === undefined || (fields.date_add ?? '') < start) return false
    if (poll.digestOf(oldRowsOf(entity.resource), id) !== undefined) return false
    return known.of(entity.type, id).size === 0 && !bindings.owner(entity.type, entity.odooModel, id)
  })

/** Lines of an order, under the name that the shop's module has for them. */
const linesOf = (entity: Entity, { associations }: ShopRecord): Record<string, unknown> =>
  entity === order && associations.order_rows ? { order_details: associations.order_rows } : {}

/** Whether Odoo has no place for the record: an address of a supplier or a warehouse. */
export const isNobodys = (entity: Entity, { fields }: ShopRecord): boolean =>
  entity === address && Number(fields.id_customer ?? 0) === 0

/** The event that tells what a record holds now, or that it is marked as deleted. */
export const recordEvent = (entity: Entity, record: ShopRecord, readAt: number, look: Pick<Look, 'ledger'>, addition: Addition = {}): Submission => {
  const { fields = {}, context, changed = [] } = addition
  if (record.fields.deleted === '1') return deletionEvent(entity, record, record.fields.date_upd ?? '', readAt)
  const eventId = newOutboxId()
  const event = eventOf(entity, record, {
    eventId,
    action: isNew(entity, record, look) ? 'created' : 'updated',
    hookName: 'poll',
    at: record.fields.date_upd ?? record.fields.date_add ?? '',
    correlationId: eventId,
    fields: changed,
    ...(context === undefined ? {} : { context })
  })
  return submission({ ...event, after_data: { ...event.after_data, ...linesOf(entity, record), ...fields } }, readAt)
}

/**
 * The event that tells that a record is gone.
 * @param record what is left of it: its id, for an address its `id_customer`
 * @param at shop time
 */
export const deletionEvent = (entity: Entity, record: ShopRecord, at: string, readAt: number): Submission => {
  const eventId = newOutboxId()
  const event = eventOf(entity, record, { eventId, action: 'deleted', hookName: 'poll', at, correlationId: eventId, fields: [] })
  return submission({ ...event, after_data: null }, readAt)
}
