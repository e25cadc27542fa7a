import type { ToldValues } from '../../ledger/odoo-values.ts'
import type { Surroundings } from '../entity.ts'
import { aliveAgain } from './left-alone.ts'
import { mergeTold, type NativeRecord } from './run.ts'

/** What belongs to which record, and under which name others speak of it. */
export interface Belonging {
  /** Odoo's id of the record that it is a part of. */
  readonly parent?: number
  readonly name?: string
}

/**
 * Keeps some of what was told about a record, for webhooks about others; the rest of what is kept of it stays.
 * @returns all that is kept of it now
 */
export const keep = (
  record: Pick<NativeRecord, 'model' | 'id' | 'values'>,
  fields: readonly string[],
  { parent = 0, name = '' }: Belonging,
  { ledger }: Surroundings
): ToldValues => {
  const known = ledger.odooValues.find(record.model, record.id)
  const before: ToldValues = aliveAgain(known?.values ?? new Map())
  // An operation that is tried again long after it came does not take back what was told since.
  const news = [...record.values].filter(([field, { at }]) => fields.includes(field) && at >= (before.get(field)?.at ?? 0))
  const values = mergeTold(before, new Map(news))
  ledger.odooValues.set({
    odoo_model: record.model,
    odoo_id: record.id,
    parent_id: parent === 0 ? (known?.parent_id ?? 0) : parent,
    name: name === '' ? (known?.name ?? '') : name,
    values
  })
  return values
}
