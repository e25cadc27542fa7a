import { describe, expect, test } from 'vitest'
import { account, place, polledShop, summary } from '../support/poller.ts'

describe('What a poller tells', () => {
  test('nothing of what was there when it first started, however often it looks', async () => {
    const { poller, told, wait } = polledShop()
    const first = poller()
    await first.round()
    wait(30)
    await first.round()
    wait(7_200)
    await poller().round()
    expect(told()).toEqual([])
  })

  test('nothing of what changed within the last minutes before it first started', async () => {
    const { poller, shop, told, wait } = polledShop()
    shop.backOffice.update('customers', 1, { firstname: 'Before' })
    wait(20)
    await poller().round()
    await poller().round()
    expect(told()).toEqual([])
  })

  test('a customer, an address, an order and a coupon that were changed, in the format of the module', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    shop.backOffice.update('addresses', 4, { city: 'Tampa' })
    shop.backOffice.update('orders', 2, { note: 'Ring twice' })
    await poller().round()
    const [customer, address, order] = told()
    expect(customer).toMatchObject({
      entity_type: 'customer',
      entity_id: 1,
      entity_name: 'Bea DOE',
      action_type: 'updated',
      hook_name: 'poll',
      hook_timestamp: '2026-11-23 10:01:00',
      before_data: null,
      after_data: { firstname: 'Bea', email: 'pub@prestashop.com' },
      context_data: null
    })
    expect(address).toMatchObject({
      entity_type: 'customer',
      entity_id: 1,
      action_type: 'updated',
      after_data: { id: '4', city: 'Tampa' },
      context_data: { change_type: 'address', address_id: 4, address_action: 'updated' }
    })
    expect(order).toMatchObject({ entity_type: 'order', entity_id: 2, action_type: 'updated', after_data: { note: 'Ring twice' } })
    expect(order?.after_data?.['order_details']).toMatchObject([{ product_id: '4' }, { product_id: '8' }])
  })

  test('records that were made since as created, at their next change as updated', async () => {
    const { poller, shop, ledger, told, wait } = polledShop()
    await poller().round()
    wait(60)
    const id = shop.backOffice.create('customers', account('jane@example.com'))
    shop.backOffice.create('addresses', place)
    const coupon = shop.backOffice.create('cart_rules', { code: 'SUMMER', name: 'Summer', date_from: '2026-01-01', date_to: '2027-01-01' })
    await poller().round()
    expect(told().map(summary)).toEqual([`customer ${id} created`, 'customer 1 updated: address 6 created', `coupon ${coupon} created`])
    // As the gate notes it.
    ledger.outgoing.write(({ known }) =>
      known.tell('customer', id, { field: 'email', value_hash: Buffer.from('x'), value: null, source_time: 1, operation_id: 'out_1' })
    )
    wait(60)
    shop.backOffice.update('customers', id, { firstname: 'June' })
    await poller().round()
    expect(told().map(summary)).toContain(`customer ${id} updated`)
  })

  test('no passwords, keys and tokens', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.create('customers', account('jane@example.com'))
    await poller().round()
    const [event] = told()
    expect(Object.keys(event?.after_data ?? {})).toContain('email')
    expect(JSON.stringify(event)).not.toMatch(/passwd|secure_key|token/)
  })

  test('an address that is marked as deleted as a deletion', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.remove('addresses', 4)
    expect(shop.row('addresses', 4)).toMatchObject({ deleted: '1' })
    await poller().round()
    expect(told()).toMatchObject([{ entity_type: 'customer', entity_id: 1, after_data: null, context_data: { address_id: 4, address_action: 'deleted' } }])
  })

  test('nothing of an address that belongs to no customer', async () => {
    const { poller, shop, told, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.create('addresses', { ...place, id_customer: '0' })
    await poller().round()
    expect(told()).toEqual([])
  })

  test('a row once, as long as nothing happens to it', async () => {
    const { poller, shop, told, wait } = polledShop()
    const one = poller()
    await one.round()
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    for (let round = 0; round < 5; round += 1) {
      await one.round()
      wait(30)
    }
    expect(told().map(summary)).toEqual(['customer 1 updated'])
  })

  test('when it was read, before the request', async () => {
    const { poller, shop, gate, clocks, wait } = polledShop()
    await poller().round()
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    await poller().round()
    expect(gate.submissions.map(({ readAt, source }) => ({ readAt, source }))).toEqual([{ readAt: clocks.now, source: 'poll' }])
  })
})

describe('A round', () => {
  test('of a quiet shop is one request for each table', async () => {
    const { poller, shop, wait } = polledShop()
    const one = poller({ SHOP_TIMEZONE: 'UTC' })
    await one.round()
    wait(30)
    shop.requests.length = 0
    await one.round()
    expect(shop.requests.map(({ resource }) => resource).filter((resource) => resource !== 'configurations')).toEqual([
      'customers',
      'addresses',
      'cart_rules',
      'order_histories',
      'orders',
      'order_carriers',
      'order_invoices',
      'order_payments'
    ])
  })

  test('never overlaps another', async () => {
    const { poller, shop } = polledShop({ shop: { latencyMs: 2 } })
    const one = poller()
    await Promise.all([one.round(), one.round(), one.round()])
    expect(one.stats().rounds).toBe(3)
    const resources = shop.requests.map(({ resource }) => resource).filter((resource) => resource === 'customers' || resource === 'order_payments')
    expect(resources.lastIndexOf('customers')).toBeGreaterThan(resources.indexOf('order_payments'))
  })

  test('that is stopped ends at once and leaves the cursors where they were', async () => {
    const { poller, shop, ledger } = polledShop()
    const rule = shop.inject({ when: ({ resource }) => resource === 'orders', answer: 'hang' })
    const one = poller()
    const round = one.round()
    while (!shop.requests.some(({ resource }) => resource === 'orders')) await new Promise((resolve) => setTimeout(resolve, 5))
    await one.stop()
    await round
    rule()
    expect(ledger.outgoing.read(({ poll }) => [poll.cursor('customers'), poll.cursor('orders')])).toEqual(['2026-11-22 20:45:20', undefined])
    expect(one.stats()).toMatchObject({ rounds: 0, failures: 0 })
  })
})
