import type { Conclusion, Ledger } from '../ledger/ledger.ts'
import type { KnownValue, RecordDates } from '../ledger/known-values.ts'
import type { Outcome } from '../ledger/operation.ts'
import type { RecordInput, ShopId, ShopRecord } from '../prestashop/record.ts'
import type { Entity, Problem, Surroundings, Task, Texts } from './entity.ts'
import type { WantedValue } from './translate.ts'

/** What was done, and what the ledger learns from it. */
export interface Applied {
  readonly outcome: Outcome
  readonly entityId: ShopId | undefined
  readonly updated: readonly string[]
  readonly stale: readonly string[]
  readonly kept: readonly string[]
  /** Why it is no success, though something was written. */
  readonly problem?: Problem
  readonly learnt: Pick<Conclusion, 'bind' | 'known' | 'gone' | 'tell'>
}

/** Already gone: nothing to do. */
export const nothing: Applied = { outcome: 'unchanged', entityId: undefined, updated: [], stale: [], kept: [], learnt: {} }

/** What Odoo wants the record to hold, its customer included. */
export const wantedFields = ({ entity, action, translation }: Task, customer: ShopId | undefined): Map<string, WantedValue> => {
  const wanted = new Map(translation.fields)
  if (customer !== undefined && action !== 'deleted' && Object.hasOwn(entity.fields, 'id_customer')) {
    wanted.set('id_customer', { ...translation.origin, value: String(customer) })
  }
  return wanted
}

export const textsOf = (values: ReadonlyMap<string, WantedValue>): Texts =>
  new Map([...values].map(([field, { value }]) => [field, value]))

/** The input that gives a record these values. */
export const inputOf = async (
  entity: Entity,
  texts: Texts,
  record: ShopRecord | undefined,
  surroundings: Surroundings
): Promise<RecordInput> =>
  (await entity.inputOf?.(texts, record, surroundings)) ?? { fields: Object.fromEntries(texts) }

/** A value as the ledger keeps it: plain only for a counter. */
export const knownValue = (
  entity: Entity,
  id: ShopId,
  field: string,
  { value, sourceTime, operationId }: WantedValue,
  { known }: Pick<Ledger, 'known'>
): KnownValue => ({
  field,
  value_hash: known.fingerprint(entity.type, id, field, value),
  value: entity.fields[field]?.counter ? value : null,
  source_time: sourceTime,
  operation_id: operationId
})

export interface Learnt {
  readonly recordDate: string | undefined
  readonly isNew: boolean
  /** The record's `date_upd` when all that was to be written was there. */
  readonly dateUpd: string | null
  /** Fields in which Odoo's value comes over a later one that an event told it. */
  readonly won?: readonly string[]
  /** What Odoo held before something later that is known. */
  readonly former?: ReadonlyMap<string, WantedValue>
}

/** What the ledger learns of a record: whose it is, and what Odoo holds of it. */
export const learn = (
  { entity, lane }: Task,
  id: ShopId,
  values: ReadonlyMap<string, WantedValue>,
  dates: RecordDates,
  { ledger }: Surroundings,
  { recordDate, isNew, dateUpd, won = [], former = new Map() }: Learnt
): Applied['learnt'] => ({
  bind: { ...lane, shop_id: id, record_date: recordDate ?? null, isNew },
  known: {
    entity_type: entity.type,
    shop_id: id,
    dates,
    date_upd: dateUpd,
    won,
    values: [...values].map(([field, value]) => knownValue(entity, id, field, value, ledger)),
    former: [...former].map(([field, value]) => knownValue(entity, id, field, value, ledger))
  }
})
