import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listParameters, matchesNothing } from '../../src/prestashop/query.ts'
import type { Filter } from '../../src/prestashop/query.ts'
import { shopMatches } from './support/sql.ts'

const sent = (filter: Filter): string | null => listParameters({ filter: { email: filter } }).get('filter[email]')

/** Whether a record with that value is in the shop's answer; without a filter every record is. */
const finds = (filter: Filter, stored: string): boolean => {
  const value = sent(filter)
  return value === null || shopMatches(value, stored)
}

const texts = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...Array.from('[]|,%_!><\\`\'"\n 12abé👩'), '\r\n'))
      .map((parts) => parts.join(''))
  }
)

describe('a filter never misses a record it asks for', () => {
  it('by an equal text', () => {
    fc.assert(fc.property(texts, (text) => finds(text, text)), { numRuns: 3000 })
  })

  it('by one of several texts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(texts, { minLength: 1, maxLength: 5 }), (all) =>
        all.every((text) => finds({ oneOf: all }, text))
      ),
      { numRuns: 3000 }
    )
  })

  it('by the start of a text', () => {
    fc.assert(fc.property(texts, texts, (text, more) => finds({ startsWith: text }, text + more)), { numRuns: 2000 })
  })

  it('by a part of a text', () => {
    fc.assert(
      fc.property(texts, texts, texts, (before, text, more) => finds({ contains: text }, before + text + more)),
      { numRuns: 2000 }
    )
  })

  it('by another text than one', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => text === other || finds({ not: text }, other)),
      { numRuns: 2000 }
    )
  })
})

describe('a filter asks for no more than it must', () => {
  it.each(['jane@example.com', 'a,b', 'a|b', '1,2', '%', '!a', '>a', 'a]b', 'a[b', "O'Neil", 'a\\b'])(
    'the text %s is asked for as it is',
    (text) => {
      expect(sent(text)).toBe(text)
      expect(finds(text, `${text}x`)).toBe(false)
    }
  )

  it('a text in brackets, which the shop would take for its own syntax, is asked for with wildcards', () => {
    expect(sent('[1,2]')).toBe('[_1,2_]%')
    expect(finds('[1,2]', '1')).toBe(false)
  })

  it('an empty text is asked for in brackets (filter-empty-value.txt)', () => {
    expect(sent('')).toBe('[]')
    expect(finds('', 'a')).toBe(false)
  })

  it('several texts are asked for at once', () => {
    expect(finds({ oneOf: ['a', '', 'b'] }, 'c')).toBe(false)
    expect(sent({ oneOf: [3, 1] })).toBe('[3|1]')
  })

  it('one of one is an equal text, not an interval', () => {
    expect(sent({ oneOf: ['1,2'] })).toBe('1,2')
  })
})

describe('bounds', () => {
  it.each<[Filter, string]>([
    [{ from: '2026-01-01 00:00:00', to: '2026-02-01 00:00:00' }, '[2026-01-01 00:00:00,2026-02-01 00:00:00]'],
    [{ greaterThan: '2026-01-01 12:34:56' }, '>[2026-01-01 12:34:56]'],
    [{ lessThan: '12' }, '<[12]'],
    [{ not: '1' }, '![1]']
  ])('%o is %s', (filter, expected) => {
    expect(sent(filter)).toBe(expected)
  })

  it('are numbers or times, since the shop takes anything else for a plain text', () => {
    expect(() => sent({ from: 'a', to: 'b' })).toThrow(TypeError)
  })
})

describe('a list query', () => {
  it('asks for everything in the order of ids, unless told', () => {
    expect(decodeURIComponent(listParameters({}).toString())).toBe('display=full&sort=[id_ASC]')
  })

  it('always asks for the id', () => {
    expect(listParameters({ display: ['email', 'date_upd'] }).get('display')).toBe('[id,email,date_upd]')
  })

  it('sends a plus as %2B, since the shop reads a bare one as a space', () => {
    expect(listParameters({ filter: { email: 'a+b@example.com' } }).toString()).toContain('=a%2Bb%40example.com')
  })

  it('pages by count, or by offset and count, and allows dates', () => {
    const page = listParameters({ limit: [40, 20], sort: ['date_upd_ASC', 'id_ASC'], date: true })
    expect(page.get('limit')).toBe('40,20')
    expect(page.get('sort')).toBe('[date_upd_ASC,id_ASC]')
    expect(page.get('date')).toBe('1')
    expect(listParameters({ limit: 2 }).get('limit')).toBe('2')
  })

  it('for one of none matches nothing', () => {
    expect(matchesNothing({ filter: { id: { oneOf: [] } } })).toBe(true)
    expect(matchesNothing({ filter: { id: { oneOf: [1] }, email: '' } })).toBe(false)
  })
})
