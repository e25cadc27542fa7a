import type { SandboxShop } from '../../src/sandbox/shop.ts'

/** An envelope about an order; the shop's own order 2 is OHSATSERP, in state 1. */
export const orderEnvelope = (data: Record<string, unknown>, given: Record<string, unknown> = {}) => ({
  entity_type: 'order',
  entity_id: 7001,
  action_type: 'updated',
  data,
  ...given
})

/** Two t-shirts and a mug for the seeded customer, as recorded; 60.57 with tax and shipping (`orders-post-201-get.txt`). */
export const newOrder = {
  id_customer: 1,
  id_address_delivery: 4,
  lines: [
    { product_id: 1, product_attribute_id: 1, quantity: 2 },
    { product_id: 6, quantity: 1 }
  ],
  carrier: 2,
  payment_module: 'ps_wirepayment',
  payment: 'Bank wire',
  total_paid: 60.57
}

/** The states that an order has gone through, in order. */
export const historyOf = (shop: SandboxShop, order: number): number[] =>
  shop
    .rows('order_histories')
    .filter((row) => row['id_order'] === String(order))
    .map((row) => Number(row['id_order_state']))

export const trackingOf = (shop: SandboxShop, order: number): (string | undefined)[] =>
  shop
    .rows('order_carriers')
    .filter((row) => row['id_order'] === String(order))
    .map((row) => row['tracking_number'])

/** Orders that were not there when the shop was opened. */
export const newOrders = (shop: SandboxShop): Record<string, string>[] => shop.rows('orders').filter(({ id }) => Number(id) > 5)
export const newCarts = (shop: SandboxShop): Record<string, string>[] => shop.rows('carts').filter(({ id }) => Number(id) > 5)
