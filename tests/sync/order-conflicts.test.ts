import { describe, expect, test } from 'vitest'
import { startBridge } from '../support/bridge.ts'
import { historyOf, orderEnvelope } from '../support/orders.ts'

const policies = ['last-write-wins', 'odoo-wins', 'shop-wins'] as const

/** Order 2 of the shop, bound, with a note that Odoo gave it at ten; the shop's clock says eleven. */
const startWithNote = async (policy: (typeof policies)[number] = 'last-write-wins', timeZone = 'UTC') => {
  const { post, shop, drained } = await startBridge({
    shop: { timeZone, now: () => new Date('2026-06-01T11:00:00Z') },
    config: { CONFLICT_POLICY: policy }
  })
  const odoo = async (time: string, data: Record<string, unknown>) =>
    (await post(orderEnvelope(data, { timestamp: `2026-06-01T${time}Z` }))).body
  await odoo('10:00:00', { id: 2, note: 'from Odoo', current_state: 2 })
  return { odoo, shop, drained, order: () => shop.row('orders', 2) }
}

describe('a note that both sides changed', () => {
  test.each([
    ['last-write-wins', '10:30:00', 'from a human'],
    ['last-write-wins', '11:30:00', 'changed in Odoo'],
    ['odoo-wins', '10:30:00', 'changed in Odoo'],
    ['shop-wins', '11:30:00', 'from a human']
  ] as const)('with %s and Odoo’s change at %s ends as "%s"', async (policy, time, expected) => {
    const { odoo, shop, order } = await startWithNote(policy)
    shop.backOffice.update('orders', 2, { note: 'from a human' })
    const body = await odoo(time, { note: 'changed in Odoo' })
    expect(order()).toMatchObject({ note: expected })
    expect(body).toMatchObject(expected === 'changed in Odoo' ? { outcome: 'updated' } : { outcome: 'stale', kept_fields: ['note'] })
  })

  test('is judged in the shop’s own time zone', async () => {
    const { odoo, shop, order } = await startWithNote('last-write-wins', 'America/New_York')
    shop.backOffice.update('orders', 2, { note: 'from a human' })
    expect(order()?.date_upd).toBe('2026-06-01 07:00:00')
    await odoo('10:59:00', { note: 'too early' })
    expect(order()).toMatchObject({ note: 'from a human' })
    await odoo('11:01:00', { note: 'later' })
    expect(order()).toMatchObject({ note: 'later' })
  })
})

describe('webhooks about an order that arrive out of order', () => {
  test.each(policies)('do not bring an older state back, with %s', async (policy) => {
    const { odoo, shop, order } = await startWithNote(policy)
    await odoo('10:40:00', { current_state: 'shipped' })
    const late = await odoo('10:20:00', { current_state: 'processing' })
    expect(late).toMatchObject({ outcome: 'stale', stale_fields: ['current_state'] })
    expect(order()).toMatchObject({ current_state: '4' })
    expect(historyOf(shop, 2).filter((state) => state === 3)).toEqual([])
  })

  test('are late field by field: what is new in the late one is written', async () => {
    const { odoo, order } = await startWithNote()
    await odoo('10:40:00', { note: 'newer' })
    const late = await odoo('10:20:00', { note: 'older', tracking_number: 'T1' })
    expect(late).toMatchObject({ outcome: 'updated', updated_fields: ['shipping_number'], stale_fields: ['note'] })
    expect(order()).toMatchObject({ note: 'newer', shipping_number: 'T1' })
  })
})

describe('a state that somebody gives an order while its note is being written', () => {
  test.each([
    ['last-write-wins', '5'],
    ['shop-wins', '5'],
    ['odoo-wins', '4']
  ] as const)('with %s ends as %s', async (policy, expected) => {
    const { odoo, shop, order } = await startWithNote(policy)
    const forget = shop.onHook(({ resource }) => {
      if (resource !== 'orders') return
      forget()
      shop.backOffice.update('orders', 2, { current_state: '5' })
    })
    const body = await odoo('11:00:00', { note: 'changed in Odoo', current_state: 4 })
    expect(order()).toMatchObject({ note: 'changed in Odoo', current_state: expected })
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: expected === '4' ? ['note', 'current_state'] : ['note'] })
  })
})

test('what somebody sets back while a later call of the same write is tried again stays', async () => {
  const { odoo, shop, drained, order } = await startWithNote()
  await odoo('10:30:00', { tracking_number: 'T0' })
  const row = shop.rows('order_carriers').find(({ id_order }) => id_order === '2')
  shop.inject({
    answer: 'drop',
    times: 1,
    when: ({ resource }) => {
      if (resource !== 'order_histories') return false
      shop.backOffice.update('orders', 2, { note: 'from Odoo' })
      shop.backOffice.update('order_carriers', Number(row?.['id']), { tracking_number: 'T0' })
      return true
    }
  })
  await odoo('11:00:00', { tracking_number: 'T1', note: 'changed in Odoo', current_state: 4 })
  await drained()
  expect(order()).toMatchObject({ shipping_number: 'T0', note: 'from Odoo', current_state: '4' })
})
