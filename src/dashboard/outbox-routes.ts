import { Hono } from 'hono'
import * as v from 'valibot'
import { describe } from '../openapi/describe.ts'
import { retryAll, retryEvent } from '../outgoing/outbox.ts'
import { listSchema } from '../outgoing/outbox-description.ts'
import { form, notPossible, notUnderstood, outboxFields, page, plainPage, unknown } from './descriptions.ts'
import { formLimit, tally } from './forms.ts'
import { refuse, type Show } from './render.ts'
import type { Sources } from './sources.ts'
import { confirm } from './views/confirm.ts'
import { outbox, outboxEvent } from './views/outbox.ts'
import { counted } from './views/parts.ts'

const PLACE = '/outbox'
const ROWS = 50

const readQuery = ({ status = '', cursor = '' }: Readonly<Record<string, string>>) =>
  v.safeParse(listSchema, { ...(status === '' ? {} : { status }), ...(cursor === '' ? {} : { cursor }) })

/** The events for Odoo, one of them, and another attempt for one or for all that failed or wait. */
export const outboxRoutes = (sources: Sources, show: Show): Hono => {
  const { ledger } = sources
  const app = new Hono()
  const limit = formLimit(show, PLACE)

  app.get('/outbox', describe(page('Show what goes from the shop to Odoo', notUnderstood, outboxFields)), (context) => {
    const query = readQuery(context.req.query())
    if (!query.success) return refuse(show, context, 400, PLACE, 'Not understood', `${query.issues.map(({ message }) => message).join('; ')}.`)
    const { status, cursor: before } = query.output
    // One more tells whether there is another page.
    const found = ledger.outgoing.read((tables) => tables.outbox.list({ status, before, limit: ROWS + 1 }))
    const entries = found.slice(0, ROWS)
    const nextCursor = found.length > ROWS ? String(entries.at(-1)?.sequence) : null
    const content = outbox(sources, { status, entries, isOlder: before !== undefined, nextCursor })
    const retried = tally(context, 'retried')
    const notice = retried === undefined ? undefined : `${counted(retried, 'event')} ${retried === 1 ? 'is' : 'are'} tried again.`
    return show(context, { title: 'Outgoing', place: PLACE, content, notice, isLive: before === undefined })
  })

  app.get('/outbox/retry', describe(plainPage('Ask whether to try all events for Odoo again')), (context) => {
    const content = confirm({
      title: 'Retry all events?',
      text: 'Those that wait for their next attempt are sent now; those that were given up are read afresh in the shop first.',
      action: '/outbox/retry',
      fields: {},
      yes: 'Retry all',
      back: PLACE
    })
    return show(context, { title: 'Retry all events', place: PLACE, content })
  })

  app.post('/outbox/retry', describe(form('Try all events for Odoo again that failed or wait')), limit, (context) =>
    context.redirect(`${PLACE}?retried=${retryAll(ledger)}`, 303)
  )

  app.get('/outbox/:outbox_id', describe(page('Show one event for Odoo', unknown)), (context) => {
    const entry = ledger.outgoing.read((tables) => tables.outbox.find(context.req.param('outbox_id')))
    if (!entry) return refuse(show, context, 404, PLACE, 'No such event', 'There is no event with this id, or it is gone after RETENTION_DAYS.')
    const notice = tally(context, 'retried') === undefined ? undefined : 'It is tried again.'
    return show(context, { title: 'Event for Odoo', place: PLACE, content: outboxEvent(entry), notice, isLive: true })
  })

  app.post('/outbox/:outbox_id/retry', describe(form('Try one event for Odoo again', { ...unknown, ...notPossible })), limit, (context) => {
    const outboxId = context.req.param('outbox_id')
    const entry = ledger.outgoing.read((tables) => tables.outbox.find(outboxId))
    if (!entry) return refuse(show, context, 404, PLACE, 'No such event', 'There is no event with this id, or it is gone after RETENTION_DAYS.')
    if (retryEvent(ledger, outboxId)) return context.redirect(`${PLACE}/${outboxId}?retried=1`, 303)
    return refuse(show, context, 409, PLACE, 'Not retried', `Only an event that failed or waits for its next attempt can be tried again; this one is ${entry.status}.`)
  })
  return app
}
