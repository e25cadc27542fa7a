import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, until } from '../support/bridge.ts'
import { couponEnvelope } from '../support/coupons.ts'
import type { ModuleStyle } from '../support/module.ts'
import { orderEnvelope } from '../support/orders.ts'
import { dataIn, startTwoWays } from '../support/two-ways.ts'

const styles: readonly ModuleStyle[] = ['whole', 'field']

describe.each(styles)('What Odoo changed does not come back (module: %s)', (module) => {
  test('a new customer', async () => {
    const { post, answers, outbox } = await startTwoWays({ module })
    const { body } = await post(customerEnvelope(jane, { action_type: 'created' }))
    expect(body).toMatchObject({ success: true, outcome: 'created' })
    expect(answers).toMatchObject([{ success: true, suppressed: true, reason: 'echo', operation_id: body['operation_id'] }])
    expect(outbox()).toEqual([])
  })

  test('a change of a customer that the bridge never saw before', async () => {
    const { post, answers, outbox } = await startTwoWays({ module })
    const { body } = await post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Johanna' }))
    expect(body).toMatchObject({ outcome: 'updated' })
    expect(answers).toMatchObject([{ suppressed: true, reason: 'echo', operation_id: body['operation_id'] }])
    expect(outbox()).toEqual([])
  })

  test('a new address and a change of it', async () => {
    const { post, answers, outbox } = await startTwoWays({ module })
    await post(addressEnvelope({ ...home, id_customer: 1 }))
    const { body } = await post(addressEnvelope({ city: 'Tampa' }, { action_type: 'updated' }))
    expect(answers.map(({ reason }) => reason)).toEqual(['echo', 'echo'])
    expect(answers[1]).toMatchObject({ operation_id: body['operation_id'] })
    expect(outbox()).toEqual([])
  })

  test('a deletion of an address', async () => {
    const { post, answers, outbox } = await startTwoWays({ module })
    await post(addressEnvelope({ ...home, id_customer: 1 }))
    const { body } = await post(addressEnvelope({}, { action_type: 'deleted' }))
    expect(body).toMatchObject({ outcome: 'deleted' })
    expect(answers.at(-1)).toMatchObject({ suppressed: true, reason: 'echo', operation_id: body['operation_id'] })
    expect(outbox()).toEqual([])
  })

  test('a state that made an invoice: only invoice and payment are news', async () => {
    const { post, outbox, released } = await startTwoWays({ module })
    const { body } = await post(orderEnvelope({ reference: 'OHSATSERP', id_order_state: 2 }))
    expect(body).toMatchObject({ outcome: 'updated' })
    await released()
    const told = outbox().filter(({ status }) => status !== 'suppressed')
    expect(told.map(({ entity_type }) => entity_type).toSorted()).toEqual(['invoice', 'payment'])
  })

  test('a tracking number and a note', async () => {
    const { post, outbox, answers } = await startTwoWays({ module })
    await post(orderEnvelope({ reference: 'OHSATSERP', tracking_number: 'TRACK1', note: 'Fragile' }))
    expect(answers.length).toBeGreaterThan(0)
    expect(outbox()).toEqual([])
  })

  test('a coupon, and a change of it', async () => {
    const { post, outbox, answers } = await startTwoWays({ module })
    await post(couponEnvelope({ code: 'HELLO10', name: 'Hello', reduction_percent: 10 }, { action_type: 'created' }))
    await post(couponEnvelope({ code: 'HELLO10', reduction_percent: 15, quantity: 3 }, { action_type: 'updated' }))
    expect(answers.map(({ reason }) => reason)).toEqual(['echo', 'echo'])
    expect(outbox()).toEqual([])
  })

  test('the count of a coupon, that moves by the difference from what customers used up', async () => {
    const { post, shop, outbox, answers, install } = await startTwoWays({ module: false })
    const { body } = await post(couponEnvelope({ code: 'HELLO10', name: 'Hello', quantity: 10, reduction_percent: 5 }, { action_type: 'created' }))
    shop.backOffice.update('cart_rules', Number(body['entity_id']), { quantity: '7' })
    install(module)
    await post(couponEnvelope({ code: 'HELLO10', quantity: 12 }, { action_type: 'updated' }))
    expect(shop.row('cart_rules', Number(body['entity_id']))).toMatchObject({ quantity: '9' })
    expect(answers).toMatchObject([{ suppressed: true, reason: 'echo' }])
    expect(outbox()).toEqual([])
  })
})

describe('What somebody changed in the shop goes to Odoo', () => {
  test.each(styles)('a customer that the bridge never saw (module: %s)', async (module) => {
    const { shop, answers, outbox } = await startTwoWays({ module })
    shop.backOffice.update('customers', 1, { firstname: 'Johanna' })
    await until(() => answers.length === 1, 'the module was answered')
    expect(answers).toMatchObject([{ success: true, suppressed: false, reason: 'untouched' }])
    expect(dataIn(outbox()[0])).toMatchObject({ firstname: 'Johanna' })
  })

  test.each(styles)('another value in the very moment after ours (module: %s)', async (module) => {
    const { post, shop, answers, outbox, released } = await startTwoWays({ module })
    await post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    shop.backOffice.update('customers', 1, { firstname: 'Cleo' })
    await until(() => answers.length === 2, 'the module was answered')
    await released()
    expect(outbox().map(({ status }) => status)).toEqual(['pending'])
    expect(dataIn(outbox()[0])).toMatchObject({ firstname: 'Cleo' })
  })

  test.each(styles)('another field in the very moment after ours (module: %s)', async (module) => {
    const { post, shop, answers, outbox, released } = await startTwoWays({ module })
    await post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    shop.backOffice.update('customers', 1, { lastname: 'Human' })
    await until(() => answers.length === 2, 'the module was answered')
    await released()
    expect(outbox().map(({ status }) => status)).toEqual(['pending'])
    expect(dataIn(outbox()[0])).toMatchObject({ lastname: 'Human' })
  })

  test.each(styles)('a value that is changed and changed back: both go (module: %s)', async (module) => {
    const { post, shop, answers, outbox, released, deliver } = await startTwoWays({ module })
    await post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    shop.backOffice.update('customers', 1, { firstname: 'Cleo' })
    await until(() => answers.length === 2, 'the module was answered')
    await released()
    deliver()
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    await until(() => answers.length === 3, 'the module was answered')
    await released()
    expect(outbox().map((entry) => dataIn(entry)['firstname'])).toEqual(['Cleo', 'Bea'])
    expect(outbox().map(({ status }) => status)).toEqual(['delivered', 'pending'])
  })

  test('a field that Odoo does not know, in the very moment after it made the record', async () => {
    const { post, shop, answers, outbox, released } = await startTwoWays()
    const { body } = await post(customerEnvelope(jane, { action_type: 'created' }))
    shop.backOffice.update('customers', Number(body['entity_id']), { max_payment_days: '30' })
    await until(() => answers.length === 2, 'the module was answered')
    await released()
    expect(outbox()).toMatchObject([{ status: 'pending', reason: 'change' }])
  })

  test('a deletion', async () => {
    const { post, shop, answers, outbox } = await startTwoWays()
    await post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Bea' }))
    shop.backOffice.remove('customers', 1)
    await until(() => answers.length >= 2, 'the module was answered')
    expect(outbox().find(({ entity_type }) => entity_type === 'customer')).toMatchObject({ status: 'pending' })
  })
})
