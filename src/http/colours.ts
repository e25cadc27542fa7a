import { readFileSync } from 'node:fs'

/** The colours of all pages, light and dark, as custom properties: the beginning of a style sheet. */
export const colours = readFileSync(new URL('colours.css', import.meta.url), 'utf8')
