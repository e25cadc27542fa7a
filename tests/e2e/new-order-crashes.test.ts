import { describe, expect, test } from 'vitest'
import { SECRET } from '../support/bridge.ts'
import { crashAt, moments } from '../support/crash.ts'
import { afterFile } from '../support/leftovers.ts'
import { apiOf, startOdoo } from '../support/odoo/odoo.ts'
import { sell, stock, webhookOf } from '../support/odoo/shelf.ts'
import { historyOf, newCarts, newOrders } from '../support/orders.ts'
import type { BridgeProcess } from '../support/process.ts'

const sendTo = async ({ url }: BridgeProcess, webhook: Record<string, unknown>): Promise<void> => {
  const response = await fetch(`${url}/webhooks/odoo/automation?token=${encodeURIComponent(SECRET)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(webhook)
  })
  expect(response.status).toBe(202)
}

const calls = ['POST carts', 'POST orders', 'PATCH orders', 'POST order_histories']

describe.concurrent('kill -9 while an order of Odoo is made in the shop', () => {
  test.each(calls.flatMap((call) => moments.map((when) => ({ when, call }))))('$when $call makes one cart, one order and one history row a state', async ({ call, when }) => {
    const odoo = await startOdoo({ version: 19, until: afterFile })
    const { order, jane } = sell(odoo.database, { note: '<p>Ring twice</p>' })
    const shop = await crashAt({
      call,
      when,
      variables: { ...apiOf(odoo), CREATE_ORDERS: 'true', ODOO_QUIET_MS: '0' },
      arrange: async (bridge, own) => {
        stock(own)
        await sendTo(bridge, webhookOf(odoo.database, 'res.partner', jane))
        await bridge.drained()
      },
      send: (bridge) => sendTo(bridge, webhookOf(odoo.database, 'sale.order', order))
    })
    expect(newCarts(shop)).toHaveLength(1)
    const made = newOrders(shop)
    expect(made).toMatchObject([{ reference: 'S00042', note: 'Ring twice', current_state: '3', total_paid: '60.570000' }])
    const history = historyOf(shop, Number(made[0]?.['id']))
    expect(new Set(history).size).toBe(history.length)
  })
})
