import { describe, expect, test } from 'vitest'
import { policies, type Policy, startWithClock, startWithCoupons, welcome } from '../support/coupons.ts'

describe('a coupon changed on both sides', () => {
  test.each<[Policy, string, string]>([
    ['last-write-wins', '10:30:00', '15.00'],
    ['last-write-wins', '11:30:00', '20.00'],
    ['odoo-wins', '10:30:00', '20.00'],
    ['odoo-wins', '11:30:00', '20.00'],
    ['shop-wins', '10:30:00', '15.00'],
    ['shop-wins', '11:30:00', '15.00']
  ])('ends as %s says: a human at 11:00, Odoo at %s', async (policy, time, expected) => {
    const { odoo, human, row } = await startWithClock({ policy })
    human('11:00:00', { reduction_percent: '15' })
    const { body } = await odoo(time, { reduction_percent: 20 })
    expect(row()).toMatchObject({ reduction_percent: expected, reduction_amount: '0.000000' })
    expect(body).toMatchObject(
      expected === '15.00' ? { outcome: 'stale', kept_fields: ['reduction_percent'] } : { outcome: 'updated' }
    )
  })

  test.each<[Policy, string]>([
    ['last-write-wins', 'Human'],
    ['odoo-wins', 'Welcome'],
    ['shop-wins', 'Human']
  ])('keeps what Odoo only resends unless Odoo always wins (%s: %s)', async (policy, expected) => {
    const { odoo, human, row } = await startWithClock({ policy })
    human('11:00:00', { name: 'Human' })
    await odoo('12:00:00', { ...welcome, priority: 2 })
    expect(row()).toMatchObject({ name: expected, priority: '2' })
  })

  test.each(policies)('is no conflict in a field that only Odoo changed (%s)', async (policy) => {
    const { odoo, human, row } = await startWithClock({ policy })
    human('11:00:00', { description: 'Human' })
    expect((await odoo('10:30:00', { reduction_percent: 20 })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ reduction_percent: '20.00', description: 'Human' })
  })

  test('keeps what a human set where Odoo said nothing at its creation', async () => {
    const { odoo, human, row } = await startWithClock()
    human('11:00:00', { partial_use: '0' })
    expect((await odoo('10:30:00', { partial_use: true })).body).toMatchObject({ outcome: 'unchanged' })
    expect(row()).toMatchObject({ partial_use: '0' })
  })

  test.each([
    ['Asia/Tokyo', '10:30:00', 'Human'],
    ['Asia/Tokyo', '11:30:00', 'Odoo'],
    ['America/New_York', '10:30:00', 'Human'],
    ['America/New_York', '11:30:00', 'Odoo']
  ])('is judged by the shop’s clock in its zone, %s: a human at 11:00 UTC, Odoo at %s', async (timeZone, time, expected) => {
    const { odoo, human, row } = await startWithClock({ shop: { timeZone } })
    human('11:00:00', { description: 'Human' })
    await odoo(time, { description: 'Odoo' })
    expect(row()).toMatchObject({ description: expected })
  })

  // 02:30 in Paris is 00:30 UTC, and 01:30 UTC once more.
  test.each([
    ['00:30:00', '00:15:00', 'Human', 'Odoo before both'],
    ['01:30:00', '01:00:00', 'Human', 'a human in the second'],
    ['00:30:00', '01:45:00', 'Odoo', 'Odoo after both'],
    ['00:30:00', '01:00:00', 'Human', 'in doubt: the human’s change stays']
  ])('in the hour that comes twice, a human at %s, Odoo at %s: %s (%s)', async (humanAt, odooAt, expected) => {
    const { odoo, human, row } = await startWithClock({ day: '2025-10-26', createdAt: '00:05:00', shop: { timeZone: 'Europe/Paris' } })
    human(humanAt, { description: 'Human' })
    await odoo(odooAt, { description: 'Odoo' })
    expect(row()).toMatchObject({ description: expected })
  })

  test.each([
    ['00:45:00', 'Human'],
    ['01:15:00', 'Odoo']
  ])('over the hour that is left out, a human at 01:00, Odoo at %s: %s', async (odooAt, expected) => {
    const { odoo, human, row } = await startWithClock({ day: '2026-03-29', createdAt: '00:05:00', shop: { timeZone: 'Europe/Paris' } })
    human('01:00:00', { description: 'Human' })
    await odoo(odooAt, { description: 'Odoo' })
    expect(row()).toMatchObject({ description: expected })
  })
})

