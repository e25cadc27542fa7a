/**
 * A condition on one field. A plain text is "equal", as the shop compares: case, accents and trailing white space do
 * not count (`filter-email-upper.txt`, `filter-accents.txt`), and a text the shop's syntax cannot carry asks for a
 * little more than it should. So the answer may hold too much, never too little: the caller compares again.
 */
export type Filter =
  | string
  | { oneOf: readonly (string | number)[] }
  | { from: string; to: string }
  | { greaterThan: string }
  | { lessThan: string }
  | { not: string }
  | { startsWith: string }
  | { contains: string }

export interface ListQuery {
  filter?: Record<string, Filter>
  /** The fields wanted; `full` unless told. `id` is always read. */
  display?: 'full' | readonly string[]
  /** Such as `['date_upd_ASC', 'id_ASC']`; by id unless told: the shop's own is no order (`order_states-list-full.txt`). */
  sort?: readonly string[]
  /** A count, or offset and count. */
  limit?: number | readonly [offset: number, count: number]
  /** Lets `date_add` and `date_upd` be filtered (`filter-date-without-date1.txt`). */
  date?: boolean
}

/** The shop strips tags and line ends from a filter before it compares, and reads brackets as its own syntax. */
const mangled = /[<\p{Cc}]|\[.*\]/su

/** In a pattern `_` matches any one character; the shop has no way to escape it, nor these. */
const patternOf = (text: string): string => text.replaceAll(/[[\]<\\\p{Cc}]/gu, '_')

const startsWith = (text: string): string => `[${patternOf(text)}]%`

/** Outside brackets nothing has a meaning: `a,b` and `a|b` are texts (`filter-bracketless-pipe.txt`). */
const equal = (text: string): string => (text === '' ? '[]' : mangled.test(text) ? startsWith(text) : text)

/** The characters, not halves of them, that all texts begin with. */
const commonStart = (texts: readonly string[]): string => {
  const [first = '', ...others] = texts
  let start = ''
  for (const character of first) {
    if (!others.every((text) => text.startsWith(start + character))) break
    start += character
  }
  return start
}

/** `[a|b]` compares each part; a part that is empty must not come first, and none may hold the syntax itself. */
const oneOf = (values: readonly (string | number)[]): string => {
  const texts = [...new Set(values.map(String))].sort().toReversed()
  if (texts.length === 1) return equal(texts[0]!)
  return texts.some((text) => /[[\]|<`\p{Cc}]/u.test(text)) ? startsWith(commonStart(texts)) : `[${texts.join('|')}]`
}

/** A number or a time of the shop: anything else would silently not be taken as a bound. */
const bound = (text: string): string => {
  if (!/^[\d.:\s-]+$/.test(text)) throw new TypeError('A bound of a filter is a number or a time of the shop')
  return text
}

/** The filter in the shop's syntax; `undefined` when only asking for everything is sure to ask for enough. */
const filterValue = (filter: Filter): string | undefined => {
  if (typeof filter === 'string') return equal(filter)
  if ('oneOf' in filter) return oneOf(filter.oneOf)
  if ('from' in filter) return `[${bound(filter.from)},${bound(filter.to)}]`
  if ('greaterThan' in filter) return `>[${bound(filter.greaterThan)}]`
  if ('lessThan' in filter) return `<[${bound(filter.lessThan)}]`
  if ('startsWith' in filter) return startsWith(filter.startsWith)
  if ('contains' in filter) return `%${startsWith(filter.contains)}`
  return /[[\]|<\p{Cc}]/u.test(filter.not) ? undefined : `![${filter.not}]`
}

/** Whether no record at all can match, so that the shop need not be asked. */
export const matchesNothing = (query: ListQuery): boolean =>
  Object.values(query.filter ?? {}).some(
    (filter) => typeof filter === 'object' && 'oneOf' in filter && filter.oneOf.length === 0
  )

/**
 * The query as parameters of the URL, encoded when they are put into it (`+` as `%2B`,
 * `filter-email-plus-unencoded.txt`).
 *
 * @throws TypeError when a bound is neither a number nor a time
 */
export const listParameters = (query: ListQuery): URLSearchParams => {
  const parameters = new URLSearchParams()
  const { display = 'full', limit } = query
  parameters.set('display', display === 'full' ? 'full' : `[${[...new Set(['id', ...display])].join(',')}]`)
  for (const [field, filter] of Object.entries(query.filter ?? {})) {
    const value = filterValue(filter)
    if (value !== undefined) parameters.set(`filter[${field}]`, value)
  }
  parameters.set('sort', `[${(query.sort ?? ['id_ASC']).join(',')}]`)
  if (limit !== undefined) parameters.set('limit', typeof limit === 'number' ? String(limit) : limit.join(','))
  if (query.date) parameters.set('date', '1')
  return parameters
}
