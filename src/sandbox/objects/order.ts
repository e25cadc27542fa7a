import { UncaughtException } from '../errors.ts'
import { type Entry, type ShopRecord, valueOf } from '../record.ts'
import { lengthOf, rules } from '../../prestashop/validate.ts'
import type { ObjectClass, ShopContext, ShopWork } from './object-class.ts'
import { placeOrder } from './order-placement.ts'
import { setCurrentState } from './order-state.ts'

const rowFields = [
  'product_id', 'product_attribute_id', 'product_quantity', 'product_name', 'product_reference', 'product_ean13',
  'product_isbn', 'product_upc', 'product_price', 'id_customization', 'unit_price_tax_incl', 'unit_price_tax_excl'
]

const toOrderRow = (detail: ShopRecord): Entry => ({
  id: String(detail.id),
  ...Object.fromEntries(rowFields.map((name) => [name, valueOf(detail, name)]))
})

/** The first of the order's carriers, whatever comes after it (`order_carriers-post-201-order-get.txt`). */
const carrierOf = (order: ShopRecord, shop: ShopContext): ShopRecord | undefined =>
  shop.where('order_carriers', 'id_order', order.id)[0]

/** Too long or bad characters: nobody catches it here (`orders-patch-shipping_number-too-long.txt`, `-bad.txt`). */
const setShippingNumber = (order: ShopRecord, value: string, work: ShopWork): void => {
  const carrier = order.id === 0 ? undefined : carrierOf(order, work.shop)
  if (!carrier) return
  if (lengthOf(value) > 64 || !rules.isTrackingNumber(value)) throw new UncaughtException('No tracking number')
  work.change('order_carriers', carrier.id, { tracking_number: value })
}

/** The shop's class `Order`: made from a cart, its state with all that follows, its carrier's tracking number. */
export const orderClass: ObjectClass = {
  setters: { current_state: setCurrentState, shipping_number: setShippingNumber },
  getters: {
    shipping_number(order, shop) {
      const carrier = carrierOf(order, shop)
      return carrier ? valueOf(carrier, 'tracking_number') : ''
    }
  },
  rows: { order_rows: ({ id }, shop) => shop.where('order_details', 'id_order', id).map(toOrderRow) },
  addWs: placeOrder
}
