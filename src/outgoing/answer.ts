import * as v from 'valibot'
import { retryAfter } from '../http/retry-after.ts'
import { scrubbed } from '../prestashop/messages.ts'
import { type Parcel, textsOf } from './parcel.ts'

/** What Odoo said about one event. */
export type EventAnswer =
  | { readonly delivered: true; readonly odooId?: unknown; readonly eventId?: string | number | undefined }
  | { readonly delivered: false; readonly message: string; readonly eventId?: string | number | undefined }

/** What Odoo said about one request. */
export type Answer =
  /** In the order of the events; what is missing at the end was not looked at. */
  | { readonly kind: 'answered'; readonly events: readonly EventAnswer[] }
  /** The request as a whole: one of its events may be the reason. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing can be delivered now; no event is the reason. */
  | Trouble

export interface Trouble {
  /** `misconfigured` needs the operator. */
  readonly kind: 'unavailable' | 'misconfigured'
  /** Says what to do next; neither the URL nor the secret is in it. */
  readonly message: string
  readonly retryAfterMs?: number | undefined
  /** `false` only when Odoo has surely taken nothing of the request. */
  readonly sent?: boolean | undefined
}

/** An answer of Odoo as it came. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

const words = v.looseObject({
  success: v.optional(v.unknown()),
  status: v.optional(v.unknown()),
  error: v.optional(v.unknown()),
  message: v.optional(v.unknown()),
  reason: v.optional(v.unknown()),
  odoo_id: v.optional(v.unknown()),
  // Odoo writes false for nothing.
  event_id: v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  results: v.fallback(v.optional(v.array(v.unknown())), undefined)
})

type Words = v.InferOutput<typeof words>

/** An Odoo route of type `json` wraps what it returns, and answers 200 also for an exception. */
const jsonRpc = v.looseObject({ jsonrpc: v.string(), result: v.optional(v.unknown()), error: v.optional(v.unknown()) })

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const unwrapped = (json: unknown): unknown => {
  const { success, output } = v.safeParse(jsonRpc, json)
  if (!success) return json
  return output.error === undefined ? output.result : { success: false, error: output.error }
}

const wordsOf = (json: unknown): Words | undefined => {
  const { success, output } = v.safeParse(words, Array.isArray(json) ? { results: json } : json)
  return success ? output : undefined
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || value === 'true' || value === '1'

const isError = ({ success, status, error }: Words): boolean => {
  if (isTrue(success)) return false
  return success !== undefined || status === 'error' || (error !== undefined && error !== null && error !== false && error !== '')
}

/** Odoo's own words, of an exception the text it was raised with. */
const reasonOf = (given: Words | undefined): string => {
  const inner = v.safeParse(v.looseObject({ message: v.optional(v.unknown()), data: v.optional(v.looseObject({ message: v.string() })) }), given?.error)
  const candidates = [inner.success ? (inner.output.data?.message ?? inner.output.message) : given?.error, given?.message, given?.reason]
  return candidates.find((text) => typeof text === 'string') ?? ''
}

/** What was sent is kept out of it. */
const refusal = (how: string, given: Words | undefined, parcels: readonly Parcel[]): string => {
  const reason = scrubbed(reasonOf(given), parcels.flatMap(({ stored }) => textsOf(stored)))
  return `Odoo refused it${how}${reason === '' ? ' and did not say why: its log may tell' : `: ${reason}`}`
}

const eventAnswer = (result: unknown, parcel: Parcel): EventAnswer => {
  const given = wordsOf(result)
  // As the shop's module reads it: what is not said to be done is not done.
  if (!given || !isTrue(given.success)) return { delivered: false, message: refusal('', given, [parcel]), eventId: given?.event_id }
  return { delivered: true, odooId: given.odoo_id, eventId: given.event_id }
}

const typeOf = (headers: Headers): string => headers.get('content-type') ?? ''

/** Odoo calls whatever a controller returns `text/html`, be it `OK` or JSON: there only markup makes a page of it. */
const isWebPage = (body: string, type: string): boolean => /^\s*</.test(body) || (/^text\/html\b/i.test(type) && /^[^{[]*<[a-z!/]/i.test(body))

const isMeantAsJson = (body: string, type: string): boolean => /^\s*[{[]/.test(body) || (body.trim() !== '' && /^application\/json\b/i.test(type))

const successful = (body: string, headers: Headers, parcels: readonly Parcel[]): Answer => {
  if (isWebPage(body, typeOf(headers))) {
    return {
      kind: 'misconfigured',
      message: 'A web page answers at ODOO_WEBHOOK_URL, nothing that takes events: check the URL, and what the proxy before Odoo does'
    }
  }
  const json = jsonOf(body)
  if (json === undefined && isMeantAsJson(body, typeOf(headers))) {
    return {
      kind: 'unavailable',
      message: 'The answer of Odoo is no valid JSON, or was cut off: if it stays so, check what takes the events in Odoo, and the proxy before it',
      retryAfterMs: retryAfter(headers)
    }
  }
  const given = wordsOf(unwrapped(json))
  if (given?.results) {
    if (given.results.length === 0) return { kind: 'refused', message: 'Odoo answered without a result for any event' }
    const { results } = given
    return { kind: 'answered', events: parcels.slice(0, results.length).map((parcel, index) => eventAnswer(results[index], parcel)) }
  }
  if (given && isError(given)) return { kind: 'refused', message: refusal('', given, parcels) }
  const odooId = parcels.length === 1 ? given?.odoo_id : undefined
  return { kind: 'answered', events: parcels.map(() => ({ delivered: true, odooId })) }
}

const misconfigured = (status: number): string | undefined => {
  if (status < 400) return `Odoo redirects to another address (HTTP ${status}): put the final address into ODOO_WEBHOOK_URL`
  if (status === 401 || status === 403) {
    return `Odoo refuses the sender (HTTP ${status}): check that ODOO_WEBHOOK_SECRET is the secret that the receiver in Odoo expects`
  }
  if (status === 404 || status === 405) {
    return (
      `Nothing takes events at ODOO_WEBHOOK_URL (HTTP ${status}): check the URL, that the module or the rule is active in Odoo, ` +
      'and, if Odoo has several databases, that its host name selects one'
    )
  }
  return undefined
}

/** Reads Odoo's answer to a request with these events. */
export const readAnswer = ({ status, headers, body }: Reply, parcels: readonly Parcel[]): Answer => {
  if (status >= 200 && status < 300) return successful(body, headers, parcels)
  const fix = misconfigured(status)
  // Who turns the request away, or elsewhere, has not looked at its events.
  if (fix !== undefined) return { kind: 'misconfigured', message: fix, retryAfterMs: retryAfter(headers), sent: false }
  if (status === 408 || status === 429 || status > 500) {
    return { kind: 'unavailable', message: `Odoo takes nothing right now (HTTP ${status})`, retryAfterMs: retryAfter(headers) }
  }
  return { kind: 'refused', message: refusal(` (HTTP ${status})`, wordsOf(unwrapped(jsonOf(body))), parcels) }
}
