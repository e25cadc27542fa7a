import { html } from 'hono/html'
import { statsOf } from '../../api/stats.ts'
import type { Sources } from '../sources.ts'
import { hourChart } from './chart.ts'
import { operationTable } from './operation-rows.ts'
import { outboxSummary, verdictTable } from './outgoing-parts.ts'
import { card, duration, type Html, live, number } from './parts.ts'
import { alerts, inWords, tiles } from './state.ts'

const LATEST = 10

const figure = (label: string, value: string, more: Html | string, href?: string, isBad = false): Html =>
  html`<div class="figure ${isBad ? 'bad' : ''}"><dt>${label}</dt><dd><strong>${href === undefined ? value : html`<a href="${href}">${value}</a>`}</strong> <span class="soft">${more}</span></dd></div>`

const figures = (stats: ReturnType<typeof statsOf>): Html => {
  const { backlog, operations, last_hour: hour } = stats
  const oldest = backlog.oldest_seconds === null ? 'nothing waits' : `the oldest for ${age(backlog.oldest_seconds)}`
  const slow = hour.latency_p95_ms === null ? 'nothing ended' : `95 % within ${duration(hour.latency_p95_ms)}`
  return html`<dl class="figures">
${figure('Backlog', number(backlog.operations), oldest, '/operations?status=pending')}
${figure('Failed', number(operations.failed), operations.failed === 0 ? 'nothing to decide' : 'wait for your decision', '/operations?status=failed', operations.failed > 0)}
${figure('Received', number(hour.received), 'in the last hour')}
${figure('Half ended within', hour.latency_p50_ms === null ? '–' : duration(hour.latency_p50_ms), slow)}
</dl>`
}

/** In whole minutes from one on: a page at rest does not change every second. */
const age = (seconds: number): string => (seconds < 60 ? 'less than a minute' : duration(seconds * 1_000))

/** The content of `GET /`. */
export const overview = (sources: Sources): Html => {
  const { ledger } = sources
  const stats = statsOf(ledger)
  const latest = operationTable({
    caption: 'The latest operations',
    hideCaption: true,
    operations: ledger.list({ limit: LATEST }),
    empty: 'No webhook has come yet. The settings have the addresses to paste into Odoo.'
  })
  return html`<h1>Overview</h1>
<div role="status" class="unseen">${live('said', html`${inWords(sources)}`)}</div>
<div aria-live="polite">${live('alerts', alerts(sources))}</div>
${live('tiles', tiles(sources))}
${live('figures', figures(stats))}
${card('hour', 'Last hour', live('chart', hourChart(stats.last_hour)))}
${card('latest', 'Latest operations', live('operations', latest), html`<a href="/operations">All operations</a>`)}
${card('outgoing', 'From the shop to Odoo', live('outgoing-now', html`${outboxSummary(sources)}${verdictTable(sources)}`), html`<a href="/outbox">All events</a>`)}`
}
