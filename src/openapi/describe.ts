import type { MiddlewareHandler } from 'hono'
import { describeRoute, type DescribeRouteOptions, resolver } from 'hono-openapi'
import * as v from 'valibot'

/** One answer of a route. */
export interface AnswerDescription {
  readonly description: string
  /** What its body is like; of JSON a `v.strictObject` tells most. Without one the body is a text. */
  readonly schema?: v.GenericSchema
  /** `application/json` unless told; one of several; `null`: there is no body. */
  readonly media?: string | readonly string[] | null
  readonly examples?: Readonly<Record<string, unknown>>
  /** Header → what it holds. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A parameter that may be left out, unless its description says when it is needed. */
export interface ParameterDescription {
  readonly name: string
  readonly in: 'query' | 'header'
  readonly description: string
  /** What it may be; any text unless told. */
  readonly choices?: readonly string[]
}

/** What /openapi.json and /docs tell of a route. */
export interface RouteDescription {
  /** A few words. */
  readonly summary: string
  /** What one must know to use it, in whole sentences. */
  readonly description?: string
  readonly tag: keyof typeof tags
  /** Who is answered: `admin` and `operator` (pages) add the answers of the admin guard, all but `automation` that of the rate limit. */
  readonly access: 'public' | 'webhook' | 'automation' | 'admin' | 'operator'
  /** `false`: the rate limit leaves it alone. */
  readonly limited?: false
  /** Of the query and the headers; those that `validator('query', schema)` checks describe themselves. */
  readonly parameters?: readonly ParameterDescription[]
  readonly body?: {
    readonly schema: v.GenericSchema
    readonly required: boolean
    /** `application/json` unless told. */
    readonly media?: 'application/x-www-form-urlencoded'
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
  pages: 'Pages for people',
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

/** What the rate limit answers instead of the route. */
export const tooManyRequests: AnswerDescription = {
  ...refused('more requests of this client than RATE_LIMIT_PER_MINUTE', 'Too many requests: try again in 42 s'),
  headers: { 'Retry-After': 'seconds until it is worth trying again' }
}

/** What the admin guard answers instead of the route. */
const adminAnswers = {
  400: refused('the Authorization header is no Bearer token', 'ADMIN_TOKEN is needed: Authorization: Bearer <token>'),
  401: {
    ...refused('the token is missing or wrong', 'ADMIN_TOKEN is needed: Authorization: Bearer <token>'),
    headers: { 'WWW-Authenticate': 'Bearer' }
  },
  403: refused(
    'ADMIN_TOKEN is not set, and the request does not come from this machine; or another site had a browser send it',
    'Set ADMIN_TOKEN to use this from another machine, through a proxy or under another name than localhost'
  ),
  429: { ...tooManyRequests, description: 'more requests than RATE_LIMIT_PER_MINUTE, or too many failed logins' }
} as const satisfies RouteDescription['answers']

/** The same for pages: a browser is sent to the login, and shown pages; a program that sends a token gets JSON. */
const operatorAnswers: RouteDescription['answers'] = {
  303: { description: 'on to another page, or to the login', media: null, headers: { Location: 'a path on this server' } },
  400: adminAnswers[400],
  401: adminAnswers[401],
  403: { description: adminAnswers[403].description, media: 'text/html' },
  429: { ...tooManyRequests, description: 'too many requests (JSON), or too many failed logins (a page)', media: ['application/json', 'text/html'] }
}

const accessAnswers: Readonly<Partial<Record<RouteDescription['access'], RouteDescription['answers']>>> = {
  admin: adminAnswers,
  operator: operatorAnswers
}

const security: Readonly<Record<RouteDescription['access'], Record<string, string[]>[]>> = {
  public: [],
  webhook: [{ webhookSecret: [] }],
  automation: [{ webhookPassword: [] }],
  // Without ADMIN_TOKEN loopback is answered without one.
  admin: [{ adminToken: [] }, {}],
  operator: [{ adminToken: [] }, {}]
}

const media = (schema: v.GenericSchema | undefined, examples: Readonly<Record<string, unknown>> = {}) => ({
  schema: resolver(schema ?? v.string(), { options: { typeMode: 'input' } }),
  ...(Object.keys(examples).length === 0
    ? {}
    : { examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) })
})

const parameter = ({ name, in: place, description, choices }: ParameterDescription) => ({
  name,
  in: place,
  description,
  required: false,
  schema: { type: 'string' as const, ...(choices ? { enum: [...choices] } : {}) }
})

const response = ({ description, schema, media: types = 'application/json', examples, headers = {} }: AnswerDescription) => ({
  description,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, what]) => [name, { description: what, schema: { type: 'string' as const } }])
  ),
  content: Object.fromEntries(
    // A body that is no JSON is a text, whatever the JSON is like.
    [types ?? []].flat().map((type) => [type, type === 'application/json' ? media(schema, examples) : media(undefined)])
  )
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
export const describe = ({ summary, description, tag, access, limited, parameters = [], body, answers }: RouteDescription): MiddlewareHandler => {
  const isLimited = limited !== false && access !== 'automation'
  const all = { ...(isLimited ? { 429: tooManyRequests } : {}), ...accessAnswers[access], ...answers }
  const options: DescribeRouteOptions = {
    summary,
    tags: [tag],
    security: security[access],
    responses: Object.fromEntries(Object.entries(all).map(([status, answer]) => [status, response(answer)])),
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameter) }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.required, content: { [body.media ?? 'application/json']: media(body.schema, body.examples) } } })
  }
  return describeRoute(options)
}
