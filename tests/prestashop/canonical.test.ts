import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '../../src/prestashop/canonical.ts'
import type { FieldType } from '../../src/prestashop/canonical.ts'

describe('the same value in two forms', () => {
  it.each<[FieldType, string | number | boolean | null | undefined, string | number | boolean | null | undefined]>([
    ['bool', true, '1'],
    ['bool', false, '0'],
    ['bool', null, '0'],
    ['bool', '', '0'],
    ['bool', 'true', 1],
    ['id', '', '0'],
    ['id', null, 0],
    ['id', 12, '12'],
    ['id', '012', '12'],
    ['integer', 5, '05'],
    ['integer', null, ''],
    ['decimal', '61.800000', 61.8],
    ['decimal', '5.123456789', '5.123457'],
    ['decimal', 5.1234565, '5.123457'],
    ['decimal', '-0.0000001', '0'],
    ['decimal', '.5', '0.50'],
    ['decimal', '+007.10', 7.1],
    ['decimal', '', '0.000000'],
    ['decimal', 0.1 + 0.2, '0.3'],
    ['decimal', 1e-7, 0],
    ['decimal', '100', 100],
    ['decimal', '99999999999999.999999', '99999999999999.999999'],
    ['percent', 10, '10.00'],
    ['percent', '33.333', '33.33'],
    ['percent', 99.995, '100'],
    ['percent', '', 0],
    ['date', '0000-00-00', null],
    ['date', '2026-01-05 00:00:00', '2026-01-05'],
    ['date', '2026-1-5', '2026-01-05'],
    ['datetime', '0000-00-00 00:00:00', ''],
    ['datetime', '2026-01-05', '2026-01-05 00:00:00'],
    ['datetime', '2026-01-05T12:30:00', '2026-01-05 12:30:00'],
    ['text', null, ''],
    ['text', undefined, '']
  ])('%s %j is %j', (type, one, other) => {
    expect(canonical(type, one)).toBe(canonical(type, other))
  })
})

describe('different values', () => {
  it.each<[FieldType, string, string]>([
    ['text', '01500', '1500'],
    ['text', 'a ', 'a'],
    ['text', 'One', 'one'],
    ['text', 'a\r\nb', 'a\nb'],
    ['text', '0', ''],
    ['integer', '', '0'],
    ['decimal', '0.000001', '0'],
    ['decimal', '99999999999999.999999', '99999999999999.999998'],
    ['decimal', '1,5', '1.5'],
    ['percent', '33.33', '33.34'],
    ['date', '1970-01-01', ''],
    ['datetime', '2026-01-05 00:00:00', '2026-01-05 00:00:01'],
    ['bool', '2', '1']
  ])('%s %j is not %j', (type, one, other) => {
    expect(canonical(type, one)).not.toBe(canonical(type, other))
  })

  it('never have one form as texts', () => {
    fc.assert(fc.property(fc.string(), (text) => canonical('text', text) === text))
  })
})

describe('the canonical form', () => {
  const types: FieldType[] = ['text', 'bool', 'id', 'integer', 'date', 'datetime', 'decimal']
  const special = fc.constantFrom('', '0', '-0', '0000-00-00', '2026-1-5')
  const values = fc.oneof(special, fc.string(), fc.double().map(String), fc.integer().map(String))

  it('is its own form', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), values, (type, value) => {
        expect(canonical(type, canonical(type, value))).toBe(canonical(type, value))
      })
    )
  })

  it('of a decimal is the value, to six digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (millionths) => {
        expect(Number(canonical('decimal', (millionths / 1e6).toFixed(6)))).toBe(millionths / 1e6 || 0)
      })
    )
  })

  it.each(types)('of %s costs little however many digits a sender writes, which stay as they are', (type) => {
    const digits = '7'.repeat(4_000_000)
    const started = performance.now()
    expect(canonical(type, digits)).toBe(digits)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
