import type { ObjectClass } from './object-class.ts'

/** The shop's class `CustomerThread`: it owns its messages (`customer_threads-with-message-get.txt`). */
export const customerThreadClass: ObjectClass = {
  rows: {
    customer_messages: ({ id }, shop) =>
      shop.where('customer_messages', 'id_customer_thread', id).map((message) => ({ id: String(message.id) }))
  },
  remove: ({ id }, shop) => ({
    first: shop
      .where('customer_messages', 'id_customer_thread', id)
      .map((message) => ({ resource: 'customer_messages', id: message.id }))
  })
}
