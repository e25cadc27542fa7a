import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import type { OdooId } from '../../ledger/ids.ts'
import type { ToldValue, ToldValues } from '../../ledger/odoo-values.ts'
import { AUTOMATION_SOURCE, type Operation } from '../../ledger/operation.ts'

/** What native webhooks told about one record of Odoo; a field that was not ticked is not there. */
export interface NativeRecord {
  readonly model: string
  readonly id: OdooId
  readonly isDeletion: boolean
  /** The operator wants Odoo's values to be written, whatever is known. */
  readonly isForced: boolean
  readonly values: ToldValues
}

const payloadSchema = v.record(v.string(), v.unknown())

export const isNative = ({ source }: Pick<Operation, 'source'>): boolean => source === AUTOMATION_SOURCE

/** A many2one comes as a bare id; a program in Odoo that builds the payload itself may send `[id, name]`. */
const bare = (value: unknown): unknown => {
  const [id, name, ...others]: unknown[] = Array.isArray(value) ? value : []
  return typeof id === 'number' && typeof name === 'string' && others.length === 0 ? id : value
}

const fieldsOf = (operation: Operation): [string, unknown][] =>
  Object.entries(v.parse(payloadSchema, JSON.parse(operation.source_payload ?? '{}')))
    .filter(([field]) => !field.startsWith('_'))
    .map(([field, value]) => [field, bare(value)])

const endsRun = ({ action_type, progress, forced }: Operation): boolean =>
  action_type === 'deleted' || progress !== null || forced === 1

/**
 * How many of a record's open webhooks, from the first on, make one write: all up to a deletion, whatever they hold.
 * What an earlier attempt noted is in the last operation of its run: that is the last one again.
 */
export const nativeRunLength = (open: readonly Operation[]): number => {
  const end = open.findIndex(endsRun)
  if (end < 0) return open.length
  // A forced one is worked on alone.
  return open[end]?.forced === 1 ? Math.max(end, 1) : end + 1
}

/** Later values win; a value that was only repeated is as old as its first telling. */
export const mergeTold = (earlier: ToldValues, later: ToldValues): ToldValues => {
  const merged = new Map<string, ToldValue>(earlier)
  for (const [field, told] of later) {
    const known = merged.get(field)
    if (!known || !isDeepStrictEqual(known.value, told.value)) merged.set(field, told)
  }
  return merged
}

/** One record that stands for a run of webhooks in the order of their arrival: of each field the last value. */
export const readRun = (run: readonly Operation[]): NativeRecord => {
  const last = run.at(-1)!
  const told = run.map((operation): ToldValues =>
    new Map(fieldsOf(operation).map(([field, value]) => [field, { value, at: operation.source_timestamp }]))
  )
  return {
    model: last.odoo_model,
    id: last.odoo_id,
    isDeletion: last.action_type === 'deleted',
    isForced: last.forced === 1,
    values: new Map(told.reduce(mergeTold)).set('id', { value: last.odoo_id, at: last.source_timestamp })
  }
}

/** Whether nothing is lost when only the last webhook of a run is tried again: it tells all that this one told. */
export const isCovered = (operation: Operation, run: readonly Operation[]): boolean => {
  const last = run.at(-1)!
  if (operation === last || !isNative(operation)) return false
  const later = new Set(fieldsOf(last).map(([field]) => field))
  return fieldsOf(operation).every(([field]) => later.has(field))
}
