import * as v from 'valibot'
import { answerFor, resultOf } from '../inbox/answer.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Operation, outcomes, statuses } from '../ledger/operation.ts'
import { maskSecrets } from '../notify/mask.ts'
import { named } from '../openapi/describe.ts'

const attemptResults = ['applied', 'failed', 'split', 'postponed', 'interrupted'] as const

const text = (description: string) => v.pipe(v.string(), v.description(description))
const whole = v.pipe(v.number(), v.integer())
const timeSchema = v.pipe(v.string(), v.isoTimestamp(), v.examples(['2026-01-31T12:00:00.000Z']))

/** Milliseconds since 1970 as ISO 8601, in UTC. */
export const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

const rowEntries = {
  operation_id: v.pipe(v.string(), v.examples(['op_0mh3k5v2a4f0c9d8e7b6a5f4e3d2'])),
  event_id: v.nullable(text("the sender's own id of the webhook")),
  entity_type: text("`customer`, `address`, `order` or `coupon`; of Odoo's native webhooks the model"),
  odoo_model: text('such as `res.partner`'),
  odoo_id: v.pipe(whole, v.description("the record's id in Odoo")),
  entity_id: v.nullable(v.pipe(whole, v.description("the record's id in the shop, once known"))),
  action_type: v.picklist(['created', 'updated', 'upserted', 'deleted']),
  source: v.string(),
  status: v.picklist(statuses),
  outcome: v.nullable(v.picklist(outcomes)),
  error: v.nullable(text('why it failed, and what helps')),
  error_kind: v.nullable(text('`permanent`, or what it was when patience ended')),
  code: v.nullable(text('such as `validation` or `identity_conflict`')),
  field: v.nullable(text('the field of the payload that the error is about')),
  last_error: v.nullable(text('why a pending operation waits')),
  last_error_kind: v.nullable(v.string()),
  next_attempt_at: v.nullable(timeSchema),
  attempts: v.pipe(whole, v.description('attempts that count towards MAX_ATTEMPTS')),
  superseded_by: v.nullable(text('the operation that it was written together with')),
  received_at: timeSchema,
  source_timestamp: v.pipe(timeSchema, v.description('when it changed in Odoo, as far as that is known')),
  date_upd: v.pipe(timeSchema, v.description('when the operation last changed')),
  processing_time_ms: v.nullable(whole)
} as const

/** An operation in a list: nothing of its payload. */
export const rowSchema = named('Operation', v.strictObject(rowEntries))

const callSchema = v.strictObject({
  at: timeSchema,
  method: v.string(),
  resource: text('empty for the list of permissions'),
  id: v.nullable(whole),
  status: v.nullable(v.pipe(whole, v.description('null: no answer'))),
  ms: whole,
  error_kind: v.nullable(v.string())
})

const attemptSchema = v.strictObject({
  number: v.pipe(whole, v.description('of all attempts; only the last ones are kept')),
  started_at: timeSchema,
  ms: v.nullable(v.pipe(whole, v.description('null: the program ended meanwhile'))),
  result: v.pipe(
    v.picklist(attemptResults),
    v.description('`split`: refused together with others, tried one by one; `interrupted`: the program stopped meanwhile')
  ),
  outcome: v.nullable(v.picklist(outcomes)),
  error: v.nullable(v.string()),
  error_kind: v.nullable(v.string()),
  field: v.nullable(v.string()),
  together_with: v.nullable(text('the operation that it was written together with: the calls are there')),
  shop_calls: v.array(callSchema)
})

/** One operation with its whole story. */
export const detailSchema = named(
  'OperationDetail',
  v.strictObject({
    success: v.pipe(v.boolean(), v.description('false only when it failed')),
    message: v.optional(v.string()),
    ...rowEntries,
    result: v.nullable(v.pipe(v.record(v.string(), v.unknown()), v.description('`updated_fields`, `kept_fields` and the like'))),
    payload: v.pipe(v.unknown(), v.description('the webhook, secrets masked; null after RETENTION_DAYS')),
    history: v.array(attemptSchema)
  })
)

/** An operation as lists have it: no personal data but what the sender put into `event_id`. */
export const rowOf = (operation: Operation): v.InferOutput<typeof rowSchema> => {
  const { status, error_message, error_kind, error_field, next_attempt_at } = operation
  const hasFailed = status === 'failed'
  return {
    operation_id: operation.operation_id,
    event_id: operation.event_id,
    entity_type: operation.entity_type,
    odoo_model: operation.odoo_model,
    odoo_id: operation.odoo_id,
    entity_id: operation.entity_id,
    action_type: operation.action_type,
    source: operation.source,
    status,
    outcome: operation.outcome,
    error: hasFailed ? error_message : null,
    error_kind: hasFailed ? error_kind : null,
    code: hasFailed ? (resultOf(operation).code ?? error_kind) : null,
    field: error_field,
    last_error: hasFailed ? null : error_message,
    last_error_kind: hasFailed ? null : error_kind,
    next_attempt_at: status === 'pending' && next_attempt_at > 0 ? time(next_attempt_at) : null,
    attempts: operation.attempts,
    superseded_by: operation.superseded_by,
    received_at: time(operation.received_at),
    source_timestamp: time(operation.source_timestamp),
    date_upd: time(operation.date_upd),
    processing_time_ms: operation.processing_time_ms
  }
}

const historyOf = (operation: Operation, ledger: Ledger): v.InferOutput<typeof attemptSchema>[] =>
  ledger.attemptsOf(operation).map(({ error_message, error_field, started_at, calls, ...attempt }) => ({
    ...attempt,
    started_at: time(started_at),
    error: error_message,
    field: error_field,
    shop_calls: calls.map((call) => ({ ...call, at: time(call.at) }))
  }))

const parsed = (json: string): unknown => JSON.parse(json)

/** The webhook without what its keys call a secret. */
const payloadOf = ({ source_payload }: Operation): unknown =>
  source_payload === null ? null : parsed(JSON.stringify(parsed(source_payload), maskSecrets))

/** One operation: received → attempts → calls of the shop → result. */
export const detailOf = (operation: Operation, ledger: Ledger): v.InferOutput<typeof detailSchema> => {
  const { message } = answerFor(operation).body
  return {
    success: operation.status !== 'failed',
    ...(typeof message === 'string' ? { message } : {}),
    ...rowOf(operation),
    result: operation.result_data === null ? null : resultOf(operation),
    payload: payloadOf(operation),
    history: historyOf(operation, ledger)
  }
}
