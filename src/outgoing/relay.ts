import * as v from 'valibot'
import { type EventIssue, type OutgoingEvent, parseEvent } from './event.ts'
import type { Gate, Submitted } from './gate.ts'

/** The result of one event, as the shop's module reads it: it sends what is not a success again. */
export interface RelayResult {
  readonly success: boolean
  readonly event_id: string | number | null
  readonly suppressed?: boolean
  readonly reason?: string
  /** The operation whose echo it is. */
  readonly operation_id?: string
  readonly duplicate?: true
  readonly error?: string
  readonly issues?: readonly EventIssue[]
}

export interface RelayAnswer {
  readonly success: boolean
  readonly batch_id: string | null
  readonly results: readonly RelayResult[]
}

const batchSchema = v.looseObject({ batch_id: v.nullish(v.union([v.string(), v.number()])), events: v.array(v.unknown()) })
const testSchema = v.looseObject({ test: v.literal(true) })
const named = v.looseObject({ event_id: v.union([v.string(), v.number()]) })

/** Whether it is the module's test of the connection. */
export const isConnectionTest = (body: unknown): boolean => v.is(testSchema, body) && !v.is(batchSchema, body)

/** The events of a body: a batch, or a single one. */
export const eventsOf = (body: unknown): { readonly batchId?: string; readonly events: readonly unknown[] } => {
  const { success, output } = v.safeParse(batchSchema, body)
  if (!success) return { events: Array.isArray(body) ? [...(body as readonly unknown[])] : [body] }
  const { batch_id: id, events } = output
  return { ...(id === null || id === undefined ? {} : { batchId: String(id) }), events }
}

const eventIdOf = (value: unknown): string | number | null => (v.is(named, value) ? value.event_id : null)

const resultOf = (event: OutgoingEvent, { verdict, isDuplicate }: Submitted): RelayResult => {
  const duplicate = isDuplicate ? { duplicate: true as const } : {}
  const event_id = event.event_id ?? null
  if (verdict === 'held') return { success: true, event_id, suppressed: false, reason: 'held', ...duplicate }
  const cause = verdict.emit || verdict.operation_id === undefined ? {} : { operation_id: verdict.operation_id }
  return { success: true, event_id, suppressed: !verdict.emit, reason: verdict.reason, ...cause, ...duplicate }
}

/**
 * Takes events of the shop's module: echoes end here, the rest is on disk when this returns, all in one transaction.
 * @throws LedgerUnavailableError when nothing could be stored
 */
export const relay = (values: readonly unknown[], batchId: string | null, gate: Gate): RelayAnswer => {
  const parsed = values.map(parseEvent)
  const valid = parsed.flatMap((one, index) => ('event' in one ? [{ event: one.event, raw: values[index], source: 'relay' as const }] : []))
  const submitted = gate.submit(valid)
  const byEvent = new Map(valid.map(({ event }, index) => [event, submitted[index]!]))
  const results = parsed.map((one, index): RelayResult => {
    if ('event' in one) return resultOf(one.event, byEvent.get(one.event)!)
    const told = one.issues.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ')
    return { success: false, event_id: eventIdOf(values[index]), error: `The event is not valid: ${told}`, issues: one.issues }
  })
  return { success: results.every(({ success }) => success), batch_id: batchId, results }
}
