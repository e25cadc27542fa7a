import type { OutgoingTables } from '../../ledger/ledger.ts'
import { newOutboxId, OVERTAKEN } from '../../ledger/outbox.ts'
import { learnTold, noteTime } from '../learn.ts'
import type { Verdict } from '../verdict.ts'
import { witness } from '../witness.ts'
import { type Judged, type Judging, type Submission, summaryOf } from './judging.ts'
import { type Memory, verdictOf } from './memory.ts'

/** What became of a submission. */
export interface Submitted {
  /** `held`: in the outbox, to be read afresh in the shop before anything is sent: it may be out of date. */
  readonly verdict: Verdict | 'held'
  /** The same event was judged before. */
  readonly isDuplicate: boolean
}

/** What waits to be read afresh goes to Odoo first, and decides what is news then. */
const behindHeld = (judged: Judged, { outbox }: OutgoingTables): Judged => {
  const { subject, judgement } = judged
  if (!subject || subject.action === 'deleted' || !judgement.verdict.emit || judgement.isLate) return judged
  return outbox.isHeld(subject.entity.type, subject.id) ? { subject, judgement: { ...judgement, isLate: true } } : judged
}

/** Judges an event and puts what Odoo is to hear of into the outbox, within the caller's transaction. */
export const createSubmit = (judging: Judging, memory: Memory): ((submission: Submission, tables: OutgoingTables) => Submitted) => {
  const putIntoOutbox = (submission: Submission, { subject, judgement: { verdict, isLate } }: Judged, tables: OutgoingTables): void => {
    const { event, source, raw = event } = submission
    if (!verdict.emit) return
    const outboxId = newOutboxId()
    const [entityType, id] = subject ? [subject.entity.type, subject.id] : [event.entity_type, event.entity_id]
    const told = subject && !isLate ? learnTold(subject, outboxId, judging.newsFrom(verdict, subject, tables), tables) : []
    tables.outbox.put({
      outbox_id: outboxId,
      entity_type: entityType,
      entity_id: id,
      source,
      event: JSON.stringify(typeof raw === 'object' ? { ...raw, ...summaryOf(source, verdict) } : event),
      status: isLate ? 'held' : 'pending',
      reason: verdict.reason,
      fields: told,
      own_write: tables.ownWrites.lastOf(entityType, id)
    })
  }

  /** A check that let an event through counts as told; who relays it all the same means us to send it. */
  const allowedBefore = ({ event, source }: Submission, tables: OutgoingTables): Judged | undefined => {
    const checked = source === 'relay' ? memory.of(event, 'check', tables) : undefined
    if (checked === undefined || checked === 'held' || !checked.emit || checked.late === 'open') return undefined
    const verdict = verdictOf(checked)
    if (!verdict.emit) return undefined
    // What was let through late is what the record held by then.
    const isLate = checked.late === 'told'
    return { subject: judging.read(event), judgement: { verdict: isLate ? { ...verdict, reason: OVERTAKEN } : verdict, isLate } }
  }

  const first = (submission: Submission, tables: OutgoingTables): Verdict | 'held' => {
    const judged = behindHeld(allowedBefore(submission, tables) ?? judging.event(submission, tables), tables)
    putIntoOutbox(submission, judged, tables)
    if (judged.subject) {
      noteTime(judged.subject, judging.timeOf(judged.subject), tables)
      witness(judged.subject, tables)
    }
    const { verdict, isLate } = judged.judgement
    return verdict.emit && isLate ? 'held' : verdict
  }

  return (submission, tables) => {
    const { event, source } = submission
    // A row that is read again is judged again: known values tell.
    if (source === 'poll') return { verdict: first(submission, tables), isDuplicate: false }
    const before = memory.of(event, 'relay', tables)
    if (before !== undefined) return { verdict: before === 'held' ? before : verdictOf(before), isDuplicate: true }
    const verdict = first(submission, tables)
    memory.keep(event, 'relay', verdict, tables)
    return { verdict, isDuplicate: false }
  }
}
