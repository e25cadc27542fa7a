import { html } from 'hono/html'
import { detailOf } from '../../api/operation.ts'
import { resultOf } from '../../inbox/answer.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Operation } from '../../ledger/operation.ts'
import { printableJson, shortened } from '../../notify/printable.ts'
import { adviceBy } from '../../sync/advice.ts'
import { nameOf, retryForm } from './operation-rows.ts'
import { ago, card, code, duration, facts, type Html, link, live, moment, outside } from './parts.ts'
import { story } from './story.ts'
import { stateBadge } from './words.ts'

/** Longer payloads are cut: the API has the whole. */
const LONGEST_PAYLOAD = 100_000

/** What helps, of an operation that failed or waits for something. */
const adviceFor = (operation: Operation): string | undefined => {
  const { status, error_kind: kind, source_payload: payload } = operation
  if (status === 'pending') return kind === null ? undefined : (adviceBy[kind] ?? 'nothing: it is tried again by itself')
  if (status !== 'failed') return undefined
  if (payload === null) return 'have Odoo send it again: without its payload it cannot be tried again'
  return adviceBy[resultOf(operation).code ?? ''] ?? adviceBy[kind ?? ''] ?? 'remove the cause, then retry it'
}

const whatNow = (operation: Operation): Html | string => {
  const { status, error_message: message } = operation
  const advice = adviceFor(operation)
  if (message === null && advice === undefined) return ''
  const title = status === 'failed' ? 'It failed' : 'It waits'
  return html`<div class="alert ${status === 'failed' ? '' : 'mild'}"><p><strong>${title}</strong></p>
<p>${outside(message ?? '')}</p>${advice === undefined ? '' : html`<p>What to do: ${advice}.</p>`}</div>`
}

const forceForm = ({ operation_id }: Operation): Html =>
  html`<details class="force"><summary>Write Odoo’s values all the same</summary>
<p>Usually a field is written only if Odoo changed it and nobody changed it in the shop since. Forced, it is written
with every field that the webhook carries, whatever is known of it. It is meant for a shop that was restored from a backup; a later change in the shop is lost.</p>
<form method="post" action="/operations/${operation_id}/retry"><input type="hidden" name="force" value="true"><button class="danger">Force it</button></form></details>`

const retries = (operation: Operation): Html | string => {
  const { status, source_payload: payload } = operation
  if (payload === null || status === 'pending' || status === 'processing') return ''
  return html`<div class="actions">${status === 'failed' ? retryForm(operation) : ''}${forceForm(operation)}</div>`
}

const about = (operation: Operation): Html => {
  const { event_id: event, odoo_model: model, odoo_id: id, entity_id: shopId, processing_time_ms: took } = operation
  return facts([
    ['Operation', code(operation.operation_id)],
    ['Event', event === null ? undefined : html`${outside(event)}${operation.event_id_reused ? html` <span class="soft">(another webhook had this id before)</span>` : ''}`],
    ['Record in Odoo', html`${outside(model)} ${String(id)} · <a href="${link('/operations', { text: String(id), entity_type: operation.entity_type })}">all about it</a>`],
    ['Id in the shop', shopId === null ? 'not known' : String(shopId)],
    ['Changed in Odoo', html`${moment(operation.source_timestamp)}`],
    ['Attempts that count', String(operation.attempts)],
    ['Took', took === null ? undefined : duration(took)],
    ['Waited for another record', operation.waited_ms > 0 ? duration(operation.waited_ms) : undefined],
    ['Forced', operation.forced ? 'yes: Odoo’s values count' : undefined],
    ['Last change', html`${moment(operation.date_upd)} <span class="soft">${ago(operation.date_upd)}</span>`]
  ])
}

const payload = (value: unknown): Html =>
  value === null
    ? html`<p class="empty">It is gone, as RETENTION_DAYS says.</p>`
    : html`<p class="soft">As it came, secrets masked. It holds personal data.</p><pre tabindex="0" aria-labelledby="payload"><code>${shortened(printableJson(value, 2), LONGEST_PAYLOAD)}</code></pre>`

/** The content of `GET /operations/:operation_id`, the only page with an operation's payload. */
export const operationStory = (operation: Operation, ledger: Ledger): Html => {
  const detail = detailOf(operation, ledger)
  return html`<div class="title"><p><a href="/operations">Operations</a></p><h1>${outside(nameOf(operation))}</h1></div>
<div aria-live="polite">${live('state', html`<p class="state">${stateBadge(operation)}</p>${whatNow(operation)}`)}</div>
${live('retries', html`${retries(operation)}`)}
<div class="columns">
${card('story', 'What happened', live('steps', story(operation, detail)))}
${card('about', 'About it', live('facts', about(operation)))}
</div>
${card('payload', 'What Odoo sent', payload(detail.payload))}`
}
