import type { OwnWrite } from '../ledger/own-writes.ts'
import { toldAt } from '../ledger/outbox.ts'
import { type Circumstances, endOf, explainer, type RecordView } from './explain.ts'
import type { Subject } from './subject.ts'
import type { Verdict } from './verdict.ts'

export interface Judgement {
  readonly verdict: Verdict
  /** Whether the record may hold something else by now: to be read afresh before anything is sent. */
  readonly isLate: boolean
}

/** Operations of Odoo, as `newOperationId` names them. */
const isOperation = (id: string): boolean => id.startsWith('op_')

/**
 * The verdict (DESIGN §4): an event is an echo if and only if all that changed is what Odoo is known to hold, or what
 * our own writes explain.
 */
export const judge = (subject: Subject, view: RecordView, circumstances: Circumstances): Judgement => {
  const { known, seen, writes } = view
  const isTouched = known.size > 0 || seen !== undefined || writes.length > 0
  if (subject.action === 'deleted') return { verdict: judgeDeletion(isTouched, view), isLate: false }
  if (!isTouched) return { verdict: { emit: true, reason: 'untouched', fields: [...subject.changed] }, isLate: false }
  if (subject.texts.size + subject.others.size === 0) return { verdict: { emit: true, reason: 'passed', fields: [] }, isLate: false }

  const explain = explainer(subject, view, circumstances)
  const causes: string[] = []
  const news: string[] = []
  for (const field of subject.changed) {
    const cause = subject.texts.has(field) ? explain.synced(field) : explain.other(field)
    if (cause === undefined) news.push(field)
    else causes.push(cause)
  }
  if (news.length > 0) return { verdict: { emit: true, reason: 'change', fields: news }, isLate: isLate(subject, view, circumstances) || isUndecided(news, subject, view, circumstances) }
  const inside = explain.insideOperation()
  const operations = causes.filter(isOperation)
  const operation = inside !== undefined && (operations.length === 0 || operations.includes(inside)) ? inside : latest(operations)
  return {
    verdict: operation === undefined ? { emit: false, reason: 'known' } : { emit: false, reason: 'echo', operation_id: operation },
    isLate: false
  }
}

/** Ids sort as they were made. */
const latest = (operations: readonly string[]): string | undefined => operations.toSorted().at(-1)

/** Odoo is told what the record holds now, whatever it seems to hold already. */
export const judgeOvertaken = (subject: Subject, view: RecordView, circumstances: Circumstances): Judgement => ({
  verdict: { emit: true, reason: 'overtaken', fields: [] },
  isLate: isLate(subject, view, circumstances)
})

/** Only a deletion of our own can be an echo; one that Odoo was told of is known. */
const judgeDeletion = (isTouched: boolean, { seen, writes: [last] }: RecordView): Verdict => {
  if (last?.action === 'deleted') return { emit: false, reason: 'echo', operation_id: last.operation_id }
  if (seen && Object.hasOwn(seen.told, DELETED)) return { emit: false, reason: 'known' }
  return { emit: true, reason: isTouched ? 'change' : 'untouched', fields: [] }
}

/** Noted when Odoo is told of a deletion. */
export const DELETED = '*deleted'

/**
 * An event that is not later than what we know of the record tells of a state that may be gone: after one of our own
 * writes, after another event, or beside a write in flight.
 */
const isLate = (subject: Subject, { known, seen, writes }: RecordView, circumstances: Circumstances): boolean => {
  const { eventAt } = subject
  const { readAt, shopClock } = circumstances
  if (writes.some((write) => write.state === 'writing' && !isReplaced(write, subject, circumstances))) return true
  if (readAt !== undefined) {
    const isToldSince = [...known.values()].some(({ operation_id }) => (toldAt(operation_id) ?? 0) >= readAt)
    return isToldSince || writes.some(({ ended_at }) => (ended_at ?? 0) >= readAt)
  }
  if (eventAt === undefined) return false
  if (eventAt <= (seen?.last_event_at ?? Number.NEGATIVE_INFINITY)) return true
  return writes.some((write) => eventAt <= endOf(write, shopClock))
}

/**
 * All that is new in a record read afresh is what a write of ours was to change whose answer was lost: whether somebody
 * has set it back, or it was never made, the next attempt finds out, unless the event tells that it was there.
 */
const isUndecided = (news: readonly string[], subject: Subject, { writes }: RecordView, circumstances: Circumstances): boolean =>
  circumstances.readAt !== undefined && lostWrites(subject, writes, circumstances).some(({ fields }) => news.every((field) => Object.hasOwn(fields, field)))

/** Our writes of which nobody knows whether they were made. */
export const lostWrites = (subject: Subject, writes: readonly OwnWrite[], by: Pick<Circumstances, 'fingerprint'>): OwnWrite[] =>
  writes.filter((write) => write.state === 'unknown' && !isReplaced(write, subject, by))

/** Whether an event tells that somebody has replaced what our write had put there: it has been made. */
const isReplaced = ({ fields, as_read }: OwnWrite, { id, before }: Subject, { fingerprint }: Pick<Circumstances, 'fingerprint'>): boolean =>
  Object.entries(fields).some(([field, written]) => {
    const text = before.get(field)
    return text !== undefined && written !== as_read[field] && written === fingerprint(id, field, text).toString('base64')
  })
