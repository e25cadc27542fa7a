import type { Conclusion } from '../ledger/ledger.ts'
import type { KnownValue, RecordDates } from '../ledger/known-values.ts'
import type { Outcome } from '../ledger/operations.ts'
import { canonical, type FieldType } from '../prestashop/canonical.ts'
import type { Written } from '../prestashop/client.ts'
import { asShopId, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import { fieldsOf } from '../prestashop/resources.ts'
import { withMovesMade, writeMoves } from './counter-moves.ts'
import { customerOf } from './customer-of.ts'
import { type Decision, decide } from './decide.ts'
import type { Creation, Entity, Problem, Surroundings, Task, Texts } from './entity.ts'
import { SyncError } from './errors.ts'
import { boundId, findBound, findByNaturalKey, findNamed, namedId, refuseTakeover } from './identify.ts'
import type { Lock } from './locks.ts'
import { readDates } from './record-dates.ts'
import { refuse, type WantedValue } from './translate.ts'

/** What was done, and what the ledger learns from it. */
export interface Applied {
  readonly outcome: Outcome
  readonly entityId: ShopId | undefined
  readonly updated: readonly string[]
  readonly stale: readonly string[]
  readonly kept: readonly string[]
  /** Why it is no success, though something was written. */
  readonly problem?: Problem
  readonly learnt: Pick<Conclusion, 'bind' | 'known' | 'gone'>
}

/** Where what was done gets into the ledger, while the record is still locked. */
export type Settle = (applied: Applied) => Promise<void>

/**
 * Applies one task to the shop: finds the record, decides field by field, writes what is left.
 * Safe to repeat: each attempt looks at the shop before it writes.
 * @throws SyncError, PrestashopError
 */
export const apply = async (asked: Task, forced: boolean, surroundings: Surroundings, lock: Lock, settle: Settle): Promise<void> => {
  const { entity } = asked
  const fields = (await entity.resolve?.(asked.translation, surroundings)) ?? asked.translation.fields
  const translation = { ...asked.translation, fields }
  const task = { ...asked, translation }
  const lockNatural = (customer: ShopId | undefined, work: () => Promise<boolean>): Promise<boolean> => {
    const name = entity.naturalLock(translation, customer)
    return name === undefined ? work() : lock(`${entity.type} ${name}`, work)
  }
  const lockRecord = (id: ShopId, work: () => Promise<boolean>): Promise<boolean> => lock(`${entity.resource} ${id}`, work)

  /** Changes the record, unless it is not there. */
  const changeIt = async (record: ShopRecord | undefined, customer: ShopId | undefined): Promise<boolean> => {
    if (!record) return false
    refuseTakeover(task, record, surroundings)
    await settle(await change(task, record, customer, forced, surroundings))
    return true
  }

  const bound = boundId(task, surroundings)
  const viaBinding = async (id: ShopId): Promise<boolean> => {
    const record = await findBound(task, id, surroundings)
    return changeIt(record, record && (await namedCustomer(task, asShopId(record.fields.id_customer ?? ''), surroundings)))
  }
  if (bound !== undefined && (await lockNatural(undefined, () => lockRecord(bound, () => viaBinding(bound))))) return

  const customer = await namedCustomer(task, undefined, surroundings)
  await lockNatural(customer, async () => {
    const named = namedId(task)
    const byId = named && (await lockRecord(named, async () => changeIt(await findNamed(task, named, customer, surroundings), customer)))
    if (byId) return true
    const match = await findByNaturalKey(task, customer, surroundings)
    if (match) return lockRecord(match.id, () => changeIt(match, customer))
    await settle(task.action === 'deleted' ? nothing : await create(task, customer, surroundings))
    return true
  })
}

/** The customer that the payload names; of a record that is to go, it may be gone already. */
const namedCustomer = async ({ action, translation }: Task, trusted: ShopId | undefined, surroundings: Surroundings) => {
  try {
    return await customerOf(translation.customer, trusted, surroundings)
  } catch (error) {
    if (action === 'deleted' && error instanceof SyncError && error.code !== 'identity_conflict') return undefined
    throw error
  }
}

/** Already gone: nothing to do. */
const nothing: Applied = { outcome: 'unchanged', entityId: undefined, updated: [], stale: [], kept: [], learnt: {} }

const wantedFields = ({ entity, action, translation }: Task, customer: ShopId | undefined): Map<string, WantedValue> => {
  const wanted = new Map(translation.fields)
  if (customer !== undefined && action !== 'deleted' && Object.hasOwn(entity.fields, 'id_customer')) {
    wanted.set('id_customer', { ...translation.origin, value: String(customer) })
  }
  return wanted
}

const textsOf = (values: ReadonlyMap<string, WantedValue>): Texts =>
  new Map([...values].map(([field, { value }]) => [field, value]))

const change = async (
  task: Task,
  record: ShopRecord,
  customer: ShopId | undefined,
  forced: boolean,
  surroundings: Surroundings
): Promise<Applied> => {
  const { entity, lane, action } = task
  const { ledger, shop, reference, call, settings } = surroundings
  await entity.checkRecord?.(task, record, surroundings)
  const known = ledger.known.of(entity.type, record.id)
  const kept = ledger.known.datesOf(entity.type, record.id)
  const shopValue = (field: string): string =>
    canonical(typeOf(entity, field), entity.shopText?.(record, field) ?? record.fields[field] ?? '')
  const fingerprint = (field: string, value: string): Buffer => ledger.known.fingerprint(entity.type, record.id, field, value)
  const dates = readDates({
    dateUpd: record.fields.date_upd,
    kept,
    known,
    isKnown: (field, { value_hash }) => fingerprint(field, shopValue(field)).equals(value_hash)
  })

  if (action === 'deleted' && entity.deletion === 'remove') {
    const { sourceTime } = task.translation.origin
    const isStale = !forced && [...known.values()].some(({ source_time }) => source_time > sourceTime)
    if (isStale) return { ...nothing, outcome: 'stale', entityId: record.id }
    const removed = await shop.remove(entity.resource, record.id, call)
    const outcome = removed === 'deleted' ? 'deleted' : 'unchanged'
    return { ...nothing, outcome, entityId: record.id, learnt: { gone: { lane, shop_id: record.id } } }
  }

  const wanted = wantedFields(task, customer)
  // Only a change on both sides is a question of time.
  const isContested = dates.foreignFields.some((field) => wanted.has(field))
  const timeZone = isContested ? await reference.timeZone(settings.SHOP_TIMEZONE) : 'UTC'
  const decision = decide({
    wanted,
    shopValue,
    isCounter: (field) => isCounter(entity, field),
    known: withMovesMade(known, wanted, shopValue, surroundings.progress),
    fingerprint,
    policy: settings.CONFLICT_POLICY,
    changedInShopAt: (field) => dates.changedInShopAt(field, timeZone),
    forced
  })
  const done = (outcome: Outcome, own: string | null): Applied => ({
    outcome,
    entityId: record.id,
    updated: [...decision.write.keys()],
    stale: decision.stale,
    kept: decision.kept,
    learnt: learn(task, record.id, decision.learnt, dates.after(own, new Set(decision.write.keys())), surroundings)
  })
  if (decision.write.size === 0) return done(outcomeOf(decision), kept.own_date_upd)
  const texts = textsOf(decision.write)
  await entity.checkReferences(texts, record, surroundings)
  const counters = new Map([...texts].filter(([field]) => isCounter(entity, field)))
  const write = () => entity.change?.(record, texts, surroundings) ?? patch(entity, record, texts, surroundings)
  const written = await writeMoves(counters, shopValue, write, surroundings)
  return done(action === 'deleted' ? 'deleted' : 'updated', written.dateUpd ?? null)
}

const outcomeOf = ({ stale, kept }: Decision): Outcome => (stale.length + kept.length > 0 ? 'stale' : 'unchanged')

const isCounter = (entity: Entity, field: string): boolean => entity.fields[field]?.counter === true

const typeOf = (entity: Entity, field: string): FieldType =>
  fieldsOf(entity.resource)[field]?.type ?? entity.typeOf?.(field) ?? 'text'

const inputOf = async (entity: Entity, texts: Texts, record: ShopRecord | undefined, surroundings: Surroundings) =>
  (await entity.inputOf?.(texts, record, surroundings)) ?? { fields: Object.fromEntries(texts) }

const patch = async (entity: Entity, record: ShopRecord, texts: Texts, surroundings: Surroundings): Promise<Written> => {
  const input = await inputOf(entity, texts, record, surroundings)
  return surroundings.shop.change(entity.resource, record.id, input, surroundings.call)
}

const create = async (task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Applied> => {
  const { entity, translation } = task
  if (task.action === 'updated') {
    throw new SyncError(
      'not_found',
      `The shop has no ${entity.label} for this record of Odoo. Send it as "created" or "upserted", or bind it with "bindings set"`
    )
  }
  const wanted = wantedFields(task, customer)
  const { written, texts, problem } = await (entity.create?.(task, customer, surroundings) ??
    post(task, textsOf(wanted), surroundings))
  const learnt = new Map<string, WantedValue>()
  for (const [field, { initial }] of Object.entries(entity.fields)) {
    if (initial !== undefined) learnt.set(field, { ...translation.origin, value: initial })
  }
  for (const [field, value] of texts) learnt.set(field, wanted.get(field) ?? { ...translation.origin, value })
  const dates = { own_date_upd: written.dateUpd ?? null, foreign_date_upd: null, foreign_fields: [] }
  return {
    outcome: 'created',
    entityId: written.id,
    updated: [...wanted.keys()],
    stale: [],
    kept: [],
    ...(problem ? { problem } : {}),
    learnt: learn(task, written.id, learnt, dates, surroundings)
  }
}

const post = async ({ entity }: Task, texts: Texts, surroundings: Surroundings): Promise<Creation> => {
  refuseIncomplete(entity, texts)
  await entity.checkReferences(texts, undefined, surroundings)
  const completion = await entity.completeCreation(surroundings)
  const input = await inputOf(entity, texts, undefined, surroundings)
  const fields = { ...completion.fields, ...input.fields }
  const written = await surroundings.shop.create(entity.resource, { ...completion, ...input, fields }, surroundings.call)
  const known = Object.entries(fields).filter(([field]) => Object.hasOwn(entity.fields, field))
  return { written, texts: new Map([...known, ...texts]) }
}

/** Required fields that a creation lacks; an address without a customer would be nobody's. */
const refuseIncomplete = (entity: Entity, texts: Texts): void => {
  const required = Object.keys(entity.fields).filter(
    (field) => fieldsOf(entity.resource)[field]?.required || (entity.needsCustomer && field === 'id_customer')
  )
  refuse(
    required
      .filter((field) => !texts.has(field))
      .map((field) => ({
        field,
        message:
          field === 'id_customer'
            ? 'is missing: name the customer by id_customer, customer_odoo_id or customer_email'
            : `is missing: a new ${entity.label} needs it`
      }))
  )
}

const learn = (
  { entity, lane }: Task,
  id: ShopId,
  values: ReadonlyMap<string, WantedValue>,
  dates: RecordDates,
  { ledger }: Surroundings
): Applied['learnt'] => ({
  bind: { ...lane, shop_id: id },
  known: {
    entity_type: entity.type,
    shop_id: id,
    dates,
    values: [...values].map(
      ([field, { value, sourceTime, operationId }]): KnownValue => ({
        field,
        value_hash: ledger.known.fingerprint(entity.type, id, field, value),
        value: entity.fields[field]?.counter ? value : null,
        source_time: sourceTime,
        operation_id: operationId
      })
    )
  }
})
