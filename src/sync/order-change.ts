import type { Written } from '../prestashop/client.ts'
import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Surroundings, Texts } from './entity.ts'
import { ChangedMeanwhileError, SyncError } from './errors.ts'
import { doneDespiteException, mailingCall } from './order-mail.ts'
import { writeTracking } from './order-tracking.ts'

/** What PATCH orders writes; everything else of an order is money, or has its own way. */
const plainFields = ['note', 'reference'] as const

/**
 * Writes the parts of an order: tracking number first, note, state last, so that the shop's mail and hooks see the
 * number and nothing written later carries a stale state back. Each part is read before it is written.
 * @param order as it was read just now
 * @throws ChangedMeanwhileError when somebody gave it another state meanwhile
 */
export const changeOrder = async (order: ShopRecord, texts: Texts, surroundings: Surroundings): Promise<Written> => {
  const { shop, call, ledger } = surroundings
  // If a call after it is lost, the next attempt can tell whether somebody has set it back.
  const made = (fields: readonly string[]): void =>
    ledger.ownWrites.made({ operation_id: call.operationId, entity_type: 'order', shop_id: order.id }, fields)
  // What moves no date leaves the date that was read.
  let dateUpd = order.fields.date_upd

  const tracking = texts.get('shipping_number')
  const state = texts.get('current_state')
  const plain = Object.fromEntries(
    plainFields.flatMap((field) => {
      const text = texts.get(field)
      return text === undefined ? [] : [[field, text]]
    })
  )
  const hasPlain = Object.keys(plain).length > 0

  if (tracking !== undefined) {
    await writeTracking(order, tracking, surroundings)
    if (hasPlain || state !== undefined) made(['shipping_number'])
  }
  if (hasPlain) {
    dateUpd = (await shop.change('orders', order.id, { fields: plain }, call)).dateUpd
    if (state !== undefined) made(Object.keys(plain))
  }
  if (state !== undefined) {
    // Time has passed since the order was read.
    const now = hasPlain || tracking !== undefined ? await readOrder(order.id, surroundings) : order
    const isAnother = now.fields.current_state !== state && now.fields.current_state !== order.fields.current_state
    if (isAnother) throw new ChangedMeanwhileError('current_state')
    if (now.fields.current_state !== state) dateUpd = await writeState(order.id, state, surroundings)
  }
  return dateUpd === undefined ? { id: order.id } : { id: order.id, dateUpd }
}

/**
 * By order_histories, so that invoice, payment and stock follow; silently, as PATCH would not
 * (`mail-order_histories-post.txt`).
 * @returns the order's `date_upd`: the shop gives it and the history row the time of this request
 *   (`order_histories-post-201-order-get.txt`)
 */
const writeState = async (id: ShopId, state: string, surroundings: Surroundings): Promise<string | undefined> => {
  const fields = { id_order: String(id), id_order_state: state }
  const written = await doneDespiteException(
    () => surroundings.shop.create('order_histories', { fields }, mailingCall(surroundings)),
    async () => {
      const now = await readOrder(id, surroundings)
      return now.fields.current_state === state ? { id, dateUpd: now.fields.date_upd ?? '' } : undefined
    }
  )
  return written.dateUpd
}

const readOrder = async (id: ShopId, { shop, call }: Surroundings): Promise<ShopRecord> => {
  const order = await shop.get('orders', id, call)
  if (!order) throw new SyncError('not_found', `The order ${id} is gone from the shop`)
  return order
}
