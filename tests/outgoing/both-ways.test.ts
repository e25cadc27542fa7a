import { describe, expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../notify/receiver.ts'
import { addressEnvelope, customerEnvelope, home, jane, until } from '../support/bridge.ts'
import { startTwoWays } from '../support/two-ways.ts'
import { json, playOdoo } from './odoo.ts'

describe('Both ways at once', () => {
  test('a customer made in the shop goes to Odoo, Odoo changes it, and nothing comes back; the debug trail shows both', async () => {
    const odoo = await playOdoo()
    const trail = await startReceiver()
    onTestFinished(odoo.close)
    odoo.answers(({ events }) => json({ success: true, results: events.map(() => ({ success: true, odoo_id: 1001 })) }))
    const ways = await startTwoWays({ config: { ODOO_WEBHOOK_URL: odoo.url, DEBUG_WEBHOOK_URL: trail.url } })

    const id = ways.shop.backOffice.create('customers', { ...jane, passwd: 'x'.repeat(60) })
    await until(() => odoo.requests.length === 1, 'Odoo was told')
    expect(odoo.requests[0]?.events).toMatchObject([{ entity_type: 'customer', entity_id: String(id), action_type: 'created' }])

    // Odoo knows it by its own id only: the binding was learnt from its answer.
    const { body } = await ways.post(customerEnvelope({ company: 'Roe & Sons' }))
    expect(body).toMatchObject({ success: true, outcome: 'updated', entity_id: id, updated_fields: ['company'] })
    expect(ways.shop.row('customers', id)).toMatchObject({ company: 'Roe & Sons' })

    await until(() => trail.bodies.length === 2, 'the debug trail has both')
    expect(trail.bodies).toMatchObject([
      { entity_type: 'customer', action_type: 'created', hook_name: expect.stringContaining('Customer') },
      { entity_type: 'customer', reverse_sync: true, source: 'odoo', destination: 'prestashop' }
    ])
    expect(ways.answers.at(-1)).toMatchObject({ suppressed: true, reason: 'echo', operation_id: body['operation_id'] })
    expect(odoo.requests).toHaveLength(1)
  })

  test("an address that waits for its customer is written as soon as Odoo's answer tells who that is", async () => {
    const odoo = await playOdoo()
    onTestFinished(odoo.close)
    odoo.answers(({ events }) => json({ success: true, results: events.map(() => ({ success: true, odoo_id: 1001 })) }))
    const ways = await startTwoWays({ config: { ODOO_WEBHOOK_URL: odoo.url, ACK_WAIT_MS: '1' } })
    const { body } = await ways.post(addressEnvelope({ ...home, customer_odoo_id: 1001 }))
    const find = () => ways.server.ledger.find(String(body['operation_id']))!
    await until(() => find().status === 'pending' && find().error_message !== null, 'it waits')
    const { next_attempt_at: next } = find()
    ways.shop.backOffice.create('customers', { ...jane, passwd: 'x'.repeat(60) })
    await until(() => find().status === 'success', 'it is written')
    expect(find().date_upd).toBeLessThan(next)
  })

  test('what the shop keeps in a conflict is told to Odoo, so that both sides end equal', async () => {
    const odoo = await playOdoo()
    onTestFinished(odoo.close)
    const ways = await startTwoWays({ module: false, config: { ODOO_WEBHOOK_URL: odoo.url, CONFLICT_POLICY: 'shop-wins' } })
    await ways.post(customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Anna', company: 'One' }))
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    const { body } = await ways.post(customerEnvelope({ firstname: 'Bea', company: 'Two' }))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['company'], kept_fields: ['firstname'] })
    await until(() => odoo.requests.length === 1, 'Odoo was told')
    expect(odoo.requests[0]?.events).toMatchObject([
      {
        entity_type: 'customer',
        entity_id: 1,
        hook_name: 'conflict',
        change_summary: 'firstname',
        after_data: { firstname: 'Human' },
        context_data: { reason: 'conflict', kept_fields: ['firstname'] }
      }
    ])
    // Odoo takes it and, as it does, sends a webhook about its own change.
    expect((await ways.post(customerEnvelope({ firstname: 'Human', company: 'Two' }))).body).toMatchObject({ outcome: 'unchanged' })
    expect(odoo.requests).toHaveLength(1)
  })

  test('a shop that never tells anything comes to rest too: a webhook that changes nothing writes nothing', async () => {
    const ways = await startTwoWays({ module: false })
    const webhook = customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Anna' })
    await ways.post(webhook)
    ways.calls()
    expect((await ways.post({ ...webhook, event_id: 'again' })).body).toMatchObject({ outcome: 'unchanged' })
    expect(ways.calls()).toEqual(['GET customers/1'])
  })

  test('a webhook that merely repeats what Odoo said before leaves what somebody did in the shop, and says so truly', async () => {
    const ways = await startTwoWays({ module: false })
    const webhook = customerEnvelope({ email: 'pub@prestashop.com', firstname: 'Anna' })
    await ways.post(webhook)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    const { body } = await ways.post({ ...webhook, event_id: 'again' })
    expect(body).toMatchObject({ outcome: 'unchanged', message: 'customer 1 unchanged: there was nothing to change' })
    expect(ways.shop.row('customers', 1)).toMatchObject({ firstname: 'Human' })
  })
})
