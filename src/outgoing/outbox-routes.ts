import { Hono } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import { query } from '../openapi/request.ts'
import { describe } from '../openapi/describe.ts'
import type { Delivery } from './delivery.ts'
import { retryEvent, withEvent, withoutEvent } from './outbox.ts'
import { eventDescription, listDescription, listSchema, retryDescription } from './outbox-description.ts'

export interface OutboxRoutesOptions {
  readonly ledger: Ledger
  readonly delivery: Pick<Delivery, 'state'>
}

const missing = { success: false, error: 'There is no such event in the outbox' }

/**
 * `GET /api/outbox` (newest first), `GET /api/outbox/:outbox_id` (with its event), `POST /api/outbox/:outbox_id/retry`.
 * To be mounted behind the guard of `/api`.
 */
export const outboxRoutes = ({ ledger, delivery }: OutboxRoutesOptions): Hono => {
  const app = new Hono()

  app.get('/api/outbox', describe(listDescription), query(listSchema), (context) => {
    const { status, cursor, limit } = context.req.valid('query')
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

  app.get('/api/outbox/:outbox_id', describe(eventDescription), (context) => {
    const entry = ledger.outgoing.read(({ outbox }) => outbox.find(context.req.param('outbox_id')))
    return entry ? context.json(withEvent(entry)) : context.json(missing, 404)
  })

  app.post('/api/outbox/:outbox_id/retry', describe(retryDescription), (context) => {
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
