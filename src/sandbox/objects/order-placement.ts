import { randomInt } from 'node:crypto'
import { UncaughtException } from '../errors.ts'
import { floatOf, intOf, newRecord, phpInt, type ShopRecord, valueOf } from '../record.ts'
import type { CartLine } from './cart-line.ts'
import { type CartPrice, priceOf } from './cart-price.ts'
import { sum, toCents } from './money.ts'
import type { ShopContext, ShopWork } from './object-class.ts'
import { addPayment } from './order-invoice.ts'
import { addWithemail, changeIdOrderState } from './order-state.ts'
import { paymentModules } from './payment-modules.ts'
import { moveStock, quantityOf } from './stock.ts'

/** Nine letters (`orders-post-201-get.txt`). */
const newReference = (): string =>
  Array.from({ length: 9 }, () => String.fromCodePoint(65 + randomInt(26))).join('')

/** The cart an order can be made from. Throws `UncaughtException` where the shop does (PRESTASHOP.md, 12). */
const cartFor = (posted: ShopRecord, shop: ShopContext): ShopRecord => {
  const cart = shop.find('carts', intOf(posted, 'id_cart'))
  if (!paymentModules.has(valueOf(posted, 'module'))) throw new UncaughtException('No installed payment module')
  if (!cart || shop.where('orders', 'id_cart', cart.id).length > 0) {
    throw new UncaughtException('Cart cannot be loaded or an order has already been placed using this cart')
  }
  const customer = shop.find('customers', intOf(posted, 'id_customer'))
  const key = customer ? valueOf(customer, 'secure_key') : ''
  if (key === '' || key !== valueOf(cart, 'secure_key')) throw new UncaughtException('Secure key does not match')
  if (priceOf(cart, shop).lines.length === 0) throw new UncaughtException('The cart is empty')
  return cart
}

const detailOf = (line: CartLine, order: ShopRecord, shop: ShopContext): ShopRecord => {
  const { product, combination, quantity } = line
  const own = (name: string): string => {
    const chosen = combination ? valueOf(combination, name) : ''
    return Number(chosen) === 0 ? valueOf(product, name) : chosen
  }
  const inStock = Math.max(0, quantityOf(product.id, combination?.id ?? 0, shop))
  const detail = newRecord({
    id_order: String(order.id),
    product_id: String(product.id),
    product_attribute_id: String(combination?.id ?? 0),
    id_shop: valueOf(order, 'id_shop'),
    product_name: line.name,
    product_quantity: String(quantity),
    product_quantity_in_stock: String(Math.min(quantity, inStock)),
    product_price: String(line.unitTaxExcl),
    reduction_percent: String(line.reductionPercent),
    product_ean13: own('ean13'),
    product_isbn: own('isbn'),
    product_upc: own('upc'),
    product_mpn: own('mpn'),
    product_reference: own('reference'),
    product_supplier_reference: own('supplier_reference'),
    product_weight: String(line.weight),
    tax_computation_method: '1',
    id_tax_rules_group: valueOf(product, 'id_tax_rules_group'),
    unit_price_tax_incl: String(line.unitTaxIncl),
    unit_price_tax_excl: String(line.unitTaxExcl),
    total_price_tax_incl: String(line.totalTaxIncl),
    total_price_tax_excl: String(line.totalTaxExcl),
    purchase_supplier_price: own('wholesale_price'),
    original_product_price: String(line.originalPrice),
    original_wholesale_price: own('wholesale_price')
  })
  detail.associations['taxes'] = line.taxes.map(({ id }) => ({ id: String(id) }))
  return detail
}

/** The order takes from the body what it must: module, payment, amount. All else is the cart's. */
const orderOf = (posted: ShopRecord, cart: ShopRecord, price: CartPrice): ShopRecord => {
  const same = [
    'id_address_delivery', 'id_address_invoice', 'id_currency', 'id_lang', 'id_customer', 'id_shop', 'id_shop_group',
    'secure_key', 'recyclable', 'gift', 'gift_message', 'mobile_theme'
  ]
  return newRecord({
    ...Object.fromEntries(same.map((name) => [name, valueOf(cart, name)])),
    id_cart: String(cart.id),
    id_carrier: String(price.carrier?.id ?? 0),
    module: valueOf(posted, 'module'),
    payment: valueOf(posted, 'payment'),
    reference: newReference(),
    conversion_rate: '1',
    round_mode: '2',
    round_type: '2',
    carrier_tax_rate: String(price.carrierTaxRate),
    total_paid: String(price.totalTaxIncl),
    total_paid_tax_incl: String(price.totalTaxIncl),
    total_paid_tax_excl: String(price.totalTaxExcl),
    total_products: String(price.productsTaxExcl),
    total_products_wt: String(price.productsTaxIncl),
    total_shipping: String(price.shippingTaxIncl),
    total_shipping_tax_incl: String(price.shippingTaxIncl),
    total_shipping_tax_excl: String(price.shippingTaxExcl)
  })
}

/**
 * `Order::addWs`: the shop makes the order from the cart, paid (state 11) when the amount is the cart's total, else
 * with a payment error (state 8). The object that was posted gets its id and nothing else. Between the checks and
 * the rows there is time enough for the same cart to be ordered again (`race-orders-same-cart-list.txt`). Throws
 * `UncaughtException` where no order can be made.
 */
export const placeOrder = async (posted: ShopRecord, work: ShopWork): Promise<void> => {
  const { shop } = work
  const cart = cartFor(posted, shop)
  await work.pause()
  const price = priceOf(cart, shop)
  const amount = toCents(floatOf(posted, 'total_paid'))
  const isPaid = amount === price.totalTaxIncl
  const order = orderOf(posted, cart, price)
  work.insert('orders', order)
  posted.id = order.id
  for (const line of price.lines) {
    work.insert('order_details', detailOf(line, order, shop))
    if (isPaid) moveStock(line.product.id, line.combination?.id ?? 0, -line.quantity, work)
  }
  work.insert('order_carriers', newRecord({
    id_order: String(order.id),
    id_carrier: valueOf(order, 'id_carrier'),
    weight: String(sum(price.lines.map(({ weight, quantity }) => weight * quantity))),
    shipping_cost_tax_excl: String(price.shippingTaxExcl),
    shipping_cost_tax_incl: String(price.shippingTaxIncl)
  }))
  work.change('carts', cart.id, {})
  addPayment(order, amount, { method: valueOf(posted, 'payment') }, work)
  work.hook('actionValidateOrder', 'orders', 'created', order)
  const idState = phpInt(shop.configuration(isPaid ? 'PS_OS_WS_PAYMENT' : 'PS_OS_ERROR'))
  changeIdOrderState(order, idState, work, true)
  addWithemail(newRecord({ id_order: String(order.id), id_order_state: String(idState) }), work)
  const customer = shop.find('customers', intOf(order, 'id_customer'))
  if (isPaid && customer) {
    work.mail({ resource: 'orders', id: order.id, kind: 'order_conf', to: valueOf(customer, 'email') })
  }
}
