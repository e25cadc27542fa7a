import { html } from 'hono/html'
import type { Html } from './parts.ts'

export interface Question {
  readonly title: string
  readonly text: Html | string
  /** Where the answer is posted, and with what. */
  readonly action: string
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly yes: string
  readonly isDangerous?: boolean
  /** Where "no" leads. */
  readonly back: string
}

/** A page that asks before something is done. */
export const confirm = ({ title, text, action, fields, yes, isDangerous = false, back }: Question): Html =>
  html`<section class="card narrow"><h1>${title}</h1><p>${text}</p>
<form class="actions" method="post" action="${action}">${Object.entries(fields).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`
  )}<button class="${isDangerous ? 'danger' : 'main'}">${yes}</button><a class="button" href="${back}">Cancel</a></form></section>`

/** A page that says why something was not done. */
export const refusal = (title: string, text: string, back: string): Html =>
  html`<section class="card narrow"><h1>${title}</h1><p>${text}</p><p><a class="button" href="${back}">Back</a></p></section>`
