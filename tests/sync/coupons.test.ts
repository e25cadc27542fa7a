import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/prestashop/client.ts'
import { startWithCoupons, welcome } from '../support/coupons.ts'

/** The same time of the next year, of a time of the shop. */
const aYearAfter = (time = ''): string => `${Number(time.slice(0, 4)) + 1}${time.slice(4)}`

describe('a created coupon', () => {
  test('has our defaults, not the shop’s unlimited and inactive ones', async () => {
    const { create, row } = await startWithCoupons()
    const { status, body } = await create({ code: 'FREE' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, outcome: 'created', entity_type: 'coupon' })
    expect(row(Number(body.entity_id))).toMatchObject({
      code: 'FREE',
      name: 'FREE',
      quantity: '1',
      quantity_per_user: '1',
      priority: '1',
      partial_use: '1',
      free_shipping: '0',
      reduction_percent: '0.00',
      reduction_amount: '0.000000',
      active: '1',
      id_customer: '0'
    })
  })

  test('counts from now, for one year', async () => {
    const { create, row } = await startWithCoupons()
    const before = Date.now()
    await create()
    const { date_from = '', date_to } = row()
    expect(Date.parse(`${date_from}Z`)).toBeGreaterThan(before - 1_000)
    expect(Date.parse(`${date_from}Z`)).toBeLessThanOrEqual(Date.now())
    expect(date_to).toBe(aYearAfter(date_from))
  })

  test.each([
    ['2027-06-01 12:30:00', '2028-06-01 12:30:00'],
    ['2028-02-29 00:00:00', '2029-02-28 00:00:00']
  ])('from %s counts until %s', async (date_from, date_to) => {
    const { create, row } = await startWithCoupons()
    await create({ ...welcome, date_from })
    expect(row()).toMatchObject({ date_from, date_to })
  })

  test('gets every field that the payload carries', async () => {
    const { create, row } = await startWithCoupons()
    const data = {
      code: 'ÉTÉ 2027/a',
      description: 'For <b>everybody</b> & all\nuntil it ends',
      reduction_amount: 12.5,
      reduction_tax: true,
      reduction_currency: 'USD',
      free_shipping: true,
      quantity: 100,
      quantity_per_user: '2',
      minimum_amount: '49.90',
      minimum_amount_tax: true,
      minimum_amount_currency: 1,
      minimum_amount_shipping: true,
      date_from: '2027-06-01 00:00:00',
      date_to: '2027-08-31 23:59:59',
      priority: 3,
      partial_use: false,
      highlight: true,
      active: false,
      id_customer: 1
    }
    expect((await create({ ...data, name: 'Summer' })).body).toMatchObject({ outcome: 'created' })
    expect(row()).toMatchObject({
      code: 'ÉTÉ 2027/a',
      name: 'Summer',
      description: 'For <b>everybody</b> & all\nuntil it ends',
      reduction_amount: '12.500000',
      reduction_percent: '0.00',
      reduction_tax: '1',
      reduction_currency: '1',
      free_shipping: '1',
      quantity: '100',
      quantity_per_user: '2',
      minimum_amount: '49.900000',
      minimum_amount_tax: '1',
      minimum_amount_currency: '1',
      minimum_amount_shipping: '1',
      date_from: '2027-06-01 00:00:00',
      date_to: '2027-08-31 23:59:59',
      priority: '3',
      partial_use: '0',
      highlight: '1',
      active: '0',
      id_customer: '1'
    })
  })

  test('costs one look-up and one POST once the reference data is known', async () => {
    const { create, calls } = await startWithCoupons()
    await create()
    calls()
    await create({ ...welcome, code: 'TWO', reduction_currency: null }, { entity_id: 3002 })
    expect(calls()).toEqual(['GET cart_rules', 'POST cart_rules'])
  })

  test('that exists already by its code, in any case, is updated and keeps what the payload leaves out', async () => {
    const { create, row, shop } = await startWithCoupons()
    shop.backOffice.create('cart_rules', {
      code: 'Welcome10',
      name: 'Old',
      quantity: '7',
      active: '0',
      date_from: '2026-01-01 00:00:00',
      date_to: '2027-01-01 00:00:00'
    })
    expect((await create()).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ code: 'WELCOME10', name: 'Welcome', reduction_percent: '10.00', quantity: '7', active: '0' })
  })

  test('is another one than that whose code differs by an accent', async () => {
    const { create, shop } = await startWithCoupons()
    await create({ ...welcome, code: 'ETE' })
    expect((await create({ ...welcome, code: 'ÉTÉ' }, { entity_id: 3002 })).body).toMatchObject({ outcome: 'created' })
    expect(shop.rows('cart_rules')).toHaveLength(2)
  })

  test('is refused when two coupons of the shop have its code', async () => {
    const { create, shop } = await startWithCoupons()
    const dates = { date_from: '2026-01-01 00:00:00', date_to: '2027-01-01 00:00:00' }
    for (const code of ['WELCOME10', 'welcome10']) shop.backOffice.create('cart_rules', { code, name: 'Old', ...dates })
    expect((await create()).body).toMatchObject({ code: 'identity_conflict' })
    expect(shop.rows('cart_rules').map(({ name }) => name)).toEqual(['Old', 'Old'])
  })

  test('never takes the coupon of another record of Odoo', async () => {
    const { create, row } = await startWithCoupons()
    await create()
    const { status, body } = await create({ ...welcome, code: 'welcome10', name: 'Mine' }, { entity_id: 3002 })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'identity_conflict' })
    expect(row()).toMatchObject({ name: 'Welcome' })
  })

  test('is made once when two records of Odoo bring the same code at once', async () => {
    const { create, row } = await startWithCoupons()
    const answers = await Promise.all([create(), create(welcome, { entity_id: 3002 })])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'identity_conflict')).toHaveLength(1)
    expect(row()).toMatchObject({ code: 'WELCOME10' })
  })

  test('is made once when the answer of the shop was lost', async () => {
    const { create, drained, row, shop } = await startWithCoupons()
    shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: 'drop-after-write' })
    await create()
    await drained()
    expect(row()).toMatchObject({ code: 'WELCOME10', active: '1' })
  })

  test('needs a code', async () => {
    const { create, shop } = await startWithCoupons()
    const { status, body } = await create({ name: 'Nameless', reduction_percent: 5 })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'code' })
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test.each(['discount', 'cart_rule'])('can be called %s', async (entity_type) => {
    const { create } = await startWithCoupons()
    expect((await create(welcome, { entity_type })).body).toMatchObject({ outcome: 'created', entity_type: 'coupon' })
  })
})

