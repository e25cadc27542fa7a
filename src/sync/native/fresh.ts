import type { Operation } from '../../ledger/operation.ts'
import type { OdooReader } from '../../odoo/reader.ts'
import type { Surroundings } from '../entity.ts'
import { NotYetError } from '../errors.ts'
import { fieldsToTick, type Model } from './model.ts'
import { text } from './rules.ts'
import { mergeTold, type NativeRecord, readRun } from './run.ts'

/** How long Odoo may take to store what it has announced: what it does not hold then, it is not going to. */
const PATIENCE_MS = 600_000

/** Why a run of webhooks means nothing after all. */
export interface Unfounded {
  readonly ignored: string
}

/** @throws NotYetError as long as Odoo may still store it */
const waitFor = (what: string, ageMs: number): void => {
  if (ageMs >= PATIENCE_MS) return
  throw new NotYetError(`Odoo ${what}: it is asked again for up to ten minutes after the webhook`, PATIENCE_MS - ageMs)
}

const values = (record: NativeRecord): Record<string, unknown> =>
  Object.fromEntries(Array.from(record.values, ([field, { value }]) => [field, value]))

const readCurrent = async (record: NativeRecord, model: Model, ageMs: number, odoo: OdooReader): Promise<NativeRecord | Unfounded> => {
  const fresh = await odoo.fresh({
    model: record.model,
    id: record.id,
    deleted: false,
    writeDate: text(record.values.get('write_date')?.value),
    values: values(record),
    fields: fieldsToTick(model),
    ageMs
  })
  if (fresh === 'absent') {
    waitFor('does not have the record that it told of', ageMs)
    return { ignored: 'Odoo does not have the record: what was told of was taken back, or the record was deleted since' }
  }
  if (fresh === 'not yet') {
    waitFor('has not stored yet what it told of', ageMs)
    return record
  }
  const now = Date.now()
  const told = Object.entries(fresh.values).filter(([field]) => !field.startsWith('_'))
  return { ...record, values: mergeTold(record.values, new Map(told.map(([field, value]) => [field, { value, at: now }]))) }
}

/**
 * What a run of webhooks tells, as Odoo has it now when its API is configured: a webhook may be stale, intermediate,
 * lack fields, or tell of what was never stored (17 and 18 announce before the commit). Without the API the webhooks'
 * own values count.
 * @throws NotYetError as long as Odoo may still store what it announced
 * @throws OdooError
 */
export const freshen = async (
  run: readonly Operation[],
  model: Model,
  { odoo, ledger }: Pick<Surroundings, 'odoo' | 'ledger'>
): Promise<NativeRecord | Unfounded> => {
  const record = readRun(run)
  if (!odoo) return record
  const ageMs = Date.now() - run.at(-1)!.received_at
  if (!record.isDeletion) return readCurrent(record, model, ageMs, odoo)
  if ((await odoo.fresh({ model: record.model, id: record.id, deleted: true })) === 'absent') return record
  // Odoo gives no id twice: what it tells of after a deletion was not deleted.
  if (!ledger.isFollowed(run[0]!)) waitFor('still has the record whose deletion it told of', ageMs)
  const others = run.filter(({ action_type }) => action_type !== 'deleted')
  // What was told before the deletion that was refused still counts.
  if (others.length > 0) return readCurrent(readRun(others), model, ageMs, odoo)
  return { ignored: 'Odoo still has the record: its deletion was refused or taken back' }
}
