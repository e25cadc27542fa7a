import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../../support/bridge.ts'
import { failing, HOUR, MINUTE, pass, passUntil, setStage } from './stage.ts'

const created = customerEnvelope(jane, { action_type: 'created' })
const housed = addressEnvelope({ ...home, id_customer: 1 })

describe('an answer that is lost', () => {
  test.each(['drop-after-write', 'empty-500-after-write', 'half-answer', 'hang-after-write'] as const)(
    'after a creation (%s) makes no second record: it is looked for first',
    async (answer) => {
      const { shop, apply, writes } = setStage({ config: { PRESTASHOP_TIMEOUT_MS: '100' } })
      for (const [webhook, resource] of [[created, 'customers'], [housed, 'addresses']] as const) {
        const before = shop.rows(resource).length
        shop.inject(failing('POST', answer))
        const operation = await apply(webhook)
        expect(operation).toMatchObject({ status: 'success', entity_id: expect.any(Number) })
        expect(writes()).toEqual([`POST ${resource}`])
        expect(shop.rows(resource)).toHaveLength(before + 1)
        expect(shop.row(resource, Number(operation?.entity_id))).toMatchObject({ firstname: 'Jane', lastname: 'Roe' })
      }
    }
  )

  test.each(['drop-after-write', 'empty-500-after-write', 'half-answer', 'hang-after-write'] as const)(
    'after a change (%s) is not written again, and is known as Odoo’s',
    async (answer) => {
      const { shop, apply, writes } = setStage({ config: { PRESTASHOP_TIMEOUT_MS: '100' } })
      const { entity_id: id } = (await apply(created)) ?? {}
      writes()
      shop.inject(failing('PATCH', answer))
      expect(await apply(customerEnvelope({ company: 'Roe & Sons' }))).toMatchObject({ status: 'success', outcome: 'unchanged' })
      expect(writes()).toEqual([`PATCH customers/${id}`])
      expect(shop.row('customers', Number(id))).toMatchObject({ company: 'Roe & Sons' })
      expect(await apply(customerEnvelope({ company: 'Roe' }))).toMatchObject({ outcome: 'updated' })
    }
  )

  test('after a deletion is no reason to delete again', async () => {
    const { shop, apply, writes } = setStage()
    const { entity_id: id } = (await apply(housed)) ?? {}
    writes()
    shop.inject(failing('DELETE', 'drop-after-write'))
    expect(await apply(addressEnvelope({}, { action_type: 'deleted' }))).toMatchObject({ status: 'success', outcome: 'unchanged' })
    expect(writes()).toEqual([`DELETE addresses/${id}`])
    expect(shop.row('addresses', Number(id))).toBeUndefined()
  })

  // A connection lost for the first time may be the shop's trouble: it costs no attempt.
  test.each([['drop', 1], ['half-answer', 1], ['empty-500', 2]] as const)('when reading (%s) is asked for again', async (answer, attempts) => {
    const { shop, apply } = setStage()
    shop.inject(failing('GET', answer))
    expect(await apply(created)).toMatchObject({ outcome: 'created', attempts })
  })
})

describe('an empty 500, which is an exception inside PrestaShop', () => {
  test('is tried three times, and told with where to look', async () => {
    const { shop, apply, writes } = setStage()
    shop.inject(failing('POST', 'empty-500', 100))
    expect(await apply(created)).toMatchObject({ status: 'failed', error_kind: 'uncaught', error_message: expect.stringContaining('PHP log') })
    expect(writes()).toEqual(['POST customers', 'POST customers', 'POST customers'])
  })

  test('of one record keeps no other waiting', async () => {
    const { shop, accept, drained, writes } = setStage({ config: { PRESTASHOP_CONCURRENCY: '1' } })
    shop.inject({ when: ({ method, resource }) => method === 'POST' && resource === 'customers', times: 1, answer: 'empty-500' })
    await accept(created)
    await accept(housed)
    await drained()
    expect(writes()).toEqual(['POST customers', 'POST addresses', 'POST customers'])
  })
})

describe('a shop that is asked too often (429)', () => {
  test('is left alone with this operation for as long as it says, and others go on', async () => {
    const { shop, accept, apply, operation, drained, writes } = setStage()
    shop.inject(failing('POST', { status: 429, headers: { 'Retry-After': '3600' } }))
    const operationId = await accept(created)
    await passUntil(() => operation(operationId)?.error_kind === 'transient', 'the shop said 429')
    expect(operation(operationId)).toMatchObject({ status: 'pending', attempts: 1 })
    writes()
    await accept(housed)
    await pass(HOUR - MINUTE)
    expect(writes()).toEqual(['POST addresses'])
    await drained()
    expect(writes()).toEqual(['POST customers'])
    expect(await apply(customerEnvelope({ note: 'later' }))).toMatchObject({ outcome: 'updated' })
  })
})

describe('an answer of the shop about one operation', () => {
  test('that will not pass fails that one only, with the shop’s reason and the field', async () => {
    const { shop, apply, sync } = setStage()
    shop.backOffice.create('customers', { ...jane, passwd: 'secret', active: '1', id_shop: '1' })
    await apply(customerEnvelope({ ...jane, email: 'other@example.com' }, { entity_id: 2, action_type: 'created' }))
    const refused = await apply(customerEnvelope({ email: jane.email }, { entity_id: 2 }))
    expect(refused).toMatchObject({ status: 'failed', error_kind: 'permanent', error_field: 'email', attempts: 1 })
    expect(sync.breaker().open).toBe(false)
  })

  test('that may pass is tried until MAX_ATTEMPTS', async () => {
    const { shop, apply, writes } = setStage({ config: { MAX_ATTEMPTS: '5' } })
    shop.inject(failing('POST', 'drop', 100))
    expect(await apply(created)).toMatchObject({ status: 'failed', attempts: 5, error_kind: 'transient' })
    // The first lost answer may have been the shop's trouble: it did not count.
    expect(writes()).toHaveLength(6)
  })
})
