import type { CallContext, PrestashopClient } from '../prestashop/client.ts'
import type { RecordInput, ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Reference } from '../prestashop/reference.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ActionType, Lane } from '../ledger/operations.ts'
import type { Translation } from './translate.ts'

/** What an entity's own rules may ask: the shop, its reference data, and the ledger. */
export interface Surroundings {
  readonly shop: PrestashopClient
  readonly reference: Reference
  readonly ledger: Ledger
  /** Goes along with every call to the shop. */
  readonly call: CallContext
}

/** One operation, or several merged into one, on its way to the shop. */
export interface Task {
  readonly lane: Lane
  readonly entity: Entity
  readonly action: ActionType
  readonly translation: Translation
}

/** A field that Odoo and the shop share; its type and rules are the resource's. */
export interface SyncedField {
  /** What a new record holds when the payload does not carry the field; left out where the shop decides. */
  readonly initial?: string
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
  /** Whether the payload may name a customer: `id_customer`, `customer_odoo_id`, `customer_email`. */
  readonly belongsToCustomer: boolean
  /** Deleting means removing the record, or writing these fields. */
  readonly deletion: 'remove' | Readonly<Record<string, string>>

  /** Whether the record counts as existing. */
  isLive(record: ShopRecord): boolean
  /** A name that two creations of the same record share; `undefined` when the payload has no natural key. */
  naturalLock(translation: Translation, customer: ShopId | undefined): string | undefined
  /** The live records that the payload's natural key means. */
  findByNaturalKey(task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<ShopRecord[]>
  /** The field in which the payload contradicts that this record is meant. */
  contradiction(translation: Translation, customer: ShopId | undefined, record: ShopRecord): string | undefined
  /** Checks what the shop does not check: that the records exist which the fields point to. Throws SyncError. */
  checkReferences(
    fields: ReadonlyMap<string, string>,
    record: ShopRecord | undefined,
    surroundings: Surroundings
  ): Promise<void>
  /** What has to be written along with these changes, so that the shop's record is whole. */
  completeChange(fields: ReadonlyMap<string, string>, record: ShopRecord): RecordInput
  /** What a new record needs beyond the payload; `fields` of it count as written. */
  completeCreation(fields: ReadonlyMap<string, string>, surroundings: Surroundings): Promise<RecordInput>
}
