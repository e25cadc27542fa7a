import { expect, test, vi } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../../support/bridge.ts'
import { DAY, HOUR, setStage } from './stage.ts'

test('a shop that is down for a week loses nothing: no attempt is burnt, nothing fails, and everything is applied once', async () => {
  const { shop, ledger, sync, network, accept, drained } = setStage()
  const operations = () => ledger.list({ limit: 1_000 })
  network.cut = true
  for (let day = 1; day <= 7; day += 1) {
    for (let hour = 0; hour < 24; hour += 6) {
      const id = day * 100 + hour
      await accept(customerEnvelope({ ...jane, email: `jane${id}@example.com` }, { entity_id: id, action_type: 'created' }))
      await accept(customerEnvelope({ note: `note ${id}` }, { entity_id: id }))
      await accept(addressEnvelope({ ...home, address1: `${id} Main street`, customer_odoo_id: id }, { entity_id: 10_000 + id }))
      await vi.advanceTimersByTimeAsync(6 * HOUR)
    }
    expect(sync.breaker()).toMatchObject({ open: true, reason: { kind: 'unavailable' } })
    expect(new Set(operations().map(({ status }) => status))).toEqual(new Set(['pending']))
  }
  expect(operations()).toHaveLength(84)
  // It is asked now and then, and no more than that.
  expect(network.calls).toBeGreaterThan(7 * 24)
  expect(network.calls).toBeLessThan(7 * 24 * 60 * 3)

  network.cut = false
  await drained()
  expect(sync.breaker().open).toBe(false)
  expect(operations().filter(({ status }) => status !== 'success')).toEqual([])
  expect(operations().filter(({ entity_type, attempts }) => entity_type === 'customer' && attempts > 1)).toEqual([])
  const writes = shop.requests.filter(({ method }) => method !== 'GET').map(({ method, resource }) => `${method} ${resource}`)
  const count = (what: string): number => writes.filter((write) => write === what).length
  expect([count('POST customers'), count('PATCH customers'), count('POST addresses')]).toEqual([28, 28, 28])
  for (const { email = '', note } of shop.rows('customers').filter((row) => row['email']?.startsWith('jane'))) {
    expect(note).toBe(`note ${/\d+/.exec(email)?.[0]}`)
  }
})

test('a week without the shop does not count as the day that an address waits for its customer', async () => {
  const { shop, network, accept, operation, drained } = setStage()
  network.cut = true
  const operationId = await accept(addressEnvelope({ ...home, customer_odoo_id: 1001 }))
  await accept(customerEnvelope(jane, { action_type: 'created' }))
  await vi.advanceTimersByTimeAsync(7 * DAY)
  network.cut = false
  await drained()
  expect(operation(operationId)).toMatchObject({ status: 'success', outcome: 'created' })
  expect(shop.rows('addresses').filter(({ address1 }) => address1 === home.address1)).toHaveLength(1)
})

test('a shop that cuts every connection for hours is down, too: nothing fails', async () => {
  const { shop, accept, operation, drained } = setStage()
  const heal = shop.inject({ answer: 'drop' })
  const operationId = await accept(customerEnvelope(jane, { action_type: 'created' }))
  await vi.advanceTimersByTimeAsync(4 * HOUR)
  expect(operation(operationId)).toMatchObject({ status: 'pending', attempts: 0 })
  heal()
  await drained()
  expect(operation(operationId)).toMatchObject({ status: 'success', outcome: 'created' })
})
