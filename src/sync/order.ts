import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Entity } from './entity.ts'
import { changeOrder } from './order-change.ts'
import { createOrder } from './order-creation.ts'
import { payloadKeys } from './order-payload.ts'
import { hasBegun, refuseMismatch } from './order-progress.ts'
import { stateField, stateOf } from './order-states.ts'
import { trackingField } from './order-tracking.ts'

const isOf = (customer: ShopId | undefined, { fields }: ShopRecord): boolean =>
  customer === undefined || fields.id_customer === String(customer)

/** Orders: sale.order in Odoo. */
export const order: Entity = {
  type: 'order',
  label: 'order',
  resource: 'orders',
  odooModel: 'sale.order',
  naturalKey: ['reference'],
  fields: {
    shipping_number: trackingField,
    note: { initial: '' },
    current_state: stateField,
    // Names an order, and is given to a new one; an order that exists keeps its own.
    reference: { aliases: ['external_reference'] }
  },
  extras: payloadKeys,
  belongsToCustomer: true,
  needsCustomer: true,
  // The envelope refuses it: an order is history.
  deletion: {},

  isLive: () => true,

  // Two creations for one customer must not take each other's cart.
  naturalLock: ({ given }, customer) => {
    if (customer !== undefined) return `orders of ${customer}`
    const reference = given.get('reference')
    return reference === undefined || reference === '' ? undefined : `reference ${reference}`
  },

  creationName: (value) => value('id_cart'),

  async findByNaturalKey({ translation: { given } }, customer, { shop, call, progress }) {
    const reference = given.get('reference') ?? ''
    // An order that this operation has begun to make is found by its cart.
    if (reference === '' || hasBegun(progress)) return []
    const found = await shop.list('orders', { filter: { reference } }, call)
    return found.filter((record) => record.fields.reference === reference && isOf(customer, record))
  },

  contradiction: ({ given }, customer, record) => {
    if (!isOf(customer, record)) return 'id_customer'
    const reference = given.get('reference')
    return reference !== undefined && reference !== record.fields.reference ? 'reference' : undefined
  },

  isBarrier: ({ given }) => given.has('current_state'),

  async resolve({ fields }, { reference, progress }) {
    const resolved = new Map(fields)
    // Only the operation that makes an order names it.
    if (!hasBegun(progress)) resolved.delete('reference')
    const state = fields.get('current_state')
    if (state) resolved.set('current_state', { ...state, value: await stateOf(state.value, reference) })
    return resolved
  },

  checkRecord: refuseMismatch,
  checkReferences: () => Promise.resolve(),
  completeCreation: () => Promise.resolve({}),
  change: changeOrder,
  create: createOrder
}
