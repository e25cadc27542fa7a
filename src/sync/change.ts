import type { Outcome } from '../ledger/operation.ts'
import type { KnownValue } from '../ledger/known-values.ts'
import { canonical } from '../prestashop/canonical.ts'
import type { Written } from '../prestashop/client.ts'
import type { ShopId, ShopRecord } from '../prestashop/record.ts'
import { type Applied, inputOf, learn, nothing, textsOf, wantedFields } from './applied.ts'
import { withMovesMade, writeMoves } from './counter-moves.ts'
import { type Decision, decide } from './decide.ts'
import type { Entity, Surroundings, Task, Texts } from './entity.ts'
import { ChangedMeanwhileError } from './errors.ts'
import { lookForLostWrites } from './lost-write.ts'
import { markedChange, markedRemoval } from './marks.ts'
import { readDates } from './record-dates.ts'
import { typeOfField } from './record-texts.ts'
import { keptEvent } from './shop-event.ts'
import { toldBefore } from './told.ts'

/**
 * Brings a record of the shop to what Odoo wants: decides field by field and writes what is left.
 * @param customer the customer that the payload names
 * @param forced whether Odoo's values are written whatever is known
 * @param meanwhile the field that somebody has changed since the record was read for this operation
 * @throws SyncError, PrestashopError
 */
