import { describe, expect, test } from 'vitest'
import { createSandboxShop, type SandboxShop } from '../../src/sandbox/shop.ts'
import { entity, send } from './ask.ts'

const patch = (shop: SandboxShop, node: string, path: string, fields: Readonly<Record<string, string>>) =>
  send(shop, 'PATCH', path, entity(node, { id: path.split('/')[1] ?? '', ...fields }))

describe('a tracking number', () => {
  test('in order_carriers shows in the order, whose date does not move', async () => {
    const shop = createSandboxShop()
    await patch(shop, 'order_carrier', 'order_carriers/1', { tracking_number: '1Z999' })
    expect(shop.row('orders', 1)).toMatchObject({ shipping_number: '1Z999', date_upd: '2026-11-22 20:45:21' })
  })

  test('in orders is that of the order’s first carrier, and the order’s date moves', async () => {
    const shop = createSandboxShop({ now: () => new Date('2026-11-23T10:00:00Z') })
    await send(shop, 'POST', 'order_carriers', entity('order_carrier', { id_order: '1', id_carrier: '2' }))
    await patch(shop, 'order', 'orders/1', { shipping_number: 'T2' })
    expect([1, 6].map((id) => shop.row('order_carriers', id)?.['tracking_number'])).toEqual(['T2', ''])
    expect(shop.row('orders', 1)).toMatchObject({ shipping_number: 'T2', date_upd: '2026-11-23 10:00:00' })
  })

  test.for(['x'.repeat(65), 'a<b'])('that is bad is a 400 there, an empty 500 in orders: %s', async (bad) => {
    const shop = createSandboxShop()
    const value = bad.replace('<', '&lt;')
    const told = await patch(shop, 'order_carrier', 'order_carriers/1', { tracking_number: value })
    expect(told).toMatchObject({ status: 400, codes: [85] })
    expect(await patch(shop, 'order', 'orders/1', { shipping_number: value })).toMatchObject({ status: 500, body: '' })
    expect(shop.row('orders', 1)).toMatchObject({ shipping_number: '' })
  })

  test('is mailed with sendemail=1, but only if the carrier has a page for it', async () => {
    const shop = createSandboxShop()
    await patch(shop, 'order_carrier', 'order_carriers/1?sendemail=1', { id: '1', tracking_number: 'T1' })
    expect(shop.mails).toEqual([])
    shop.backOffice.update('carriers', 2, { url: 'https://carrier.example/@' })
    await patch(shop, 'order_carrier', 'order_carriers/1', { tracking_number: 'T2' })
    expect(shop.mails).toEqual([])
    await patch(shop, 'order_carrier', 'order_carriers/1?sendemail=1', { id: '1', tracking_number: 'T3' })
    expect(shop.mails).toEqual([{ resource: 'orders', id: 1, kind: 'in_transit', to: 'pub@prestashop.com' }])
  })
})

describe('an order', () => {
  test('that is deleted leaves its rows behind', async () => {
    const shop = createSandboxShop()
    shop.backOffice.remove('orders', 1)
    expect(shop.row('orders', 1)).toBeUndefined()
    expect(shop.row('order_details', 1)).toMatchObject({ id_order: '1', product_id: '1' })
    expect(shop.row('order_histories', 1)).toMatchObject({ id_order: '1' })
  })
})
