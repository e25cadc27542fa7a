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

/** A new operation id; ids sort by the millisecond in which they were made. */
export const newOperationId = (): string =>
  `op_${Date.now().toString(36).padStart(9, '0')}${randomUUID().replaceAll('-', '').slice(0, 20)}`
