import { OdooError } from '../odoo/errors.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { ChangedMeanwhileError, type FailureKind, NotYetError, SyncError } from './errors.ts'

const FIRST_DELAY = 1_000
const LONGEST_DELAY = 900_000
const DEPENDENCY_PATIENCE = 86_400_000
/** How often an uncaught exception of the shop (an empty 500) is looked at again. */
const UNCAUGHT_ATTEMPTS = 3

/** Milliseconds before attempt `attempt + 1`: doubling from 1 s to 15 min, the last half of it left to chance. */
export const backoff = (attempt: number): number => {
  const delay = Math.min(FIRST_DELAY * 2 ** Math.min(attempt - 1, 30), LONGEST_DELAY)
  return Math.round(delay / 2 + (Math.random() * delay) / 2)
}

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
  readonly field?: string
  readonly code?: string
  /** Nobody foresaw it: the log has its stack. */
  readonly isUnexpected?: true
}

/** Where an error comes from, without its message: that may quote a payload. */
export const stackOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).join('\n') : undefined

export const describeFailure = (error: unknown): Failure => {
  if (error instanceof SyncError) {
    return { kind: error.kind, message: error.message, code: error.code, ...(error.field === undefined ? {} : { field: error.field }) }
  }
  if (error instanceof PrestashopError) {
    // Seen before the write and gone at the write: the next attempt looks anew.
    const kind = error.notFound ? 'transient' : error.kind
    return { kind, message: error.message, ...(error.field === undefined ? {} : { field: error.field }) }
  }
  if (error instanceof OdooError) {
    // Gone between two reads, or Odoo is away: the next attempt looks anew.
    const kind = error.kind === 'permanent' && !error.notFound ? 'permanent' : 'dependency'
    return { kind, message: error.message, ...(error.field === undefined ? {} : { field: error.field }) }
  }
  if (error instanceof ChangedMeanwhileError) return { kind: 'transient', message: error.message }
  // Nothing of an unknown error's text is shown: it may quote a payload.
  const name = error instanceof Error ? error.name : typeof error
  return { kind: 'transient', message: `An unexpected error (${name}); the log has more`, isUnexpected: true }
}

/** Whether Odoo's API as a whole cannot be used: that is waited for however long it takes, as for the shop. */
const isOdooAway = (error: unknown): boolean =>
  error instanceof OdooError && (error.kind === 'unavailable' || (error.kind === 'misconfigured' && error.blocked === undefined))

/** What is to be done after a failed attempt. */
export type Reaction =
  | { readonly do: 'fail' }
  | {
      readonly do: 'retry'
      readonly delay: number
      readonly burnt: boolean
      /** How much of its patience this costs, in milliseconds; left out = none. */
      readonly waitedMs?: number
    }
  /** The shop as a whole is away: nothing more is tried until a probe succeeds. */
  | { readonly do: 'break'; readonly delay: number; readonly burnt: boolean }

export interface Attempt {
  /** Attempts that counted, this one included. */
  readonly attempts: number
  /** Failures of this operation of the same kind, this one included, since the process began. */
  readonly strikes: number
  /** Milliseconds that it has waited for another record: a shop that was down meanwhile does not count. */
  readonly waitedMs: number
}

/**
 * The one place where it is decided whether an operation is tried again (DESIGN §3.5).
 * An operation that takes the shop down with it again and again waits longer each time, so that others get through.
 */
export const react = (error: unknown, failure: Failure, attempt: Attempt, maxAttempts: number): Reaction => {
  const retryAfter = error instanceof PrestashopError || error instanceof OdooError ? (error.retryAfterMs ?? 0) : 0
  const delay = Math.max(backoff(attempt.attempts), retryAfter)
  switch (failure.kind) {
    case 'permanent':
      return { do: 'fail' }
    case 'dependency': {
      const most = error instanceof NotYetError ? error.patienceMs : Number.POSITIVE_INFINITY
      const wait = { do: 'retry', delay: Math.min(Math.max(backoff(attempt.strikes), retryAfter), most), burnt: false } as const
      if (isOdooAway(error)) return wait
      return attempt.waitedMs >= DEPENDENCY_PATIENCE ? { do: 'fail' } : { ...wait, waitedMs: wait.delay }
    }
    case 'uncaught':
      return attempt.strikes >= UNCAUGHT_ATTEMPTS ? { do: 'fail' } : { do: 'retry', delay, burnt: true }
    case 'transient':
      // No answer at all: a probe tells whether it is the shop or this operation. Burnt only if the shop answered since.
      if (error instanceof PrestashopError && error.status === undefined && error.sent) {
        const isOver = attempt.attempts >= maxAttempts && attempt.strikes > 1
        return isOver ? { do: 'fail' } : { do: 'break', delay: Math.max(backoff(attempt.strikes), retryAfter), burnt: attempt.strikes > 1 }
      }
      return attempt.attempts >= maxAttempts ? { do: 'fail' } : { do: 'retry', delay, burnt: true }
    default: {
      const patience = Math.max(backoff(attempt.strikes), retryAfter)
      const blocked = error instanceof PrestashopError && error.blocked !== undefined
      if (blocked) return { do: 'retry', delay: patience, burnt: false }
      return { do: 'break', delay: attempt.strikes > 1 ? patience : retryAfter, burnt: false }
    }
  }
}
