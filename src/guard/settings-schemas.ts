import * as v from 'valibot'

/** What `GET /api/settings` answers. */
export const settingsSchema = v.strictObject({
  reverse_sync_enabled: v.boolean(),
  webhook_urls: v.pipe(
    v.strictObject({ envelopes: v.string(), automation: v.string() }),
    v.description('to paste into Odoo; the secret is not shown')
  ),
  allowed_ips: v.pipe(v.nullable(v.array(v.string())), v.description('null: everybody')),
  trust_proxy: v.union([v.boolean(), v.number(), v.array(v.string())]),
  rate_limit_per_minute: v.number(),
  body_limit_bytes: v.number(),
  conflict_policy: v.string(),
  prestashop_url: v.string(),
  secrets: v.pipe(v.record(v.string(), v.boolean()), v.description('by the name of the variable: whether it is set'))
})

/** What `PUT /api/settings` takes. */
export const settingsChangeSchema = v.strictObject({ reverse_sync_enabled: v.boolean() })
