import { address } from './address.ts'
import { coupon } from './coupon.ts'
import { customer } from './customer.ts'
import type { Entity } from './entity.ts'
import { order } from './order.ts'

/** The entities that can be written into the shop, by the name an operation has for them. */
export const entities: Readonly<Record<string, Entity>> = { customer, address, coupon, order }

/** @throws Error for a name that no operation of the ledger can have */
export const entityOf = (type: string): Entity => {
  const entity = entities[type]
  if (!entity) throw new Error(`no entity is called ${type}`)
  return entity
}
