import { describe, expect, test } from 'vitest'
import { createSandboxShop } from '../../src/sandbox/shop.ts'
import { ask } from './ask.ts'

const shop = createSandboxShop()

describe('a filter', () => {
  test.for([
    ['[1|3|5] finds either', 'zones?filter[id]=[1|3|5]', [1, 3, 5]],
    ['[6,2] finds an interval, whatever the order of its ends', 'zones?filter[id]=[6,2]', [2, 3, 4, 5, 6]],
    ['> is strict', 'zones?filter[id]=>[6]', [7, 8]],
    ['< is strict', 'zones?filter[id]=<[3]', [1, 2]],
    ['! excludes all of its values', 'zones?filter[id]=![1|2|3|4|5|6]', [7, 8]],
    ['without brackets a pipe means the first only', 'zones?filter[id]=1|3', [1]],
    ['%[x] finds the end', 'zones?filter[name]=%25[america]', [2, 6]],
    ['with _ matches any one character in a pattern', 'zones?filter[name]=[as_a]%25', [3]],
    ['of two fields needs both', 'states?filter[id_country]=21&filter[iso_code]=fl', [12]],
    ['finds a text of any language', 'countries?filter[name]=france', [8]]
  ] as const)('%s', async ([, path, ids]) => {
    expect((await ask(shop, path)).ids).toEqual(ids)
  })

  test.for([
    ['>[2026-11-22 20:45:19]', [1]],
    ['>[2026-11-22 20:45:20]', []],
    ['[2026-11-22 20:45:20,2026-11-23]', [1]],
    ['>[2026-11-22]', [1]]
  ] as const)('on date_upd with date=1 compares by the second: %s', async ([filter, ids]) => {
    expect((await ask(shop, `customers?date=1&filter[date_upd]=${encodeURIComponent(filter)}`)).ids).toEqual(ids)
  })

  test('on date_upd without date=1 does not exist', async () => {
    const { status, codes } = await ask(shop, 'customers?filter[date_upd]=>[2020-01-01]')
    expect({ status, codes }).toEqual({ status: 500, codes: [32, 3, 3, 3, 3] })
  })

  test('never finds NULL', async () => {
    expect((await ask(shop, 'configurations?filter[id_shop]=![7]')).ids).toEqual([])
  })
})

describe('a sort', () => {
  test('takes several fields, and ties keep the order of the ids', async () => {
    expect((await ask(shop, 'addresses?sort=[city_DESC,id_ASC]')).ids).toEqual([1, 2, 3, 4, 5])
    expect((await ask(shop, 'addresses?sort=id_DESC')).ids).toEqual([5, 4, 3, 2, 1])
  })

  test('that is missing leaves the order of the index', async () => {
    expect((await ask(shop, 'addresses')).ids).toEqual([2, 3, 5, 1, 4])
  })

  test('by a date needs date=1', async () => {
    expect((await ask(shop, 'customers?sort=[date_upd_ASC]')).codes).toEqual([38, 3, 3, 3, 3])
    expect((await ask(shop, 'customers?date=1&sort=[date_upd_ASC]')).ids).toEqual([1])
  })

  test('by an unknown field or without a direction is refused', async () => {
    expect((await ask(shop, 'customers?sort=[idz_DESC]')).codes).toEqual([38, 3, 3, 3, 3])
    expect((await ask(shop, 'customers?sort=[id]')).codes).toEqual([37, 3, 3, 3, 3])
  })
})

describe('a limit', () => {
  test.for([
    ['2', [1, 2]],
    ['2,3', [3, 4, 5]],
    ['100,2', []],
    ['abc', []]
  ] as const)('%s', async ([limit, ids]) => {
    expect((await ask(shop, `zones?limit=${limit}`)).ids).toEqual(ids)
  })

  test('of three numbers is refused', async () => {
    expect((await ask(shop, 'zones?limit=1,2,3')).codes).toEqual([39, 3, 3, 3, 3])
  })
})

describe('the fields of an answer', () => {
  test('may be those of an association', async () => {
    const { body } = await ask(shop, 'orders/2?display=[order_rows[id],id]')
    expect(body).toContain('<order>\n\t<id><![CDATA[2]]></id>\n<associations>\n<order_rows')
    expect(body.match(/<order_row>\n\t<id><!\[CDATA\[\d\]\]><\/id>\n\t<\/order_row>/g)).toHaveLength(2)
  })

  test.for(['[id,order_rowz[id]]', '[id,order_rows[idz]]', '[id,order_rows]'])('must exist: %s', async (display) => {
    const { status, codes } = await ask(shop, `orders?display=${display}`)
    expect({ status, codes }).toEqual({ status: 500, codes: [35, 3, 3, 3, 3] })
  })
})

describe('the language parameter', () => {
  test('of a language that is not installed is refused', async () => {
    const { status, codes } = await ask(shop, 'countries/8?language=9')
    expect({ status, codes }).toEqual({ status: 400, codes: [81] })
  })
})
