import { html } from 'hono/html'
import type { detailOf } from '../../api/operation.ts'
import type { Operation } from '../../ledger/operation.ts'
import { badge, code, duration, facts, type Html, moment, outside, table, type Tone } from './parts.ts'
import { capital, stateBadge } from './words.ts'

type Detail = ReturnType<typeof detailOf>
type Attempt = Detail['history'][number]
type Call = Attempt['shop_calls'][number]

const tones: Readonly<Record<Attempt['result'], Tone>> = { applied: 'good', failed: 'bad', split: 'wait', postponed: 'wait', interrupted: 'wait' }

const callRow = ({ at, method, resource, id, status, ms, error_kind: kind }: Call) => [
  html`<code>${method} ${resource === '' ? '(permissions)' : resource}${id === null ? '' : `/${id}`}</code>`,
  status === null ? badge('bad', 'No answer') : badge(kind === null ? 'good' : 'bad', String(status)),
  duration(ms),
  html`${moment(Date.parse(at))}`
]

const calls = ({ number, shop_calls: made, together_with: other }: Attempt): Html => {
  if (other !== null) return html`<p>Written together with <a href="/operations/${other}">${code(other)}</a>: the calls are there.</p>`
  return table({
    caption: `Calls of the shop in attempt ${number}`,
    hideCaption: true,
    columns: ['Call', 'Answer', 'Took', 'At'],
    rows: made.map(callRow),
    empty: 'No call of the shop.'
  })
}

const attempt = (one: Attempt): Html =>
  html`<li><h3>Attempt ${one.number} ${badge(tones[one.result], capital(one.result))}</h3>
<p class="soft">${moment(Date.parse(one.started_at))}${one.ms === null ? '' : `, ${duration(one.ms)}`}</p>
${one.error === null ? '' : html`<p>${outside(one.error)}${one.field === null ? '' : html` (field ${code(one.field)})`}</p>`}
${calls(one)}</li>`

const textOf = (value: unknown): Html | string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : html`${value.map((one, index) => html`${index > 0 ? ', ' : ''}${textOf(one)}`)}`
  return outside(typeof value === 'string' ? value : JSON.stringify(value))
}

const result = (operation: Operation, { message, result: found, superseded_by: other }: Detail): Html => {
  const { status, next_attempt_at: next } = operation
  if (status === 'pending' || status === 'processing') {
    return html`<li class="open"><h3>${status === 'pending' ? 'Waits' : 'Is being worked on'}</h3>
${status === 'pending' && next > Date.now() ? html`<p class="soft">Next attempt ${moment(next)}</p>` : ''}</li>`
  }
  return html`<li><h3>Result ${stateBadge(operation)}</h3>
${message === undefined ? '' : html`<p>${outside(message)}</p>`}
${other === null ? '' : html`<p>Written together with <a href="/operations/${other}">${code(other)}</a>.</p>`}
${facts(Object.entries(found ?? {}).map(([key, value]) => [capital(key), textOf(value)] as const))}</li>`
}

/** Received → attempts → calls of the shop → result. */
export const story = (operation: Operation, detail: Detail): Html =>
  html`<ol class="story"><li><h3>Received</h3><p class="soft">${moment(operation.received_at)} from ${outside(operation.source)}</p></li>
${detail.history.map(attempt)}${result(operation, detail)}</ol>`
