/** What became of a failed attempt; see DESIGN: `dependency` waits for another record, the rest as the shop's errors. */
export type FailureKind = 'transient' | 'dependency' | 'permanent' | 'unavailable' | 'misconfigured' | 'uncaught'

export type FailureCode = 'validation' | 'not_found' | 'identity_conflict' | 'dependency' | 'total_mismatch'

/** An operation that cannot be applied, for a reason that lies in it and not in the shop's answer. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly code: FailureCode
  readonly kind: FailureKind
  /** The field of the payload that the reason lies in. */
  readonly field: string | undefined

  /** @param message what happened and what the operator can do; no values, they may be personal data */
  constructor(code: FailureCode, message: string, field?: string) {
    super(message)
    this.code = code
    this.kind = code === 'dependency' ? 'dependency' : 'permanent'
    this.field = field
  }
}

/** Odoo has announced what it does not hold yet: it is looked at again, for some time. */
export class NotYetError extends SyncError {
  /** Milliseconds after which it counts as it is. */
  readonly patienceMs: number

  constructor(message: string, patienceMs: number) {
    super('dependency', message)
    this.patienceMs = patienceMs
  }
}

/** Somebody in the shop has changed a field while its record was being written: what becomes of it is to be decided anew. */
export class ChangedMeanwhileError extends Error {
  override readonly name = 'ChangedMeanwhileError'
  readonly field: string

  constructor(field: string) {
    super(`Somebody in the shop changed ${field} while the record was written`)
    this.field = field
  }
}

/** The server is stopping, or the sync is switched off: the operation is given back untouched. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}
