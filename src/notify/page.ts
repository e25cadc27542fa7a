import { html } from 'hono/html'
import { type Glance, glanceAt, originOf } from './glance.ts'
import type { Received } from './print.ts'
import { printableJson, shortened } from './printable.ts'

/** An event as it is kept for the page. */
export interface Shown {
  readonly number: number
  readonly receivedAt: Date
  readonly glance: Glance
  /** The whole payload, indented, unless it is very long. */
  readonly json: string
}

const LONGEST_PAYLOAD = 100_000
const REFRESH_SECONDS = 3

export const shown = ({ number, receivedAt, batchId, event }: Received): Shown => ({
  number,
  receivedAt,
  glance: glanceAt(event, batchId),
  json: shortened(printableJson(event, 2), LONGEST_PAYLOAD)
})

type Html = ReturnType<typeof html>

const document = (title: string, head: Html | string, body: Html) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
${head}
</head>
<body>
${body}
</body>
</html>
`

const marks: Readonly<Record<Glance['kind'], string>> = { reverse: 'Reverse sync', event: 'Event', test: 'Test' }

const timeOf = (receivedAt: Date) =>
  html`<time datetime="${receivedAt.toISOString()}">${receivedAt.toTimeString().slice(0, 8)}</time>`

const resultOf = ({ result }: Glance) =>
  result ? html`<span class="${result.success ? 'done' : 'failed'}">${result.success ? '✓' : '✗'} ${result.text}</span>` : ''

const facts = (glance: Glance) => html`
  <p class="facts">${originOf(glance).map((fact) => html`<code>${fact}</code> `)}</p>
  <p>${glance.summary ?? ''}</p>`

const item = (one: Shown) => html`
<li class="${one.glance.kind}">
  <p class="head">
    <span class="mark">${marks[one.glance.kind]}</span>
    <span class="route">${one.glance.route}</span>
    <a href="/events/${one.number}">${one.glance.what}</a>
    ${resultOf(one.glance)}
    ${timeOf(one.receivedAt)}
  </p>
  ${facts(one.glance)}
</li>`

export interface PageOptions {
  /** Newest first. */
  readonly events: readonly Shown[]
  /** How many came in, also those that are not kept any more. */
  readonly total: number
  /** Where events are to be sent. */
  readonly webhookUrl: string
  readonly isPaused: boolean
}

/** `GET /`: the last events. The page asks for itself again, without a script, until it is paused. */
export const eventsPage = ({ events, total, webhookUrl, isPaused }: PageOptions) =>
  document(
    `${total} events · debug trail`,
    isPaused ? '' : html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">`,
    html`
<header>
  <h1>Debug trail</h1>
  <p>${total} events${total > events.length ? html`, the last ${events.length}` : ''} ·
    ${isPaused ? html`paused: <a href="/">go on</a>` : html`refreshed every ${REFRESH_SECONDS} seconds: <a href="/?paused">pause</a>`}</p>
</header>
<main>
${
  events.length === 0
    ? html`<p class="empty">Nothing has come in yet. Give the bridge <code>DEBUG_WEBHOOK_URL=${webhookUrl}</code>, or post an event there.</p>`
    : html`<ol>${events.map(item)}</ol>`
}
</main>`
  )

/** `GET /events/:number`: one event with its payload. */
export const eventPage = (one: Shown) =>
  document(
    `${one.glance.what} · debug trail`,
    '',
    html`
<header>
  <p><a href="/">← all events</a></p>
  <h1>${one.glance.what}</h1>
</header>
<main class="${one.glance.kind}">
  <p class="head">
    <span class="mark">${marks[one.glance.kind]}</span>
    <span class="route">${one.glance.route}</span>
    ${resultOf(one.glance)}
    ${timeOf(one.receivedAt)}
  </p>
  ${facts(one.glance)}
  <h2>Payload</h2>
  <pre tabindex="0">${one.json}</pre>
</main>`
  )
