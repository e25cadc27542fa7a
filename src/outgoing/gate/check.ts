import type { OutgoingTables } from '../../ledger/ledger.ts'
import { newOutboxId } from '../../ledger/outbox.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import type { OutgoingEvent } from '../event.ts'
import { freshen } from '../freshen.ts'
import { learnTold, noteTime } from '../learn.ts'
import { announcedState, type Subject } from '../subject.ts'
import type { Remembered, Verdict } from '../verdict.ts'
import { witness } from '../witness.ts'
import type { Judging } from './judging.ts'
import { type Memory, verdictOf } from './memory.ts'

/** The answer to a check. */
export interface Checked {
  readonly verdict: Verdict
  readonly isDuplicate: boolean
  /** The event may be out of date: what the record holds now decides. */
  readonly isLate: boolean
}

/** The answer to a check of a late event. */
export interface CheckedLate {
  readonly verdict: Verdict
  /** As it is to be sent, with the values of now; `undefined` when they are not known. */
  readonly fresh?: OutgoingEvent
  readonly isDuplicate: boolean
}

/** Judges events for somebody else who sends them to Odoo, within the caller's transaction. */
export const createCheck = (judging: Judging, memory: Memory) => {
  /** Who asks sends it at once: how long it takes to reach Odoo is not known here. */
  const learnAllowed = (verdict: Verdict, subject: Subject, tables: OutgoingTables): void => {
    const setter = newOutboxId()
    learnTold(subject, setter, judging.newsFrom(verdict, subject, tables), tables)
    tables.known.tells.deliver(setter, Date.now())
  }

  const checkedBefore = (event: OutgoingEvent, tables: OutgoingTables): Exclude<Remembered, 'held'> | undefined => {
    const before = memory.of(event, 'check', tables)
    return before === 'held' ? undefined : before
  }

  return {
    check(event: OutgoingEvent, tables: OutgoingTables): Checked {
      const before = checkedBefore(event, tables)
      if (before) return { verdict: verdictOf(before), isDuplicate: true, isLate: before.late !== undefined }
      const { subject, judgement } = judging.event({ event, source: 'relay' }, tables)
      const { verdict } = judgement
      // What a hook announces is not in the shop yet, nor what is being written.
      const isToCome = announcedState(event) !== undefined || (judgement.isLate && subject !== undefined && judging.isBeingWritten(subject, tables))
      const isLate = verdict.emit && judgement.isLate && !isToCome
      if (subject && verdict.emit && !isLate) learnAllowed(verdict, subject, tables)
      if (subject) {
        noteTime(subject, judging.timeOf(subject), tables)
        witness(subject, tables)
      }
      memory.keep(event, 'check', isLate ? { ...verdict, late: 'open' } : verdict, tables)
      return { verdict, isDuplicate: false, isLate }
    },

    checkLate(event: OutgoingEvent, record: ShopRecord | undefined, readAt: number, tables: OutgoingTables): CheckedLate {
      const before = checkedBefore(event, tables)
      const subject = judging.read(event)
      const isDuplicate = before?.late === 'told'
      if (!subject || !record) {
        const verdict = before ? verdictOf(before) : judging.event({ event, source: 'relay' }, tables).judgement.verdict
        return { verdict, isDuplicate }
      }
      const fresh = freshen(event, subject, record)
      const now = judging.read(fresh) ?? subject
      const verdict = before && isDuplicate ? verdictOf(before) : judging.subject(now, 'relay', readAt, tables).verdict
      if (verdict.emit) learnAllowed(verdict, now, tables)
      memory.keep(event, 'check', verdict.emit ? { ...verdict, late: 'told' } : verdict, tables)
      return { verdict, fresh, isDuplicate }
    }
  }
}
