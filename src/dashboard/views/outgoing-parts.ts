import { html } from 'hono/html'
import type { Sources } from '../sources.ts'
import { badge, type Html, number, table } from './parts.ts'
import { capital, outboxMeanings, outboxTones, verdicts } from './words.ts'

const OPEN = ['pending', 'held', 'failed'] as const

/** How many events wait or are given up, and how many were delivered since the start. */
export const outboxSummary = ({ ledger, delivery }: Sources): Html => {
  const { counts, oldest } = ledger.outgoing.read(({ outbox }) => outbox.undelivered())
  const waiting = oldest === undefined ? '' : html`<p class="soft">The oldest waits since ${new Date(oldest).toISOString().slice(0, 16).replace('T', ' ')}.</p>`
  const count = (status: string): number => counts.find((row) => row.status === status)?.count ?? 0
  const entries = OPEN.map(
    (status) => html`<li>${badge(count(status) === 0 ? 'idle' : outboxTones[status], capital(status))}
    <a href="/outbox?status=${status}"><strong>${number(count(status))}</strong><span class="unseen"> ${status} events</span></a> <span class="soft">${outboxMeanings[status]}</span></li>`
  )
  return html`<ul class="counts">${entries}
<li>${badge('good', 'Delivered')} <strong>${number(delivery.stats().delivered)}</strong> <span class="soft">since the start</span></li></ul>${waiting}`
}

/** What the gate has decided since the start. */
export const verdictTable = ({ outgoing }: Sources): Html =>
  table({
    caption: 'Changes in the shop that were judged since the start',
    columns: ['Verdict', 'Changes', 'What became of them'],
    rows: Object.entries(outgoing.counts())
      .filter(([, times]) => times > 0)
      .map(([name, times]) => {
        const { tone, label, meaning } = verdicts[name] ?? { tone: 'idle', label: capital(name), meaning: '' }
        return [badge(tone, label), number(times), meaning]
      }),
    empty: 'No change in the shop has been judged since the start.'
  })
