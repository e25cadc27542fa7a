import { fold, isLike } from './collation.ts'
import { phpInt, toDateTime } from './record.ts'
import type { Field } from './schema.ts'

type Test = (value: string) => boolean

type Comparison = (one: string, other: string) => number

const byCodePoint: Comparison = (one, other) => Number(one > other) - Number(one < other)
// As the database casts a text: `1|3` without brackets is 1 (`filter-bracketless-pipe.txt`).
const byNumber: Comparison = (one, other) => (Number.parseFloat(one) || 0) - (Number.parseFloat(other) || 0)
const byTime: Comparison = (one, other) => byCodePoint(toDateTime(one), toDateTime(other))
const byText: Comparison = (one, other) => byCodePoint(fold(one), fold(other))

const comparisons = { integer: byNumber, decimal: byNumber, date: byTime, datetime: byTime, text: byText }

/** How two values of a field are ordered: below, at or above 0. */
export const comparison = (field: Field): Comparison => comparisons[field.column]

const bracketed = (before: string, inner: string, after: string, field: Field): Test => {
  const compare = comparison(field)
  if (before === '%' || after === '%') return (value) => isLike(value, `${before}${inner}${after}`)
  if (before === '>') return (value) => compare(value, inner) > 0
  if (before === '<') return (value) => compare(value, inner) < 0
  if (before === '!') return (value) => inner.split('|').every((other) => compare(value, other) !== 0)
  if (before !== '' || after !== '') return () => true
  if (inner.indexOf('|') > 0) return (value) => inner.split('|').some((other) => compare(value, other) === 0)
  const interval = /^([\d.:\-\s]+),([\d.:\-\s]+)$/.exec(inner)
  if (interval) {
    const [low = '', high = ''] = [interval[1] ?? '', interval[2] ?? ''].sort(compare)
    return (value) => compare(value, low) >= 0 && compare(value, high) <= 0
  }
  return (value) => compare(value, inner) === 0
}

/**
 * One `filter[field]=expression`: `x` and `[x]` equal, `[a|b]` either, `[a,b]` between numbers or dates, `>[x]`,
 * `<[x]`, `![x]`, `[x]%` begins with, `%[x]%` contains, `%[x]` ends with. NULL passes none.
 */
export const filterTest = (field: Field, expression: string): ((value: string | null) => boolean) => {
  const match = /^(.*)\[(.*)\](.*)$/s.exec(expression)
  const test = match
    ? bracketed(match[1] ?? '', match[2] ?? '', match[3] ?? '', field)
    : (value: string) => comparison(field)(value, expression) === 0
  return (value) => value !== null && test(value)
}

/** `limit=n` or `limit=offset,n`; anything that is no number counts as 0 (`limit-bad.txt`). */
export const limited = <T>(items: readonly T[], limit: string): readonly T[] => {
  const [first = '', second] = limit.split(',')
  const offset = second === undefined ? 0 : phpInt(first)
  return items.slice(offset, offset + phpInt(second ?? first))
}
