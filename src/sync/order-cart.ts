import { PrestashopError } from '../prestashop/errors.ts'
import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import { utcToShopTime } from '../prestashop/time.ts'
import type { Surroundings } from './entity.ts'
import { SyncError } from './errors.ts'
import type { CartRow } from './order-lines.ts'
import type { OrderPayload } from './order-payload.ts'
import { noteProgress, type OrderProgress } from './order-progress.ts'
import type { Terms } from './order-terms.ts'

/** All that a cart and its order are made of, checked. */
export interface OrderPlan {
  readonly customer: ShopId
  readonly payload: OrderPayload
  readonly terms: Terms
  readonly rows: readonly CartRow[]
}

/** How far the shop's clock may be behind ours. */
const CLOCK_TOLERANCE_MS = 300_000

/**
 * Looks for what a POST without an answer may have made.
 * @throws SyncError `dependency` as long as the shop may still be at work on it, twice as long as we wait for an
 *   answer: only what is not there after that will not come
 */
const lookFor = async <Found>(
  look: () => Promise<Found | undefined>,
  { posted_at }: OrderProgress,
  { settings }: Surroundings
): Promise<Found | undefined> => {
  const found = await look()
  if (found !== undefined || Date.now() >= posted_at + 2 * settings.PRESTASHOP_TIMEOUT_MS) return found
  throw new SyncError('dependency', 'The answer of the shop was lost, and it may still be at work: it is looked for again')
}

/** The order that was made from a cart; the first one, should there be several. */
export const orderOfCart = async (cart: number, { shop, call }: Surroundings): Promise<ShopRecord | undefined> => {
  const orders = await shop.list('orders', { filter: { id_cart: String(cart) } }, call)
  return orders.find(({ fields }) => fields.id_cart === String(cart))
}

/** The order of an earlier attempt whose POST had no answer. */
export const orderOfEarlier = (
  cart: number,
  progress: OrderProgress,
  surroundings: Surroundings
): Promise<ShopRecord | undefined> => lookFor(() => orderOfCart(cart, surroundings), progress, surroundings)

/** `delivery_option` overrules the cart's `id_carrier` (`carrier-choice-delivery_option-json-carrier2-order.txt`). */
const cartInput = ({ customer, terms, rows }: OrderPlan) => ({
  fields: {
    id_address_delivery: String(terms.delivery),
    id_address_invoice: String(terms.invoice),
    id_currency: String(terms.currency.id),
    id_customer: String(customer),
    id_lang: String(terms.language),
    id_carrier: String(terms.carrier),
    delivery_option: JSON.stringify({ [terms.delivery]: `${terms.carrier},` })
  },
  associations: {
    cart_rows: rows.map(({ id_product, id_product_attribute, quantity }) => ({
      id_product: String(id_product),
      id_product_attribute: String(id_product_attribute),
      id_address_delivery: String(terms.delivery),
      quantity: String(quantity)
    }))
  }
})

/**
 * Makes the cart, or finds the one that an earlier attempt made without learning its id.
 * @returns the progress with the cart, on disk
 */
export const makeCart = async (
  plan: OrderPlan,
  earlier: OrderProgress | undefined,
  surroundings: Surroundings
): Promise<OrderProgress & { readonly id_cart: ShopId }> => {
  const { shop, call } = surroundings
  const begun = { since: earlier?.since ?? Date.now(), posted_at: Date.now(), total_paid: plan.payload.total_paid }
  const found = earlier && (await lookFor(() => findCart(plan, earlier, surroundings), earlier, surroundings))
  if (!found) noteProgress(begun, surroundings)
  const id_cart = found ?? (await shop.create('carts', cartInput(plan), call)).id
  const progress = { ...begun, posted_at: Date.now(), id_cart }
  noteProgress(progress, surroundings)
  return progress
}

/** A cart with the same contents, of the Webservice and not of a visitor, that no order was made from. */
const findCart = async (
  plan: OrderPlan,
  { since }: OrderProgress,
  surroundings: Surroundings
): Promise<ShopId | undefined> => {
  const { shop, reference, ledger, settings, call } = surroundings
  const zone = await reference.timeZone(settings.SHOP_TIMEZONE)
  const madeAfter = utcToShopTime(new Date(since - CLOCK_TOLERANCE_MS), zone)
  const carts = await shop.list(
    'carts',
    { filter: { id_customer: String(plan.customer), date_add: { greaterThan: madeAfter } }, date: true },
    call
  )
  const { fields: wanted } = cartInput(plan)
  for (const cart of carts) {
    const isSame = Object.entries(wanted).every(([field, text]) => cart.fields[field] === text)
    if (!isSame || cart.fields.id_guest !== '0' || !haveSameRows(cart, plan.rows)) continue
    if (ledger.isCartOfAnother(cart.id, call.operationId)) continue
    if ((await orderOfCart(cart.id, surroundings)) === undefined) return cart.id
  }
  return undefined
}

const haveSameRows = ({ associations }: ShopRecord, rows: readonly CartRow[]): boolean => {
  const own = associations.cart_rows ?? []
  const isIn = (row: CartRow): boolean =>
    own.some(
      (other) =>
        Number(other.id_product) === row.id_product &&
        Number(other.id_product_attribute) === row.id_product_attribute &&
        Number(other.quantity) === row.quantity
    )
  return own.length === rows.length && rows.every(isIn)
}

/**
 * Makes the order of a cart. After a lost answer the order is looked for: simultaneous POSTs of one cart make several
 * orders (`race-orders-same-cart-list.txt`).
 * @param progress on disk, with the cart
 * @returns the order as the shop stored it: the answer to the POST is not that (`orders-post-201.txt`)
 */
export const placeOrder = async (
  plan: OrderPlan,
  progress: OrderProgress & { readonly id_cart: number },
  surroundings: Surroundings
): Promise<ShopRecord> => {
  const { shop, call } = surroundings
  const { customer, payload, terms } = plan
  const total = payload.total_paid
  const fields = {
    id_address_delivery: String(terms.delivery),
    id_address_invoice: String(terms.invoice),
    id_cart: String(progress.id_cart),
    id_currency: String(terms.currency.id),
    id_lang: String(terms.language),
    id_customer: String(customer),
    id_carrier: String(terms.carrier),
    module: payload.payment_module,
    payment: payload.payment ?? payload.payment_module,
    total_paid: total,
    total_paid_real: total,
    // Required, but the shop puts the cart's own in their place (`orders-post-201-get.txt`).
    total_products: total,
    total_products_wt: total,
    conversion_rate: terms.currency.rate
  }
  let id: ShopId | undefined
  try {
    id = (await shop.create('orders', { fields }, call)).id
  } catch (error) {
    if (!(error instanceof PrestashopError) || error.kind === 'permanent') throw error
    // Not sent, or answered by the shop itself and not by a gateway before it: nothing is at work any more.
    const isOver = !error.sent || (error.status !== undefined && ![502, 503, 504].includes(error.status))
    noteProgress(isOver ? { ...progress, posted_at: 0 } : progress, surroundings)
    const order = error.sent && isOver ? await orderOfCart(progress.id_cart, surroundings) : undefined
    if (order) return order
    throw error
  }
  const order = await shop.get('orders', id, call)
  if (order) return order
  throw new PrestashopError('the new order is not there', { method: 'GET', resource: 'orders', id, kind: 'transient' })
}
