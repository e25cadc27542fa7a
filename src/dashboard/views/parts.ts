import { html } from 'hono/html'

/** A piece of a page; whatever is put into it is escaped. */
export type Html = ReturnType<typeof html>
export type Cell = Html | string | number

/** How something is: shown by colour, and always by a word as well. */
export type Tone = 'good' | 'wait' | 'bad' | 'idle'

export const badge = (tone: Tone, label: string): Html => html`<span class="badge ${tone}">${label}</span>`

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-01-31 12:00:05`, in UTC. */
const clock = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')

const agoText = (age: number): string => {
  if (age < MINUTE) return 'just now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  return age < DAY ? `${Math.floor(age / HOUR)} h ago` : `${Math.floor(age / DAY)} d ago`
}

/** A moment in UTC, milliseconds since 1970. */
export const moment = (milliseconds: number): Html =>
  html`<time datetime="${new Date(milliseconds).toISOString()}">${clock(milliseconds)}</time>`

/** How long ago a moment was; minutes are its smallest step, so that a page at rest does not change every second. */
export const ago = (milliseconds: number): Html =>
  html`<time datetime="${new Date(milliseconds).toISOString()}" title="${clock(milliseconds)} UTC">${agoText(Date.now() - milliseconds)}</time>`

/** `250 ms`, `1.2 s`, `3 min`, `2 h`, `4 d`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < MINUTE) return `${Number((milliseconds / 1_000).toFixed(1))} s`
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`
  return milliseconds < DAY ? `${Math.round(milliseconds / HOUR)} h` : `${Math.round(milliseconds / DAY)} d`
}

export const number = (value: number): string => value.toLocaleString('en')

/** `1 operation`, `2,000 operations`. */
export const counted = (value: number, noun: string): string => `${number(value)} ${noun}${value === 1 ? '' : 's'}`

export interface Table {
  readonly caption: string
  /** Whether the heading above says the same as the caption; it is for screen readers then. */
  readonly hideCaption?: boolean
  /** Whether it is narrow enough to stay a table on a phone. */
  readonly isNarrow?: boolean
  readonly columns: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Cell[])[]
  /** What there is to say without rows. */
  readonly empty: string
}

/** A table that is a list of cards on a phone; its roles are said, because `display: block` takes them away. */
export const table = ({ caption, hideCaption = false, isNarrow = false, columns, rows, empty }: Table): Html =>
  rows.length === 0
    ? html`<p class="empty">${empty}</p>`
    : html`<table role="table" class="${isNarrow ? 'narrow-table' : 'cards'}">
  <caption ${hideCaption ? html`class="unseen"` : ''}>${caption}</caption>
  <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}</tr></thead>
  <tbody role="rowgroup">${rows.map(
    ([first = '', ...others]) => html`
    <tr role="row"><th role="rowheader" scope="row">${first}</th>${others.map(
      (cell, index) => html`<td role="cell" data-label="${columns[index + 1] ?? ''}">${cell}</td>`
    )}</tr>`
  )}
  </tbody>
</table>`

/** Names and values; `undefined` values are left out. */
export const facts = (entries: readonly (readonly [name: string, value: Cell | undefined])[]): Html =>
  html`<dl class="facts">${entries.map(([name, value]) =>
    value === undefined ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  )}</dl>`

/** A card with a heading. */
export const card = (id: string, title: string, content: Html, more: Html | string = ''): Html =>
  html`<section class="card" aria-labelledby="${id}"><header><h2 id="${id}">${title}</h2>${more}</header>${content}</section>`

/** A part of a page that the script keeps up to date; its id names it. */
export const live = (id: string, content: Html): Html => html`<div data-live id="${id}">${content}</div>`

/** A text from outside, which must not turn round the text beside it. */
export const outside = (text: string): Html => html`<bdi>${text}</bdi>`

export const code = (text: string): Html => html`<code>${text}</code>`

/** A link with a query; what is undefined or empty is left out of it. */
export const link = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  const search = new URLSearchParams(given).toString()
  return search === '' ? path : `${path}?${search}`
}
