/** Entity names as senders on both sides write them → as operations have them. */
export const ENTITY_TYPES: Readonly<Record<string, string>> = {
  customer: 'customer',
  contact: 'customer',
  address: 'address',
  order: 'order',
  coupon: 'coupon',
  discount: 'coupon',
  cart_rule: 'coupon'
}
