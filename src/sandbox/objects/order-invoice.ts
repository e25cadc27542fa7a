import { floatOf, isOn, newRecord, type ShopRecord, valueOf } from '../record.ts'
import { sum, toCents } from './money.ts'
import type { ShopContext, ShopWork } from './object-class.ts'
import { paymentModules } from './payment-modules.ts'

/** The payments of an invoice: a link that no resource of the Webservice shows. */
const link = 'order_invoice_payment'

const referenceOf = (order: ShopRecord): string => valueOf(order, 'reference').slice(0, 9)

const paymentsOf = (order: ShopRecord, shop: ShopContext): readonly ShopRecord[] =>
  shop.where('order_payments', 'order_reference', referenceOf(order))

const invoicesOf = (order: ShopRecord, shop: ShopContext): readonly ShopRecord[] =>
  shop.where('order_invoices', 'id_order', order.id)

/** `Order::addOrderPayment`: a payment, and what is paid of the order (`orders-post-201-order_payments.txt`). */
export const addPayment = (
  order: ShopRecord,
  amount: number,
  { method, invoice }: { readonly method: string; readonly invoice?: ShopRecord },
  work: ShopWork
): void => {
  order.values['total_paid_real'] = String(toCents(floatOf(order, 'total_paid_real') + amount))
  work.update('orders', order)
  const payment = newRecord({
    order_reference: referenceOf(order),
    id_currency: valueOf(order, 'id_currency'),
    amount: String(amount),
    payment_method: method,
    conversion_rate: valueOf(order, 'conversion_rate')
  })
  if (invoice) payment.associations[link] = [{ id: String(invoice.id) }]
  work.insert('order_payments', payment)
}

/** `Order::setInvoice`: the invoice takes the order's totals (`orders-post-201-order_invoices.txt`). */
export const setInvoice = (order: ShopRecord, work: ShopWork, useExistingPayment: boolean): void => {
  const same = [
    'total_paid_tax_excl', 'total_paid_tax_incl', 'total_products', 'total_products_wt', 'total_shipping_tax_excl',
    'total_shipping_tax_incl', 'total_wrapping_tax_excl', 'total_wrapping_tax_incl'
  ]
  const invoice = newRecord({
    ...Object.fromEntries(same.map((name) => [name, valueOf(order, name)])),
    id_order: String(order.id),
    number: String(work.next('invoice number')),
    total_discount_tax_excl: valueOf(order, 'total_discounts_tax_excl'),
    total_discount_tax_incl: valueOf(order, 'total_discounts_tax_incl'),
    shipping_tax_computation_method: '1',
    shop_address: work.shop.configuration('PS_SHOP_NAME')
  })
  work.insert('order_invoices', invoice)
  const id = { id_order_invoice: String(invoice.id) }
  for (const row of work.shop.where('order_carriers', 'id_order', order.id)) work.set('order_carriers', row.id, id)
  for (const row of work.shop.where('order_details', 'id_order', order.id)) work.set('order_details', row.id, id)
  if (useExistingPayment) {
    const free = paymentsOf(order, work.shop).filter(({ associations }) => !associations[link])
    for (const payment of free) payment.associations[link] = [{ id: String(invoice.id) }]
  }
  order.values['invoice_number'] = valueOf(invoice, 'number')
  order.values['invoice_date'] = valueOf(invoice, 'date_add')
  work.update('orders', order)
}

/** Pays what is left of each invoice (`order_histories-post-paid-order-get.txt`). */
export const payInvoices = (order: ShopRecord, work: ShopWork): void => {
  for (const invoice of invoicesOf(order, work.shop)) {
    const isOf = ({ associations }: ShopRecord): boolean => associations[link]?.[0]?.['id'] === String(invoice.id)
    const paid = sum(paymentsOf(order, work.shop).filter(isOf).map((payment) => floatOf(payment, 'amount')))
    const rest = toCents(floatOf(invoice, 'total_paid_tax_incl') - paid)
    const method = paymentModules.get(valueOf(order, 'module')) ?? ''
    if (rest > 0) addPayment(order, rest, { method, invoice }, work)
  }
}

/** `Order::setDelivery`: the slip's number is given once, its date is that of the last such state. */
export const setDelivery = (order: ShopRecord, work: ShopWork): void => {
  for (const invoice of invoicesOf(order, work.shop)) {
    if (isOn(invoice, 'delivery_number')) continue
    const number = String(work.next('delivery number'))
    work.change('order_invoices', invoice.id, { delivery_number: number, delivery_date: work.shop.now() })
    order.values['delivery_number'] = number
  }
  order.values['delivery_date'] = work.shop.now()
  work.update('orders', order)
}
