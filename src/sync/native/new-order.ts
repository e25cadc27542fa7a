import { order } from '../order.ts'
import { orderFromOdoo } from '../order-from-odoo.ts'
import type { Surroundings } from '../entity.ts'
import type { NativeTask, Plan } from './model.ts'
import { adaptOrder } from './order-state.ts'
import { orderLane } from './order-lane.ts'
import type { Made } from './rules.ts'
import type { NativeRecord } from './run.ts'

/** What the shop calls the payment of an order that was sold in Odoo. */
const PAYMENT = 'Odoo'

/**
 * The order that is to be made in the shop of a confirmed one of Odoo: who ordered, what and where to is asked from
 * Odoo, its state and note are what the webhook came to. Safe to repeat once it has begun.
 * @param isBegun whether an earlier attempt may have made it
 * @throws SyncError `validation` for what the shop cannot sell so
 * @throws OdooError
 */
export const planNewOrder = async (
  record: NativeRecord,
  { data, times }: Made,
  isBegun: boolean,
  { odoo, settings }: Surroundings
): Promise<Plan> => {
  if (!odoo) {
    return { ignored: "CREATE_ORDERS needs Odoo's API, which tells customer, addresses and lines: set ODOO_URL, ODOO_DB, ODOO_USER and ODOO_API_KEY" }
  }
  const sale = await odoo.saleOrder(record.id)
  if (!sale) return { ignored: 'the order is gone from Odoo' }
  if (sale.state !== 'sale' && !isBegun) return { ignored: 'the order is not confirmed in Odoo any more' }
  const task: NativeTask = {
    entity: order,
    lane: orderLane(record.id),
    action: 'upserted',
    adapt: adaptOrder(sale.state !== 'sale'),
    times,
    data: {
      ...orderFromOdoo(sale, {
        paymentModule: settings.ORDER_PAYMENT_MODULE,
        payment: PAYMENT,
        contactsAsCustomers: settings.CONTACTS_AS_CUSTOMERS
      }),
      ...data
    }
  }
  return { parts: [task] }
}
