import { cartRuleClass } from '../objects/cart-rule.ts'
import { cartClass } from '../objects/cart.ts'
import { orderCarrierClass } from '../objects/order-carrier.ts'
import { orderHistoryClass } from '../objects/order-history.ts'
import { orderClass } from '../objects/order.ts'
import { type Definition, decimal, inShop, integer, to } from './definition.ts'

/** From the cart to the invoice. */
export const orders: Readonly<Record<string, Definition>> = {
  carriers: {
    className: 'Carrier',
    description: 'The Carriers',
    fields: {
      id_tax_rules_group: { ...integer, ...to('tax_rule_groups') },
      id_reference: integer,
      shipping_external: integer,
      need_range: integer,
      position: integer
    }
  },
  cart_rules: {
    className: 'CartRule',
    description: 'Cart rules management',
    fields: {
      // Nothing set is no limit (`cart_rules-post-minimal-get.txt`).
      quantity: { nullable: true },
      quantity_per_user: { nullable: true },
      reduction_percent: { scale: 2 },
      // The model allows 255 (`cart_rules-post-name-255.txt`).
      name: { columnLength: 254 }
    },
    objectClass: cartRuleClass
  },
  carts: {
    className: 'Cart',
    description: "Customer's carts",
    fields: {
      id_address_delivery: to('addresses'),
      id_address_invoice: to('addresses'),
      id_currency: to('currencies'),
      id_customer: to('customers'),
      id_guest: to('guests'),
      id_lang: to('languages')
    },
    objectClass: cartClass
  },
  order_carriers: {
    className: 'OrderCarrier',
    description: 'The Order carriers',
    fields: { id_order: to('orders'), id_carrier: to('carriers') },
    objectClass: orderCarrierClass,
    order: ['id_order']
  },
  order_cart_rules: {
    className: 'OrderCartRule',
    description: 'The Order cart rules',
    fields: { id_order: to('orders'), id_cart_rule: to('cart_rules') }
  },
  order_details: {
    className: 'OrderDetail',
    description: 'Details of an order',
    fields: {
      id_order: to('orders'),
      product_id: to('products'),
      product_attribute_id: to('combinations'),
      group_reduction: { scale: 2 },
      reduction_percent: { scale: 2 },
      ecotax_tax_rate: { scale: 3 }
    },
    order: ['id_order']
  },
  order_histories: {
    className: 'OrderHistory',
    description: 'The Order histories',
    fields: { id_employee: to('employees'), id_order_state: to('order_states'), id_order: to('orders') },
    objectClass: orderHistoryClass,
    order: ['id_order']
  },
  order_invoices: { className: 'OrderInvoice', description: 'The Order invoices' },
  order_payments: {
    className: 'OrderPayment',
    description: 'The Order payments',
    fields: { id_employee: { nullable: true } }
  },
  order_states: {
    className: 'OrderState',
    description: 'The Order statuses',
    order: ['module_name']
  },
  orders: {
    className: 'Order',
    description: 'The Customers orders',
    fields: {
      id_address_delivery: to('addresses'),
      id_address_invoice: to('addresses'),
      id_cart: to('carts'),
      id_currency: to('currencies'),
      id_lang: to('languages'),
      id_customer: to('customers'),
      id_carrier: to('carriers'),
      current_state: to('order_states'),
      invoice_number: integer,
      invoice_date: { column: 'datetime' },
      delivery_number: integer,
      delivery_date: { column: 'datetime' },
      valid: integer,
      shipping_number: { virtual: true },
      carrier_tax_rate: decimal(3)
    },
    objectClass: orderClass,
    listed: inShop
  }
}
