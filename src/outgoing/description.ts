import * as v from 'valibot'
import { ledgerUnavailable, named, type RouteDescription, refused } from '../openapi/describe.ts'
import { eventSchema } from './event.ts'
import { verdictSchema } from './verdict.ts'

const event = named('OutgoingEvent', eventSchema)

const reasons = v.picklist(['change', 'untouched', 'passed', 'echo', 'known', 'held'])

const issues = v.array(v.strictObject({ path: v.string(), message: v.string() }))
const eventId = v.nullable(v.union([v.string(), v.number()]))
const duplicate = v.optional(v.pipe(v.literal(true), v.description('the event came before: this is what became of the first one')))

const resultSchema = v.union([
  v.strictObject({
    success: v.literal(true),
    event_id: eventId,
    suppressed: v.pipe(v.boolean(), v.description('true: Odoo is not told')),
    reason: v.pipe(reasons, v.description('`echo`: an operation of Odoo did it; `known`: Odoo holds it already; `held`: read afresh before it is sent')),
    operation_id: v.optional(v.pipe(v.string(), v.description('of which it is the echo'))),
    duplicate
  }),
  v.strictObject({ success: v.literal(false), event_id: eventId, error: v.string(), issues })
])

const relayedSchema = named(
  'Relayed',
  v.strictObject({
    success: v.pipe(v.boolean(), v.description('false: some events are not valid')),
    batch_id: v.nullable(v.string()),
    results: v.array(resultSchema)
  })
)
const connectionSchema = v.strictObject({
  success: v.literal(true),
  message: v.string(),
  delivers: v.pipe(v.boolean(), v.description('whether ODOO_WEBHOOK_URL is set'))
})

const current = v.optional(
  v.pipe(v.record(v.string(), v.unknown()), v.description('what the record holds now: the event came late, send this in its place'))
)
const answerSchema = named(
  'Verdict',
  v.union([
    v.strictObject({ ...verdictSchema.options[0].entries, duplicate, current }),
    v.strictObject({ ...verdictSchema.options[1].entries, duplicate })
  ])
)

const example = {
  event_id: 12,
  entity_type: 'customer',
  entity_id: 7,
  action_type: 'updated',
  hook_name: 'actionObjectCustomerUpdateAfter',
  hook_timestamp: '2026-01-31 12:00:00',
  before_data: { firstname: 'Jon' },
  after_data: { firstname: 'John' }
}
const operation_id = 'op_0mh3k5v2a4f0c9d8e7b6a5f4e3d2'

const body = {
  schema: v.union([event, v.array(event), v.object({ batch_id: v.optional(v.string()), events: v.array(event) })]),
  required: true,
  examples: { event: example, batch: { batch_id: 'b-77', events: [example] } }
}

const refusals = {
  400: refused('the body is no JSON in UTF-8, or nested too deep', 'The body is not valid JSON in UTF-8'),
  403: refused('the secret is missing or wrong', 'Invalid webhook secret'),
  413: refused('the body is larger than BODY_LIMIT_BYTES, and than 16 MiB', 'The body is larger than 16777216 bytes')
} as const

/** `POST /outgoing/events`. */
export const relayDescription: RouteDescription = {
  summary: 'Pass on changes made in the shop',
  description:
    "Takes what the shop's module would send to Odoo: point its webhook URL here. Echoes of Odoo's own changes end here, the rest is on disk " +
    'before it is answered and goes on to ODOO_WEBHOOK_URL. `{ "test": true }` tests the connection.',
  tag: 'outgoing',
  access: 'webhook',
  body,
  answers: {
    ...refusals,
    200: {
      description: 'what becomes of each event, in their order',
      schema: v.union([relayedSchema, connectionSchema]),
      examples: {
        relayed: { success: true, batch_id: 'b-77', results: [{ success: true, event_id: 12, suppressed: true, reason: 'echo', operation_id }] },
        test: { success: true, message: 'The connection works', delivers: true }
      }
    },
    422: refused('more than 1,000 events', 'A batch has at most 1000 events, not 1001: send it in parts'),
    503: { ...ledgerUnavailable, description: 'ODOO_WEBHOOK_URL is not set, or the ledger cannot store anything right now: send it again' }
  }
}

/** `POST /outgoing/check`. */
export const checkDescription: RouteDescription = {
  summary: 'Ask whether changes made in the shop are echoes',
  description: 'For a module that asks before it tells Odoo itself.',
  tag: 'outgoing',
  access: 'webhook',
  body,
  answers: {
    ...refusals,
    200: {
      description: 'a verdict; of several events, one for each in their order',
      schema: v.union([answerSchema, v.strictObject({ results: v.array(answerSchema) })]),
      examples: { echo: { emit: false, reason: 'echo', operation_id }, change: { emit: true, reason: 'change', fields: ['firstname'] } }
    },
    422: refused('an event is not valid, or there are more than 1,000', 'The event is not valid: entity_type is missing'),
    503: ledgerUnavailable
  }
}
