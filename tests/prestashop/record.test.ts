import { describe, expect, it } from 'vitest'
import { asShopId } from '../../src/prestashop/record.ts'

describe('a shop id', () => {
  it.each([
    [12, 12],
    ['12', 12],
    ['0012', 12]
  ])('%j is %j', (value, id) => {
    expect(asShopId(value)).toBe(id)
  })

  it.each([0, '0', '', -1, '-1', 1.5, '1.5', '1e3', ' 1', '0x10', NaN, Infinity, 2 ** 53, '9007199254740993'])(
    'is not %j',
    (value) => {
      expect(asShopId(value)).toBeUndefined()
    }
  )
})
