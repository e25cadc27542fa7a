import { loyaltyModels } from './loyalty.ts'
import type { Model } from './model.ts'
import { partner } from './partner.ts'
import { picking } from './picking.ts'
import { saleOrder } from './sale-order.ts'

/** The models of Odoo that mean something to the shop. */
export const models: readonly Model[] = [partner, saleOrder, picking, ...loyaltyModels]

export const modelNames: readonly string[] = models.map(({ name }) => name)
