import { describe, expect, test } from 'vitest'
import { until } from '../../support/bridge.ts'
import { odooId } from '../../support/ledger.ts'
import { contact, startNative } from '../../support/native.ts'

const paris = { street: '1 rue de Rivoli', zip: '75001', city: 'Paris', country_code: 'FR' }

describe('a webhook that means two records of the shop', () => {
  test('goes on with the second one when the shop fails there, and makes the first one once', async () => {
    const bridge = await startNative()
    const over = bridge.shop.inject({
      answer: { status: 429 },
      when: ({ method, resource }) => method === 'POST' && resource === 'addresses'
    })
    await bridge.odoo('res.partner', 7, contact(paris))
    await until(() => bridge.operationsOf('res.partner', 7)[0]?.attempts === 1, 'the first attempt is over')
    expect(bridge.server.ledger.bindings.find({ entity_type: 'customer', odoo_model: 'res.partner', odoo_id: odooId(7) })).toMatchObject({ shop_id: 2 })
    over()
    await bridge.drained()
    expect(bridge.writes().filter((call) => call === 'POST customers')).toHaveLength(1)
    expect(bridge.last('res.partner', 7)).toMatchObject({
      operation: { status: 'success', outcome: 'created', entity_id: 2 },
      result: { records: [{ entity_type: 'customer', outcome: 'unchanged' }, { entity_type: 'address', outcome: 'created' }] }
    })
  })

  test('is the same after its binding got lost: the records are found, not made again', async () => {
    const bridge = await startNative()
    await bridge.odoo('res.partner', 7, contact(paris))
    await bridge.drained()
    for (const entity_type of ['customer', 'address']) {
      bridge.server.ledger.bindings.remove({ entity_type, odoo_model: 'res.partner', odoo_id: odooId(7) })
    }
    bridge.calls()
    await bridge.odoo('res.partner', 7, contact(paris))
    await bridge.drained()
    expect([bridge.writes(), bridge.last('res.partner', 7).operation.outcome]).toEqual([[], 'unchanged'])
  })
})
