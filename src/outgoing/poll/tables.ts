import { address } from '../../sync/address.ts'
import { coupon } from '../../sync/coupon.ts'
import { customer } from '../../sync/customer.ts'
import type { Entity } from '../../sync/entity.ts'
import { order } from '../../sync/order.ts'
import { beginChanges, readChanges } from './changes.ts'
import type { Glance, Look } from './look.ts'
import { creations, orderStates, readRows, rememberRows, type RowTable } from './rows.ts'
import { readTracking, rememberTracking } from './tracking.ts'

/** A table of the shop that is looked at in every round. */
export type PolledTable =
  /** `date_upd` tells what has changed: `created`, `updated` or `deleted`. */
  | { readonly by: 'date_upd'; readonly resource: string; readonly entity: Entity }
  /** New ids tell: `status_changed` of the order, `created` of an invoice or a payment. */
  | { readonly by: 'id'; readonly resource: string; readonly rows: RowTable }
  /** Only comparing tells: `updated` of the order. */
  | { readonly by: 'value'; readonly resource: string }

const changesOf = (entity: Entity): PolledTable => ({ by: 'date_upd', resource: entity.resource, entity })
const rowsOf = (rows: RowTable): PolledTable => ({ by: 'id', resource: rows.resource, rows })

/** In the order in which a round reads them: whom or what others are about comes first, how an order got where it is before where it is. */
export const tables: readonly PolledTable[] = [
  changesOf(customer),
  changesOf(address),
  changesOf(coupon),
  rowsOf(orderStates),
  changesOf(order),
  { by: 'value', resource: 'order_carriers' },
  rowsOf(creations('order_invoices', { type: 'invoice', label: 'invoice' })),
  rowsOf(creations('order_payments', { type: 'payment', label: 'payment' }))
]

/** Tells of what is new in a table. */
export const readTable = (table: PolledTable, look: Look): Promise<void> => {
  if (table.by === 'date_upd') return readChanges(table.entity, look)
  return table.by === 'id' ? readRows(table.rows, look) : readTracking(look)
}

/**
 * Has a table hold nobody's news: the poller tells of what changes from now on.
 * @throws PrestashopError, LedgerUnavailableError
 */
export const passOver = (table: PolledTable, glance: Glance): Promise<void> => {
  if (table.by === 'date_upd') return beginChanges(table.entity, glance)
  return table.by === 'id' ? rememberRows(table.resource, glance) : rememberTracking(glance)
}
