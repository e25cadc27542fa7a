import type { OdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import { checkField } from '../../prestashop/resources.ts'
import type { Surroundings } from '../entity.ts'
import { order } from '../order.ts'

export const SALE_ORDER = 'sale.order'

/** What an order of the shop is bound by. */
export const orderLane = (id: OdooId): Lane => ({ entity_type: order.type, odoo_model: SALE_ORDER, odoo_id: id })

/** Whether a text can be the reference of an order of the shop. */
export const isReference = (text: string): boolean => text !== '' && checkField('orders', 'reference', text) === undefined

/** Whether the shop has an order with this reference. */
export const hasOrder = async (reference: string, { shop, call }: Surroundings): Promise<boolean> => {
  if (!isReference(reference)) return false
  const found = await shop.list('orders', { display: ['id', 'reference'], filter: { reference } }, call)
  return found.some(({ fields }) => fields.reference === reference)
}
