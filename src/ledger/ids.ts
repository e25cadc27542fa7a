import { randomUUID } from 'node:crypto'

declare const odooId: unique symbol
/** An id of a record in Odoo: never one of the shop's. */
export type OdooId = number & { readonly [odooId]: true }

/** A positive whole number, or a text of its digits, as an Odoo id; anything else is `undefined`. */
export const asOdooId = (value: unknown): OdooId | undefined => {
  const number = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value
  return isOdooId(number) ? number : undefined
}

const isOdooId = (value: unknown): value is OdooId =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0

let latest = 0
let count = 0

/**
 * A new id: the millisecond in which it was made (nine digits, base 36), its number within that (hexadecimal), and
 * chance. Ids of one process sort as they were made.
 */
export const newId = (prefix: 'op_' | 'out_'): string => {
  const now = Date.now()
  count = now === latest ? count + 1 : 0
  latest = now
  const chance = randomUUID().replaceAll('-', '').slice(0, 16)
  return `${prefix}${now.toString(36).padStart(9, '0')}${count.toString(16).padStart(4, '0')}${chance}`
}

export const newOperationId = (): string => newId('op_')
