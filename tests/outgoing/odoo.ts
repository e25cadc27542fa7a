import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

export interface OdooRequest {
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
  /** The events of a batch; of a single one the object itself. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

export type OdooAnswer = (request: OdooRequest) => Response | Promise<Response>

/** Something at Odoo's place that takes events, on a port of loopback. */
export interface Odoo {
  readonly url: string
  readonly requests: readonly OdooRequest[]
  /** What each request brought, by the `event_id` (or `_event`) of its events. */
  readonly seen: () => unknown[][]
  /** How it answers from now on; these first, one each, then the last for ever. */
  readonly answers: (...answers: [OdooAnswer, ...OdooAnswer[]]) => void
  readonly close: () => Promise<void>
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response => Response.json(body, { status, headers })

/** Takes everything, with a result per event. */
export const taking: OdooAnswer = ({ events }) => json({ success: true, results: events.map(() => ({ success: true })) })

/** A result per event, in order. */
export const results =
  (...given: readonly unknown[]): OdooAnswer =>
  () =>
    json({ success: true, results: given })

export const status =
  (code: number, body: unknown = { success: false }, headers: Record<string, string> = {}): OdooAnswer =>
  () =>
    json(body, code, headers)

/** Never answers, until `release`. */
export const hanging = (): { readonly answer: OdooAnswer; readonly arrived: Promise<void>; readonly release: () => void } => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const answer: OdooAnswer = async (request) => {
    arrive()
    await released
    return taking(request)
  }
  return { answer, arrived, release }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parse = (text: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value)) throw new Error(`no JSON object: ${text}`)
  return value
}

/** Opens the port; `close` it after the test. */
export const playOdoo = async (port = 0): Promise<Odoo> => {
  const requests: OdooRequest[] = []
  let queue: OdooAnswer[] = [taking]
  const app = new Hono()
  app.post('/events', async (context) => {
    const text = await context.req.text()
    const body = parse(text)
    const events = Array.isArray(body['events']) ? body['events'].filter(isRecord) : [body]
    const request = { headers: context.req.raw.headers, text, body, events }
    requests.push(request)
    const answer = queue.length > 1 ? queue.shift()! : queue[0]!
    return answer(request)
  })
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port, overrideGlobalObjects: false }, (address: AddressInfo) =>
      resolve({
        url: `http://127.0.0.1:${address.port}/events`,
        requests,
        seen: () => requests.map(({ events }) => events.map((event) => event['event_id'] ?? event['_event'])),
        answers: (...answers) => {
          queue = answers
        },
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            if ('closeAllConnections' in server) server.closeAllConnections()
          })
      })
    )
  })
}
