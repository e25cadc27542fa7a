import type { ObjectClass } from '../objects/object-class.ts'
import type { ShopRecord } from '../record.ts'
import type { FieldDetails } from '../schema.ts'

/** What makes a resource, besides its synopsis in `seed/<name>-schema.xml`. */
export interface Definition {
  /** The shop's class, named in error messages and hooks, `Customer`. */
  readonly className: string
  /** The text of the root document (`general-root.txt`). */
  readonly description: string
  readonly fields?: Readonly<Record<string, FieldDetails>>
  /** What the shop's class does besides storing. */
  readonly objectClass?: ObjectClass
  /** Whether a record appears in lists; without it all do. */
  readonly listed?: (record: ShopRecord) => boolean
  /** The fields whose index the database reads the table by when nothing else is asked for; the id follows. */
  readonly order?: readonly string[]
  /** The association kept in a table of ids: links to nothing are not shown, the others in order of the ids. */
  readonly keyedLinks?: string
  /** Where the entries of an association are found, when that is not their own resource; `:id` is the record's. */
  readonly entryLinks?: Readonly<Record<string, string>>
  /** Methods that are closed to every key (`method-not-allowed-stock_availables-delete.txt`). */
  readonly forbidden?: readonly string[]
}

/** A field that points to a resource; `:id` in its name is the record's. */
export const to = (resource: string): FieldDetails => ({ xlink: resource })

/** A number without a format of its own. */
export const integer: FieldDetails = { column: 'integer' }

/** A decimal with that many digits after the point. */
export const decimal = (scale: number): FieldDetails => ({ column: 'decimal', scale })

/** Of no shop: readable by id only (`customers-put-minimal-list.txt`, `orders-put-omit-optional-list.txt`). */
export const inShop = (record: ShopRecord): boolean => record.values['id_shop'] === '1'