describe('an updated coupon', () => {
  test('is read and patched: nothing but the changed fields is sent', async () => {
    const { create, update, calls, written } = await startWithCoupons()
    const { body } = await create()
    calls()
    expect((await update({ ...welcome, priority: 2 })).body).toMatchObject({ outcome: 'updated', updated_fields: ['priority'] })
    const id = Number(body.entity_id)
    expect(calls()).toEqual([`GET cart_rules/${id}`, `PATCH cart_rules/${id}`])
    expect(written()).toContain(`<cart_rule><id>${id}</id><priority>2</priority></cart_rule>`)
  })

  test('that has nothing new costs one GET', async () => {
    const { create, update, calls } = await startWithCoupons()
    const data = { ...welcome, date_from: '2027-06-01T00:00:00Z', date_to: '2027-09-01', reduction_currency: 'usd', quantity: null }
    const { body } = await create(data)
    calls()
    expect((await update(data)).body).toMatchObject({ outcome: 'unchanged', updated_fields: [] })
    expect(calls()).toEqual([`GET cart_rules/${Number(body.entity_id)}`])
  })

  test.each([
    ['reduction_percent', 33.33, '33.330'],
    ['reduction_percent', 33.333, '33.33'],
    ['reduction_percent', 10, '10.00'],
    ['reduction_amount', 5.1234567, '5.123457'],
    ['minimum_amount', '49.9', 49.9]
  ])('compares %s by value, as the shop keeps it: %s is %s', async (field, one, other) => {
    const { create, update } = await startWithCoupons({ config: { CONFLICT_POLICY: 'odoo-wins' } })
    await create({ code: 'WELCOME10', [field]: one })
    for (const value of [one, other]) expect((await update({ [field]: value })).body).toMatchObject({ outcome: 'unchanged' })
  })

  test('may get another code, or the same in other letters', async () => {
    const { create, update, row } = await startWithCoupons()
    await create()
    expect((await update({ code: 'HELLO' })).body).toMatchObject({ outcome: 'updated' })
    expect((await update({ code: 'Hello' })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ code: 'Hello' })
  })

  test('never gets the code of another coupon, in no case', async () => {
    const { create, update, row } = await startWithCoupons()
    const { body: first } = await create()
    await create({ code: 'OTHER' }, { entity_id: 3002 })
    const { status, body } = await update({ code: 'other', priority: 5 })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'identity_conflict', field: 'code' })
    expect(row(Number(first.entity_id))).toMatchObject({ code: 'WELCOME10', priority: '1' })
  })

  test('is not taken from data.id when the code is another one', async () => {
    const { create, update, row } = await startWithCoupons()
    const { body: made } = await create()
    const { body } = await update({ id: made.entity_id, code: 'OTHER', priority: 5 }, { entity_id: 3002 })
    expect(body).toMatchObject({ code: 'identity_conflict', field: 'code' })
    expect(row()).toMatchObject({ priority: '1' })
  })

  test('that the shop does not have is not found, and not invented', async () => {
    const { update, shop } = await startWithCoupons()
    expect((await update(welcome)).body).toMatchObject({ code: 'not_found' })
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test('is created when it is upserted, and updated the next time', async () => {
    const { update } = await startWithCoupons()
    expect((await update(welcome, { action_type: 'upserted' })).body.outcome).toBe('created')
    expect((await update({ ...welcome, priority: 2 }, { action_type: 'upserted' })).body.outcome).toBe('updated')
  })

  test('is put whole where the shop has no PATCH: nothing else is lost', async () => {
    const { create, update, row } = await startWithCoupons({ shop: { patch: false } })
    await create({ ...welcome, description: 'Stays', id_customer: 1 })
    const before = row()
    expect((await update({ priority: 2 })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toEqual({ ...before, priority: '2', date_upd: expect.any(String) })
  })

  test('names the keys that mean nothing', async () => {
    const { create } = await startWithCoupons()
    expect((await create({ ...welcome, loyalty_points: 5 })).body).toMatchObject({ ignored_fields: ['loyalty_points'] })
  })
})

describe('a deleted coupon', () => {
  const deleted = { entity_type: 'coupon', entity_id: 3001, action_type: 'deleted' }

  test('is deactivated, not removed', async () => {
    const { create, post, row } = await startWithCoupons()
    const { body } = await create()
    expect((await post(deleted)).body).toMatchObject({ outcome: 'deleted', entity_id: body.entity_id })
    expect(row()).toMatchObject({ code: 'WELCOME10', name: 'Welcome', active: '0' })
    expect((await post(deleted)).body).toMatchObject({ success: true, outcome: 'unchanged' })
  })

  test('can be named by its code alone, whatever else the payload says', async () => {
    const { post, row, shop } = await startWithCoupons()
    const dates = { date_from: '2026-01-01 00:00:00', date_to: '2027-01-01 00:00:00' }
    shop.backOffice.create('cart_rules', { code: 'WELCOME10', name: 'Old', active: '1', ...dates })
    const data = { code: 'welcome10', reduction_percent: 500, name: { xx: 'No' } }
    expect((await post({ ...deleted, data })).body).toMatchObject({ outcome: 'deleted' })
    expect(row()).toMatchObject({ active: '0', code: 'WELCOME10', reduction_percent: '0.00' })
  })

  test('that is gone already leaves everything unchanged', async () => {
    const { create, post, row, shop } = await startWithCoupons()
    await create()
    await createClient({ url: shop.url, key: shop.key, timeoutMs: 5_000 }).remove('cart_rules', Number(row().id))
    expect((await post(deleted)).body).toMatchObject({ success: true, outcome: 'unchanged' })
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test('can be made active again', async () => {
    const { create, post, update, row } = await startWithCoupons()
    await create()
    await post(deleted)
    expect((await update({ active: true })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ active: '1' })
  })
})
