import type { Hono } from 'hono'
import { inspectRoutes } from 'hono/dev'
import { uniqueSymbol } from 'hono-openapi'
import { findTargetHandler } from 'hono/utils/handler'
import * as v from 'valibot'

/** What a description holds of one answer; `schema` is a resolver of hono-openapi. */
const answerSchema = v.looseObject({
  content: v.record(v.string(), v.looseObject({ schema: v.looseObject({ validate: v.function() }), examples: v.optional(v.record(v.string(), v.looseObject({ value: v.unknown() })), {}) })),
  headers: v.optional(v.record(v.string(), v.unknown()), {})
})
const specSchema = v.looseObject({
  requestBody: v.optional(answerSchema),
  responses: v.record(v.string(), answerSchema)
})
type Answer = v.InferOutput<typeof answerSchema>

/** A route of an app, with its description. */
export interface DescribedRoute {
  readonly method: string
  readonly path: string
  /** Status → what the answer is like. */
  readonly answers: ReadonlyMap<number, Answer>
  readonly body: Answer | undefined
}

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`

/** The description that a handler carries, unless it is another one. */
const specOf = (handler: (...parameters: never[]) => unknown): v.InferOutput<typeof specSchema> | undefined => {
  const carried: unknown = Reflect.get(findTargetHandler(handler), uniqueSymbol)
  const parsed = v.safeParse(v.looseObject({ spec: specSchema }), carried)
  return parsed.success ? parsed.output.spec : undefined
}

/** The routes that an app answers, such as `GET /healthz`; those for all methods refuse what the others do not take. */
export const routesOf = (app: Hono): { readonly own: string[]; readonly refusing: string[] } => {
  const handlers = inspectRoutes(app).filter(({ isMiddleware }) => !isMiddleware)
  return {
    own: [...new Set(handlers.filter(({ method }) => method !== 'ALL').map(nameOf))],
    refusing: handlers.filter(({ method }) => method === 'ALL').map(({ path }) => path)
  }
}

/** The routes that are described, by their name. */
export const describedRoutes = (app: Hono): ReadonlyMap<string, DescribedRoute> =>
  new Map(
    app.routes.flatMap(({ method, path, handler }) => {
      const spec = specOf(handler)
      if (!spec) return []
      const answers = new Map(Object.entries(spec.responses).map(([status, answer]) => [Number(status), answer]))
      return [[nameOf({ method, path }), { method, path, answers, body: spec.requestBody }] as const]
    })
  )

/** Whether a value is as a schema of a description says; if not, what is wrong with it. */
export const problemsWith = async (schema: Answer['content'][string]['schema'], value: unknown): Promise<string[]> => {
  const result: unknown = await schema.validate(value)
  const { issues } = v.parse(v.looseObject({ issues: v.optional(v.array(v.looseObject({ message: v.string() })), []) }), result)
  return issues.map(({ message }) => message)
}

/** A request; `route` is the route's own path where it differs from the path asked for. */
export type Request = RequestInit & { readonly method?: string; readonly path: string; readonly route?: string }

/** Asks a server, holds each answer to its description, and remembers which were given. */
export const createContract = () => {
  const given = new Set<string>()
  const problems: string[] = []

  const ask = async (server: { readonly url: string; readonly app: Hono }, request: Request): Promise<void> => {
    const { path, route: template = path.replace(/\?.*/, ''), ...init } = request
    const send = (): Promise<Response> => fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
    // Who still sends when the answer to too large a body comes may find the connection closed before it is read.
    const isLarge = typeof init.body === 'string' && init.body.length > 1_048_576
    const sendUntilHeard = (attempts: number): Promise<Response> =>
      send().catch((error: unknown) => (attempts > 1 ? sendUntilHeard(attempts - 1) : Promise.reject(error)))
    const response = await sendUntilHeard(isLarge ? 10 : 1)
    const text = await response.text()
    const name = nameOf({ method: init.method ?? 'GET', path: template })
    const what = `${name} ${response.status}`
    const answer = describedRoutes(server.app).get(name)?.answers.get(response.status)
    if (!answer) {
      problems.push(`${what} is not described`)
      return
    }
    given.add(what)
    for (const header of Object.keys(answer.headers)) if (!response.headers.has(header)) problems.push(`${what} has no ${header}`)
    const type = (response.headers.get('content-type') ?? '').replace(/;.*/, '')
    if (Object.keys(answer.content).length === 0) {
      if (text !== '') problems.push(`${what} came with a body`)
      return
    }
    const media = answer.content[type]
    if (!media) {
      problems.push(`${what} came as ${type}`)
      return
    }
    const body: unknown = type === 'application/json' ? JSON.parse(text) : text
    for (const problem of await problemsWith(media.schema, body)) problems.push(`${what}: ${problem}: ${text.slice(0, 300)}`)
  }

  return {
    ask,
    problems,
    /** Answers that are described, but were never given. */
    neverGiven: (app: Hono): string[] =>
      Array.from(describedRoutes(app)).flatMap(([name, { answers }]) =>
        Array.from(answers.keys(), (status) => `${name} ${status}`).filter((what) => !given.has(what))
      )
  }
}

export type Contract = ReturnType<typeof createContract>
