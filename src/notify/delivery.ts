import * as v from 'valibot'
import { isTooDeep } from '../http/json.ts'
import { isPlainObject } from '../http/plain-object.ts'

/** An event as somebody sent it; nothing is sure of it but that it is an object. */
export type Event = Readonly<Record<string, unknown>>

/** What one request brought. */
export interface Delivery {
  readonly events: readonly Event[]
  /** Of a batch, when it has one. */
  readonly batchId?: string | number
  readonly isBatch: boolean
}

const MOST_EVENTS = 1_000
/** Levels that a batch and a notification put around a webhook. */
const WRAPPING = 4

const event = v.custom<Event>(isPlainObject, 'must be a JSON object')
const batch = v.object({
  batch_id: v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  events: v.pipe(v.array(event, 'must be a list of JSON objects'), v.maxLength(MOST_EVENTS, `must be at most ${MOST_EVENTS}`))
})

const EXPECTED = 'expected an event, or { "events": [ … ] }'

const decoder = new TextDecoder('utf-8', { fatal: true })

const parseJson = (bytes: Uint8Array): { value: unknown } | { error: string } => {
  if (bytes.byteLength === 0) return { error: `The body is empty: ${EXPECTED}` }
  try {
    return { value: JSON.parse(decoder.decode(bytes)) }
  } catch {
    // Its own words would quote the body, which may hold a secret.
    return { error: `The body is not valid JSON in UTF-8: ${EXPECTED}` }
  }
}

/**
 * Reads the body of a request: one event, a list of events, or a batch as the shop's module sends it
 * (`{ "batch_id", "events": [ … ] }`).
 * @returns `error`, a sentence, when it is none of them
 */
export const parseDelivery = (bytes: Uint8Array): Delivery | { readonly error: string } => {
  const parsed = parseJson(bytes)
  if ('error' in parsed) return parsed
  const { value } = parsed
  if (isTooDeep(value, -WRAPPING)) return { error: 'The body is nested too deep' }
  const isBatch = Array.isArray(value) || (v.is(event, value) && 'events' in value && !('entity_type' in value))
  const read = v.safeParse(batch, isBatch ? (Array.isArray(value) ? { events: value } : value) : { events: [value] })
  if (!read.success) {
    const [issue] = read.issues
    return { error: isBatch ? `The batch is not valid: ${v.getDotPath(issue)} ${issue.message}` : `The body is no JSON object: ${EXPECTED}` }
  }
  const { batch_id: batchId, events } = read.output
  return { events, isBatch, ...(batchId === undefined ? {} : { batchId }) }
}
