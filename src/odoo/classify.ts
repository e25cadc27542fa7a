import * as v from 'valibot'
import { retryAfter } from '../http/retry-after.ts'
import { OdooError, type OdooErrorDetails } from './errors.ts'

/** The call that an error is about. */
export interface Call {
  readonly model: string
  readonly method: string
}

/** A whole answer; `json` only when its body is JSON. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json?: unknown
}

type Verdict = Omit<OdooErrorDetails, 'model' | 'method' | 'status' | 'retryAfterMs'> & { readonly what: string }

/** `serialize_exception` of odoo/http.py: the same object in both protocols. */
const exceptionSchema = v.object({ name: v.string(), message: v.fallback(v.string(), '') })

/** Odoo's Python exception, as it is in an answer. */
export type OdooException = v.InferOutput<typeof exceptionSchema>

export const asException = (value: unknown): OdooException | undefined => {
  const parsed = v.safeParse(exceptionSchema, value)
  return parsed.success ? parsed.output : undefined
}

const keyAdvice = 'Check ODOO_API_KEY: keys end after at most three months, and belong to one user (ODOO_USER) of one database'
const databaseAdvice = 'Check ODOO_URL and ODOO_DB, and that Odoo is 17 or later with the module "rpc" or "web" installed'

const notLoggedIn: Verdict = { kind: 'misconfigured', what: 'the key is refused', advice: keyAdvice }

/** What another try may bring: conflicts between transactions, and locks. */
const passing = /^psycopg2\.|(?:LockError|ConcurrencyError)$/

/** Rules and actions hold no personal data, so that Odoo's reason may be quoted. */
const isQuotable = (model: string): boolean => model === 'base.automation' || model.startsWith('ir.')

const firstLine = (message: string): string => message.trim().split('\n')[0]?.slice(0, 300) ?? ''

/** By the exception's name; its text is in the user's language, and names records and people. */
const judgeException = ({ model, method }: Call, { name, message }: OdooException): Verdict => {
  const unknownField = /Invalid field '?"?([\w.]+)/.exec(message)?.[1]
  if (unknownField !== undefined) {
    return { kind: 'permanent', what: `there is no field ${unknownField}`, field: unknownField }
  }
  const isUnknownModel = /the model '[\w.]+' does not exist|^Object [\w.]+ doesn't exist/.test(message)
  if (isUnknownModel) {
    return { kind: 'misconfigured', what: 'there is no such model', advice: `Install the Odoo app that brings ${model}` }
  }
  if (/database .+ does not exist/.test(message)) {
    return { kind: 'misconfigured', what: 'there is no such database', advice: 'Check ODOO_DB' }
  }
  if (passing.test(name)) return { kind: 'transient', what: `Odoo was busy (${name})` }
  switch (name) {
    case 'odoo.exceptions.AccessDenied':
    case 'werkzeug.exceptions.Unauthorized':
    case 'odoo.http.SessionExpiredException':
      return notLoggedIn
    case 'odoo.exceptions.AccessError':
      return {
        kind: 'misconfigured',
        what: `the user of the key may not ${method} ${model}`,
        advice: 'Give ODOO_USER the access rights for it, in all companies concerned',
        blocked: { model, method }
      }
    case 'odoo.exceptions.MissingError':
      return { kind: 'permanent', what: 'the record is gone', notFound: true }
    case 'odoo.exceptions.UserError':
    case 'odoo.exceptions.ValidationError':
    case 'odoo.exceptions.RedirectWarning': {
      const reason = isQuotable(model) && message !== '' ? `: ${firstLine(message)}` : ''
      return { kind: 'permanent', what: `refused${reason}`, ...(reason === '' ? { advice: 'Odoo tells why in its own log' } : {}) }
    }
    case 'werkzeug.exceptions.NotFound':
      return { kind: 'misconfigured', what: 'there is no such method', advice: databaseAdvice }
    default:
      return { kind: 'transient', what: `an exception inside Odoo (${name})`, advice: "Odoo's log has more" }
  }
}

const gateway = new Set([502, 503, 504, 521, 522, 523, 524, 525, 526, 530])

/** An answer without Odoo's own words: something before Odoo, or an Odoo without this route or database. */
const judgeStatus = (status: number): Verdict => {
  if (status >= 200 && status < 300) {
    return { kind: 'misconfigured', what: 'answered with something else than JSON', advice: 'Check ODOO_URL: is Odoo at that address?' }
  }
  if (status < 400) {
    return { kind: 'misconfigured', what: 'redirected instead of answered', advice: 'Give ODOO_URL the address and the https:// that Odoo redirects to' }
  }
  if (gateway.has(status)) return { kind: 'unavailable', what: `Odoo is away (status ${status})` }
  if (status === 401) return notLoggedIn
  if (status === 408 || status === 429) return { kind: 'transient', what: `asked to wait with status ${status}` }
  if (status === 413) return { kind: 'permanent', what: 'too large for the server in front of Odoo (413)' }
  if (status < 500) return { kind: 'misconfigured', what: `refused with status ${status}`, advice: databaseAdvice }
  return { kind: 'transient', what: `status ${status}`, advice: "Odoo's log has more" }
}

/** The error in an answer that is not a good one. */
export const classifyAnswer = (call: Call, { status, headers }: Answer, exception?: OdooException): OdooError => {
  const { what, ...details } = exception ? judgeException(call, exception) : judgeStatus(status)
  return new OdooError(what, {
    ...details,
    ...call,
    status,
    exception: exception?.name,
    retryAfterMs: retryAfter(headers)
  })
}
