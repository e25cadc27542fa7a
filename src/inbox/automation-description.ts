import * as v from 'valibot'
import { ledgerUnavailable, type RouteDescription, refused, tooManyRequests } from '../openapi/describe.ts'
import { pendingSchema } from './description.ts'

const bodySchema = v.looseObject({
  _model: v.pipe(v.string(), v.description('such as `res.partner`')),
  _id: v.pipe(v.unknown(), v.metadata({ type: ['integer', 'string'], description: "the record's id in Odoo" })),
  _action: v.optional(v.string())
})

const operation_id = 'op_0mh3k5v2a4f0c9d8e7b6a5f4e3d2'

/** Where Odoo's automation rules send to, with and without the secret in the address (DESIGN §2.3). */
export const automationDescription: RouteDescription = {
  summary: 'Take the webhook of an automation rule of Odoo',
  description:
    'Odoo cannot send a header: the secret comes as the password of the URL (Basic), as `?token=`, or as the last part of the path. ' +
    'A rule for deletions says `?event=deleted`. It is answered as soon as it is on disk, and other methods than POST with 405.',
  tag: 'webhooks',
  access: 'automation',
  parameters: [
    { name: 'event', in: 'query', description: '`deleted` for a rule with the trigger "On deletion"; left out for any other', choices: ['deleted'] },
    { name: 'token', in: 'query', description: 'One of WEBHOOK_SECRET, unless it is the password of the address or its last part' }
  ],
  body: {
    schema: bodySchema,
    required: true,
    examples: { contact: { _action: 'Send Webhook Notification(#435)', _id: 7, _model: 'res.partner', email: 'john.doe@example.com', id: 7, name: 'John Doe' } }
  },
  answers: {
    202: {
      description: 'on disk; written to the shop when the burst about the record is over',
      schema: pendingSchema,
      examples: { pending: { success: true, operation_id, status: 'pending', status_url: `/api/operations/${operation_id}` } }
    },
    400: refused('the body is empty, no JSON in UTF-8, or nested too deep', 'The body is empty: expected a JSON object'),
    403: refused('the secret is missing or wrong, or the address is not allowed; nothing is stored', 'Invalid webhook secret'),
    413: refused('the body is larger than BODY_LIMIT_BYTES', 'The body is larger than 1048576 bytes: untick images in the webhook action'),
    415: refused('the body is compressed', 'Content-Encoding is not supported: send the body as it is'),
    422: refused('it is no webhook of an automation rule, or of a model that means nothing to the shop', 'Webhooks about this model mean nothing to the shop'),
    429: {
      ...tooManyRequests,
      ...refused('the secret is missing or wrong, as it was ten times within a minute', 'Too many requests with a wrong secret: try again in 42 s')
    },
    503: { ...ledgerUnavailable, description: 'the ledger cannot store anything right now; Odoo does not send it again' }
  }
}
