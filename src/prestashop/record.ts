declare const brand: unique symbol

/** The id of a record in the shop; never an Odoo id. */
export type ShopId = number & { readonly [brand]: 'ShopId' }

const isShopId = (value: number): value is ShopId => Number.isSafeInteger(value) && value > 0

/**
 * The shop's id in a number or a decimal text such as `'12'`; `undefined` for everything else, `0` and `''`
 * included (the shop's ways to say "none").
 */
export const asShopId = (value: number | string): ShopId | undefined => {
  if (typeof value === 'string' && !/^[0-9]+$/.test(value)) return undefined
  const id = Number(value)
  return isShopId(id) ? id : undefined
}

/** A text per language: the shop's language id → text. */
export type LanguageTexts = Readonly<Record<string, string>>

/** One line of an association, such as `{ id: '3' }` in a customer's `groups`. */
export type AssociationRow = Readonly<Record<string, string>>

/** A record as the shop gives it: every value is the shop's own text, white space included (`customers-get-1.txt`). */
export interface ShopRecord {
  readonly id: ShopId
  /** The plain fields, `id` included. */
  readonly fields: Readonly<Record<string, string>>
  /** The multi-language fields: field → language id → text (`cart_rules-post-amount-get.txt`). */
  readonly languages: Readonly<Record<string, LanguageTexts>>
  /** Association → its rows. */
  readonly associations: Readonly<Record<string, readonly AssociationRow[]>>
}

/** What is to be written; what is left out stays as it is. A multi-language field needs all languages of the shop. */
export interface RecordInput {
  fields?: Record<string, string>
  languages?: Record<string, Record<string, string>>
  associations?: Record<string, readonly Record<string, string>[]>
}
