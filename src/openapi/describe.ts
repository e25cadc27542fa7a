import type { MiddlewareHandler } from 'hono'
import { describeRoute, type DescribeRouteOptions, resolver } from 'hono-openapi'
import * as v from 'valibot'

/** One answer of a route. */
export interface AnswerDescription {
  readonly description: string
  /** What its body is like; of JSON a `v.strictObject` tells most. Without one the body is a text. */
  readonly schema?: v.GenericSchema
  readonly media?: string
  readonly examples?: Readonly<Record<string, unknown>>
  /** Header → what it holds. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What /openapi.json and /docs tell of a route. */
export interface RouteDescription {
  /** A few words. */
  readonly summary: string
  /** What one must know to use it, in whole sentences. */
  readonly description?: string
  readonly tag: keyof typeof tags
  /** Who is answered: `admin` adds the answers of the admin guard. */
  readonly access: 'public' | 'webhook' | 'admin'
  readonly body?: {
    readonly schema: v.GenericSchema
    readonly required: boolean
    readonly examples: Readonly<Record<string, unknown>>
  }
  readonly answers: Readonly<Record<number, AnswerDescription>>
}

/** The parts of the document, in its order. */
export const tags = {
  webhooks: 'What Odoo sends',
  outgoing: "What the shop's side sends",
  operations: 'What became of the webhooks',
  server: 'How the server is',
  documentation: 'This description'
} as const

/** A short word under which the document keeps a schema that several routes share. */
export const named = <Schema extends v.GenericSchema>(name: string, schema: Schema) => v.pipe(schema, v.metadata({ ref: name }))

const issueSchema = v.strictObject({
  path: v.pipe(v.string(), v.description('where, such as `entity_id`; empty for the whole')),
  message: v.string()
})

/** The body of every answer that refuses something. */
export const refusalSchema = named(
  'Refusal',
  v.strictObject({ success: v.literal(false), error: v.string(), issues: v.optional(v.array(issueSchema)) })
)

/** An answer that refuses, with the usual body. */
export const refused = (description: string, error: string): AnswerDescription => ({
  description,
  schema: refusalSchema,
  examples: { refused: { success: false, error } }
})

/** The ledger cannot be read or written; any route that uses it may give this. */
export const ledgerUnavailable: AnswerDescription = {
  ...refused('the ledger cannot be used right now: try again later', 'The ledger cannot store webhooks right now: try again later'),
  headers: { 'Retry-After': 'seconds until it is worth trying again' }
}

/** What the admin guard answers instead of the route. */
const adminAnswers: RouteDescription['answers'] = {
  400: refused('the Authorization header is no Bearer token', 'ADMIN_TOKEN is needed: Authorization: Bearer <token>'),
  401: {
    ...refused('the token is missing or wrong', 'ADMIN_TOKEN is needed: Authorization: Bearer <token>'),
    headers: { 'WWW-Authenticate': 'Bearer' }
  },
  403: refused('ADMIN_TOKEN is not set, and the request comes from another machine', 'Set ADMIN_TOKEN to use this from another machine')
}

const security: Readonly<Record<RouteDescription['access'], Record<string, string[]>[]>> = {
  public: [],
  webhook: [{ webhookSecret: [] }],
  // Without ADMIN_TOKEN loopback is answered without one.
  admin: [{ adminToken: [] }, {}]
}

const media = (schema: v.GenericSchema | undefined, examples: Readonly<Record<string, unknown>> = {}) => ({
  schema: resolver(schema ?? v.string(), { options: { typeMode: 'input' } }),
  ...(Object.keys(examples).length === 0
    ? {}
    : { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) })
})

const response = ({ description, schema, media: type = 'application/json', examples, headers = {} }: AnswerDescription) => ({
  description,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, what]) => [name, { description: what, schema: { type: 'string' as const } }])
  ),
  content: { [type]: media(schema, examples) }
})

/**
 * Describes a route for /openapi.json and /docs. Every route needs it, as its first handler, with every status that it
 * may answer; tests/api/document.test.ts names the routes that lack one, and holds the answers to their schemas.
 * Query parameters are described by `validator('query', schema)` of hono-openapi.
 *
 * @example
 * app.post(
 *   '/outgoing/check',
 *   describe({
 *     summary: 'Ask whether an event is an echo',
 *     tag: 'outgoing',
 *     access: 'webhook',
 *     body: { schema: eventSchema, required: true, examples: { event } },
 *     answers: { 200: { description: 'the verdict', schema: verdictSchema }, 403: refused('the secret is wrong', '…') }
 *   }),
 *   handler
 * )
 */
export const describe = ({ summary, description, tag, access, body, answers }: RouteDescription): MiddlewareHandler => {
  const all = access === 'admin' ? { ...adminAnswers, ...answers } : answers
  const options: DescribeRouteOptions = {
    summary,
    tags: [tag],
    security: security[access],
    responses: Object.fromEntries(Object.entries(all).map(([status, answer]) => [status, response(answer)])),
    ...(description === undefined ? {} : { description }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required, content: { 'application/json': media(body.schema, body.examples) } } })
  }
  return describeRoute(options)
}
