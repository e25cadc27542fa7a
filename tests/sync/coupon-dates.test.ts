import { describe, expect, test } from 'vitest'
import { startWithCoupons, welcome } from '../support/coupons.ts'

const isWrite = ({ method }: { method: string }): boolean => method !== 'GET'

describe('the dates of a coupon', () => {
  const inParis = { shop: { timeZone: 'Europe/Paris' } }

  test.each([
    ['2027-06-01 08:30:00', '2027-06-01 08:30:00', 'the shop’s clock'],
    ['2027-06-01T08:30:00Z', '2027-06-01 10:30:00', 'UTC'],
    ['2027-06-01T08:30:00.999Z', '2027-06-01 10:30:00', 'fractions of a second are dropped'],
    ['2027-06-01T08:30:00+05:30', '2027-06-01 05:00:00', 'another zone'],
    ['2027-06-01T23:30:00-0800', '2027-06-02 09:30:00', 'another day'],
    ['2027-12-01T08:30:00Z', '2027-12-01 09:30:00', 'winter'],
    ['2027-03-28T00:59:59Z', '2027-03-28 01:59:59', 'the second before the clock is set forward'],
    ['2027-03-28T01:00:00Z', '2027-03-28 03:00:00', 'when it is set forward'],
    ['2027-10-31T00:30:00Z', '2027-10-31 02:30:00', 'the hour that comes twice, first'],
    ['2027-10-31T01:30:00Z', '2027-10-31 02:30:00', 'the hour that comes twice, again'],
    ['2027-03-28 02:30:00', '2027-03-28 02:30:00', 'a time that the shop’s clock leaves out, as it was written'],
    ['2027-06-01', '2027-06-01 00:00:00', 'the beginning of a day']
  ])('%s is %s in a shop in Paris: %s', async (date_from, expected) => {
    const { create, row } = await startWithCoupons(inParis)
    await create({ ...welcome, date_from })
    expect(row()).toMatchObject({ date_from: expected })
  })

  test('include the last day when it has no time', async () => {
    const { create, row } = await startWithCoupons(inParis)
    await create({ ...welcome, date_from: '2027-06-01', date_to: '2027-06-01' })
    expect(row()).toMatchObject({ date_from: '2027-06-01 00:00:00', date_to: '2027-06-01 23:59:59' })
  })

  test.each([
    ['in SHOP_TIMEZONE', { SHOP_TIMEZONE: 'Asia/Tokyo' }, '2027-06-01 17:30:00'],
    ['in UTC without it', {}, '2027-06-01 08:30:00']
  ])('are written %s when the key may not read configurations', async (_how, config: Record<string, string>, expected) => {
    const key = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
    const rights = { cart_rules: ['GET', 'POST', 'PATCH'], languages: ['GET'] }
    const { create, row } = await startWithCoupons({
      shop: { timeZone: 'Asia/Tokyo', keys: { [key]: rights } },
      config: { PRESTASHOP_KEY: key, ...config }
    })
    await create({ ...welcome, date_from: '2027-06-01T08:30:00Z' })
    expect(row()).toMatchObject({ date_from: expected, name: 'Welcome' })
  })

  test('start now by the shop’s clock', async () => {
    const { create, row } = await startWithCoupons({ shop: { timeZone: 'Pacific/Kiritimati' } })
    await create()
    expect(Date.parse(`${row().date_from}+14:00`)).toBeGreaterThan(Date.now() - 10_000)
    expect(Date.parse(`${row().date_from}+14:00`)).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    null,
    '',
    false,
    0,
    1_800_000_000,
    'tomorrow',
    '2027-02-30',
    '2027-13-01 00:00:00',
    '2027-06-01 24:30:00',
    '0000-00-00 00:00:00',
    '0000-01-01',
    '2027-06-01T08:30:00',
    '2027-06-31T08:30:00Z',
    '9999-12-31T23:59:59-14:00',
    '01/06/2027'
  ])('are no %j', async (value) => {
    for (const field of ['date_from', 'date_to']) {
      const { create, shop } = await startWithCoupons()
      expect((await create({ ...welcome, [field]: value })).body).toMatchObject({ code: 'validation', field })
      expect(shop.requests.some(isWrite)).toBe(false)
    }
  })

  test.each([
    [{ date_from: '2027-06-02', date_to: '2027-06-01' }],
    [{ date_from: '2027-06-01T12:00:00Z', date_to: '2027-06-01 11:59:59' }],
    [{ date_to: '2020-01-01' }]
  ])('are refused when the end is before the beginning: %j', async (dates) => {
    const { create, shop } = await startWithCoupons()
    expect((await create({ ...welcome, ...dates })).body).toMatchObject({ code: 'validation', field: 'date_to' })
    expect(shop.requests.some(isWrite)).toBe(false)
  })

  test('may be one and the same second', async () => {
    const { create, row } = await startWithCoupons()
    const second = '2027-06-01 00:00:00'
    await create({ ...welcome, date_from: second, date_to: second })
    expect(row()).toMatchObject({ date_from: second, date_to: second })
  })

  test.each([
    ['date_to', '2027-05-31'],
    ['date_from', '2027-09-01T00:00:00Z']
  ])('are compared with what the coupon has when only %s changes', async (field, value) => {
    const { create, update, row } = await startWithCoupons()
    const dates = { date_from: '2027-06-01 00:00:00', date_to: '2027-08-31 23:59:59' }
    await create({ ...welcome, ...dates })
    expect((await update({ [field]: value })).body).toMatchObject({ code: 'validation', field })
    expect(row()).toMatchObject(dates)
  })

  test('may move both at once, beyond what they were', async () => {
    const { create, update, row } = await startWithCoupons()
    await create({ ...welcome, date_from: '2027-06-01', date_to: '2027-08-31' })
    await update({ date_from: '2028-06-01', date_to: '2028-08-31' })
    expect(row()).toMatchObject({ date_from: '2028-06-01 00:00:00', date_to: '2028-08-31 23:59:59' })
  })

  test('of an old coupon that are nonsense do not keep it from being changed otherwise', async () => {
    const { update, row, shop } = await startWithCoupons()
    shop.backOffice.create('cart_rules', {
      code: 'OLD',
      name: 'Old',
      date_from: '2027-01-01 00:00:00',
      date_to: '2026-01-01 00:00:00'
    })
    expect((await update({ code: 'OLD', priority: 4 })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ priority: '4' })
  })
})
