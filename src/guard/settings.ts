import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import type { Config } from '../config.ts'
import { describe } from '../openapi/describe.ts'
import { settingsDescription, switchDescription } from './description.ts'
import { originOf } from './origin.ts'
import { settingsChangeSchema, type settingsSchema } from './settings-schemas.ts'
import type { Switch } from './switch.ts'

export interface SettingsOptions {
  readonly config: Config
  readonly reverse: Switch
}

const BODY_LIMIT = 16_384

type Settings = v.InferOutput<typeof settingsSchema>

/** `GET|PUT /api/settings`: what is set, never a secret's value; and the switch. */
export const settingsRoutes = ({ config, reverse }: SettingsOptions): Hono => {
  const app = new Hono()

  const settings = (origin: string): Settings => ({
    reverse_sync_enabled: reverse.isOn(),
    webhook_urls: {
      envelopes: `${origin}/webhooks/odoo`,
      automation: `${origin}/webhooks/odoo/automation/<WEBHOOK_SECRET>`
    },
    allowed_ips: config.ALLOWED_IPS ?? null,
    trust_proxy: config.TRUST_PROXY,
    rate_limit_per_minute: config.RATE_LIMIT_PER_MINUTE,
    body_limit_bytes: config.BODY_LIMIT_BYTES,
    conflict_policy: config.CONFLICT_POLICY,
    prestashop_url: config.PRESTASHOP_URL,
    secrets: {
      PRESTASHOP_KEY: true,
      WEBHOOK_SECRET: true,
      WEBHOOK_SIGNING_SECRET: config.WEBHOOK_SIGNING_SECRET !== undefined,
      ADMIN_TOKEN: config.ADMIN_TOKEN !== undefined
    }
  })

  const answer = (context: Context): Response => context.json(settings(originOf(context)))

  app.get('/api/settings', describe(settingsDescription), answer)

  app.put(
    '/api/settings',
    describe(switchDescription),
    bodyLimit({ maxSize: BODY_LIMIT, onError: (context) => context.json({ success: false, error: `The body is larger than ${BODY_LIMIT} bytes` }, 413) }),
    async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined)
      const change = v.safeParse(settingsChangeSchema, body)
      if (!change.success) {
        return context.json({ success: false, error: 'Expected { "reverse_sync_enabled": true } or false, and nothing else' }, 422)
      }
      reverse.set(change.output.reverse_sync_enabled)
      return answer(context)
    }
  )
  return app
}
