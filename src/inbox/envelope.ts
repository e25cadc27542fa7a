import * as v from 'valibot'
import { ENTITY_TYPES } from '../entity-types.ts'
import { plainObject } from '../http/plain-object.ts'
import { isTimestamp } from '../http/timestamp.ts'
import { asOdooId } from '../ledger/ids.ts'
import type { ActionType } from '../ledger/operation.ts'

export interface Issue {
  /** Where in the webhook, such as `data` or `entity_id`. */
  readonly path: string
  readonly message: string
}

/** The model whose ids `entity_id` holds. */
const ODOO_MODELS: Readonly<Record<string, string>> = {
  customer: 'res.partner',
  address: 'res.partner',
  coupon: 'loyalty.program',
  order: 'sale.order'
}

const ORDER_DELETED = 'deleted is refused: an order cannot be deleted: set its state to canceled'

const actionTypes = ['created', 'updated', 'upserted', 'deleted'] as const satisfies readonly ActionType[]

/**
 * The envelope (DESIGN §2.1). Unknown keys beside the known ones are left alone; what is in `data` is judged when it
 * is translated for the shop.
 */
export const envelopeSchema = v.object(
  {
    event_id: v.nullish(
      v.pipe(
        v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))], 'must be a text'),
      v.description('any text; a redelivery with the same id and body is recognised'),
        v.minLength(1, 'must not be empty'),
        v.maxLength(255, 'must have at most 255 characters')
      )
    ),
    entity_type: v.pipe(
      v.string('must be a text'),
      v.metadata({ enum: Object.keys(ENTITY_TYPES) }),
      v.check(
        (type) => Object.hasOwn(ENTITY_TYPES, type),
        () => `is not known; the known ones are ${Object.keys(ENTITY_TYPES).join(', ')}`
      ),
      v.transform((type) => ENTITY_TYPES[type]!),
      v.check(
        (type) => Object.hasOwn(ODOO_MODELS, type),
        () => `is not supported yet; supported are ${supported.join(', ')}`
      )
    ),
    entity_id: v.pipe(
      v.unknown(),
      v.metadata({ type: ['integer', 'string'], description: "the record's id in Odoo" }),
      v.check((id) => asOdooId(id) !== undefined, "must be the record's id in Odoo: a positive whole number"),
      v.transform((id) => asOdooId(id)!)
    ),
    action_type: v.optional(
      v.nullable(v.picklist(actionTypes, `must be one of ${actionTypes.join(', ')}`), 'updated'),
      'updated'
    ),
    timestamp: v.nullish(
      v.pipe(
        v.string('must be a text'),
        v.metadata({ format: 'date-time', description: 'when it changed in Odoo; without it the time of receipt counts' }),
        v.check(isTimestamp, 'must be ISO 8601 with a zone, such as 2026-01-31T12:00:00Z'),
        v.transform((text) => Date.parse(text))
      )
    ),
    source: v.nullish(v.pipe(v.string('must be a text'), v.maxLength(64, 'must have at most 64 characters'))),
    data: v.nullish(
      v.pipe(
        plainObject,
        v.metadata({ type: 'object', description: 'the fields to set, under the names of the shop; may be missing only when deleted' })
      )
    )
  },
  'must be an object'
)

const supported = Object.keys(ENTITY_TYPES).filter((type) => Object.hasOwn(ODOO_MODELS, ENTITY_TYPES[type]!))

export type Envelope = v.InferOutput<typeof envelopeSchema> & { readonly odooModel: string }

const describe = (issue: v.InferIssue<typeof envelopeSchema>): Issue => ({
  path: v.getDotPath(issue) ?? '',
  // valibot's own words for a key that is not there speak of types.
  message: issue.type === 'object' && issue.received === 'undefined' ? 'is missing' : issue.message
})

/** Parses one webhook. */
export const parseEnvelope = (value: unknown): { envelope: Envelope } | { issues: readonly Issue[] } => {
  const parsed = v.safeParse(envelopeSchema, value)
  if (!parsed.success) {
    return { issues: parsed.issues.map(describe) }
  }
  const { output } = parsed
  if (output.entity_type === 'order' && output.action_type === 'deleted') {
    return { issues: [{ path: 'action_type', message: ORDER_DELETED }] }
  }
  if (!output.data && output.action_type !== 'deleted') {
    return { issues: [{ path: 'data', message: 'is missing: it holds the fields of the record' }] }
  }
  return { envelope: { ...output, odooModel: ODOO_MODELS[output.entity_type]! } }
}