describe('webhooks about a coupon that come out of order', () => {
  test.each(policies)('leave what was said later (%s)', async (policy) => {
    const { odoo, row } = await startWithClock({ policy })
    await odoo('10:20:00', { reduction_percent: 20 })
    const { body } = await odoo('10:10:00', { reduction_percent: 15, description: 'Older' })
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['description'] })
    expect(body.stale_fields).toContain('reduction_percent')
    expect(row()).toMatchObject({ reduction_percent: '20.00', description: 'Older' })
  })

  test.each(policies)('leave the later kind of reduction (%s)', async (policy) => {
    const { odoo, row } = await startWithClock({ policy })
    await odoo('10:20:00', { reduction_amount: 5 })
    const { body } = await odoo('10:10:00', { reduction_percent: 15 })
    expect(body).toMatchObject({ outcome: 'stale', stale_fields: ['reduction_percent', 'reduction_amount'] })
    expect(row()).toMatchObject({ reduction_percent: '0.00', reduction_amount: '5.000000' })
  })

  test('leave the later name of each language', async () => {
    const { odoo, names } = await startWithClock({ shop: { languages: ['en', 'fr'] } })
    await odoo('10:20:00', { name: { fr: 'Plus tard' } })
    expect((await odoo('10:10:00', { name: 'Earlier' })).body).toMatchObject({ updated_fields: ['name.1'], stale_fields: ['name.2'] })
    expect(await names()).toEqual({ 1: 'Earlier', 2: 'Plus tard' })
  })

  test('that wait together are applied in the order in which they happened', async () => {
    const { post, at, row } = await startWithClock()
    const event = { entity_type: 'coupon', entity_id: 3001, action_type: 'updated' }
    await post([
      { ...event, timestamp: at('10:20:00').toISOString(), data: { date_to: '2027-02-01', priority: 2 } },
      { ...event, timestamp: at('10:10:00').toISOString(), data: { date_to: '2027-01-01', description: 'Older' } }
    ])
    expect(row()).toMatchObject({ date_to: '2027-02-01 23:59:59', priority: '2', description: 'Older' })
  })
})

describe('changes of one coupon that wait together', () => {
  const event = { entity_type: 'coupon', entity_id: 3001, action_type: 'updated' }

  test('are one write, of each field the last value', async () => {
    const { post, calls, row } = await startWithClock()
    calls()
    const { body } = await post([
      { ...event, data: { priority: 2, description: 'One' } },
      { ...event, data: { description: 'Two', date_to: '2027-12-31' } },
      { ...event, data: { highlight: true } }
    ])
    expect(body.results).toMatchObject([{ outcome: 'superseded' }, { outcome: 'superseded' }, { outcome: 'updated' }])
    const id = Number(row().id)
    expect(calls().filter((call) => call.includes('cart_rules'))).toEqual([`GET cart_rules/${id}`, `PATCH cart_rules/${id}`])
    expect(row()).toMatchObject({ priority: '2', description: 'Two', date_to: '2027-12-31 23:59:59', highlight: '1' })
  })

  test('are not merged when they mean coupons by different codes', async () => {
    const { post, row, shop } = await startWithCoupons()
    const dates = { date_from: '2026-01-01 00:00:00', date_to: '2028-01-01 00:00:00' }
    const [old, other] = ['OLD', 'OTHER'].map((code) => shop.backOffice.create('cart_rules', { code, name: code, ...dates }))
    const { body } = await post([
      { ...event, data: { code: 'OLD', priority: 2 } },
      { ...event, data: { code: 'OTHER', priority: 3 } }
    ])
    expect(body.results).toMatchObject([{ outcome: 'updated', entity_id: old }, { code: 'identity_conflict', field: 'code' }])
    expect(row(old)).toMatchObject({ code: 'OLD', priority: '2' })
    expect(row(other)).toMatchObject({ code: 'OTHER', priority: '0' })
  })

  test('are applied one by one when together they are nonsense', async () => {
    const { post, row } = await startWithClock()
    const { body } = await post([
      { ...event, data: { date_from: '2027-01-01', priority: 2 } },
      { ...event, data: { date_to: '2026-12-01', description: 'Too early' } }
    ])
    expect(body.results).toMatchObject([{ success: true, outcome: 'updated' }, { success: false, field: 'date_to' }])
    expect(row()).toMatchObject({ date_from: '2027-01-01 00:00:00', priority: '2', description: '' })
  })

  test('keep creation and deletion apart from them', async () => {
    const { post, row } = await startWithCoupons()
    const { body } = await post([
      { ...event, action_type: 'created', data: welcome },
      { ...event, data: { priority: 2 } },
      { ...event, action_type: 'deleted' },
      { ...event, data: { priority: 3 } }
    ])
    expect(body.results).toMatchObject([{ outcome: 'created' }, { outcome: 'updated' }, { outcome: 'deleted' }, { outcome: 'updated' }])
    expect(row()).toMatchObject({ priority: '3', active: '0' })
  })
})

test('a coupon whose creation lost its answer keeps what somebody in the shop has changed since', async () => {
  const { shop, create, row, drained } = await startWithCoupons()
  shop.onHook(({ resource, action_type, entity_id }) => {
    if (resource === 'cart_rules' && action_type === 'created') setImmediate(() => shop.backOffice.update(resource, entity_id, { minimum_amount: '30' }))
  })
  shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: 'drop-after-write' })
  await create({ ...welcome, minimum_amount: 20 })
  await drained()
  expect(row()).toMatchObject({ minimum_amount: '30.000000' })
})
