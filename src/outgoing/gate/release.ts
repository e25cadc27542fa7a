import type { OutgoingTables } from '../../ledger/ledger.ts'
import { type OutboxEntry, OVERTAKEN } from '../../ledger/outbox.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import { type OutgoingEvent, parseEvent } from '../event.ts'
import { freshen, freshJson } from '../freshen.ts'
import { DELETED, judge, judgeOvertaken } from '../judge.ts'
import { learnTold, takeBack } from '../learn.ts'
import type { Subject } from '../subject.ts'
import type { Verdict } from '../verdict.ts'
import { type Judging, summaryOf } from './judging.ts'
import { stateOf, withState } from './state.ts'

/** What became of a held entry; `again`: it must be read once more. */
export type Released =
  | { readonly result: 'pending'; readonly verdict: Verdict; readonly event: OutgoingEvent | undefined }
  | { readonly result: 'suppressed'; readonly verdict: Verdict; readonly event: OutgoingEvent | undefined }
  | { readonly result: 'again' }

/** Judges a held entry by what the record holds now, within the caller's transaction. */
export const createRelease =
  (judging: Judging) =>
  (entry: OutboxEntry, record: ShopRecord | undefined, readAt: number, tables: OutgoingTables): Released => {
    const { outbox, ownWrites, seen } = tables
    const { outbox_id, entity_type, entity_id } = entry
    const json = entry.event ?? '{}'
    const parsed = parseEvent(JSON.parse(json))
    const given = 'event' in parsed ? parsed.event : undefined
    const subject = given && judging.read(given)
    const own_write = ownWrites.lastOf(entity_type, entity_id)
    if (subject && !record && Object.hasOwn(seen.of(entity_type, entity_id)?.told ?? {}, DELETED)) {
      // Odoo was told that the record is gone: what was before must not bring it back.
      outbox.settle(outbox_id, 'suppressed', null)
      return { result: 'suppressed', verdict: { emit: false, reason: 'known' }, event: given }
    }
    if (!given || !subject || !record) {
      outbox.judge(outbox_id, { status: 'pending', reason: entry.reason, event: json, fields: entry.fields, own_write })
      return { result: 'pending', verdict: { emit: true, reason: 'passed', fields: [] }, event: given }
    }
    const state = stateOf(given, entry, record, tables)
    if (state === 'to come') return { result: 'again' }
    const source = entry.source === 'poll' ? 'poll' : 'relay'
    const taken = takeBack(entry, tables)
    let event = freshen(given, subject, record)
    let fresh: Subject = judging.read(event) ?? subject
    // Other events ended here because this one would tell all of it.
    const untold = taken.filter((field) => fresh.texts.has(field))
    fresh = { ...fresh, changed: new Set([...(keptFields(entry, event, subject) ?? fresh.changed), ...untold]) }
    const judgement = judging.subject(fresh, source, readAt, tables, entry.reason === OVERTAKEN ? judgeOvertaken : judge)
    let { verdict } = judgement
    if (verdict.emit && judgement.isLate) {
      outbox.judge(outbox_id, { status: 'held', reason: verdict.reason, event: json, fields: [], own_write })
      return { result: 'again' }
    }
    if (isToldSince(entry, given, fresh, own_write, tables)) verdict = { emit: false, reason: 'known' }
    if (state === 'followed' || (state === 'past' && verdict.emit)) {
      event = freshen(given, subject, withState(record, given))
      fresh = judging.read(event) ?? subject
      verdict = state === 'followed' ? { emit: true, reason: 'change', fields: ['current_state'] } : judging.subject(fresh, source, readAt, tables).verdict
    }
    event = { ...event, ...summaryOf(source, verdict) }
    const judged = { event: freshJson(json, event, readAt), own_write }
    if (!verdict.emit) {
      outbox.judge(outbox_id, { ...judged, status: 'suppressed', reason: verdict.reason, fields: [] })
      return { result: 'suppressed', verdict, event }
    }
    // What follows it is read afresh, and comes over this one then.
    if (state === 'followed') for (const later of outbox.after(entry)) takeBack(later, tables)
    const fields = learnTold(fresh, outbox_id, judging.newsFrom(verdict, fresh, tables), tables)
    outbox.judge(outbox_id, { ...judged, status: 'pending', reason: verdict.reason, fields })
    outbox.holdBehind(entry)
    return { result: 'pending', verdict, event }
  }

/** Whether another event, judged after all that we have written, has told Odoo all that this one was put for, after it was. */
const isToldSince = (
  entry: OutboxEntry,
  { event_id }: OutgoingEvent,
  { entity, id, texts, changed }: Subject,
  ownWrite: number,
  { known, outbox }: OutgoingTables
): boolean => {
  // What Odoo may have taken of it is told otherwise by itself only.
  if (entry.reason !== OVERTAKEN || entry.is_sent === 1) return false
  // An event that is told anew names what it was about the first time.
  const isFirst = event_id === entry.outbox_id
  const fields = [...texts.keys()].filter((field) => !isFirst || changed.has(field))
  return fields.length > 0 && fields.every((field) => {
    const last = known.tells.lastBeside(entity.type, id, field, entry.outbox_id)
    if (!last || (last.delivered_at ?? 0) <= entry.date_add) return false
    const isSame = last.told_hash.equals(known.fingerprint(entity.type, id, field, texts.get(field) ?? ''))
    return isSame && outbox.find(last.outbox_id)?.own_write === ownWrite
  })
}

/** A conflict is about the fields that the shop kept, and no others. */
const keptFields = ({ source }: OutboxEntry, { context_data }: OutgoingEvent, { texts }: Subject): readonly string[] | undefined => {
  if (source !== 'conflict') return undefined
  const named = context_data?.['kept_fields']
  const kept = Array.isArray(named) ? named.map(String) : [...texts.keys()]
  return kept.filter((field) => texts.has(field))
}
