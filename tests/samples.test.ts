import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startBridge } from './support/bridge.ts'

const folder = new URL('../fixtures/webhooks/', import.meta.url)

test('the sample webhooks, sent unchanged and in order, end in the shop exactly as they say', async () => {
  const { post, shop } = await startBridge()
  const answers = new Map<string, Awaited<ReturnType<typeof post>>>()
  for (const name of readdirSync(folder).sort()) {
    answers.set(name, await post(readFileSync(new URL(name, folder), 'utf8')))
  }
  const statuses = Object.fromEntries([...answers].map(([name, { status }]) => [name, status]))
  expect(statuses).toEqual({
    '01-customer-created.json': 200,
    '02-customer-updated.json': 200,
    '03-customer-updated-delivered-twice.json': 200,
    '04-address-created.json': 200,
    '05-address-refused.json': 422,
    '06-batch.json': 200,
    '07-order-updated.json': 200,
    '08-coupon-created.json': 200
  })
  expect(answers.get('03-customer-updated-delivered-twice.json')?.body).toMatchObject({ duplicate: true })
  const id = (name: string): number => Number(answers.get(name)?.body.entity_id)

  expect(shop.row('customers', id('02-customer-updated.json'))).toMatchObject({
    email: 'john.doe@example.com',
    firstname: 'John',
    lastname: 'Doe',
    newsletter: '1',
    active: '1',
    company: 'Doe & Sons',
    note: 'Prefers "tea" <not coffee>'
  })
  const address = shop.requests.find(({ method, resource }) => method === 'POST' && resource === 'addresses')?.body
  expect(address).toContain('<address1>16 Main street</address1>')
  expect(shop.row('addresses', id('04-address-created.json'))).toBeUndefined()

  const order = shop.row('orders', id('07-order-updated.json'))
  expect(order).toMatchObject({
    reference: 'OHSATSERP',
    current_state: '4',
    shipping_number: '1Z999AA10123456784',
    note: 'Left the warehouse in two parcels'
  })
  const histories = shop.rows('order_histories').filter(({ id_order: of, id_order_state: state }) => of === order?.id && state === '4')
  expect(histories).toHaveLength(1)
  expect(shop.mails).toEqual([])

  expect(shop.row('cart_rules', id('08-coupon-created.json'))).toMatchObject({
    code: 'SUMMER2027',
    name: 'Summer sale 2027',
    description: '15% off everything',
    reduction_percent: '15.00',
    quantity: '100',
    quantity_per_user: '1',
    date_from: '2027-06-01 00:00:00',
    date_to: '2027-08-31 23:59:59',
    active: '1'
  })
})
