import type { Model } from './model.ts'
import { partner } from './partner.ts'

/** The models of Odoo that mean something to the shop. */
export const models: readonly Model[] = [partner]

export const modelNames: readonly string[] = models.map(({ name }) => name)
