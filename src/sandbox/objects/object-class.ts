import type { ShopError } from '../errors.ts'
import type { ShopRecord } from '../record.ts'

/** What the shop's classes may ask of the shop they live in. */
export interface ShopContext {
  /** The shop's local time, `YYYY-MM-DD HH:MM:SS`. */
  now(minutesAgo?: number): string
  /** A value of `configurations`, empty when there is none. */
  configuration(name: string): string
  find(resource: string, id: number): ShopRecord | undefined
  all(resource: string): readonly ShopRecord[]
  /** An order was placed with this address; it is never removed then. */
  isUsedAddress(id: number): boolean
}

/** What a removal does: other records go first, and the record itself may only be marked. */
export interface Removal {
  readonly first: readonly { readonly resource: string; readonly id: number }[]
  /** Fields to set instead of taking the row away. */
  readonly mark?: Readonly<Record<string, string>>
}

/** What one of the shop's classes does besides storing its fields. Objects are changed in place. */
export interface ObjectClass {
  /** What a value becomes when it is set, by field: the `setter` of the Webservice. */
  readonly setters?: Readonly<Record<string, (object: ShopRecord, value: string) => string>>
  /** Before a row is made; an error keeps it from being made, status 500. */
  add?(object: ShopRecord, shop: ShopContext): ShopError | undefined
  /** Before a row is changed. */
  update?(object: ShopRecord, shop: ShopContext): ShopError | undefined
  remove?(record: ShopRecord, shop: ShopContext): Removal
}
