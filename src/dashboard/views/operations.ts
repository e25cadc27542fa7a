import { html } from 'hono/html'
import type { OperationPage } from '../../api/find.ts'
import { outcomes, statuses } from '../../ledger/operation.ts'
import type { Filters, Given } from '../filters.ts'
import { operationTable } from './operation-rows.ts'
import { type Html, link, live } from './parts.ts'
import { capital } from './words.ts'

const ENTITIES = ['customer', 'address', 'order', 'coupon']

const select = (name: string, label: string, values: readonly string[], chosen: string | undefined): Html =>
  html`<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">Any</option>${values.map(
    (value) => html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${value.includes('.') ? value : capital(value)}</option>`
  )}</select></div>`

const input = (name: string, label: string, type: string, value: string | undefined, more: Html | string = ''): Html =>
  html`<div class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" value="${value ?? ''}" ${more}></div>`

/** A time of the address as the field of a form shows it. */
const local = (time: string | undefined): string | undefined => time?.replace(/(?:\.\d+)?Z$/, '')

const form = (given: Given, entities: readonly string[]): Html =>
  html`<form class="filters" method="get" action="/operations" role="search" aria-label="Operations">
${input('text', 'Id, email, reference or code', 'search', given.text, html`maxlength="255" aria-describedby="text-hint"`)}
${select('status', 'Status', statuses, given.status)}
${select('entity_type', 'Entity', entities, given.entity_type)}
${select('outcome', 'Outcome', outcomes, given.outcome)}
${input('received_from', 'Received from (UTC)', 'datetime-local', local(given.received_from))}
${input('received_to', 'Received to (UTC)', 'datetime-local', local(given.received_to))}
<div class="field buttons"><button class="main">Filter</button><a class="button" href="/operations">Clear</a></div>
<p class="soft" id="text-hint">An operation id or event id, a record’s id in Odoo or in the shop, or a whole email address, order reference or coupon code.</p>
</form>`

export interface OperationsView {
  readonly filters: Filters
  readonly page: OperationPage
  /** The entities that the ledger knows; those of native webhooks are Odoo's models. */
  readonly entities: readonly string[]
  /** Whether any operation at all has failed. */
  readonly hasFailed: boolean
}

const retryAll = ({ filters: { given }, hasFailed }: OperationsView): Html | string => {
  const couldBeFailed = (given.status === undefined || given.status === 'failed') && given.outcome === undefined
  if (!hasFailed || !couldBeFailed) return ''
  const { status: _status, ...others } = given
  return html`<a class="button" href="${link('/operations/retry', others)}">Retry all failed…</a>`
}

/** The content of `GET /operations`. */
export const operations = (view: OperationsView): Html => {
  const { filters, page, entities } = view
  const { given } = filters
  const isFirst = filters.asked.cursor === undefined
  const table = operationTable({
    caption: isFirst ? 'Operations, newest first' : 'Older operations, newest first',
    operations: page.operations,
    empty: Object.keys(given).length === 0 ? 'No webhook has come yet.' : 'No operation matches these filters.',
    list: new URLSearchParams(given).toString()
  })
  const older = page.nextCursor === null ? '' : html`<a class="button" rel="next" href="${link('/operations', { ...given, cursor: page.nextCursor })}">Older</a>`
  const newest = isFirst ? '' : html`<a class="button" href="${link('/operations', given)}">Newest</a>`
  return html`<h1>Operations</h1>
${form(given, [...new Set([...ENTITIES, ...entities])])}
${live('result', html`<div class="actions">${retryAll(view)}</div>${table}<nav class="pages" aria-label="Pages of operations">${newest}${older}</nav>`)}`
}
