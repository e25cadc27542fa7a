import type { OdooReader } from '../entity.ts'
import { fieldsToTick, type Model } from './model.ts'
import { mergeTold, type NativeRecord } from './run.ts'

/**
 * The record as Odoo has it now, when Odoo's API is configured: a webhook may be stale, intermediate, or lack fields.
 * Without the API, and where Odoo does not have the record, the webhook's own values count.
 */
export const freshen = async (record: NativeRecord, model: Model, odoo: OdooReader | undefined): Promise<NativeRecord> => {
  if (!odoo || record.isDeletion) return record
  const now = Date.now()
  const read = await odoo.read(record.model, record.id, fieldsToTick(model))
  if (!read) return record
  const values = new Map(Object.entries(read).map(([field, value]) => [field, { value, at: now }]))
  return { ...record, values: mergeTold(record.values, values) }
}
