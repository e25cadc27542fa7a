import * as v from 'valibot'
import { pageLimit } from '../openapi/request.ts'
import { ledgerUnavailable, named, type RouteDescription, refused } from '../openapi/describe.ts'
import { outboxStatuses } from './outbox.ts'

const MOST_ROWS = 500

const timeSchema = v.pipe(v.string(), v.isoTimestamp())
const whole = v.pipe(v.number(), v.integer())

const entryEntries = {
  outbox_id: v.string(),
  entity_type: v.string(),
  entity_id: v.pipe(whole, v.description("the record's id in the shop")),
  source: v.pipe(v.picklist(['relay', 'poll', 'conflict']), v.description("the shop's module, the poller, or an operation that left the shop's own value")),
  status: v.pipe(
    v.picklist(outboxStatuses),
    v.description("`held`: read afresh in the shop first; `suppressed`: none of Odoo's business any more; `failed`: given up")
  ),
  reason: v.nullable(v.string()),
  fields: v.pipe(v.array(v.string()), v.description('what Odoo is taken to hold by it')),
  attempts: whole,
  next_attempt_at: v.nullable(timeSchema),
  error_message: v.nullable(v.string()),
  date_add: timeSchema,
  date_upd: timeSchema
} as const

const entrySchema = named('OutboxEntry', v.strictObject(entryEntries))

const deliverySchema = v.union([
  v.strictObject({ working: v.literal(true) }),
  v.strictObject({ working: v.literal(false), since: timeSchema, kind: v.optional(v.string()), reason: v.optional(v.string()) })
])

/** The query of `GET /api/outbox`. */
export const listSchema = v.strictObject(
  {
    status: v.optional(v.picklist(outboxStatuses, `must be one of ${outboxStatuses.join(', ')}`)),
    cursor: v.optional(
      v.pipe(v.string('must be a text'), v.regex(/^\d{1,15}$/, 'must be the next_cursor of an earlier answer'), v.transform(Number))
    ),
    limit: pageLimit(50, MOST_ROWS)
  },
  'is not known here'
)

const missing = refused('there is no such event', 'There is no such event in the outbox')

export const listDescription: RouteDescription = {
  summary: 'List the events for Odoo, newest first',
  description: 'Without the events themselves, which hold personal data.',
  tag: 'outgoing',
  access: 'admin',
  answers: {
    200: {
      description: 'one page',
      schema: v.strictObject({
        entries: v.array(entrySchema),
        next_cursor: v.nullable(v.string()),
        counts: v.pipe(v.record(v.string(), whole), v.description('by status')),
        delivery: v.pipe(deliverySchema, v.description('`working` false: Odoo takes nothing at the moment'))
      })
    },
    400: refused('a parameter is wrong; `issues` name which', `status must be one of ${outboxStatuses.join(', ')}`),
    503: ledgerUnavailable
  }
}

export const eventDescription: RouteDescription = {
  summary: 'Show one event for Odoo',
  description: 'With the event itself; null after RETENTION_DAYS.',
  tag: 'outgoing',
  access: 'admin',
  answers: {
    200: { description: 'the event', schema: v.strictObject({ ...entryEntries, event: v.unknown() }) },
    404: missing,
    503: ledgerUnavailable
  }
}

export const retryDescription: RouteDescription = {
  summary: 'Try one event for Odoo again',
  description: 'One that was given up is read afresh in the shop first; one that waits for its next attempt is due at once.',
  tag: 'outgoing',
  access: 'admin',
  answers: {
    200: {
      description: 'it is tried again',
      schema: v.strictObject({ success: v.literal(true), outbox_id: v.string(), status: v.picklist(outboxStatuses) }),
      examples: { retried: { success: true, outbox_id: 'out_0mh3k5v2a4f0', status: 'held' } }
    },
    404: missing,
    409: {
      description: 'there is nothing to try again',
      schema: v.strictObject({ success: v.literal(false), outbox_id: v.string(), status: v.picklist(outboxStatuses), error: v.string() })
    },
    503: ledgerUnavailable
  }
}
