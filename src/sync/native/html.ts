import { convert } from 'html-to-text'
import { text } from './rules.ts'

/** Odoo's rich text as plain text; an empty editor (`<p><br></p>`) is empty. */
export const plainText = (html: unknown): string =>
  convert(text(html), {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } }))
    ]
  }).trim()
