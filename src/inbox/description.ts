import * as v from 'valibot'
import { outcomes } from '../ledger/operation.ts'
import { ledgerUnavailable, named, refusalSchema, refused, type RouteDescription } from '../openapi/describe.ts'
import { envelopeSchema } from './envelope.ts'

const fields = (description: string) => v.optional(v.pipe(v.array(v.string()), v.description(description)))

/** How a webhook was recognised. */
const marks = {
  duplicate: v.optional(v.pipe(v.literal(true), v.description('a redelivery: this is what became of the first one'))),
  event_id_reused: v.optional(v.pipe(v.literal(true), v.description('another webhook had this event_id')))
} as const

const kept = {
  stale_fields: fields('left alone: a later change is known'),
  kept_fields: fields('left alone: the shop has a later change'),
  ignored_fields: fields('keys of `data` that mean nothing')
} as const

const appliedEntries = {
  success: v.literal(true),
  operation_id: v.string(),
  status: v.literal('success'),
  outcome: v.picklist(outcomes),
  entity_type: v.string(),
  entity_id: v.pipe(v.nullable(v.number()), v.description("the record's id in the shop")),
  message: v.string(),
  updated_fields: fields("under the shop's names"),
  ...kept,
  ...marks
} as const

const pendingEntries = {
  success: v.literal(true),
  operation_id: v.string(),
  status: v.literal('pending'),
  status_url: v.pipe(v.string(), v.description('a path on this server: ask there later')),
  ...marks
} as const

const failedEntries = {
  success: v.literal(false),
  operation_id: v.string(),
  status: v.literal('failed'),
  error: v.string(),
  code: v.pipe(v.string(), v.description('such as `validation`, `not_found`, `identity_conflict` or `total_mismatch`')),
  field: v.optional(v.string()),
  entity_type: v.optional(v.string()),
  entity_id: v.optional(v.number()),
  updated_fields: fields("under the shop's names"),
  ...kept,
  ...marks
} as const

const appliedSchema = named('Applied', v.strictObject(appliedEntries))
export const pendingSchema = named('Pending', v.strictObject(pendingEntries))
// A failure may bring figures of its own, such as both totals of an order.
const failedSchema = named('Failed', v.looseObject(failedEntries))

const issues = v.array(v.strictObject({ path: v.string(), message: v.string() }))
const httpStatus = { http_status: v.pipe(v.number(), v.description('the status that it would have had alone')) }

const batchSchema = named(
  'BatchResults',
  v.strictObject({
    success: v.literal(true),
    results: v.array(
      v.union([
        v.strictObject({ ...httpStatus, ...appliedEntries }),
        v.strictObject({ ...httpStatus, ...pendingEntries }),
        v.looseObject({ ...httpStatus, ...failedEntries }),
        v.strictObject({ ...httpStatus, success: v.literal(false), status: v.literal('failed'), error: v.string(), issues })
      ])
    )
  })
)

const envelope = named('Envelope', envelopeSchema)

const customer = {
  event_id: 'odoo-customer-12345-1699365000',
  entity_type: 'customer',
  entity_id: 12_345,
  action_type: 'updated',
  timestamp: '2025-11-16T10:30:00Z',
  source: 'odoo',
  data: { email: 'john.doe@example.com', firstname: 'John', lastname: 'Doe' }
}
const operation_id = 'op_0mh3k5v2a4f0c9d8e7b6a5f4e3d2'
const applied = {
  success: true,
  operation_id,
  status: 'success',
  outcome: 'updated',
  entity_type: 'customer',
  entity_id: 7,
  message: 'customer 7 updated: firstname',
  updated_fields: ['firstname']
}
const invalid = { path: 'entity_id', message: "must be the record's id in Odoo: a positive whole number" }

/** `POST /webhooks/odoo` as /openapi.json and /docs tell it (DESIGN §2.1 and §2.2). */
export const webhookDescription: RouteDescription = {
  summary: 'Send a change of Odoo to the shop',
  description:
    'One webhook, or several at once as an array or as `{ "events": [ … ] }`. Each is on disk before it is answered. ' +
    'The answer waits up to ACK_WAIT_MS for the result; 202 means that it comes later: never send the webhook again because of it. ' +
    'Other methods than POST are answered 405.',
  tag: 'webhooks',
  access: 'webhook',
  parameters: [
    { name: 'webhook-id', in: 'header', description: 'Needed when WEBHOOK_SIGNING_SECRET is set, as are the two below (Standard Webhooks): up to 255 characters. The same id again gets the first answer' },
    { name: 'webhook-timestamp', in: 'header', description: 'When it was sent, in whole seconds since 1970; at most five minutes from this server\'s clock' },
    { name: 'webhook-signature', in: 'header', description: '`v1,` and the base64 of the HMAC-SHA-256 over `<webhook-id>.<webhook-timestamp>.<body>`; several are separated by blanks' }
  ],
  body: {
    schema: v.union([envelope, v.array(envelope), v.object({ events: v.array(envelope) })]),
    required: true,
    examples: { customer, batch: { events: [customer] } }
  },
  answers: {
    200: {
      description: 'applied; or a batch, whose results are in its order and each on its own',
      schema: v.union([appliedSchema, batchSchema]),
      examples: { applied, batch: { success: true, results: [{ http_status: 200, ...applied }] } }
    },
    202: {
      description: 'on disk, not applied yet',
      schema: pendingSchema,
      examples: { pending: { success: true, operation_id, status: 'pending', status_url: `/api/operations/${operation_id}` } }
    },
    400: refused('the body is empty, no JSON in UTF-8, or nested too deep', 'The body is empty: expected a JSON object'),
    403: refused('the secret or the signature is missing or wrong, or the address is not allowed; nothing is stored', 'Invalid webhook secret'),
    413: refused('the body is larger than BODY_LIMIT_BYTES', 'The body is larger than 1048576 bytes'),
    415: refused('the body is not `application/json`, or it is compressed', 'The Content-Type must be application/json'),
    422: {
      description: 'the envelope is not valid, nothing is stored; or the webhook failed for good',
      schema: v.union([failedSchema, refusalSchema]),
      examples: {
        failed: { success: false, operation_id, status: 'failed', error: 'phone must hold only digits, spaces and + . ( ) / -', code: 'validation', field: 'phone' },
        invalid: { success: false, error: `The webhook is not valid: ${invalid.path} ${invalid.message}`, issues: [invalid] }
      }
    },
    503: { ...ledgerUnavailable, description: 'the ledger cannot store anything right now, or the reverse sync is switched off; nothing is stored: send it again' }
  }
}
