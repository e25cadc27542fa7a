import type { OutgoingTables } from '../../ledger/ledger.ts'
import { type OutboxEntry, OVERTAKEN } from '../../ledger/outbox.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import { type OutgoingEvent, parseEvent } from '../event.ts'
import { freshen, freshJson } from '../freshen.ts'
import { DELETED, judge, judgeOvertaken } from '../judge.ts'
import { learnTold, takeBack } from '../learn.ts'
import { type Subject, subjectOf } from '../subject.ts'
import type { Verdict } from '../verdict.ts'
import type { Judging } from './judging.ts'
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
    const subject = given && subjectOf(given)
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
    const taken = takeBack(entry, tables)
    const event = freshen(given, subject, record)
    const now = subjectOf(event) ?? subject
    // Other events ended here because this one would tell all of it.
    const untold = taken.filter((field) => now.texts.has(field))
    const fresh = { ...now, changed: new Set([...(keptFields(entry, event, subject) ?? now.changed), ...untold]) }
    const by = entry.reason === OVERTAKEN ? judgeOvertaken : judge
    const { verdict, isLate } = judging.subject(fresh, entry.source === 'poll' ? 'poll' : 'relay', readAt, tables, by)
    if (isLate && verdict.emit) {
      outbox.judge(outbox_id, { status: 'held', reason: verdict.reason, event: json, fields: [], own_write })
      return { result: 'again' }
    }
    if (state === 'followed' || (state === 'past' && verdict.emit)) {
      const past = freshen(given, subject, withState(record, given))
      // What follows is told already, and is what Odoo will hold.
      const told = subjectOf(past) ?? subject
      const change: Verdict = { emit: true, reason: 'change', fields: ['current_state'] }
      const fields = state === 'past' ? learnTold(told, outbox_id, judging.newsOf(change, told, tables), tables) : []
      outbox.judge(outbox_id, { status: 'pending', reason: 'change', event: freshJson(json, past, readAt), fields, own_write })
      return { result: 'pending', verdict: change, event: past }
    }
    const judged = { event: freshJson(json, event, readAt), own_write }
    if (!verdict.emit) {
      outbox.judge(outbox_id, { ...judged, status: 'suppressed', reason: verdict.reason, fields: [] })
      return { result: 'suppressed', verdict, event }
    }
    const fields = learnTold(fresh, outbox_id, judging.newsOf(verdict, fresh, tables), tables)
    outbox.judge(outbox_id, { ...judged, status: 'pending', reason: verdict.reason, fields })
    outbox.holdBehind(entry)
    return { result: 'pending', verdict, event }
  }

/** A conflict is about the fields that the shop kept, and no others. */
const keptFields = ({ source }: OutboxEntry, { context_data }: OutgoingEvent, { texts }: Subject): readonly string[] | undefined => {
  if (source !== 'conflict') return undefined
  const named = context_data?.['kept_fields']
  const kept = Array.isArray(named) ? named.map(String) : [...texts.keys()]
  return kept.filter((field) => texts.has(field))
}
