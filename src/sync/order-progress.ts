import * as v from 'valibot'
import type { ShopRecord } from '../prestashop/record.ts'
import type { Surroundings, Task } from './entity.ts'
import { SyncError } from './errors.ts'
import { mismatchOf } from './order-total.ts'

/** How far the making of an order has got; times are milliseconds since 1970. */
const progressSchema = v.object({
  /** When the first attempt was about to make the cart. */
  since: v.number(),
  /** When the last POST began whose answer is not known; 0 = none is. */
  posted_at: v.number(),
  /** Odoo's total. */
  total_paid: v.string(),
  /** The cart that the order is made from. */
  id_cart: v.optional(v.number())
})

export type OrderProgress = v.InferOutput<typeof progressSchema>

/** @param noted what `ledger.setProgress` was told */
export const readProgress = (noted: unknown): OrderProgress | undefined =>
  noted === undefined ? undefined : v.parse(progressSchema, noted)

export const noteProgress = (progress: OrderProgress, { ledger, call }: Surroundings): void =>
  ledger.setProgress(call.operationId, progress)

/** Whether an earlier attempt may have made an order. */
export const hasBegun = (noted: unknown): boolean => readProgress(noted)?.id_cart !== undefined

/**
 * An operation that made an order with another total than Odoo's stays failed, however often it is delivered again.
 * @throws SyncError `total_mismatch`
 */
export const refuseMismatch = async (_task: Task, order: ShopRecord, surroundings: Surroundings): Promise<void> => {
  const progress = readProgress(surroundings.progress)
  if (progress?.id_cart === undefined || order.fields.id_cart !== String(progress.id_cart)) return
  const problem = await mismatchOf(order, progress.total_paid, surroundings)
  if (problem) throw new SyncError('total_mismatch', problem.message, 'total_paid')
}
