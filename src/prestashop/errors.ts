/**
 * What an error means for the operation, decided once, by `classify.ts`:
 * `transient` may pass; `uncaught` is the shop's empty 500, read again before any retry; `permanent` will not pass;
 * `unavailable` is the shop as a whole being away; `misconfigured` needs the operator.
 */
export type ErrorKind = 'transient' | 'uncaught' | 'permanent' | 'unavailable' | 'misconfigured'

/** All that is known of a failed call. No part of it may hold a password, the key, personal data or a server path. */
export interface ErrorDetails {
  /** The HTTP method of the call that failed. */
  method: string
  /** The resource, such as `customers`; `''` for the list of permissions. */
  resource: string
  id?: number | undefined
  /** HTTP status; without one there was no whole answer. */
  status?: number | undefined
  /** The shop's own error codes, in its order. */
  codes?: readonly number[] | undefined
  /** The shop's own messages in the order of `codes`, without values and server paths. */
  messages?: readonly string[] | undefined
  kind: ErrorKind
  /** The field the shop complains about. */
  field?: string | undefined
  /** What the operator can do. */
  advice?: string | undefined
  /** Milliseconds the shop asks us to wait. */
  retryAfterMs?: number | undefined
  /** `false` only when the request surely never reached the shop; unless told, `true`. */
  sent?: boolean | undefined
  /** The call ran out of time. */
  timedOut?: boolean | undefined
  /** The right that the key lacks (codes 25 and 26). */
  blocked?: { resource: string; method: string } | undefined
  /** The record that the call is about is not there (codes 87 and 92). */
  notFound?: boolean | undefined
  /** The base URL of the shop that the answer redirects to. */
  redirectsTo?: string | undefined
}

/** A call that did not do what it was to do; the message tells what happened, to which record, and what helps. */
export class PrestashopError extends Error {
  override readonly name = 'PrestashopError'
  /** What happened, in a few words without a full stop. */
  readonly what: string
  readonly method: string
  readonly resource: string
  readonly id?: number
  readonly status?: number
  readonly codes: number[]
  readonly messages: string[]
  readonly kind: ErrorKind
  readonly field?: string
  readonly advice?: string
  readonly retryAfterMs?: number
  readonly sent: boolean
  readonly timedOut: boolean
  readonly blocked?: { resource: string; method: string }
  readonly notFound: boolean
  readonly redirectsTo?: string

  /** @param what what happened, in a few words without a full stop, such as `Property Customer->email is not valid` */
  constructor(what: string, details: ErrorDetails) {
    const target = `/${details.resource}${details.id === undefined ? '' : `/${details.id}`}`
    const codes = details.codes?.length ? ` (${details.codes.join(', ')})` : ''
    super(`${details.method} ${target}: ${what}${codes}${details.advice === undefined ? '' : `. ${details.advice}`}`)
    this.what = what
    this.method = details.method
    this.resource = details.resource
    if (details.id !== undefined) this.id = details.id
    if (details.status !== undefined) this.status = details.status
    this.codes = [...(details.codes ?? [])]
    this.messages = [...(details.messages ?? [])]
    this.kind = details.kind
    if (details.field !== undefined) this.field = details.field
    if (details.advice !== undefined) this.advice = details.advice
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    this.sent = details.sent ?? true
    this.timedOut = details.timedOut ?? false
    if (details.blocked !== undefined) this.blocked = details.blocked
    this.notFound = details.notFound ?? false
    if (details.redirectsTo !== undefined) this.redirectsTo = details.redirectsTo
  }
}