export const change = async (
  task: Task,
  record: ShopRecord,
  customer: ShopId | undefined,
  forced: boolean,
  surroundings: Surroundings,
  meanwhile?: string
): Promise<Applied> => {
  const { entity, lane, action } = task
  const { ledger, shop, reference, call, settings } = surroundings
  await entity.checkRecord?.(task, record, surroundings)
  const lost = lookForLostWrites(entity, record, surroundings)
  const known = withWritten(ledger.known.of(entity.type, record.id), lost.written, entity)
  const kept = ledger.known.datesOf(entity.type, record.id)
  const shopValue = (field: string): string =>
    canonical(typeOfField(entity, field), entity.shopText?.(record, field) ?? record.fields[field] ?? '')
  const fingerprint = (field: string, value: string): Buffer => ledger.known.fingerprint(entity.type, record.id, field, value)
  const dates = readDates({
    dateUpd: record.fields.date_upd,
    kept,
    known,
    isKnown: (field, { value_hash }) => lost.written.has(field) || fingerprint(field, shopValue(field)).equals(value_hash),
    isAsRead: (field) => lost.lastRead[field] === undefined || lost.lastRead[field] === fingerprint(field, shopValue(field)).toString('base64')
  })

  if (action === 'deleted' && entity.deletion === 'remove') {
    const { sourceTime } = task.translation.origin
    const isStale = !forced && [...known.values()].some(({ source_time }) => source_time > sourceTime)
    if (isStale) return { ...nothing, outcome: 'stale', entityId: record.id }
    const remove = () => shop.remove(entity.resource, record.id, call)
    const removed = await markedRemoval(entity, record, remove, surroundings)
    const outcome = removed === 'deleted' ? 'deleted' : 'unchanged'
    return { ...nothing, outcome, entityId: record.id, learnt: { gone: { lane, shop_id: record.id } } }
  }

  const wanted = wantedFields(task, customer)
  // Only a change on both sides is a question of time.
  const isContested = [...dates.foreignFields, ...lost.changedSince.keys()].some((field) => wanted.has(field))
  const timeZone = isContested ? await reference.timeZone(settings.SHOP_TIMEZONE) : 'UTC'
  const isReplaced = (field: string): boolean => field === meanwhile || lost.changedSince.get(field)?.(wanted.get(field)?.value ?? '') === true
  const lookBack = () => toldBefore(ledger.known.tellsOf(entity.type, record.id), known, fingerprint)
  const canTell = settings.ODOO_WEBHOOK_URL !== undefined
  const told = lookBack()
  // The record's date is that of its last change, of whatever field.
  const changedInShopAt = (field: string): number | undefined => {
    const times = [dates.changedInShopAt(field, timeZone), told.toldSince(field, shopValue(field))].filter((time) => time !== undefined)
    return times.length === 0 ? undefined : Math.min(...times)
  }
  const decision = decide({
    wanted,
    shopValue,
    isCounter: (field) => isCounter(entity, field),
    known: withMovesMade(known, wanted, shopValue, surroundings.progress),
    fingerprint,
    policy: settings.CONFLICT_POLICY,
    // Whoever replaced just this value, or what we had read, did so later, whatever the clocks say.
    changedInShopAt: (field) => (isReplaced(field) ? Number.POSITIVE_INFINITY : changedInShopAt(field)),
    isChangedSince: (field) => lost.changedSince.has(field),
    isOwn: (field) => lost.written.has(field),
    // What a lost write has brought is Odoo's own word, though an event has told of it since.
    isResent: (field, value) => !(lost.written.has(field) && shopValue(field) === value.value) && told.isResent(field, value),
    isCrossed: told.isCrossed,
    isDoubtful: (field, value) => canTell && told.isDoubtful(field, value),
    forced
  })
  const wantedOf = (fields: readonly string[]) => new Map(fields.map((field) => [field, wanted.get(field)!]))
  const done = (outcome: Outcome, own: string | null, dateUpd = own): Applied => {
    // While it was written, events have gone on to Odoo.
    const { isOverwritten } = lookBack()
    const overwritten = [...decision.learnt].filter(([field, value]) => isOverwritten(field, value, decision.write.has(field))).map(([field]) => field)
    const untold = { kept: decision.kept, lost: [...overwritten, ...decision.doubtful], isWritten: decision.write.size > 0 }
    const isForeign = (field: string): boolean => dates.foreignFields.includes(field) || lost.changedSince.has(field)
    // A shop whose clock is ahead has changed nothing in the future: later changes of Odoo count.
    const changedAt = (field: string): number => (isForeign(field) ? Math.min(changedInShopAt(field) ?? Number.POSITIVE_INFINITY, Date.now()) : 0)
    // Odoo goes on telling of its own value until it has heard of the shop's.
    const heldByOdoo = new Map([...lost.given, ...decision.learnt, ...wantedOf(canTell ? decision.kept : [])])
    return {
      outcome,
      entityId: record.id,
      updated: [...decision.write.keys()],
      stale: decision.stale,
      kept: decision.kept,
      learnt: {
        ...(canTell ? keptEvent(task, record, untold, { shopValue, changedAt }, surroundings) : {}),
        ...learn(task, record.id, heldByOdoo, dates.after(own, new Set(decision.write.keys())), surroundings, {
          recordDate: record.fields.date_add,
          isNew: false,
          dateUpd,
          won: decision.won,
          former: wantedOf([...decision.stale, ...decision.learnt.keys()])
        })
      }
    }
  }
  // An attempt before this one may have written it.
  if (decision.write.size === 0) return done(outcomeOf(decision), kept.own_date_upd, record.fields.date_upd ?? null)
  const texts = textsOf(decision.write)
  await entity.checkReferences(texts, record, surroundings)
  const counters = new Map([...texts].filter(([field]) => isCounter(entity, field)))
  const write = () => entity.change?.(record, texts, surroundings) ?? patch(entity, record, texts, surroundings)
  const move = () => writeMoves(counters, shopValue, write, surroundings)
  try {
    const written = await markedChange(entity, record, decision.write, move, surroundings)
    return done(action === 'deleted' ? 'deleted' : 'updated', written.dateUpd ?? null)
  } catch (error) {
    const now = error instanceof ChangedMeanwhileError ? await shop.get(entity.resource, record.id, call) : undefined
    if (!(error instanceof ChangedMeanwhileError) || !now) throw error
    const again = await change(task, now, customer, forced, surroundings, error.field)
    const written = [...texts.keys()].filter((field) => field !== error.field)
    return { ...again, outcome: 'updated', updated: [...new Set([...written, ...again.updated])] }
  }
}

/** What a lost write has brought is known, unless something later is; of a counter it is not Odoo's own count. */
const withWritten = (
  known: ReadonlyMap<string, KnownValue>,
  written: ReadonlyMap<string, KnownValue>,
  entity: Entity
): ReadonlyMap<string, KnownValue> => {
  const isLatest = ([field, { source_time }]: [string, KnownValue]): boolean =>
    !isCounter(entity, field) && source_time >= (known.get(field)?.source_time ?? 0)
  return new Map([...known, ...[...written].filter(isLatest)])
}

const outcomeOf = ({ stale, kept }: Decision): Outcome => (stale.length + kept.length > 0 ? 'stale' : 'unchanged')

const isCounter = (entity: Entity, field: string): boolean => entity.fields[field]?.counter === true

const patch = async (entity: Entity, record: ShopRecord, texts: Texts, surroundings: Surroundings): Promise<Written> => {
  const input = await inputOf(entity, texts, record, surroundings)
  return surroundings.shop.change(entity.resource, record.id, input, surroundings.call)
}
