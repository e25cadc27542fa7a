import * as v from 'valibot'
import { plainObject } from '../http/plain-object.ts'

/** PHP writes an empty array for an empty object; a list of a module of somebody else passes, but tells us nothing. */
const data = v.union([plainObject, v.pipe(v.array(v.unknown()), v.transform((): Readonly<Record<string, unknown>> => ({})))], 'must be an object')

const text = v.union([v.string(), v.pipe(v.number(), v.transform(String))], 'must be a text')

const recordId = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))], "must be the record's id in the shop: a whole number"),
  v.safeInteger("must be the record's id in the shop: a whole number"),
  v.minValue(0, "must be the record's id in the shop: a whole number")
)

/**
 * An event as the shop's module sends it; the module writes ids as texts, and gives no `before_data` of its own
 * accord. Unknown keys stay.
 */
export const eventSchema = v.looseObject(
  {
    event_id: v.nullish(v.union([v.string(), v.number()], 'must be a text or a number')),
    entity_type: v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.maxLength(64, 'must have at most 64 characters')),
    entity_id: recordId,
    action_type: v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.maxLength(64, 'must have at most 64 characters')),
    transaction_hash: v.nullish(text),
    hook_name: v.nullish(text),
    /** In the shop's own time. */
    hook_timestamp: v.nullish(text),
    /** Of the operation that caused it, as our own writes carry it in `X-Operation-Id`. */
    operation_id: v.nullish(text),
    before_data: v.nullish(data),
    after_data: v.nullish(data),
    data: v.nullish(data),
    context_data: v.nullish(data)
  },
  'must be an object'
)

/** An event of the outgoing side, in the format of the shop's module. */
export type OutgoingEvent = v.InferOutput<typeof eventSchema>

export interface EventIssue {
  /** Where in the event, such as `entity_id`. */
  readonly path: string
  readonly message: string
}

/** Parses one event. */
export const parseEvent = (value: unknown): { readonly event: OutgoingEvent } | { readonly issues: readonly EventIssue[] } => {
  const { success, output, issues } = v.safeParse(eventSchema, value)
  if (success) return { event: output }
  return {
    issues: issues.map((issue) => ({
      path: v.getDotPath(issue) ?? '',
      message: issue.received === 'undefined' ? 'is missing' : issue.message
    }))
  }
}

/** What the event says the record holds now. */
export const afterOf = ({ after_data, data: single }: OutgoingEvent): Readonly<Record<string, unknown>> | undefined =>
  after_data ?? single ?? undefined
