import { Hono } from 'hono'
import * as v from 'valibot'
import type { Ledger } from '../ledger/ledger.ts'
import type { Sync } from '../sync/sync.ts'
import { describe, ledgerUnavailable } from '../openapi/describe.ts'
import { time } from './operation.ts'
import type { ShopWatch } from './shop-watch.ts'

const timeSchema = v.pipe(v.string(), v.isoTimestamp())
const known = (description: string) => v.pipe(v.nullable(v.boolean()), v.description(`${description}; null: not known yet`))

const aliveSchema = v.strictObject({ status: v.literal('ok') })

/** The body of `GET /readyz`. */
export const readySchema = v.strictObject({
  status: v.literal('ready'),
  backlog: v.strictObject({
    pending: v.pipe(v.number(), v.integer()),
    oldest: v.nullable(timeSchema),
    oldest_seconds: v.pipe(v.nullable(v.number()), v.description('its age'))
  }),
  shop: v.strictObject({
    working: v.pipe(v.boolean(), v.description('false: webhooks are kept, and the shop is probed until it can be worked with')),
    reachable: known('whether the Webservice answered the last call'),
    key_valid: known('whether it took the key'),
    checked_at: v.nullable(timeSchema),
    since: v.optional(v.nullable(timeSchema)),
    kind: v.optional(v.string()),
    reason: v.optional(v.string())
  }),
  missing_rights: v.array(v.strictObject({ resource: v.string(), method: v.string(), since: timeSchema }))
})

export interface HealthOptions {
  readonly ledger: Ledger
  readonly sync: Sync
  readonly shopWatch: ShopWatch
}

const timeOrNull = (milliseconds: number | null): string | null => (milliseconds === null ? null : time(milliseconds))

/** How long a ledger that could be written counts as one that can: whoever asks must not keep the disk busy. */
const WRITABLE_MS = 1_000

/** Does a piece of work that went well again only after a while. */
const atMostEvery = (milliseconds: number, work: () => void): (() => void) => {
  let doneAt = -Infinity
  return () => {
    if (performance.now() - doneAt < milliseconds) return
    work()
    doneAt = performance.now()
  }
}

/** `/healthz` and `/readyz`. */
export const healthRoutes = ({ ledger, sync, shopWatch }: HealthOptions): Hono => {
  const app = new Hono()
  const assertWritable = atMostEvery(WRITABLE_MS, ledger.assertWritable)

  app.get(
    '/healthz',
    describe({
      summary: 'Tell that the process is up',
      tag: 'server',
      access: 'public',
      limited: false,
      answers: { 200: { description: 'it is', schema: aliveSchema, examples: { up: { status: 'ok' } } } }
    }),
    (context) => context.json({ status: 'ok' })
  )

  // Not ready only when webhooks cannot be stored: a shop that is down must not make a load balancer refuse them.
  app.get(
    '/readyz',
    describe({
      summary: 'Tell whether webhooks can be stored',
      description: 'Also 200 while the shop is down: webhooks are kept. The body tells about the shop, as of the last call, and the backlog.',
      tag: 'server',
      access: 'public',
      answers: { 200: { description: 'they can', schema: readySchema }, 503: ledgerUnavailable }
    }),
    (context) => {
      assertWritable()
      const { pending, oldest } = ledger.backlog()
      const { open, since, reason } = sync.breaker()
      const { checked_at, ...shop } = shopWatch.state()
      return context.json({
        status: 'ready',
        backlog: { pending, oldest: timeOrNull(oldest), oldest_seconds: oldest === null ? null : Math.round((Date.now() - oldest) / 1_000) },
        shop: {
          working: !open,
          ...shop,
          checked_at: timeOrNull(checked_at),
          ...(open ? { since: timeOrNull(since ?? null), kind: reason?.kind, reason: reason?.message } : {})
        },
        missing_rights: sync.missingRights().map(({ resource, method, since: from }) => ({ resource, method, since: time(from) }))
      })
    }
  )
  return app
}
