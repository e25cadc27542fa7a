import type { OutgoingTables } from '../ledger/ledger.ts'
import type { OutboxEntry } from '../ledger/outbox.ts'
import type { Hashes } from '../ledger/own-writes.ts'
import { DELETED } from './judge.ts'
import type { Subject } from './subject.ts'

/** Marks a field of an outbox entry that Odoo cannot change, in `fields`. */
const OTHER = '~'

/** No zone is further ahead of UTC. */
const FAR_FUTURE_MS = 86_400_000

/** When an event says that it happened, on the shop's clock; a time that is far from now would make all that follows late for ever. */
const toldAt = (eventAt: number | undefined): number | null =>
  eventAt === undefined ? null : Math.min(eventAt, Date.now() + FAR_FUTURE_MS)

/** The name of a field of `OutboxEntry.fields` without what marks it. */
export const fieldName = (field: string): string => (field.startsWith(OTHER) ? field.slice(OTHER.length) : field)

export interface News {
  readonly fields: readonly string[]
  readonly at: number
  /** Those of the fields that another event is to tell of, which tells when they changed. */
  readonly carried?: readonly string[]
}

/**
 * Notes what an event hands to Odoo: the synced fields become known values, the others are told.
 * @param setter the outbox id, or the check that allowed it
 * @param news what somebody in the shop changed, and when, milliseconds since 1970: the rest is there no later for it
 * @returns what was noted, for `OutboxEntry.fields`
 */
export const learnTold = (subject: Subject, setter: string, news: News, { known, seen }: OutgoingTables): string[] => {
  const { entity, id, texts, others, eventAt, action } = subject
  if (action === 'deleted') {
    known.forget(entity.type, id)
    seen.forget(entity.type, id)
    seen.see(entity.type, id, { [DELETED]: '' }, toldAt(eventAt))
    return []
  }
  for (const [field, text] of texts) {
    const value_hash = known.fingerprint(entity.type, id, field, text)
    const value = entity.fields[field]?.counter ? text : null
    const source_time = news.fields.includes(field) ? news.at : 0
    known.tell(entity.type, id, { field, value_hash, value, source_time, operation_id: setter }, news.carried?.includes(field))
  }
  const before = seen.of(entity.type, id)?.told ?? {}
  const told: Hashes = Object.fromEntries(
    [...others].map(([field, text]) => [field, known.fingerprint(entity.type, id, field, text).toString('base64')])
  )
  seen.untell(entity.type, id, [DELETED])
  seen.see(entity.type, id, told, toldAt(eventAt))
  const fresh = Object.keys(told).filter((field) => told[field] !== before[field])
  return [...texts.keys(), ...fresh.map((field) => `${OTHER}${field}`)]
}

/**
 * Takes back what an event noted that does not reach Odoo, or not as it stands.
 * @returns the fields
 */
export const takeBack = ({ entity_type, entity_id, fields, outbox_id }: OutboxEntry, { known, seen }: OutgoingTables): string[] => {
  const others = fields.filter((field) => field.startsWith(OTHER)).map(fieldName)
  const synced = fields.filter((field) => !field.startsWith(OTHER))
  known.withdraw(entity_type, entity_id, synced, outbox_id)
  seen.untell(entity_type, entity_id, others)
  return [...synced, ...others]
}

/**
 * Keeps the latest time that an event of a record told, and when the values came to be that it is about.
 * @param at when it happened, by our clock, milliseconds since 1970
 */
export const noteTime = ({ entity, id, eventAt, hasBefore, changed, texts }: Subject, at: number, { seen, known, reconsider }: OutgoingTables): void => {
  const isTouched = seen.of(entity.type, id) !== undefined || known.of(entity.type, id).size > 0
  if (eventAt === undefined || !isTouched) return
  seen.see(entity.type, id, {}, toldAt(eventAt))
  if (!hasBefore) return
  for (const [field, text] of texts) {
    if (changed.has(field)) known.date(entity.type, id, { field, value_hash: known.fingerprint(entity.type, id, field, text) }, at, reconsider)
  }
}
