import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../../support/bridge.ts'
import { HOUR, MINUTE, pass, passUntil, setStage } from './stage.ts'

const customer = customerEnvelope(jane, { action_type: 'created' })
const housed = addressEnvelope({ ...home, customer_odoo_id: 1001 })
const LIMITED = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'

/** A stage on which the key has the rights that it needs, but for these. */
const limited = (rights: Record<string, string[]>) => {
  const readers = ['countries', 'states', 'languages', 'groups', 'configurations', 'shops'].map((resource) => [resource, ['GET']])
  const needed = { customers: ['GET', 'POST', 'PATCH'], addresses: ['GET', 'POST', 'PATCH', 'DELETE'] }
  return setStage({ shop: { keys: { [LIMITED]: { ...Object.fromEntries(readers), ...needed, ...rights } } }, config: { PRESTASHOP_KEY: LIMITED } })
}

describe('an address before its customer', () => {
  test('is applied at once when the customer comes after hours, when the pauses are long', async () => {
    const { shop, accept, operation } = setStage()
    const operationId = await accept(housed)
    await pass(6 * HOUR)
    const nextAttempt = (): number => operation(operationId)?.next_attempt_at ?? 0
    while (nextAttempt() - Date.now() < 5 * MINUTE) await pass(MINUTE)
    const next = nextAttempt()
    const customerId = await accept(customer)
    await passUntil(() => operation(operationId)?.status === 'success', 'it is applied')
    expect(Date.now()).toBeLessThan(next)
    expect(shop.row('addresses', Number(operation(operationId)?.entity_id))).toMatchObject({ id_customer: String(operation(customerId)?.entity_id) })
  })

  test('keeps no other operation waiting', async () => {
    const { accept, operation } = setStage({ config: { PRESTASHOP_CONCURRENCY: '1' } })
    const early = await accept(housed)
    const other = await accept(addressEnvelope({ ...home, id_customer: 1 }, { entity_id: 2002 }))
    await passUntil(() => operation(other)?.status === 'success', 'the other is applied')
    expect(operation(early)).toMatchObject({ status: 'pending', error_kind: 'dependency', error_field: 'customer_odoo_id' })
  })

  test('does not use up its attempts: it may still meet trouble afterwards', async () => {
    const { shop, accept, drained, operation } = setStage()
    const operationId = await accept(housed)
    await pass(6 * HOUR)
    shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'addresses', times: 2, answer: 'drop' })
    await accept(customer)
    await drained()
    expect(operation(operationId)).toMatchObject({ status: 'success', outcome: 'created' })
  })

  test('whose customer never comes is tried for a day, then fails and says what is missing', async () => {
    const { accept, operation } = setStage()
    const operationId = await accept(housed)
    await pass(23 * HOUR)
    expect(operation(operationId)).toMatchObject({ status: 'pending', error_kind: 'dependency' })
    await pass(2 * HOUR)
    expect(operation(operationId)).toMatchObject({
      status: 'failed',
      error_field: 'customer_odoo_id',
      error_message: expect.stringContaining('Odoo id 1001')
    })
  })
})

describe('a right that the key lacks', () => {
  test('holds back only what needs it, burns no attempt, and is told', async () => {
    const { sync, accept, apply, operation } = limited({ customers: ['GET', 'POST'] })
    expect(await apply(customer)).toMatchObject({ outcome: 'created' })
    const held = await accept(customerEnvelope({ company: 'Roe & Sons' }))
    await pass(HOUR)
    expect(operation(held)).toMatchObject({
      status: 'pending',
      attempts: 0,
      error_kind: 'misconfigured',
      error_message: expect.stringContaining('permission')
    })
    expect(sync.breaker().open).toBe(false)
    expect(sync.missingRights()).toMatchObject([{ resource: 'customers', method: 'PATCH', since: expect.any(Number) }])

    // Addresses, and the creation of other customers, go on.
    const others = [
      housed,
      addressEnvelope({ city: 'Tampa' }, { action_type: 'updated' }),
      customerEnvelope({ ...jane, email: 'other@example.com' }, { entity_id: 2, action_type: 'created' })
    ]
    for (const other of others) {
      const id = await accept(other)
      await passUntil(() => operation(id)?.status === 'success', 'the other is applied')
    }
  })

  test('is found when it is given, and what waited is done', async () => {
    const customers = ['GET', 'POST']
    const { shop, sync, accept, apply, drained } = limited({ customers })
    const { entity_id: id } = (await apply(customer)) ?? {}
    await accept(customerEnvelope({ company: 'Roe & Sons' }))
    await pass(HOUR)
    customers.push('PATCH')
    await drained()
    expect(shop.row('customers', Number(id))).toMatchObject({ company: 'Roe & Sons' })
    expect(sync.missingRights()).toEqual([])
  })

  test('is not asked for again and again', async () => {
    const { accept, apply, writes, operation } = limited({ customers: ['GET', 'POST'] })
    for (const id of [1, 2, 3]) await apply(customerEnvelope({ ...jane, email: `jane${id}@example.com` }, { entity_id: id, action_type: 'created' }))
    writes()
    const held: string[] = []
    for (const id of [1, 2, 3]) held.push(await accept(customerEnvelope({ company: 'A' }, { entity_id: id })))
    await passUntil(() => held.every((id) => operation(id)?.error_kind === 'misconfigured'), 'all of them wait')
    expect(writes()).toHaveLength(1)
  })

  test('to PATCH is no reason to replace the whole record by PUT', async () => {
    const { shop, accept, apply, writes } = limited({ customers: ['GET', 'POST', 'PUT'] })
    const { entity_id: id } = (await apply(customer)) ?? {}
    writes()
    await accept(customerEnvelope({ company: 'A' }))
    await pass(HOUR)
    expect(writes().filter((write) => write.startsWith('PUT'))).toEqual([])
    expect(shop.row('customers', Number(id))?.['secure_key']).not.toBe('')
  })

  test('on a whole resource (401, code 26) holds back only that resource', async () => {
    const { sync, accept, operation } = limited({ addresses: [] })
    const [first, held] = [await accept(customer), await accept(housed)]
    await passUntil(() => operation(held)?.error_kind === 'misconfigured', 'the address waits')
    expect(operation(held)).toMatchObject({ status: 'pending', attempts: 0 })
    expect(sync.breaker().open).toBe(false)
    const later = await accept(customerEnvelope({ company: 'A' }))
    await passUntil(() => operation(later)?.status === 'success', 'the change is applied')
    expect(operation(first)).toMatchObject({ outcome: 'created' })
  })
})
