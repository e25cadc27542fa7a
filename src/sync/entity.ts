import type { Ledger } from '../ledger/ledger.ts'
import type { ActionType, Lane } from '../ledger/operation.ts'
import type { OdooReader } from '../odoo/reader.ts'
import type { FieldType } from '../prestashop/canonical.ts'
import type { CallContext, PrestashopClient, Written } from '../prestashop/client.ts'
import type { RecordInput, ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Reference } from '../prestashop/reference.ts'
import type { Settings } from './settings.ts'
import type { Translation, WantedValue } from './translate.ts'

/** What an entity's own rules may ask: the shop, its reference data, the ledger, and what is configured. */
export interface Surroundings {
  readonly shop: PrestashopClient
  readonly reference: Reference
  readonly ledger: Ledger
  readonly settings: Settings
  /** Goes along with every call to the shop. */
  readonly call: CallContext & { readonly operationId: string }
  /** What an earlier attempt noted with `ledger.setProgress`; `undefined` when there is none. */
  readonly progress: unknown
  /** Odoo's own API, when it is configured. */
  readonly odoo?: OdooReader
}

/** One operation, or several merged into one, on its way to the shop. */
export interface Task {
  readonly lane: Lane
  readonly entity: Entity
  readonly action: ActionType
  readonly translation: Translation
  /** What is wanted of a record once it is seen; without it, what the translation says. */
  readonly adapt?: (record: ShopRecord, fields: WantedFields, surroundings: Surroundings) => Promise<WantedFields>
  /** Whether a record that is alike, but that another record of Odoo has, is simply another one. */
  readonly mayRepeat?: boolean
}

export type WantedFields = ReadonlyMap<string, WantedValue>

/** Canonical texts by field. */
export type Texts = ReadonlyMap<string, string>

/** A field that Odoo and the shop share; its type and rules are the resource's, unless told here. */
export interface SyncedField {
  /** What a new record holds when the payload does not carry the field; left out where the shop decides. */
  readonly initial?: string
  /** Other keys by which senders call it. */
  readonly aliases?: readonly string[]
  /**
   * Reads what a payload may hold beyond the field's type into a text that the entity's `resolve` understands;
   * `undefined` = wrong, and `expected` tells what is right.
   */
  readonly read?: { readonly parse: (value: unknown) => string | undefined; readonly expected: string }
  /** What is wrong with a canonical text that the shop's own rule lets pass, in words that complete "<field> …". */
  readonly check?: (text: string) => string | undefined
  /** It has a text in each language of the shop, and a known value of each: `name.1`. */
  readonly multilingual?: true
  /** The shop counts it down itself: after creation it moves by Odoo's difference. */
  readonly counter?: true
}

/** What a creation did: usually a record; with a problem when it is there but not as it was meant. */
export interface Creation {
  readonly written: Written
  /** Canonical texts that the new record has for sure. */
  readonly texts: Texts
  readonly problem?: Problem
}

/** Why an operation whose record was written is no success all the same. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * All that makes one entity different from another. What is data is data here; what is truly special is a function
 * with a name.
 */
export interface Entity {
  readonly type: string
  /** How a person calls one record. */
  readonly label: string
  readonly resource: string
  /** The model whose ids `entity_id` of an envelope are. */
  readonly odooModel: string
  readonly fields: Readonly<Record<string, SyncedField>>
  /** The fields that name a record where nothing is bound yet. */
  readonly naturalKey: readonly string[]
  /** Keys of a payload that are no fields of the record, but the entity's own business when it creates one. */
  readonly extras?: readonly string[]
  /** Whether the payload may name a customer: `id_customer`, `customer_odoo_id`, `customer_email`. */
  readonly belongsToCustomer: boolean
  /** Whether a new record must have a customer. */
  readonly needsCustomer: boolean
  /** Deleting means removing the record, or writing these fields. */
  readonly deletion: 'remove' | Readonly<Record<string, string>>

  /** Whether the record counts as existing. */
  isLive(record: ShopRecord): boolean
  /** A name that two creations of the same record share; `undefined` when the payload has no natural key. */
  naturalLock(translation: Translation, customer: ShopId | undefined): string | undefined
  /**
   * What names a new record, for whoever hears of it before we know its id.
   * @param value the record's fields, canonical
   */
  creationName(value: (field: string) => string | undefined): string | undefined
  /** The live records that the payload's natural key means. */
  findByNaturalKey(task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<ShopRecord[]>
  /** The field in which the payload contradicts that this record is meant. */
  contradiction(translation: Translation, customer: ShopId | undefined, record: ShopRecord): string | undefined
  /** Whether the operation is history that must not be merged with others, though it is an update. */
  isBarrier?(translation: Translation): boolean
  /** Throws SyncError when the record is the one that is meant, but must not be touched by this operation. */
  checkRecord?(task: Task, record: ShopRecord, surroundings: Surroundings): Promise<void>
  /** Turns what a payload may say (names, ISO codes, times with a zone) into canonical values. Throws SyncError. */
  resolve?(translation: Translation, surroundings: Surroundings): Promise<ReadonlyMap<string, WantedValue>>
  /** The record's value of a field; without it, the field of that name. */
  shopText?(record: ShopRecord, field: string): string
  /** The type of a field that the resource's table does not know by this name. */
  typeOf?(field: string): FieldType
  /** Checks what the shop does not check: that the records exist which the fields point to. Throws SyncError. */
  checkReferences(fields: Texts, record: ShopRecord | undefined, surroundings: Surroundings): Promise<void>
  /** The input that gives a record (none = a new one) these values and keeps it whole; without it, just the fields. */
  inputOf?(fields: Texts, record: ShopRecord | undefined, surroundings: Surroundings): Promise<RecordInput>
  /** What a new record has where the payload says nothing. */
  completeCreation(surroundings: Surroundings): Promise<RecordInput>
  /** Writes the changes, where one PATCH of the record does not do. */
  change?(record: ShopRecord, fields: Texts, surroundings: Surroundings): Promise<Written>
  /** Whether `create` writes by one call only. */
  readonly isMadeAtOnce?: true
  /** Makes the record, where one POST of what Odoo says does not do. */
  create?(task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Creation>
}
