import { type Context, Hono } from 'hono'
import { secretCheck } from '../http/secret-check.ts'
import { readBody } from '../http/request-body.ts'
import { parseJson } from '../http/parse-json.ts'
import type { Logger } from '../log.ts'
import { describe } from '../openapi/describe.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import { checkEvents } from './check.ts'
import { checkDescription, relayDescription } from './description.ts'
import { parseEvent } from './event.ts'
import type { Gate } from './gate.ts'
import { eventsOf, isConnectionTest, relay } from './relay.ts'

export interface OutgoingRoutesOptions {
  readonly gate: Gate
  readonly client: Pick<PrestashopClient, 'list'>
  readonly log: Logger
  readonly secrets: readonly string[]
  readonly bodyLimitBytes: number
  /** Whether there is an Odoo to send events to. */
  readonly canDeliver: boolean
}

/** How many events one request may bring. */
const MAX_EVENTS = 1_000
/** A batch of the module holds a hundred events, and an order of many lines is large. */
const LEAST_BODY_LIMIT_BYTES = 16 * 1_048_576

const RETRY_AFTER_SECONDS = '60'

/** `POST /outgoing/check` and `POST /outgoing/events`: what the shop tells, judged and passed on (DESIGN §4). */
export const outgoingRoutes = ({ gate, client, log, secrets, bodyLimitBytes, canDeliver }: OutgoingRoutesOptions): Hono => {
  const isSecret = secretCheck(secrets)
  const limit = Math.max(bodyLimitBytes, LEAST_BODY_LIMIT_BYTES)
  const app = new Hono()

  const refuse = (context: Context, status: 400 | 403 | 405 | 413 | 422 | 503, error: string, details: object = {}): Response => {
    log.warn({ status, reason: error }, 'outgoing events refused')
    return context.json({ success: false, error, ...details }, status)
  }

  const bodyOf = async (context: Context): Promise<{ readonly value: unknown } | Response> => {
    if (!isSecret(context.req.header('x-webhook-secret'))) return refuse(context, 403, 'Invalid webhook secret')
    const bytes = await readBody(context.req.raw, limit)
    if (!bytes) return refuse(context, 413, `The body is larger than ${limit} bytes`)
    const parsed = parseJson(bytes)
    return 'value' in parsed ? parsed : refuse(context, 400, parsed.problem)
  }

  app.post('/outgoing/events', describe(relayDescription), async (context) => {
    const body = await bodyOf(context)
    if (body instanceof Response) return body
    if (isConnectionTest(body.value)) {
      return context.json({ success: true, message: 'The connection works', delivers: canDeliver })
    }
    if (!canDeliver) {
      context.header('Retry-After', RETRY_AFTER_SECONDS)
      return refuse(context, 503, 'There is no Odoo to send events to: set ODOO_WEBHOOK_URL')
    }
    const { batchId = context.req.header('x-batch-id') ?? null, events } = eventsOf(body.value)
    if (events.length > MAX_EVENTS) {
      return refuse(context, 422, `A batch has at most ${MAX_EVENTS} events, not ${events.length}: send it in parts`)
    }
    const answer = relay(events, batchId, gate)
    const suppressed = answer.results.filter((result) => result.suppressed).length
    const refused = answer.results.filter(({ success }) => !success).length
    log.info({ batch_id: loggable(batchId), events: events.length, suppressed, refused }, 'events of the shop accepted')
    return context.json(answer)
  })

  app.post('/outgoing/check', describe(checkDescription), async (context) => {
    const body = await bodyOf(context)
    if (body instanceof Response) return body
    const { events } = eventsOf(body.value)
    if (events.length > MAX_EVENTS) {
      return refuse(context, 422, `A check has at most ${MAX_EVENTS} events, not ${events.length}: ask in parts`)
    }
    const isList = events[0] !== body.value
    const parsed = events.map(parseEvent)
    const wrong = parsed.flatMap((one, index) =>
      'issues' in one ? one.issues.map(({ path, message }) => ({ path: isList ? `events.${index}.${path}` : path, message })) : []
    )
    if (wrong.length > 0) {
      const told = wrong.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ')
      return refuse(context, 422, `The event is not valid: ${told}`, { issues: wrong })
    }
    const answers = await checkEvents(parsed.flatMap((one) => ('event' in one ? [one.event] : [])), gate, client)
    log.debug({ events: answers.length, suppressed: answers.filter(({ emit }) => !emit).length }, 'events checked')
    return context.json(isList ? { results: answers } : answers[0]!)
  })

  app.all('/outgoing/*', (context) => {
    context.header('Allow', 'POST')
    return refuse(context, 405, 'Events are sent with POST to /outgoing/events, questions to /outgoing/check')
  })
  return app
}

/** Only an id that looks like one goes into the log; senders may put anything there. */
const loggable = (batchId: string | null): string | undefined =>
  batchId !== null && /^[\w.:-]{1,80}$/.test(batchId) ? batchId : undefined
