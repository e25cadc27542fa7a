/**
 * What a failed call means, decided once, by `classify.ts`: `transient` may pass; `permanent` will not pass;
 * `unavailable` is Odoo as a whole being away; `misconfigured` needs the operator.
 */
export type OdooErrorKind = 'transient' | 'permanent' | 'unavailable' | 'misconfigured'

/** All that is known of a failed call. No part of it may hold the key, a webhook's secret or personal data. */
export interface OdooErrorDetails {
  /** The model that was called, such as `res.partner`; `common` for the version and the login. */
  readonly model: string
  /** The method of the model, such as `read`. */
  readonly method: string
  readonly kind: OdooErrorKind
  /** HTTP status; without one there was no whole answer. */
  readonly status?: number | undefined
  /** Odoo's Python exception, such as `odoo.exceptions.AccessError`. */
  readonly exception?: string | undefined
  /** The field that Odoo complains about. */
  readonly field?: string | undefined
  /** What the operator can do. */
  readonly advice?: string | undefined
  /** Milliseconds that Odoo asks us to wait. */
  readonly retryAfterMs?: number | undefined
  /** `false` only when the request surely never reached Odoo; unless told, `true`. */
  readonly sent?: boolean | undefined
  readonly timedOut?: boolean | undefined
  /** The right that the key's user lacks. */
  readonly blocked?: { readonly model: string; readonly method: string } | undefined
  /** The record that the call is about is not there. */
  readonly notFound?: boolean | undefined
}

/** A call that Odoo did not answer as it should; the message tells what happened, to which model, and what helps. */
export class OdooError extends Error {
  override readonly name = 'OdooError'
  readonly model: string
  readonly method: string
  readonly kind: OdooErrorKind
  readonly status?: number
  readonly exception?: string
  readonly field?: string
  readonly advice?: string
  readonly retryAfterMs?: number
  readonly sent: boolean
  readonly timedOut: boolean
  readonly blocked?: { readonly model: string; readonly method: string }
  readonly notFound: boolean

  /** @param what what happened, in a few words without a full stop */
  constructor(what: string, details: OdooErrorDetails) {
    super(`Odoo, ${details.model} ${details.method}: ${what}${details.advice === undefined ? '' : `. ${details.advice}`}`)
    this.model = details.model
    this.method = details.method
    this.kind = details.kind
    if (details.status !== undefined) this.status = details.status
    if (details.exception !== undefined) this.exception = details.exception
    if (details.field !== undefined) this.field = details.field
    if (details.advice !== undefined) this.advice = details.advice
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs
    this.sent = details.sent ?? true
    this.timedOut = details.timedOut ?? false
    if (details.blocked !== undefined) this.blocked = details.blocked
    this.notFound = details.notFound ?? false
  }
}
