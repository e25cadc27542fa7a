import type { Ledger } from '../ledger/ledger.ts'
import type { OutboxEntry } from '../ledger/outbox.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import type { OutgoingEvent } from './event.ts'
import { type Checked, type CheckedLate, createCheck } from './gate/check.ts'
import { createJudging, type Submission } from './gate/judging.ts'
import { createMemory } from './gate/memory.ts'
import { createRelease, type Released } from './gate/release.ts'
import { createSubmit, type Submitted } from './gate/submit.ts'
import type { ShopFacts } from './shop-facts.ts'
import type { Verdict } from './verdict.ts'

export type { Checked, CheckedLate } from './gate/check.ts'
export type { Submission } from './gate/judging.ts'
export type { Submitted } from './gate/submit.ts'

/** Tells echoes from changes. Never waits, and never calls the shop: the shop may be waiting for us. */
export interface Gate {
  /** Judges events and puts what Odoo is to hear of into the outbox, all in one transaction. */
  submit(submissions: readonly Submission[]): Submitted[]
  /** Judges events for somebody else who sends them to Odoo; what is let through counts as told. */
  check(events: readonly OutgoingEvent[]): Checked[]
  /**
   * Judges a late event once more by what the record holds now; `undefined` = nobody knows, it goes on as it stands.
   * Whoever asks again about an event that was let through gets the first verdict, and the values of now.
   * @param readAt when its reading began, milliseconds since 1970
   */
  checkLate(event: OutgoingEvent, record: ShopRecord | undefined, readAt: number): CheckedLate
  /**
   * Judges a held entry by what the record holds now; `undefined` = it is gone.
   * @returns what became of the entry; `again` when it must be read once more
   */
  release(entry: OutboxEntry, record: ShopRecord | undefined, readAt: number): Released['result']
}

export interface GateOptions {
  readonly ledger: Ledger
  readonly facts: Pick<ShopFacts, 'zone' | 'language'>
  /**
   * Told of every verdict and the record that it is about, after the commit; of a held event once it is held, and once
   * more when it is released.
   */
  readonly onVerdict?: (verdict: Verdict | 'held', about: Pick<OutgoingEvent, 'entity_type' | 'entity_id'>) => void
  /** Told of every event that goes on, as it is sent, after the commit. */
  readonly onEmit?: (event: OutgoingEvent) => void
}

/** One gate for one ledger. */
export const createGate = ({ ledger, facts, onVerdict, onEmit }: GateOptions): Gate => {
  const judging = createJudging(ledger, facts)
  const memory = createMemory(ledger)
  const submit = createSubmit(judging, memory)
  const checking = createCheck(judging, memory)
  const release = createRelease(judging)
  const { outgoing, events: signals } = ledger

  const report = ({ verdict, isDuplicate }: Submitted, event: OutgoingEvent): void => {
    onVerdict?.(verdict, event)
    if (verdict !== 'held' && verdict.emit && !isDuplicate) onEmit?.(event)
  }

  return {
    submit: (submissions) => {
      const submitted = outgoing.write((tables) => submissions.map((submission) => submit(submission, tables)))
      for (const [index, one] of submitted.entries()) report(one, submissions[index]!.event)
      if (submitted.some(({ verdict }) => verdict === 'held' || verdict.emit)) signals.emit('told')
      return submitted
    },
    check: (events) => {
      const checked = outgoing.write((tables) => events.map((event) => checking.check(event, tables)))
      for (const [index, one] of checked.entries()) if (!one.isLate) report(one, events[index]!)
      return checked
    },
    checkLate: (event, record, readAt) => {
      const checked = outgoing.write((tables) => checking.checkLate(event, record, readAt, tables))
      report(checked, checked.fresh ?? event)
      return checked
    },
    release: (entry, record, readAt) => {
      const released = outgoing.write((tables) => release(entry, record, readAt, tables))
      if (released.result === 'again') return released.result
      const { verdict, event } = released
      onVerdict?.(verdict, event ?? entry)
      if (verdict.emit && event) onEmit?.(event)
      if (verdict.emit) signals.emit('told')
      return released.result
    }
  }
}
