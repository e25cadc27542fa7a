import type { ConflictPolicy } from '../config.ts'
import type { Conclusion } from '../ledger/ledger.ts'
import type { KnownValue, RecordDates } from '../ledger/known-values.ts'
import type { Outcome } from '../ledger/operations.ts'
import { canonical } from '../prestashop/canonical.ts'
import { asShopId, type RecordInput, type ShopId, type ShopRecord } from '../prestashop/record.ts'
import { fieldsOf } from '../prestashop/resources.ts'
import { shopTimeToUtc } from '../prestashop/time.ts'
import { customerOf } from './customer-of.ts'
import { type Decision, decide } from './decide.ts'
import type { Surroundings, Task } from './entity.ts'
import { SyncError } from './errors.ts'
import { boundId, findBound, findUnbound, type IdentityOptions, refuseTakeover } from './identify.ts'
import type { Lock } from './locks.ts'
import { refuse, type WantedValue } from './translate.ts'

export interface ApplyOptions extends IdentityOptions {
  readonly policy: ConflictPolicy
  /** `SHOP_TIMEZONE`, for a shop that does not tell its own. */
  readonly timeZone: string | undefined
  readonly lock: Lock
}

/** What was done, and what the ledger learns from it. */
export interface Applied {
  readonly outcome: Outcome
  readonly entityId: ShopId | undefined
  readonly updated: readonly string[]
  readonly stale: readonly string[]
  readonly kept: readonly string[]
  readonly learnt: Pick<Conclusion, 'bind' | 'known' | 'gone'>
}

/**
 * Applies one task to the shop: finds the record, decides field by field, writes what is left.
 * Safe to repeat: each attempt looks at the shop before it writes.
 * @throws SyncError, PrestashopError
 */
export const apply = async (task: Task, forced: boolean, surroundings: Surroundings, options: ApplyOptions): Promise<Applied> => {
  const { entity, translation } = task
  const lockNatural = async (customer: ShopId | undefined, work: () => Promise<Applied>): Promise<Applied> => {
    const name = entity.naturalLock(translation, customer)
    return name === undefined ? work() : options.lock(`${entity.type} ${name}`, work)
  }
  const lockRecord = (id: ShopId, work: () => Promise<Applied | undefined>) =>
    options.lock(`${entity.resource} ${id}`, work)

  const bound = boundId(task, surroundings)
  if (bound !== undefined) {
    let applied: Applied | undefined
    await lockNatural(undefined, async () => {
      applied = await lockRecord(bound, async () => {
        const record = await findBound(task, bound, surroundings)
        if (!record) return undefined
        const customer = await customerOf(translation.customer, asShopId(record.fields.id_customer ?? ''), surroundings)
        return change(task, record, customer, forced, surroundings, options)
      })
      return applied ?? nothing
    })
    if (applied) return applied
  }

  const customer = await customerOf(translation.customer, undefined, surroundings)
  return lockNatural(customer, async () => {
    const record = await findUnbound(task, customer, surroundings, options)
    if (record) {
      const applied = await lockRecord(record.id, async () => {
        refuseTakeover(task, record, surroundings)
        return change(task, record, customer, forced, surroundings, options)
      })
      return applied ?? nothing
    }
    if (task.action === 'deleted') return nothing
    if (task.action === 'updated') {
      throw new SyncError(
        'not_found',
        `The shop has no ${entity.label} for this record of Odoo. Send it as "created" or "upserted", or bind it with "bindings set"`
      )
    }
    return create(task, customer, surroundings)
  })
}

/** Already gone: nothing to do. */
const nothing: Applied = { outcome: 'unchanged', entityId: undefined, updated: [], stale: [], kept: [], learnt: {} }

const wantedFields = ({ entity, translation }: Task, customer: ShopId | undefined): Map<string, WantedValue> => {
  const wanted = new Map(translation.fields)
  if (customer !== undefined && Object.hasOwn(entity.fields, 'id_customer')) {
    wanted.set('id_customer', { ...translation.origin, value: String(customer) })
  }
  return wanted
}

const textsOf = (values: ReadonlyMap<string, WantedValue>): Map<string, string> =>
  new Map([...values].map(([field, { value }]) => [field, value]))

