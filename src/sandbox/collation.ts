/**
 * A text as the database's collation compares it: no case, no accents, no spaces at its end
 * (`filter-email-upper.txt`, `filter-accents.txt`, `filter-email-trailing-space.txt`).
 */
export const fold = (text: string): string => {
  // Most texts have nothing but case to fold, and whole tables are compared.
  if (/^[!-~]*$/.test(text)) return text.toLowerCase()
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replace(/ +$/, '')
}

const foldKeepingSpaces = (value: string): string => fold(`${value}|`).slice(0, -1)

/** Whether a text matches an SQL `LIKE` pattern: `%` is anything, `_` one character; spaces at the end count. */
export const isLike = (text: string, pattern: string): boolean => {
  const source = foldKeepingSpaces(pattern)
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, 'su').test(foldKeepingSpaces(text))
}
