import { UncaughtException } from '../errors.ts'
import { intOf, isOn, newRecord, phpInt, type ShopRecord, textIn, valueOf } from '../record.ts'
import type { ShopWork } from './object-class.ts'
import { payInvoices, setDelivery, setInvoice } from './order-invoice.ts'
import { moveStock } from './stock.ts'

/** What the change of state does to the stock: taken back from, or given back to, an order (PRESTASHOP.md, 12). */
const stockDirection = (before: ShopRecord, after: ShopRecord, lost: ReadonlySet<number>): -1 | 0 | 1 => {
  const wasLost = lost.has(before.id)
  const isLost = lost.has(after.id)
  if (isOn(after, 'logable') && !isOn(before, 'logable')) return wasLost ? -1 : 0
  if (!isOn(after, 'logable') && isOn(before, 'logable')) return isLost ? 1 : 0
  return !isOn(after, 'logable') && isLost && !wasLost ? 1 : 0
}

/**
 * `OrderHistory::changeIdOrderState`: state, invoice, payment, delivery slip and stock. The order is changed in
 * place. Throws `UncaughtException` for a state that does not exist (`order_histories-post-unknown-state.txt`).
 */
export const changeIdOrderState = (
  order: ShopRecord,
  idOrderState: number,
  work: ShopWork,
  useExistingPayment: boolean
): void => {
  const { shop } = work
  const state = shop.find('order_states', idOrderState)
  if (!state) throw new UncaughtException(`There is no order state ${idOrderState}`)
  const stored = shop.find('orders', order.id)
  const before = shop.find('order_states', stored ? intOf(stored, 'current_state') : 0)
  const setting = (name: string): number => phpInt(shop.configuration(name))
  if ([setting('PS_OS_PAYMENT'), setting('PS_OS_WS_PAYMENT')].includes(state.id)) {
    work.hook('actionPaymentConfirmation', 'orders', 'updated', stored)
  }
  work.hook('actionOrderStatusUpdate', 'orders', 'updated', stored)
  if (before) {
    const direction = stockDirection(before, state, new Set([setting('PS_OS_ERROR'), setting('PS_OS_CANCELED')]))
    for (const row of direction === 0 ? [] : shop.where('order_details', 'id_order', order.id)) {
      const pieces = direction * intOf(row, 'product_quantity')
      moveStock(intOf(row, 'product_id'), intOf(row, 'product_attribute_id'), pieces, work)
    }
  }
  order.values['current_state'] = String(state.id)
  order.values['valid'] = valueOf(state, 'logable')
  work.update('orders', order)
  if (isOn(state, 'invoice') && !isOn(order, 'invoice_number')) setInvoice(order, work, useExistingPayment)
  if (isOn(state, 'paid')) payInvoices(order, work)
  if (isOn(state, 'delivery')) setDelivery(order, work)
  work.hook('actionOrderStatusPostUpdate', 'orders', 'updated', stored)
}

/** Whether the customer's mail about an order's state went out, or there is none to send. */
const mailState = (history: ShopRecord, work: ShopWork): boolean => {
  const state = work.shop.find('order_states', intOf(history, 'id_order_state'))
  const order = work.shop.find('orders', intOf(history, 'id_order'))
  const customer = order && work.shop.find('customers', intOf(order, 'id_customer'))
  const kind = state && order ? textIn(state, 'template', valueOf(order, 'id_lang')) : ''
  if (!state || !order || !customer || !isOn(state, 'send_email') || kind === '') return true
  return work.mail({ resource: 'orders', id: order.id, kind, to: valueOf(customer, 'email') })
}

/** `OrderHistory::addWithemail`: the row is made in any case. Returns whether the mail went out. */
export const addWithemail = (history: ShopRecord, work: ShopWork): boolean => {
  work.insert('order_histories', history)
  return mailState(history, work)
}

/**
 * `Order::setCurrentState`, the setter of `current_state`: state 0 and the state it has change nothing, any other is
 * mailed always (`orders-patch-current_state-0.txt`, `orders-patch-current_state-same.txt`).
 */
export const setCurrentState = (order: ShopRecord, value: string, work: ShopWork): void => {
  const idOrderState = phpInt(value)
  if (order.id === 0 || idOrderState === 0 || idOrderState === intOf(order, 'current_state')) return
  changeIdOrderState(order, idOrderState, work, !isOn(order, 'invoice_number'))
  addWithemail(newRecord({ id_order: String(order.id), id_order_state: String(idOrderState) }), work)
}
