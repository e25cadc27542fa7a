import { Hono } from 'hono'
import type { Context } from 'hono'
import type { SignatureCheck } from '../guard/signature.ts'
import type { Logger } from '../log.ts'
import { describe } from '../openapi/describe.ts'
import { type Answer, refusal } from './answer.ts'
import { secretCheck } from '../http/secret-check.ts'
import { readBody } from '../http/request-body.ts'
import { webhookDescription } from './description.ts'
import { parseBody } from './parse-body.ts'
import { createReceiver, type ReceiveOptions } from './receive.ts'

export interface InboxOptions extends ReceiveOptions {
  readonly secrets: readonly string[]
  readonly bodyLimitBytes: number
  readonly log: Logger
  /** When given, webhooks must be signed as well. */
  readonly signature?: SignatureCheck | undefined
  /** While it says no, nothing is taken. */
  readonly isOn?: () => boolean
}

/** How many webhooks one request may bring. */
const MAX_BATCH = 1_000
/** When a sender may ask whether the switch is on again. */
const OFF_SECONDS = '60'

const send = (context: Context, { status, body }: Answer): Response => context.json(body, status)

const isJson = (contentType: string | undefined): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')

const isBatch = (value: unknown): value is { readonly events: readonly unknown[] } =>
  typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events) && !('entity_type' in value)

/** `POST /webhooks/odoo`: authenticate, parse, store durably, answer (DESIGN §2). */
export const inboxRoutes = (options: InboxOptions): Hono => {
  const isSecret = secretCheck(options.secrets)
  const receiver = createReceiver(options)
  const app = new Hono()

  const refuse = (context: Context, answer: Answer): Response => {
    options.log.warn({ status: answer.status, reason: answer.body.error }, 'webhook refused')
    options.onAnswer?.(undefined, answer.status)
    return send(context, answer)
  }

  app.post(
    '/webhooks/odoo',
    describe(webhookDescription),
    async (context, next) => {
      if (!isSecret(context.req.header('x-webhook-secret'))) return refuse(context, refusal(403, 'Invalid webhook secret'))
      if (options.isOn?.() === false) {
        context.header('Retry-After', OFF_SECONDS)
        return refuse(context, refusal(503, 'The reverse sync is switched off: send it again later'))
      }
      if (!isJson(context.req.header('content-type'))) {
        return refuse(context, refusal(415, 'The Content-Type must be application/json'))
      }
      if (context.req.header('content-encoding') !== undefined) {
        return refuse(context, refusal(415, 'Content-Encoding is not supported: send the body as it is'))
      }
      return next()
    },
    async (context) => {
      const bytes = await readBody(context.req.raw, options.bodyLimitBytes)
      if (!bytes) return refuse(context, refusal(413, `The body is larger than ${options.bodyLimitBytes} bytes`))
      const signed = options.signature?.(context.req.raw.headers, bytes)
      if (signed && 'refused' in signed) return refuse(context, refusal(403, signed.refused))
      const parsed = parseBody(bytes)
      if ('refused' in parsed) return refuse(context, parsed.refused)
      const { value } = parsed
      const batch = Array.isArray(value) ? (value as readonly unknown[]) : isBatch(value) ? value.events : undefined
      if (!batch) return send(context, await receiver.one(value, signed?.id))
      if (batch.length > MAX_BATCH) {
        return refuse(context, refusal(422, `A batch has at most ${MAX_BATCH} webhooks, not ${batch.length}: send it in parts`))
      }
      return send(context, await receiver.batch(batch, signed?.id))
    }
  )
  app.all('/webhooks/odoo', (context) => {
    context.header('Allow', 'POST')
    return send(context, refusal(405, 'This is the address for webhooks: send them with POST'))
  })
  return app
}
