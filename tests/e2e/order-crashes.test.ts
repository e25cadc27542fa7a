import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { until } from '../support/bridge.ts'
import { callsOf, crashAt, type Moment, moments } from '../support/crash.ts'
import { historyOf, newCarts, newOrder, newOrders, orderEnvelope, trackingOf } from '../support/orders.ts'
import { ledgerPath, servedShop, startProcess } from '../support/process.ts'

/** An envelope, sent to a bridge that is killed at a call and started again. */
const crash = (webhook: unknown, call: string, when: Moment): Promise<SandboxShop> =>
  crashAt({ call, when, send: async (bridge) => expect((await bridge.post(webhook)).status).toBe(202) })

const parts = ['PATCH order_carriers', 'PATCH orders', 'POST order_histories']

describe.concurrent('kill -9 while an order is updated', () => {
  const webhook = orderEnvelope({ reference: 'OHSATSERP', tracking_number: 'T1', note: 'Ring twice', current_state: 'shipped' })

  test.each(parts.flatMap((call) => moments.map((when) => ({ when, call }))))('$when $call writes each part once', async ({ call, when }) => {
    const shop = await crash(webhook, call, when)
    expect(historyOf(shop, 2)).toEqual([1, 4])
    expect(trackingOf(shop, 2)).toEqual(['T1'])
    expect(shop.row('orders', 2)).toMatchObject({ current_state: '4', note: 'Ring twice', shipping_number: 'T1' })
    // The call that was never done is there twice.
    expect(callsOf(shop).filter((own) => !own.startsWith('GET'))).toHaveLength(when === 'before' ? 4 : 3)
    expect(shop.mails).toEqual([])
  })
})

describe.concurrent('kill -9 while an order is created', () => {
  const webhook = orderEnvelope(
    { ...newOrder, external_reference: 'S00042', note: 'Ring twice', tracking_number: 'T1', current_state: 'shipped' },
    { action_type: 'created' }
  )

  test.each(['POST carts', 'POST orders', ...parts].flatMap((call) => moments.map((when) => ({ when, call }))))(
    '$when $call makes one cart, one order and one history row a state',
    async ({ call, when }) => {
      const shop = await crash(webhook, call, when)
      expect(newCarts(shop)).toHaveLength(1)
      expect(newOrders(shop)).toMatchObject([
        { current_state: '4', reference: 'S00042', note: 'Ring twice', shipping_number: 'T1', total_paid: '60.570000' }
      ])
      const order = Number(newOrders(shop)[0]?.['id'])
      expect(historyOf(shop, order)).toEqual([11, 4])
      expect(trackingOf(shop, order)).toEqual(['T1'])
      expect(shop.row('stock_availables', 20)).toMatchObject({ quantity: '298' })
    }
  )
})

// Alone: the next bridge is to listen before the shop is done.
describe('kill -9 while the shop is still at work on POST orders', () => {
  test('waits for the order of the cart instead of making another', async () => {
    const shop = await servedShop({ orderMs: 3_000 })
    const path = ledgerPath()
    const first = await startProcess(shop, path)
    await first.post(orderEnvelope(newOrder, { action_type: 'created' }))
    await until(() => callsOf(shop).at(-1) === 'POST orders', 'the bridge calls POST orders')
    first.kill('SIGKILL')
    await first.ended

    const second = await startProcess(shop, path, { PRESTASHOP_TIMEOUT_MS: '4000' })
    expect(newOrders(shop)).toEqual([])
    await second.drained()
    expect(newOrders(shop)).toMatchObject([{ current_state: '11' }])
    expect(callsOf(shop).filter((call) => call === 'POST orders')).toHaveLength(1)
  })
})
