import { address } from './address.ts'
import { coupon } from './coupon.ts'
import { customer } from './customer.ts'
import type { Entity } from './entity.ts'
import { SyncError } from './errors.ts'
import { order } from './order.ts'

/** The entities that can be written into the shop, by the name an operation has for them. */
export const entities: Readonly<Record<string, Entity>> = { customer, address, coupon, order }

/** @throws SyncError for an operation that a newer version of the program has accepted */
export const entityOf = (type: string): Entity => {
  const entity = entities[type]
  if (!entity) throw new SyncError('validation', `This version of the program cannot apply a webhook about "${type}"`)
  return entity
}
