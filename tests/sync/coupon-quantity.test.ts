import { describe, expect, test } from 'vitest'
import { until } from '../support/bridge.ts'
import { policies, startWithClock, startWithCoupons, welcome } from '../support/coupons.ts'

/** Customers use the coupon while the bridge waits for its next attempt. */
const countedMeanwhile = (used: number, { shop, row }: Awaited<ReturnType<typeof startWithClock>>): void => {
  const stop = shop.inject({
    when: ({ method, resource }) => {
      if (method === 'GET' && resource === 'cart_rules') {
        stop()
        shop.backOffice.update('cart_rules', Number(row().id), { quantity: String(Number(row().quantity) - used) })
      }
      return false
    },
    answer: 'drop'
  })
}

describe('the quantity of a coupon', () => {
  test('moves by Odoo’s difference, because the shop counts it down', async () => {
    const { odoo, human, row } = await startWithClock()
    human('10:30:00', { quantity: '97' })
    expect((await odoo('11:00:00', { quantity: 150 })).body).toMatchObject({ outcome: 'updated', updated_fields: ['quantity'] })
    expect(row()).toMatchObject({ quantity: '147' })
    human('11:30:00', { quantity: '140' })
    await odoo('12:00:00', { quantity: 120 })
    expect(row()).toMatchObject({ quantity: '110' })
  })

  test.each(policies)('is not counted up again when Odoo only resends it (%s)', async (policy) => {
    const { odoo, human, row } = await startWithClock({ policy })
    human('10:30:00', { quantity: '97' })
    expect((await odoo('11:00:00', { ...welcome, quantity: 100 })).body).toMatchObject({ outcome: 'unchanged' })
    expect(row()).toMatchObject({ quantity: '97' })
  })

  test.each(policies)('moves also when it was counted after Odoo’s change (%s)', async (policy) => {
    const { odoo, human, row } = await startWithClock({ policy })
    human('11:00:00', { quantity: '97' })
    await odoo('10:30:00', { quantity: 150 })
    expect(row()).toMatchObject({ quantity: '147' })
  })

  test('never falls below zero', async () => {
    const { odoo, human, row } = await startWithClock()
    human('10:30:00', { quantity: '3' })
    await odoo('11:00:00', { quantity: 50 })
    expect(row()).toMatchObject({ quantity: '0' })
  })

  test('moves from our default when the creation told none', async () => {
    const { create, update, row } = await startWithCoupons()
    await create()
    await update({ quantity: 5 })
    expect(row()).toMatchObject({ quantity: '5' })
  })

  test.each([
    ['was counted down before', '97', 150, 0, '147'],
    ['was not counted down', '100', 150, 0, '150'],
    ['is counted down meanwhile', '97', 150, 2, '145'],
    ['moves down', '97', 80, 0, '77'],
    ['moves down and is counted down meanwhile', '97', 80, 2, '75'],
    ['moves down to zero', '15', 80, 0, '0']
  ])('that %s moves once, though the answer of the shop was lost', async (_how, inShop, quantity, used, expected) => {
    const bridge = await startWithClock()
    const { odoo, human, drained, row, shop } = bridge
    human('10:30:00', { quantity: inShop })
    shop.inject({
      when: ({ method }) => {
        if (method === 'PATCH' && used > 0) setImmediate(() => countedMeanwhile(used, bridge))
        return method === 'PATCH'
      },
      times: 1,
      answer: 'drop-after-write'
    })
    const { status } = await odoo('11:00:00', { quantity, priority: 2 })
    await drained()
    expect(status).toBe(200)
    expect(row()).toMatchObject({ quantity: expected, priority: '2' })
    await odoo('11:10:00', { quantity })
    expect(row()).toMatchObject({ quantity: expected })
  })

  test('moves once, though the first attempt never reached the shop', async () => {
    const { odoo, human, drained, row, shop } = await startWithClock()
    human('10:30:00', { quantity: '97' })
    shop.inject({ when: ({ method }) => method === 'PATCH', times: 1, answer: 'empty-500' })
    await odoo('11:00:00', { quantity: 150 })
    await drained()
    expect(row()).toMatchObject({ quantity: '147' })
  })

  test('moves once by changes that were written together, though the answer was lost and more came since', async () => {
    const { post, at, human, drained, row, shop } = await startWithClock()
    human('10:30:00', { quantity: '97' })
    const event = (time: string, quantity: number) => ({
      entity_type: 'coupon',
      entity_id: 3001,
      action_type: 'updated',
      timestamp: at(time).toISOString(),
      data: { quantity }
    })
    let isLost = false
    shop.inject({
      when: ({ method }) => {
        if (method !== 'PATCH') return false
        isLost = true
        return true
      },
      times: 1,
      answer: 'drop-after-write'
    })
    const first = post([event('11:00:00', 110), event('11:01:00', 150)])
    await until(() => isLost, 'the first write is lost')
    await post([event('11:00:30', 500), event('11:02:00', 160)])
    await first
    await drained()
    expect(row()).toMatchObject({ quantity: '157' })
  })

  test('is not taken for moved when the shop refused the write, and somebody else changes it since', async () => {
    const { post, odoo, human, row, shop, server } = await startWithClock()
    const refusal = '<prestashop><errors><error><code>85</code><message>No</message></error></errors></prestashop>'
    shop.inject({ when: ({ method }) => method === 'PATCH', times: 1, answer: { status: 400, body: refusal } })
    const { body } = await odoo('11:00:00', { quantity: 150 })
    expect(body).toMatchObject({ success: false })
    human('12:00:00', { quantity: '120' })
    server.ledger.retry(String(body.operation_id))
    await post({ entity_type: 'coupon', entity_id: 3001, action_type: 'updated', data: { priority: 2 } })
    expect(row()).toMatchObject({ quantity: '170', priority: '2' })
  })

  test('of a coupon that Odoo did not make is what Odoo says first', async () => {
    const { update, row, shop } = await startWithCoupons()
    const dates = { date_from: '2026-01-01 00:00:00', date_to: '2027-01-01 00:00:00' }
    shop.backOffice.create('cart_rules', { code: 'OLD', name: 'Old', quantity: '3', ...dates })
    await update({ code: 'OLD', quantity: 10 })
    expect(row()).toMatchObject({ quantity: '10' })
  })

  test('moves by the whole difference of changes that are written together', async () => {
    const { post, human, calls, row } = await startWithClock()
    human('10:30:00', { quantity: '97' })
    calls()
    const event = { entity_type: 'coupon', entity_id: 3001, action_type: 'updated' }
    await post([110, 90, 130].map((quantity) => ({ ...event, data: { quantity } })))
    expect(calls().filter((call) => call.startsWith('PATCH'))).toHaveLength(1)
    expect(row()).toMatchObject({ quantity: '127' })
  })
})
