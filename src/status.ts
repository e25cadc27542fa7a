import { Hono } from 'hono'
import { answerFor } from './inbox/answer.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Sync } from './sync/sync.ts'

export interface StatusOptions {
  readonly ledger: Ledger
  readonly sync: Sync
}

const time = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString()

/** `/healthz`, `/readyz`, and, under `/api`, what has become of one operation (`status_url` of an answer). */
export const statusRoutes = ({ ledger, sync }: StatusOptions): Hono => {
  const app = new Hono()

  app.get('/healthz', (context) => context.json({ status: 'ok' }))

  // Not ready only when webhooks cannot be stored: a shop that is down must not make a load balancer refuse them.
  app.get('/readyz', (context) => {
    ledger.assertWritable()
    const { pending, oldest } = ledger.backlog()
    const { open, since, reason } = sync.breaker()
    return context.json({
      status: 'ready',
      backlog: { pending, oldest: time(oldest) },
      shop: open ? { working: false, since: time(since ?? null), kind: reason?.kind, reason: reason?.message } : { working: true },
      missing_rights: sync.missingRights().map(({ resource, method, since: from }) => ({ resource, method, since: time(from) }))
    })
  })

  app.get('/api/operations/:operation_id', (context) => {
    const operation = ledger.find(context.req.param('operation_id'))
    if (!operation) return context.json({ success: false, error: 'No such operation' }, 404)
    const { status, action_type, odoo_id, attempts, next_attempt_at, received_at, date_upd, error_message, error_kind } = operation
    return context.json({
      ...answerFor(operation).body,
      status,
      action_type,
      odoo_id,
      attempts,
      received_at: time(received_at),
      date_upd: time(date_upd),
      ...(status === 'pending' && error_kind !== null
        ? { last_error: error_message, last_error_kind: error_kind, next_attempt_at: time(next_attempt_at) }
        : {})
    })
  })
  return app
}
