import { describe, expect, test } from 'vitest'
import { startBridge } from '../support/bridge.ts'
import { newCarts, newOrder, newOrders, orderEnvelope } from '../support/orders.ts'

const created = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  orderEnvelope(data, { action_type: 'created', ...given })

describe('an order that was made, though the rest of its webhook failed', () => {
  test('is named in the answer, and found by the next webhook instead of made again', async () => {
    const { post, shop } = await startBridge({ config: { ACK_WAIT_MS: '20000' } })
    const heal = shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'order_histories', answer: 'empty-500' })
    const failed = await post(created({ ...newOrder, current_state: 'shipped' }))
    const [order] = newOrders(shop)
    expect(failed).toMatchObject({ status: 422, body: { entity_type: 'order', entity_id: Number(order?.id) } })
    heal()
    const again = await post(orderEnvelope({ ...newOrder, current_state: 'shipped' }, { action_type: 'upserted' }))
    expect(again.body).toMatchObject({ outcome: 'updated', entity_id: Number(order?.id) })
    expect(newOrders(shop)).toHaveLength(1)
    expect(newOrders(shop)[0]).toMatchObject({ current_state: '4' })
  })
})

describe('two orders of one customer with the same lines', () => {
  test('are two orders, also when the answers about the first cart and the second order are lost', async () => {
    const { post, shop, drained } = await startBridge({ config: { PRESTASHOP_TIMEOUT_MS: '500', ACK_WAIT_MS: '0' } })
    shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'carts', times: 1, answer: 'drop' })
    shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'orders', times: 1, answer: { status: 500, body: 'x' } })
    await post(created(newOrder))
    await post(created(newOrder, { entity_id: 7002 }))
    await drained()
    expect(newOrders(shop)).toHaveLength(2)
    expect(new Set(newOrders(shop).map((order) => order.id_cart)).size).toBe(2)
    expect(newCarts(shop)).toHaveLength(2)
  })
})
