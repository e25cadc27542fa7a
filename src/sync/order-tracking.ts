import type { ShopRecord } from '../prestashop/record.ts'
import { checkField } from '../prestashop/resources.ts'
import type { SyncedField, Surroundings } from './entity.ts'
import { doneDespiteException, mailingCall } from './order-mail.ts'

/** The number that `orders` only shows; it lives in `order_carriers` and obeys its rules. */
export const trackingField: SyncedField = {
  aliases: ['tracking_number'],
  initial: '',
  check: (text) => checkField('order_carriers', 'tracking_number', text)
}

/** The row that the order shows the number of: the first one (`order_carriers-post-201-order-get.txt`). */
const shownRow = async (order: ShopRecord, { shop, call }: Surroundings): Promise<ShopRecord | undefined> => {
  const rows = await shop.list(
    'order_carriers',
    { display: ['id', 'id_order', 'tracking_number'], filter: { id_order: String(order.id) }, sort: ['id_ASC'] },
    call
  )
  return rows.find(({ fields }) => fields.id_order === String(order.id))
}

/**
 * Gives an order a tracking number, unless it has it; makes the row when there is none. It does not move the order's
 * `date_upd` (`date_upd-order_carriers-put.txt`).
 */
export const writeTracking = async (order: ShopRecord, number: string, surroundings: Surroundings): Promise<void> => {
  const { shop } = surroundings
  const mailing = mailingCall(surroundings)
  const hasNumber = (row: ShopRecord | undefined): true | undefined =>
    (row?.fields.tracking_number ?? '') === number ? true : undefined
  const row = await shownRow(order, surroundings)
  if (hasNumber(row)) return
  const write = async (): Promise<true> => {
    if (row) {
      await shop.change('order_carriers', row.id, { fields: { tracking_number: number } }, mailing)
    } else {
      const fields = { id_order: String(order.id), id_carrier: order.fields.id_carrier ?? '', tracking_number: number }
      await shop.create('order_carriers', { fields }, mailing)
    }
    return true
  }
  await doneDespiteException(write, async () => hasNumber(await shownRow(order, surroundings)))
}
