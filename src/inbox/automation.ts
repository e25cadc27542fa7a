import { Hono } from 'hono'
import type { Context } from 'hono'
import * as v from 'valibot'
import { asOdooId } from '../ledger/ids.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { AUTOMATION_SOURCE } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import { describe } from '../openapi/describe.ts'
import { type Answer, pending, refusal } from './answer.ts'
import { secretCheck } from '../http/secret-check.ts'
import { automationDescription } from './automation-description.ts'
import { readAutomationRequest } from './automation-secret.ts'
import { readBody } from '../http/request-body.ts'
import { canonicalJson } from '../http/json.ts'
import { parseBody } from './parse-body.ts'

export interface AutomationOptions {
  readonly ledger: Ledger
  readonly log: Logger
  readonly secrets: readonly string[]
  readonly bodyLimitBytes: number
  /** Milliseconds that a burst about one record may pause before it counts as over. */
  readonly quietMs: number
  /** The models that mean something to the shop. */
  readonly models: readonly string[]
  /** Who fails to authenticate too often; without it nobody is held back. */
  readonly failures?: FailureCount
  /** Told of the status that each webhook was answered with; without a model when it is not known. */
  readonly onAnswer?: (model: string | undefined, status: number) => void
}

/** Counts failed authentications of whoever sends a request. */
export interface FailureCount {
  /** For how many seconds the sender is not listened to; 0 = it is. */
  blockedSeconds(context: Context): Promise<number>
  count(context: Context): Promise<void>
}

/** A clock further ahead than this was wrong when the last webhook came. */
const FUTURE_TOLERANCE_MS = 300_000

const webhookSchema = v.looseObject({
  _model: v.pipe(v.string(), v.nonEmpty()),
  _id: v.pipe(
    v.unknown(),
    v.check((id) => asOdooId(id) !== undefined),
    v.transform((id) => asOdooId(id)!)
  )
})

const NO_WEBHOOK = 'This is no webhook of an Odoo automation rule: expected a JSON object with "_model" and "_id"'

/**
 * Times of arrival that never go back, whatever the clock does: they decide which of two webhooks is later
 * (a `write_date` does not: Odoo repeats it for different values).
 */
const arrivals = (ledger: Ledger): (() => number) => {
  const last = ledger.lastArrival()
  let latest = last > Date.now() + FUTURE_TOLERANCE_MS ? 0 : last
  return () => (latest = Math.max(latest, Date.now()))
}

const send = (context: Context, { status, body }: Answer): Response => context.json(body, status)

/**
 * `POST /webhooks/odoo/automation`: Odoo's "Send Webhook Notification". It waits one second, tries once and keeps
 * nothing, so the answer comes right after the commit, and only what can never work is refused.
 */
export const automationRoutes = ({ ledger, log, secrets, bodyLimitBytes, quietMs, models, failures, onAnswer }: AutomationOptions): Hono => {
  const isSecret = secretCheck(secrets)
  const arrival = arrivals(ledger)
  const app = new Hono()

  const refuse = (context: Context, answer: Answer): Response => {
    log.warn({ status: answer.status, reason: answer.body.error }, 'native webhook refused')
    onAnswer?.(undefined, answer.status)
    return send(context, answer)
  }

  /** Only a wrong secret is held back: a webhook with the right one is lost when it is refused, whoever guesses beside it. */
  const refuseSecret = async (context: Context): Promise<Response> => {
    const seconds = (await failures?.blockedSeconds(context)) ?? 0
    if (seconds > 0) {
      context.header('Retry-After', String(seconds))
      onAnswer?.(undefined, 429)
      return send(context, refusal(429, `Too many requests with a wrong secret: try again in ${seconds} s`))
    }
    await failures?.count(context)
    return refuse(context, refusal(403, 'Invalid webhook secret'))
  }

  const accept = async (context: Context, value: unknown, isDeletion: boolean): Promise<Response> => {
    const parsed = v.safeParse(webhookSchema, value)
    if (!parsed.success) return refuse(context, refusal(422, NO_WEBHOOK))
    const { _model: model, _id: id } = parsed.output
    if (!models.includes(model)) {
      const known = `The known models are ${models.join(', ')}: remove the automation rule, or correct its model`
      return refuse(context, refusal(422, `Webhooks about this model mean nothing to the shop. ${known}`))
    }
    const accepted = ledger.accept({
      event_id: null,
      entity_type: model,
      odoo_model: model,
      odoo_id: id,
      action_type: isDeletion ? 'deleted' : 'upserted',
      source: AUTOMATION_SOURCE,
      source_payload: JSON.stringify(value),
      payload_hash: ledger.payloadHash(canonicalJson(value)),
      received_at: Date.now(),
      source_timestamp: arrival(),
      recognisable: false,
      quiet_ms: quietMs
    })
    accepted.catch(() => onAnswer?.(model, 503))
    const { operation_id } = await accepted
    onAnswer?.(model, 202)
    log.info({ operation_id, odoo_model: model, odoo_id: id, deleted: isDeletion }, 'native webhook accepted')
    return send(context, pending(operation_id))
  }

  app.on('POST', ['/webhooks/odoo/automation', '/webhooks/odoo/automation/:secret'], describe(automationDescription))
  app.all('/webhooks/odoo/*', async (context, next) => {
    const request = readAutomationRequest(context.req.url, context.req.header('authorization'))
    if (!request) return next()
    if (context.req.method !== 'POST') {
      context.header('Allow', 'POST')
      return send(context, refusal(405, 'This is the address for native webhooks of Odoo: they come with POST'))
    }
    // Each is compared, so that the time does not tell which one fits.
    if (!request.secrets.map(isSecret).includes(true)) return refuseSecret(context)
    if (request.event !== undefined && request.event !== 'deleted') {
      return refuse(context, refusal(422, 'The address may say ?event=deleted, for a rule "On deletion", and no other event'))
    }
    if (context.req.header('content-encoding') !== undefined) {
      return refuse(context, refusal(415, 'Content-Encoding is not supported: send the body as it is'))
    }
    const bytes = await readBody(context.req.raw, bodyLimitBytes)
    if (!bytes) {
      return refuse(context, refusal(413, `The body is larger than ${bodyLimitBytes} bytes: untick images in the webhook action`))
    }
    const parsed = parseBody(bytes)
    return 'refused' in parsed ? refuse(context, parsed.refused) : accept(context, parsed.value, request.event === 'deleted')
  })
  return app
}

