import { canonical } from '../prestashop/canonical.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import type { Problem, Surroundings } from './entity.ts'

/** "Payment error", the state of an order whose total is not what was said to be paid, in a new shop. */
const USUAL_ERROR_STATE = '8'

/**
 * Whether a new order has Odoo's total. The shop makes the order from its own cart and answers 201 even when the
 * totals differ; only the state tells then (`orders-post-total-differs-get.txt`). No answer of the shop gives a
 * cart's total before the order is there (`carts-get-1.txt`), so the order itself is the comparison.
 * @param order as the shop stored it
 * @param odooTotal canonical decimal
 */
export const mismatchOf = async (
  order: ShopRecord,
  odooTotal: string,
  { reference }: Surroundings
): Promise<Problem | undefined> => {
  const errorState = (await reference.configuration('PS_OS_ERROR')) ?? USUAL_ERROR_STATE
  const state = order.fields.current_state ?? ''
  const digits = (await reference.currency(Number(order.fields.id_currency)))?.precision ?? 2
  const shopTotal = order.fields.total_paid ?? ''
  if (state !== errorState && rounded(shopTotal, digits) === rounded(odooTotal, digits)) return undefined
  const name = Object.values((await reference.orderState(Number(state)))?.names ?? {})[0] ?? ''
  return {
    code: 'total_mismatch',
    message:
      `The order ${order.id} was made, but its total in the shop is ${rounded(shopTotal, digits)}, ` +
      `in Odoo ${rounded(odooTotal, digits)}; its state is ${state} "${name}". Compare prices, taxes, ` +
      'discounts and shipping, then set the state of the order in the shop, or cancel it',
    details: {
      shop_total: canonical('decimal', shopTotal),
      odoo_total: odooTotal,
      current_state: Number(state)
    }
  }
}

/** The shop compares amounts rounded to the digits of the currency (`orders-post-total-float-noise.txt`). */
const rounded = (amount: string, digits: number): string => Number(amount).toFixed(digits)
