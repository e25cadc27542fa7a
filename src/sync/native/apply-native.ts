import type { Operation, Outcome } from '../../ledger/operation.ts'
import { type Applied, nothing } from '../applied.ts'
import { apply } from '../apply.ts'
import { ANY_EMAIL, bindingName, MissingRecordError } from '../customer-of.ts'
import type { Entity, Problem, Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import type { Lock } from '../locks.ts'
import { describeFailure } from '../retry.ts'
import { type Translation, translateData } from '../translate.ts'
import type { Done } from '../worker.ts'
import { freshen } from './fresh.ts'
import { noteFollower } from './left-alone.ts'
import { LeftAloneError, resolveMissing } from './missing.ts'
import { fieldsToTick, type NativeTask, type Refused } from './model.ts'
import { models } from './models.ts'

/** What became of one record of the shop, as the result of the operation tells it. */
interface PartResult {
  readonly entity_type: string
  readonly entity_id?: number
  readonly outcome: Outcome | 'failed'
  readonly updated_fields?: readonly string[]
  readonly stale_fields?: readonly string[]
  readonly kept_fields?: readonly string[]
  readonly reason?: string
}

/** A customer that was made, for those who greet it. */
export type OnCreated = (entity: Entity, translation: Translation) => void

/** Of several outcomes the one that tells most. */
const ranking: readonly Outcome[] = ['created', 'updated', 'deleted', 'stale', 'unchanged', 'ignored']

/** Keys that Odoo adds, or that everybody ticks and nobody means. */
const METADATA = new Set(['id', 'create_date', 'write_date', 'create_uid', 'write_uid', 'display_name'])

const translate = ({ entity, action, data, times }: NativeTask, last: Operation): Translation => {
  const origin = { sourceTime: last.source_timestamp, operationId: last.operation_id }
  const translation = translateData(entity, action, data, origin)
  const fields = new Map(
    Array.from(translation.fields, ([field, wanted]) => [field, { ...wanted, sourceTime: times.get(field) ?? origin.sourceTime }])
  )
  return { ...translation, fields }
}

const tell = (entity: Entity, { outcome, entityId, updated, stale, kept }: Applied): PartResult => ({
  entity_type: entity.type,
  ...(entityId === undefined ? {} : { entity_id: entityId }),
  outcome,
  ...(updated.length > 0 ? { updated_fields: updated } : {}),
  ...(stale.length > 0 ? { stale_fields: stale } : {}),
  ...(kept.length > 0 ? { kept_fields: kept } : {})
})

/** What operations wait for that this may have brought. */
const wakesOf = ({ learnt: { bind }, updated }: Applied): string[] => [
  ...(bind ? [bindingName(bind.entity_type, bind.odoo_id)] : []),
  ...(updated.includes('email') ? [ANY_EMAIL] : [])
]

/** A failure of one part that no repetition mends, while others have been written: it is told, and they stay. */
const problemOf = (error: unknown): Problem | undefined => {
  const { kind, code = kind, message, field } = describeFailure(error)
  if (kind !== 'permanent') return undefined
  return { code, message, ...(field === undefined ? {} : { details: { field } }) }
}

/**
 * Applies a run of native webhooks about one record of Odoo: one plan, whose records of the shop are written one after
 * the other. Each looks at the shop before it writes, and what it learns is in the ledger before the next begins, so
 * that a repetition finds what is done already.
 * @param settle is called once, with what becomes of the whole operation
 * @throws SyncError, PrestashopError: what was written until then stays written, and known
 */
export const applyNative = async (
  run: readonly Operation[],
  surroundings: Surroundings,
  lock: Lock,
  onCreated: OnCreated,
  settle: (done: Done) => Promise<void>
): Promise<void> => {
  const last = run.at(-1)!
  const model = models.find(({ name }) => name === last.odoo_model)
  if (!model) throw new SyncError('validation', `This version of the program cannot apply a webhook about "${last.odoo_model}"`)
  const record = await freshen(run, model, surroundings)
  // Whoever waits for this record looks again, also where it came to nothing.
  const names = model.becomes.map(({ entity }) => bindingName(entity.type, last.odoo_id))
  if ('ignored' in record) return settle({ ...nothing, outcome: 'ignored', ignored: [], details: { reason: record.ignored }, wakes: names })
  const known = new Set(fieldsToTick(model))
  const ignored = [...record.values.keys()].filter((field) => !known.has(field) && !METADATA.has(field))
  const unlessMissing = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      throw error instanceof MissingRecordError ? await resolveMissing(error, last, surroundings) : error
    }
  }
  const plan = await unlessMissing(model.plan(record, surroundings))
  if (plan.ignored !== undefined) {
    plan.remember?.(false)
    return settle({ ...nothing, outcome: 'ignored', ignored, details: { reason: plan.ignored }, wakes: names })
  }

  const results: PartResult[] = []
  const done: Applied[] = []
  let problem: Problem | undefined
  const writePart = async (part: NativeTask): Promise<void> => {
    const translation = translate(part, last)
    const { entity, lane, action, adapt, mayRepeat = false } = part
    const task = { lane, entity, action, translation, mayRepeat, ...(adapt ? { adapt } : {}) }
    await apply(task, last.forced === 1, surroundings, lock, (applied) => {
      // Before the record is let go of, and without an end of the operation.
      surroundings.ledger.conclude(last, { endings: [], partOf: last.operation_id, ...applied.learnt })
      done.push(applied)
      results.push(tell(entity, applied))
      if (applied.problem) problem ??= applied.problem
      if (applied.outcome === 'created') onCreated(entity, translation)
      return Promise.resolve()
    })
  }

  for (const part of plan.parts) {
    if ('reason' in part) {
      results.push({ entity_type: part.entity.type, outcome: 'ignored', reason: part.reason })
      continue
    }
    try {
      if ('refused' in part) throw part.refused
      await unlessMissing(writePart(part))
    } catch (error) {
      const reason = reasonToLeave(part, error, surroundings)
      const failure = reason === undefined && done.length > 0 ? problemOf(error) : undefined
      if (reason === undefined && !failure) throw error
      problem ??= failure
      results.push({ entity_type: part.entity.type, outcome: failure ? 'failed' : 'ignored', reason: failure?.message ?? reason! })
    }
  }
  // A record that is there but not as it was meant is told of, too: a repetition is no news.
  if (!problem || done.some(({ outcome }) => outcome === 'created')) plan.remember?.(done.length > 0)
  await plan.afterwards?.(done.flatMap(({ updated }) => updated))
  const end = summary(results, done, ignored, problem)
  return settle({ ...end, wakes: [...names, ...done.flatMap(wakesOf)] })
}

