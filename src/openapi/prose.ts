import { html } from 'hono/html'

/** A text whose `words in backticks` are code. */
export const prose = (text: string): ReturnType<typeof html> =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`
