import type { OutgoingEvent } from './event.ts'
import type { Verdict } from './verdict.ts'

/** An event that a source has seen. */
export interface Submission {
  readonly event: OutgoingEvent
  readonly source: 'relay' | 'poll'
  /** Of an event made from a record that we read: when its reading began, milliseconds since 1970. */
  readonly readAt?: number
}

/** What became of a submission. */
export type Submitted =
  | { readonly verdict: Verdict; readonly isDuplicate: boolean }
  /** In the outbox, to be read afresh in the shop before anything is sent: it is later than it looks. */
  | { readonly verdict: 'held'; readonly isDuplicate: boolean }

/** Tells echoes from changes. */
export interface Gate {
  /** Judges events and puts what Odoo is to hear of into the outbox, all in one transaction. */
  submit(submissions: readonly Submission[]): Submitted[]
}
