import type { ShopError } from '../errors.ts'
import type { HookEvent } from '../hooks.ts'
import type { MailLog } from '../mails.ts'
import type { Entry, ShopRecord } from '../record.ts'

/** What the shop's classes may ask of the shop they live in. */
export interface ShopContext {
  /** The shop's local time, `YYYY-MM-DD HH:MM:SS`. */
  now(minutesAgo?: number): string
  /** A value of `configurations`, empty when there is none. */
  configuration(name: string): string
  /** The ids of the installed languages, the default one first. */
  languages(): readonly string[]
  /** Whether there is a table of this resource. */
  serves(resource: string): boolean
  find(resource: string, id: number): ShopRecord | undefined
  all(resource: string): readonly ShopRecord[]
  /** The rows in which a field equals a value, as the database compares them; by id. */
  where(resource: string, field: string, value: string | number): readonly ShopRecord[]
  /** An order was placed with this address; it is never removed then. */
  isUsedAddress(id: number): boolean
}

/** What the shop's classes may do inside one request. Objects are changed in place. */
export interface ShopWork {
  readonly shop: ShopContext
  /** Gives the object its id and dates. Throws `WebserviceError` when its class refuses. */
  insert(resource: string, object: ShopRecord): void
  /** Stores the object, dates it. Throws `WebserviceError` when its class refuses. */
  update(resource: string, object: ShopRecord): void
  /** `update` of single fields of the stored record. */
  change(resource: string, id: number, values: Readonly<Record<string, string>>): void
  /** Plain SQL: no date moves, no hook fires. */
  set(resource: string, id: number, values: Readonly<Record<string, string>>): void
  remove(resource: string, id: number): void
  /** Notes a hook that is no mere write of an object; `before` is the record as it was before what it tells of. */
  hook(name: string, resource: string, action: HookEvent['action_type'], before: ShopRecord | undefined): void
  /** Whether the mail went out. */
  mail(mail: MailLog): boolean
  /** Whether the request asked for mails, `?sendemail=1`. */
  readonly sendEmail: boolean
  /** The next number of a sequence, from 1. */
  next(sequence: string): number
  /** Gives every text of the default language to a new language. */
  copyTexts(language: string): void
  /** The time that placing an order takes between its checks and its rows; other requests run meanwhile. */
  pause(): Promise<void>
}

/** What a removal does: other records go first, and the record itself may only be marked. */
export interface Removal {
  readonly first: readonly { readonly resource: string; readonly id: number }[]
  /** Fields to set instead of taking the row away. */
  readonly mark?: Readonly<Record<string, string>>
}

/** What becomes of the entries of an association that were sent, and the PHP warning that they cause. */
export interface TakenEntries {
  readonly entries: readonly Entry[]
  readonly warning?: ShopError
}

/** What one of the shop's classes does besides storing its fields. Objects are changed in place. */
export interface ObjectClass {
  /** How a value is set, by field: the `setter` of the Webservice. Without one the value is taken as it is. */
  readonly setters?: Readonly<Record<string, (object: ShopRecord, value: string, work: ShopWork) => void>>
  /** Fields that are not stored with the record: the `getter` of the Webservice. */
  readonly getters?: Readonly<Record<string, (object: ShopRecord, shop: ShopContext) => string>>
  /** Associations read from other tables; what is sent for them is ignored. */
  readonly rows?: Readonly<Record<string, (object: ShopRecord, shop: ShopContext) => readonly Entry[]>>
  /** How sent entries of an association are kept. */
  readonly takes?: Readonly<Record<string, (entries: readonly Entry[]) => TakenEntries>>
  /** Before a row is made; an error keeps it from being made, status 500. */
  add?(object: ShopRecord, shop: ShopContext): ShopError | undefined
  /** When a row was made. */
  added?(object: ShopRecord, work: ShopWork): void
  /** Before a row is changed. */
  update?(object: ShopRecord, shop: ShopContext): ShopError | undefined
  /** What the row gets that the object in memory does not have. */
  store?(row: ShopRecord, shop: ShopContext): void
  remove?(record: ShopRecord, shop: ShopContext): Removal
  /** What a POST does instead of making the row; it sets the object's id. */
  addWs?(object: ShopRecord, work: ShopWork): void | Promise<void>
  /** What a PUT or PATCH does when the row was changed. */
  updateWs?(object: ShopRecord, work: ShopWork): void
}
