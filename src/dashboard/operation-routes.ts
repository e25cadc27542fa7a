import { Hono } from 'hono'
import { failedIds, pageOf, retryFailed } from '../api/find.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import { describe } from '../openapi/describe.ts'
import { filterFields, form, listFields, notPossible, notUnderstood, page, retryFields, unknown } from './descriptions.ts'
import { readFilters } from './filters.ts'
import { fieldsOf, formLimit, tally } from './forms.ts'
import { refuse, type Show } from './render.ts'
import { confirm } from './views/confirm.ts'
import { operationStory } from './views/operation.ts'
import { nameOf } from './views/operation-rows.ts'
import { operations } from './views/operations.ts'
import { counted, link } from './views/parts.ts'

const PLACE = '/operations'

/** The list of operations, one operation's story, and another attempt for one or for all that failed. */
export const operationRoutes = (ledger: Ledger, show: Show): Hono => {
  const app = new Hono()
  const limit = formLimit(show, PLACE)

  app.get('/operations', describe(page('List operations', notUnderstood, listFields)), async (context) => {
    const filters = readFilters(context.req.query())
    if ('problem' in filters) return refuse(show, context, 400, PLACE, 'Not understood', `${filters.problem}.`)
    const counts = ledger.counts()
    const content = operations({
      filters,
      page: await pageOf(ledger, filters.asked),
      entities: [...new Set(counts.map(({ entity_type }) => entity_type))],
      hasFailed: counts.some(({ state }) => state === 'failed')
    })
    const retried = tally(context, 'retried')
    const notice = retried === undefined ? undefined : `${counted(retried, 'operation')} ${retried === 1 ? 'is' : 'are'} tried again.`
    return show(context, { title: 'Operations', place: PLACE, content, notice, isLive: filters.asked.cursor === undefined })
  })

  app.get('/operations/retry', describe(page('Ask whether to try all failed operations again', notUnderstood, filterFields)), async (context) => {
    const filters = readFilters(context.req.query())
    if ('problem' in filters) return refuse(show, context, 400, PLACE, 'Not understood', `${filters.problem}.`)
    const { length } = await failedIds(ledger, filters.failed)
    const back = link(PLACE, { ...filters.given, status: 'failed' })
    if (length === 0) return refuse(show, context, 200, PLACE, 'Nothing to retry', 'No failed operation matches these filters.', back)
    const { status: _status, outcome: _outcome, ...fields } = filters.given
    const content = confirm({
      title: `Retry ${counted(length, 'failed operation')}?`,
      text: `They are tried again from the oldest on${Object.keys(fields).length === 0 ? '' : ', those that match the filters'}. What fails again is here again.`,
      action: '/operations/retry',
      fields,
      yes: 'Retry all',
      back
    })
    return show(context, { title: 'Retry all failed', place: PLACE, content })
  })

  app.post('/operations/retry', describe(form('Try all failed operations again that match', notUnderstood, filterFields)), limit, async (context) => {
    const filters = readFilters(await fieldsOf(context))
    if ('problem' in filters) return refuse(show, context, 400, PLACE, 'Not understood', `${filters.problem}.`)
    const retried = await retryFailed(ledger, filters.failed)
    return context.redirect(link(PLACE, { ...filters.given, retried: String(retried) }), 303)
  })

  app.get('/operations/:operation_id', describe(page('Tell the story of one operation', unknown)), (context) => {
    const operation = ledger.find(context.req.param('operation_id'))
    if (!operation) return refuse(show, context, 404, PLACE, 'No such operation', 'There is no operation with this id, or it is gone after RETENTION_DAYS.')
    const notice = tally(context, 'retried') === undefined ? undefined : 'It is tried again.'
    return show(context, { title: nameOf(operation), place: PLACE, content: operationStory(operation, ledger), notice, isLive: true })
  })

  app.post('/operations/:operation_id/retry', describe(form('Try one operation again', { ...unknown, ...notPossible }, retryFields)), limit, async (context) => {
    const operationId = context.req.param('operation_id')
    const { force, list } = await fieldsOf(context)
    const operation = ledger.find(operationId)
    if (!operation) return refuse(show, context, 404, PLACE, 'No such operation', 'There is no operation with this id, or it is gone after RETENTION_DAYS.')
    const own = `${PLACE}/${operationId}`
    if (!ledger.retry(operationId, { force: force === 'true' })) return refuse(show, context, 409, PLACE, 'Not retried', whyNot(operation), own)
    if (list === undefined) return context.redirect(`${own}?retried=1`, 303)
    return context.redirect(link(PLACE, { ...Object.fromEntries(new URLSearchParams(list)), retried: '1' }), 303)
  })
  return app
}

const whyNot = ({ status, source_payload: payload }: Operation): string => {
  if (payload === null) return 'Its payload is gone after RETENTION_DAYS: have Odoo send it again.'
  return status === 'success' ? 'It has not failed. Its page can force it.' : 'It is going to be tried already.'
}