/** Why a part that could not be written is none of the shop's business. */
const reasonToLeave = (part: NativeTask | Refused, error: unknown, surroundings: Surroundings): string | undefined => {
  if (!(error instanceof SyncError) || 'refused' in part) return undefined
  if (error.code === 'not_found') return part.ifMissing
  if (!(error instanceof LeftAloneError) || part.follows === undefined) return undefined
  noteFollower(part.lane.odoo_model, part.lane.odoo_id, part.follows, surroundings)
  return `${error.reason}; this ${part.entity.label} follows when that has changed`
}

/** One end for the operation: the outcome that tells most, the first record, and all records by name. */
const summary = (results: readonly PartResult[], done: readonly Applied[], ignored: readonly string[], problem: Problem | undefined): Done => {
  const outcomes = new Set(results.map(({ outcome }) => outcome))
  const fields = (pick: (applied: Applied) => readonly string[]): string[] => [...new Set(done.flatMap(pick))]
  const [only, ...others] = results
  return {
    outcome: ranking.find((outcome) => outcomes.has(outcome)) ?? 'ignored',
    entityId: done[0]?.entityId,
    updated: fields(({ updated }) => updated),
    stale: fields(({ stale }) => stale),
    kept: fields(({ kept }) => kept),
    learnt: {},
    ignored,
    ...(problem ? { problem } : {}),
    details: { records: results, ...(others.length === 0 && only?.reason !== undefined ? { reason: only.reason } : {}) }
  }
}

