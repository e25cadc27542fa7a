import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import { textsOf } from './applied.ts'
import { markedCreation } from './marks.ts'
import type { Creation, Problem, Surroundings, Task, Texts } from './entity.ts'
import { SyncError } from './errors.ts'
import { makeCart, orderOfEarlier, type OrderPlan, placeOrder } from './order-cart.ts'
import { changeOrder } from './order-change.ts'
import { refuseTakeover } from './identify.ts'
import { cartRows } from './order-lines.ts'
import { type OrderPayload, readPayload } from './order-payload.ts'
import { noteProgress, type OrderProgress, readProgress } from './order-progress.ts'
import { termsOf } from './order-terms.ts'
import { mismatchOf } from './order-total.ts'

/**
 * Makes an order from Odoo: a cart, the order, then what the shop does not take with it. A retry goes on where the
 * attempt before it ended: one operation makes one cart, one cart makes one order.
 * @throws SyncError, PrestashopError
 */
export const createOrder = async (
  task: Task,
  customer: ShopId | undefined,
  surroundings: Surroundings
): Promise<Creation> => {
  const payload = readPayload(task.translation.extras)
  if (customer === undefined) {
    throw new SyncError(
      'validation',
      'id_customer is missing: name the customer by id_customer, customer_odoo_id or customer_email',
      'id_customer'
    )
  }
  const order = await findOrMake(task, payload, customer, surroundings)
  refuseTakeover(task, order, surroundings)
  const recordDate = order.fields.date_add ?? null
  // Whatever becomes of the rest: the order is there, and the next webhook finds it.
  surroundings.ledger.found(surroundings.call.operationId, { ...task.lane, shop_id: order.id, record_date: recordDate })
  const problem = await mismatchOf(order, payload.total_paid, surroundings)
  const texts = wantedTexts(task, order, problem)
  const written = await changeOrder(order, differing(texts, order), surroundings)
  return {
    written: recordDate === null ? written : { ...written, dateAdd: recordDate },
    texts,
    ...(problem ? { problem } : {})
  }
}

const findOrMake = async (
  task: Task,
  payload: OrderPayload,
  customer: ShopId,
  surroundings: Surroundings
): Promise<ShopRecord> => {
  const earlier = readProgress(surroundings.progress)
  if (earlier?.id_cart !== undefined) {
    const found = await orderOfEarlier(earlier.id_cart, earlier, surroundings)
    if (found) return found
  }
  const plan: OrderPlan = {
    customer,
    payload,
    terms: await termsOf(payload, customer, surroundings),
    rows: await cartRows(payload.lines, surroundings)
  }
  const place = (progress: OrderProgress & { readonly id_cart: number }): Promise<ShopRecord> => {
    const wanted = textsOf(task.translation.fields)
    const make = () => placeOrder(plan, progress, surroundings)
    return markedCreation(task.entity, String(progress.id_cart), wanted, make, surroundings)
  }
  if (earlier?.id_cart === undefined) return place(await makeCart(plan, earlier, surroundings))
  const progress = { ...earlier, id_cart: earlier.id_cart, posted_at: Date.now() }
  noteProgress(progress, surroundings)
  return place(progress)
}

/** What the order shall hold; its state is left alone when the totals differ. */
const wantedTexts = (
  { translation: { fields, given } }: Task,
  order: ShopRecord,
  problem: Problem | undefined
): Texts => {
  const texts = new Map<string, string>([
    ['shipping_number', order.fields.shipping_number ?? ''],
    ['note', order.fields.note ?? ''],
    ['reference', given.get('reference') || (order.fields.reference ?? '')],
    ['current_state', order.fields.current_state ?? '']
  ])
  for (const [field, { value }] of fields) texts.set(field, value)
  if (problem) texts.delete('current_state')
  return texts
}

const differing = (texts: Texts, order: ShopRecord): Texts =>
  new Map([...texts].filter(([field, text]) => (order.fields[field] ?? '') !== text))
