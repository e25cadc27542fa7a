import { Hono } from 'hono'
import * as v from 'valibot'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delivery } from './delivery.ts'
import { outboxStatuses, retryEvent, withEvent, withoutEvent } from './outbox.ts'

export interface OutboxRoutesOptions {
  readonly ledger: Ledger
  readonly delivery: Pick<Delivery, 'state'>
}

const query = v.object({
  status: v.optional(v.picklist(outboxStatuses, `must be one of ${outboxStatuses.join(', ')}`)),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'must be the next_cursor of an earlier answer'), v.transform(Number))),
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,4}$/, 'must be a number'), v.transform(Number), v.minValue(1), v.maxValue(500, 'must be at most 500')),
    '50'
  )
})

const missing = { success: false, error: 'There is no such event in the outbox' }

/**
 * `GET /api/outbox` (newest first), `GET /api/outbox/:outbox_id` (with its event), `POST /api/outbox/:outbox_id/retry`.
 * To be mounted behind the guard of `/api`.
 */
export const outboxRoutes = ({ ledger, delivery }: OutboxRoutesOptions): Hono => {
  const app = new Hono()

  app.get('/api/outbox', (context) => {
    const { success, output, issues } = v.safeParse(query, context.req.query())
    if (!success) {
      const [{ message }] = issues
      return context.json({ success: false, error: `${v.getDotPath(issues[0]) ?? 'The query'} ${message}` }, 400)
    }
    const { status, cursor, limit } = output
    const { entries, counts } = ledger.outgoing.read(({ outbox }) => ({
      entries: outbox.list({ status, before: cursor, limit }),
      counts: outbox.counts()
    }))
    const { open, since, kind, reason } = delivery.state()
    return context.json({
      entries: entries.map(withoutEvent),
      next_cursor: entries.length === limit ? String(entries.at(-1)?.sequence) : null,
      counts: Object.fromEntries(counts.map((row) => [row.status, row.count])),
      delivery: open ? { working: false, since: new Date(since ?? 0).toISOString(), kind, reason } : { working: true }
    })
  })

  app.get('/api/outbox/:outbox_id', (context) => {
    const entry = ledger.outgoing.read(({ outbox }) => outbox.find(context.req.param('outbox_id')))
    return entry ? context.json(withEvent(entry)) : context.json(missing, 404)
  })

  app.post('/api/outbox/:outbox_id/retry', (context) => {
    const outboxId = context.req.param('outbox_id')
    const retried = retryEvent(ledger, outboxId)
    const entry = ledger.outgoing.read(({ outbox }) => outbox.find(outboxId))
    if (!entry) return context.json(missing, 404)
    if (retried) return context.json({ success: true, outbox_id: outboxId, status: entry.status })
    const error = `Only an event that failed or waits for its next attempt can be tried again; this one is ${entry.status}`
    return context.json({ success: false, outbox_id: outboxId, status: entry.status, error }, 409)
  })

  return app
}
