import { addressClass } from '../objects/address.ts'
import { customerThreadClass } from '../objects/customer-thread.ts'
import { customerClass } from '../objects/customer.ts'
import { type Definition, inShop, integer, to } from './definition.ts'

/** Customers, their addresses, and what they write. */
export const customers: Readonly<Record<string, Definition>> = {
  addresses: {
    className: 'Address',
    description: 'The Customer, Brand and Customer addresses',
    fields: {
      id_customer: to('customers'),
      id_manufacturer: to('manufacturers'),
      id_supplier: to('suppliers'),
      id_country: to('countries'),
      id_state: to('states'),
      id_warehouse: to('warehouse')
    },
    objectClass: addressClass,
    order: ['id_customer']
  },
  customer_messages: {
    className: 'CustomerMessage',
    description: 'Customer services messages',
    fields: {
      id_employee: to('employees'),
      id_product: to('products'),
      id_customer_thread: { ...integer, ...to('customer_threads') }
    }
  },
  customer_threads: {
    className: 'CustomerThread',
    description: 'Customer services threads',
    fields: {
      id_lang: to('languages'),
      id_shop: to('shops'),
      id_customer: to('customers'),
      id_order: to('orders'),
      id_product: to('products'),
      // `customer_threads-post-status-unknown.txt`
      status: { choices: ['open', 'closed', 'pending1', 'pending2'] }
    },
    objectClass: customerThreadClass
  },
  customers: {
    className: 'Customer',
    description: "The e-shop's customers",
    fields: {
      id_default_group: { ...integer, ...to('groups') },
      id_lang: to('languages'),
      newsletter_date_add: { column: 'datetime' },
      last_passwd_gen: { column: 'datetime', nullIsNow: true }
    },
    keyedLinks: 'groups',
    objectClass: customerClass,
    listed: inShop
  },
  groups: { className: 'Group', description: "The customer's groups", fields: { reduction: { scale: 2 } } },
  messages: {
    className: 'Message',
    description: 'The Messages',
    fields: {
      id_cart: to('carts'),
      id_order: to('orders'),
      id_customer: to('customers'),
      id_employee: to('employees')
    }
  }
}
