import * as v from 'valibot'
import { isTimestamp } from '../http/timestamp.ts'
import { type OperationFilter, outcomes, statuses } from '../ledger/operation.ts'
import { pageLimit } from '../openapi/request.ts'

const MOST_ROWS = 200
const ROWS = 50

const moment = (description: string) =>
  v.pipe(
    v.string('must be a text'),
    v.description(description),
    v.metadata({ format: 'date-time' }),
    v.check(isTimestamp, 'must be ISO 8601 with a zone, such as 2026-01-31T12:00:00Z'),
    v.transform((text) => Date.parse(text))
  )

/** A key that is not known is refused, because it would filter nothing. */
const keys = (issue: { readonly expected: string | null }): string =>
  issue.expected === 'never' ? 'is not known here' : 'must be an object'

/** The filters that a list and a retry of all share. */
const common = {
  entity_type: v.optional(v.pipe(v.string('must be a text'), v.maxLength(64, 'must have at most 64 characters'), v.description('such as `customer`'))),
  text: v.optional(
    v.pipe(
      v.string('must be a text'),
      v.trim(),
      v.minLength(1, 'must not be empty'),
      v.maxLength(255, 'must have at most 255 characters'),
      v.description(
        "an operation id or event id, a record's id in Odoo or in the shop, or a whole email address, reference or code of the payload"
      )
    )
  ),
  received_from: v.optional(moment('received then or later')),
  received_to: v.optional(moment('received then or earlier'))
} as const

/** A position is told as `<received_at>-<sequence>`. */
const cursor = v.pipe(
  v.string('must be a text'),
  v.description('the next_cursor of an earlier answer'),
  v.regex(/^\d{1,16}-\d{1,16}$/, 'must be the next_cursor of an earlier answer'),
  v.transform((text) => {
    const [received_at = 0, sequence = 0] = text.split('-').map(Number)
    return { received_at, sequence }
  })
)

export const listSchema = v.strictObject(
  {
    status: v.optional(v.picklist(statuses, `must be one of ${statuses.join(', ')}`)),
    outcome: v.optional(
      v.pipe(v.picklist(outcomes, `must be one of ${outcomes.join(', ')}`), v.description('of operations that succeeded'))
    ),
    ...common,
    cursor: v.optional(cursor),
    limit: pageLimit(ROWS, MOST_ROWS)
  },
  keys
)

const force = v.optional(
  v.pipe(v.boolean('must be true or false'), v.description("write Odoo's values whatever is known of them"))
)

export const retryAllSchema = v.strictObject({ force, ...common }, keys)
export const retrySchema = v.strictObject({ force }, keys)

type Given = v.InferOutput<typeof listSchema> | v.InferOutput<typeof retryAllSchema>

/** The part of what was asked for that the ledger filters by. */
export const filterOf = ({ entity_type, text, received_from, received_to }: Given): Omit<OperationFilter, 'limit'> => ({
  ...(entity_type === undefined ? {} : { entity_type }),
  ...(text === undefined ? {} : { text }),
  ...(received_from === undefined ? {} : { received_from }),
  ...(received_to === undefined ? {} : { received_to })
})