const change = async (
  task: Task,
  record: ShopRecord,
  customer: ShopId | undefined,
  forced: boolean,
  surroundings: Surroundings,
  { policy, timeZone }: ApplyOptions
): Promise<Applied> => {
  const { entity, lane, action } = task
  const { ledger, shop, reference, call } = surroundings
  const dates = ledger.known.datesOf(entity.type, record.id)
  const foreign = record.fields.date_upd === dates.own_date_upd ? dates.foreign_date_upd : (record.fields.date_upd ?? null)
  const decision = decide({
    wanted: wantedFields(task, customer),
    shopValue: (field) => canonical(fieldsOf(entity.resource)[field]!.type, record.fields[field] ?? ''),
    known: ledger.known.of(entity.type, record.id),
    fingerprint: (field, value) => ledger.known.fingerprint(entity.type, record.id, field, value),
    policy,
    changedInShopAt: foreign === null ? undefined : lastInstant(foreign, await reference.timeZone(timeZone)),
    forced
  })
  const done = (outcome: Outcome, own: string | null): Applied => ({
    outcome,
    entityId: record.id,
    updated: [...decision.write.keys()],
    stale: decision.stale,
    kept: decision.kept,
    learnt: learn(task, record.id, decision.learnt, { own_date_upd: own, foreign_date_upd: foreign }, surroundings)
  })

  if (action === 'deleted' && entity.deletion === 'remove') {
    const removed = await shop.remove(entity.resource, record.id, call)
    return { ...nothing, outcome: removed === 'deleted' ? 'deleted' : 'unchanged', entityId: record.id, learnt: { gone: { lane, shop_id: record.id } } }
  }
  if (decision.write.size === 0) return done(outcomeOf(decision), dates.own_date_upd)
  const texts = textsOf(decision.write)
  await entity.checkReferences(texts, record, surroundings)
  const input: RecordInput = { fields: Object.fromEntries(texts), ...entity.completeChange(texts, record) }
  const written = await shop.change(entity.resource, record.id, input, call)
  return done(action === 'deleted' ? 'deleted' : 'updated', written.dateUpd ?? null)
}

const outcomeOf = ({ stale, kept }: Decision): Outcome => (stale.length + kept.length > 0 ? 'stale' : 'unchanged')

const create = async (task: Task, customer: ShopId | undefined, surroundings: Surroundings): Promise<Applied> => {
  const { entity } = task
  const { shop, call } = surroundings
  const wanted = wantedFields(task, customer)
  const texts = textsOf(wanted)
  refuseIncomplete(task, texts)
  await entity.checkReferences(texts, undefined, surroundings)
  const completion = await entity.completeCreation(texts, surroundings)
  const fields = { ...completion.fields, ...Object.fromEntries(texts) }
  const { id, dateUpd } = await shop.create(entity.resource, { ...completion, fields }, call)

  const learnt = new Map<string, WantedValue>()
  for (const [field, { initial }] of Object.entries(entity.fields)) {
    const value = fields[field] ?? initial
    if (value !== undefined) learnt.set(field, wanted.get(field) ?? { ...task.translation.origin, value })
  }
  return {
    outcome: 'created',
    entityId: id,
    updated: [...wanted.keys()],
    stale: [],
    kept: [],
    learnt: learn(task, id, learnt, { own_date_upd: dateUpd ?? null, foreign_date_upd: null }, surroundings)
  }
}

/** Required fields that a creation lacks; an address without a customer would be nobody's. */
const refuseIncomplete = ({ entity }: Task, texts: ReadonlyMap<string, string>): void => {
  const required = Object.keys(entity.fields).filter(
    (field) => fieldsOf(entity.resource)[field]?.required || (entity.belongsToCustomer && field === 'id_customer')
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
        source_time: sourceTime,
        operation_id: operationId
      })
    )
  }
})

/** The latest instant that a time of the shop can mean; the repeated hour in autumn has two, the future is none of them. */
const lastInstant = (shopTime: string, timeZone: string): number | undefined => {
  const instants = shopTimeToUtc(shopTime, timeZone)
  if (!instants) return undefined
  const latest = instants.latest.getTime()
  return latest > Date.now() ? instants.earliest.getTime() : latest
}
