import { maskSecrets } from './mask.ts'

/** What a terminal would obey, or what would make a text look like another one. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

const escape = (character: string): string => {
  const escaped = JSON.stringify(character).slice(1, -1)
  return escaped === character ? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped
}

/** A text of one line that a terminal shows and never obeys: control characters as JSON would write them. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escape)

/**
 * JSON that may be shown: secrets are masked, and control characters are escaped, also those that JSON allows.
 * @param indent 0 = one line
 */
export const printableJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, maskSecrets, indent).split('\n').map(printable).join('\n')

/** At most `longest` characters of a text, and how many are missing. */
export const shortened = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more)` : text
