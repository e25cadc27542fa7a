import { html } from 'hono/html'
import type { OutboxEntry, OutboxStatus } from '../../ledger/outbox.ts'
import { printableJson, shortened } from '../../notify/printable.ts'
import { outboxStatuses } from '../../outgoing/outbox.ts'
import type { Sources } from '../sources.ts'
import { outboxSummary, verdictTable } from './outgoing-parts.ts'
import { ago, card, type Cell, code, facts, type Html, link, live, moment, outside, table } from './parts.ts'
import { pollerState } from './poller.ts'
import { alerts } from './state.ts'
import { capital, fieldsOf, outboxBadge, outboxMeanings, outboxSources, reasonOf } from './words.ts'

const LONGEST_EVENT = 100_000

export interface OutboxPage {
  readonly status: OutboxStatus | undefined
  readonly entries: readonly OutboxEntry[]
  /** Whether it is not the newest page. */
  readonly isOlder: boolean
  readonly nextCursor: string | null
}

const nameOf = ({ entity_type, entity_id }: OutboxEntry): string => `${entity_type} ${entity_id}`

const canRetry = ({ status, attempts }: OutboxEntry): boolean => status === 'failed' || (status === 'pending' && attempts > 0)

const retryForm = (entry: OutboxEntry): Html | string =>
  canRetry(entry)
    ? html`<form method="post" action="/outbox/${entry.outbox_id}/retry"><button aria-label="Retry the event about ${nameOf(entry)}">Retry</button></form>`
    : ''

const nextAttempt = ({ status, next_attempt_at: next, attempts }: OutboxEntry): Html | string =>
  status === 'pending' && attempts > 0 ? html`<br><span class="soft">next ${moment(next)}</span>` : ''

const row = (entry: OutboxEntry): Cell[] => [
  html`<a href="/outbox/${entry.outbox_id}">${outside(nameOf(entry))}</a><br><span class="soft id">${code(entry.outbox_id)}</span>`,
  outboxBadge(entry),
  reasonOf(entry) ?? '–',
  outside(fieldsOf(entry) ?? '–'),
  html`${String(entry.attempts)}${nextAttempt(entry)}`,
  html`${moment(entry.date_add)}<br><span class="soft">${ago(entry.date_add)}</span>`,
  retryForm(entry)
]

const form = (chosen: OutboxStatus | undefined): Html =>
  html`<form class="filters" method="get" action="/outbox" role="search" aria-label="Events for Odoo">
<div class="field"><label for="status">Status</label><select id="status" name="status"><option value="">Any</option>${outboxStatuses.map(
    (status) => html`<option value="${status}" ${status === chosen ? html`selected` : ''}>${capital(status)}</option>`
  )}</select></div>
<div class="field buttons"><button class="main">Filter</button><a class="button" href="/outbox">Clear</a></div>
${chosen === undefined ? '' : html`<p class="soft">${capital(chosen)}: ${outboxMeanings[chosen]}.</p>`}</form>`

/** The content of `GET /outbox`. */
export const outbox = (sources: Sources, { status, entries, isOlder, nextCursor }: OutboxPage): Html => {
  const list = table({
    caption: 'Events for Odoo, newest first',
    columns: ['Record in the shop', 'State', 'Reason', 'Fields', 'Attempts', 'Since', 'Retry'],
    rows: entries.map(row),
    empty: status === undefined ? 'No event for Odoo yet.' : `No event is ${status}.`
  })
  const older = nextCursor === null ? '' : html`<a class="button" rel="next" href="${link('/outbox', { status, cursor: nextCursor })}">Older</a>`
  const newest = isOlder ? html`<a class="button" href="${link('/outbox', { status })}">Newest</a>` : ''
  const retryAll = entries.some(canRetry) ? html`<div class="actions"><a class="button" href="/outbox/retry">Retry all…</a></div>` : ''
  return html`<h1>From the shop to Odoo</h1>
<div aria-live="polite">${live('alerts', alerts(sources))}</div>
<div class="columns">
${card('waiting', 'Outbox', live('summary', outboxSummary(sources)))}
${card('poller', 'Poller', live('poller-now', pollerState(sources)))}
</div>
${card('verdicts', 'Verdicts', live('verdict-counts', verdictTable(sources)))}
${card('events', 'Events', html`${form(status)}${live('result', html`${retryAll}${list}<nav class="pages" aria-label="Pages of events">${newest}${older}</nav>`)}`)}`
}

/** The content of `GET /outbox/:outbox_id`, the only page with what an event tells. */
export const outboxEvent = (entry: OutboxEntry): Html => {
  const event: unknown = entry.event === null ? null : JSON.parse(entry.event)
  const shown =
    event === null
      ? html`<p class="empty">It is gone, as RETENTION_DAYS says.</p>`
      : html`<p class="soft">Secrets masked. It holds personal data.</p><pre tabindex="0" aria-labelledby="event"><code>${shortened(printableJson(event, 2), LONGEST_EVENT)}</code></pre>`
  return html`<div class="title"><p><a href="/outbox">Outgoing</a></p><h1>Event about ${outside(nameOf(entry))}</h1></div>
<div aria-live="polite">${live('state', html`<p class="state">${outboxBadge(entry)} <span class="soft">${outboxMeanings[entry.status]}</span></p>
${entry.error_message === null ? '' : html`<div class="alert ${entry.status === 'failed' ? '' : 'mild'}"><p><strong>Odoo’s last answer</strong></p><p>${outside(entry.error_message)}</p></div>`}`)}</div>
${live('retries', html`<div class="actions">${retryForm(entry)}</div>`)}
${card(
  'about',
  'About it',
  live(
    'facts',
    facts([
      ['Event', code(entry.outbox_id)],
      ['Told by', outboxSources[entry.source]],
      ['Reason', reasonOf(entry)],
      ['Fields that Odoo is taken to hold by it', outside(fieldsOf(entry) ?? 'none')],
      ['Attempts', String(entry.attempts)],
      ['Next attempt', entry.status === 'pending' && entry.attempts > 0 ? moment(entry.next_attempt_at) : undefined],
      ['Since', moment(entry.date_add)],
      ['Last change', moment(entry.date_upd)]
    ])
  )
)}
${card('event', 'What Odoo is told', shown)}`
}
