import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane, startBridge, until } from '../support/bridge.ts'

const john = { id: 1, email: 'pub@prestashop.com' }

const account = { ...jane, active: '1', id_default_group: '3', passwd: 'x' }

/** An envelope that is history of its own: it is never merged with another. */
const upserted = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  customerEnvelope(data, { action_type: 'upserted', ...given })

const nameOf = ({ method, resource, id }: { method: string; resource: string; id?: number }): string =>
  `${method} ${resource}${id === undefined ? '' : `/${id}`}`

/** Watches how many calls are in the shop at the same time, and which of them are about one record. */
const watch = (shop: SandboxShop) => {
  const seen = { most: 0, overlaps: [] as string[] }
  shop.inject({
    when: () => {
      const open = shop.requests.filter(({ status }) => status === 0)
      seen.most = Math.max(seen.most, open.length)
      for (const [index, call] of open.entries()) {
        const other = open.slice(index + 1).find(({ resource, id }) => id !== undefined && resource === call.resource && id === call.id)
        if (other) seen.overlaps.push(`${nameOf(call)} and ${nameOf(other)}`)
      }
      return false
    },
    answer: 'drop'
  })
  return seen
}

/** Creations of as many customers, each with an email and an Odoo id of its own. */
const newCustomers = (count: number, data: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) =>
    customerEnvelope({ ...jane, email: `jane-${index}@example.com`, ...data }, { entity_id: 5_000 + index, action_type: 'created' })
  )

const isReference = (call: string): boolean => /^GET (?:configurations|languages|groups|countries|states|shops)/.test(call)

const companiesOf = (shop: SandboxShop): (string | undefined)[] =>
  shop.requests.filter(({ method }) => method !== 'GET').map(({ body }) => /<company>(.*)<\/company>/.exec(body)?.[1])

const today = (time: string): string => `2025-06-01T${time}Z`

describe('the operations of one record', () => {
  test('run in the order in which things happened in Odoo, whatever the order of arrival', async () => {
    const { post, shop } = await startBridge()
    await post([
      upserted({ company: 'Third' }, { timestamp: today('10:30:00') }),
      upserted({ ...jane, company: 'First' }, { timestamp: today('10:10:00') }),
      upserted({ company: 'Second' }, { timestamp: today('10:20:00') })
    ])
    expect(companiesOf(shop)).toEqual(['First', 'Second', 'Third'])
  })

  test('run in the order of arrival within the same instant', async () => {
    const { post, shop } = await startBridge()
    const companies = Array.from({ length: 12 }, (_, index) => `Company ${index}`)
    await post(companies.map((company) => upserted({ ...jane, company }, { timestamp: today('10:00:00') })))
    expect(companiesOf(shop)).toEqual(companies)
  })

  test('run in the order of the instants, not of how these are written', async () => {
    const { post, shop } = await startBridge()
    await post([
      upserted({ ...jane, company: 'Third' }, { timestamp: '2025-06-01T10:00:00.500Z' }),
      upserted({ ...jane, company: 'First' }, { timestamp: '2025-06-01T11:59:00+02:00' }),
      upserted({ ...jane, company: 'Second' }, { timestamp: '2025-06-01T06:00:00-04:00' })
    ])
    expect(companiesOf(shop)).toEqual(['First', 'Second', 'Third'])
  })

  test('count from their receipt when they tell no time, or one that is far ahead', async () => {
    const { post, shop } = await startBridge()
    const ahead = new Date(Date.now() + 3_600_000).toISOString()
    await post([
      upserted({ ...jane, company: 'First' }, { timestamp: ahead }),
      upserted({ company: 'Second' }),
      upserted({ company: 'Third' }, { timestamp: ahead })
    ])
    expect(companiesOf(shop)).toEqual(['First', 'Second', 'Third'])
  })

  test('are one call at a time', async () => {
    const { post, shop, drained } = await startBridge({ shop: { latencyMs: 3 }, config: { ACK_WAIT_MS: '0', PRESTASHOP_CONCURRENCY: '8' } })
    const seen = watch(shop)
    await Promise.all(Array.from({ length: 10 }, (_, index) => post(upserted({ ...jane, company: `Company ${index}` }))))
    await drained()
    expect(seen).toEqual({ most: 1, overlaps: [] })
    expect(shop.requests.filter(({ resource }) => resource === 'customers')).toHaveLength(20)
  })

  test('wait for one that has to be tried again: none overtakes it', async () => {
    const { post, shop, drained } = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    await post(upserted({ ...jane, company: 'Zero' }))
    await drained()
    const failed = Promise.withResolvers<void>()
    shop.inject({
      when: ({ method }) => {
        if (method === 'PATCH') failed.resolve()
        return method === 'PATCH'
      },
      times: 1,
      answer: { status: 429 }
    })
    await post(upserted({ company: 'First' }))
    await failed.promise
    await post(upserted({ company: 'Second' }))
    await drained()
    expect(companiesOf(shop)).toEqual(['Zero', 'First', 'First', 'Second'])
  })

  test('go on after one that failed for good', async () => {
    const { post } = await startBridge()
    const { body } = await post([
      upserted({ company: 'A customer needs more' }),
      upserted({ ...jane, company: 'Enough' }),
      upserted({ birthday: 'yesterday' }),
      upserted({ company: 'More' })
    ])
    expect(body.results).toMatchObject([{ code: 'validation' }, { outcome: 'created' }, { code: 'validation' }, { outcome: 'updated' }])
  })
})

describe('the operations of different records', () => {
  test.each([1, 3, 8])('are worked on at the same time, as many as PRESTASHOP_CONCURRENCY says: %s', async (concurrency) => {
    const { post, shop } = await startBridge({
      shop: { latencyMs: 5 },
      config: { PRESTASHOP_CONCURRENCY: String(concurrency) }
    })
    const seen = watch(shop)
    const { body } = await post(newCustomers(24))
    expect(body.results).toMatchObject(Array.from({ length: 24 }, () => ({ outcome: 'created' })))
    expect(seen).toEqual({ most: concurrency, overlaps: [] })
  })

  test('do not wait for a record that is slow', async () => {
    const { post, shop } = await startBridge()
    const { body: made } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    shop.onHook(async ({ entity_id }) => {
      if (entity_id !== made.entity_id) return
      reach()
      await released
    })
    const slow = post(customerEnvelope({ company: 'Slow' }))
    await reached
    expect((await post(customerEnvelope({ email: john.email, company: 'Quick' }, { entity_id: 2 }))).body).toMatchObject({ outcome: 'updated' })
    release()
    expect((await slow).body).toMatchObject({ outcome: 'updated', entity_id: made.entity_id })
  })

  test('do not wait for a record whose customer is awaited', async () => {
    const { post, server } = await startBridge({ config: { PRESTASHOP_CONCURRENCY: '1', ACK_WAIT_MS: '0' } })
    const { body: waiting } = await post(addressEnvelope({ ...home, customer_odoo_id: 9 }))
    const { body: other } = await post(customerEnvelope({ email: john.email, company: 'X' }))
    await until(() => server.ledger.find(String(other.operation_id))?.status === 'success', 'the other is applied')
    expect(server.ledger.find(String(waiting.operation_id))).toMatchObject({ outcome: null, error_kind: 'dependency' })
  })
})

describe('two Odoo ids that mean one record of the shop', () => {
  test.each<[string, (id: number, email: string) => Record<string, unknown>, (id: number, email: string) => Record<string, unknown>]>([
    ['both by email', (_id, email) => ({ email, company: 'One' }), (_id, email) => ({ email, company: 'Two' })],
    ['both by data.id', (id) => ({ id, company: 'One' }), (id) => ({ id, company: 'Two' })],
    ['by data.id and by email', (id) => ({ id, company: 'One' }), (_id, email) => ({ email, company: 'Two' })],
    ['by email and by data.id', (_id, email) => ({ email, company: 'One' }), (id) => ({ id, company: 'Two' })]
  ])('are never worked on at the same time: %s', async (_how, one, two) => {
    const { post, shop } = await startBridge({ shop: { latencyMs: 3 } })
    const ids = Array.from({ length: 3 }, (_, index) => shop.backOffice.create('customers', { ...account, email: `jane-${index}@example.com` }))
    const seen = watch(shop)
    for (const [index, id] of ids.entries()) {
      const email = `jane-${index}@example.com`
      await Promise.all([
        post(customerEnvelope(one(id, email), { entity_id: 5_000 + 2 * index })),
        post(customerEnvelope(two(id, email), { entity_id: 5_001 + 2 * index }))
      ])
    }
    expect(seen.overlaps).toEqual([])
  })

  test('are never worked on at the same time when one is bound to it', async () => {
    const { post, shop } = await startBridge({ shop: { latencyMs: 3 } })
    const { body: made } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const seen = watch(shop)
    for (let round = 0; round < 5; round += 1) {
      const [own, other] = await Promise.all([
        post(customerEnvelope({ company: `Own ${round}` })),
        post(customerEnvelope({ id: made.entity_id, company: 'Other' }, { entity_id: 1002 }))
      ])
      expect([own.body.outcome, other.body.code]).toEqual(['updated', 'identity_conflict'])
    }
    expect(seen.overlaps).toEqual([])
    expect(shop.row('customers', Number(made.entity_id))).toMatchObject({ company: 'Own 4' })
  })

  test('make one record of two creations', async () => {
    const { post, shop } = await startBridge({ shop: { latencyMs: 3 } })
    const replies = await Promise.all(
      [1, 2, 3, 4].map((entity_id) => post(customerEnvelope({ ...jane, company: `Partner ${entity_id}` }, { entity_id, action_type: 'created' })))
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ body }) => body.code === 'identity_conflict')).toHaveLength(3)
    expect(shop.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

/** A bridge that has read the reference data already. */
const startWarm = async () => {
  const bridge = await startBridge()
  const { body: customer } = await bridge.post(
    customerEnvelope({ ...jane, email: 'warm@example.com', id_default_group: 2, id_lang: 1 }, { entity_id: 7, action_type: 'created' })
  )
  await bridge.post(customerEnvelope({ email: john.email, company: 'Warm' }, { entity_id: 8 }))
  const { body: address } = await bridge.post(addressEnvelope({ ...home, id_state: 12, customer_odoo_id: 7 }, { entity_id: 7 }))
  bridge.calls()
  return { ...bridge, customer: Number(customer.entity_id), address: Number(address.entity_id) }
}

describe('the calls of an operation', () => {
  test('are one look-up and one POST for a new customer', async () => {
    const { post, calls } = await startWarm()
    await post(customerEnvelope({ ...jane, company: 'X', id_default_group: 2, id_lang: 1 }, { action_type: 'created' }))
    expect(calls()).toEqual(['GET customers', 'POST customers'])
  })

  test('are one GET and one PATCH for a change', async () => {
    const { post, calls, customer, address } = await startWarm()
    await post(customerEnvelope({ company: 'X', id_default_group: 3 }, { entity_id: 7 }))
    expect(calls()).toEqual([`GET customers/${customer}`, `PATCH customers/${customer}`])
    await post(addressEnvelope({ city: 'Tampa', id_country: 21, id_state: 13 }, { entity_id: 7, action_type: 'updated' }))
    expect(calls()).toEqual([`GET addresses/${address}`, `PATCH addresses/${address}`])
  })

  test('are one GET and one PATCH also when the address’s own customer is named', async () => {
    const { post, calls, customer, address } = await startWarm()
    for (const [index, name] of [{ id_customer: customer }, { customer_odoo_id: 7 }].entries()) {
      await post(addressEnvelope({ city: `Tampa ${'I'.repeat(index)}`, ...name }, { entity_id: 7, action_type: 'updated' }))
      expect(calls()).toEqual([`GET addresses/${address}`, `PATCH addresses/${address}`])
    }
  })

  test('are one GET when nothing is new', async () => {
    const { post, calls, customer, address } = await startWarm()
    await post(customerEnvelope({ ...jane, email: 'warm@example.com' }, { entity_id: 7 }))
    expect(calls()).toEqual([`GET customers/${customer}`])
    await post(addressEnvelope({ ...home, id_state: 12, customer_odoo_id: 7 }, { entity_id: 7, action_type: 'updated' }))
    expect(calls()).toEqual([`GET addresses/${address}`])
  })

  test('are one GET when all is stale or the human’s', async () => {
    const { post, calls, customer } = await startWarm()
    await post(customerEnvelope({ firstname: 'Stale' }, { entity_id: 7, timestamp: '2020-01-01T00:00:00Z' }))
    expect(calls()).toEqual([`GET customers/${customer}`])
  })

  test('are one look-up and one PATCH for a change of a customer found by its email', async () => {
    const { post, calls, shop } = await startWarm()
    const id = shop.backOffice.create('customers', account)
    await post(customerEnvelope({ ...jane, company: 'X' }))
    expect(calls()).toEqual(['GET customers', `PATCH customers/${id}`])
  })

  test('are a look at the customer, one look-up and one POST for a new address: the shop takes any id_customer', async () => {
    const { post, calls, customer } = await startWarm()
    await post(addressEnvelope({ ...home, alias: 'Work', id_state: 13, customer_odoo_id: 7 }))
    expect(calls()).toEqual([`GET customers/${customer}`, 'GET addresses', 'POST addresses'])
  })

  test('are one GET and one DELETE for a deleted address, one GET and one PATCH for a deleted customer', async () => {
    const { post, calls, customer, address } = await startWarm()
    await post(addressEnvelope({}, { entity_id: 7, action_type: 'deleted' }))
    expect(calls()).toEqual([`GET addresses/${address}`, `DELETE addresses/${address}`])
    await post(customerEnvelope({}, { entity_id: 7, action_type: 'deleted' }))
    expect(calls()).toEqual([`GET customers/${customer}`, `PATCH customers/${customer}`])
  })

  test('are none for a webhook that is not valid, which is told at once', async () => {
    const { post, calls } = await startWarm()
    const sentAt = performance.now()
    const { status, body } = await post(customerEnvelope({ birthday: 'yesterday' }, { entity_id: 7 }))
    expect(calls()).toEqual([])
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'birthday' })
    // Not only when ACK_WAIT_MS, five seconds here, is over.
    expect(performance.now() - sentAt).toBeLessThan(2_500)
  })

  test('read the reference data once, however many operations need it', async () => {
    const { post, shop } = await startBridge({ shop: { latencyMs: 2 } })
    await post(
      Array.from({ length: 10 }, (_, index) =>
        addressEnvelope({ ...home, alias: `Home ${index}`, id_state: 12, id_customer: john.id }, { entity_id: 5_000 + index })
      )
    )
    await post(newCustomers(10, { id_lang: 1 }))
    const reference = shop.requests.map(nameOf).filter(isReference)
    expect(new Set(reference).size).toBeGreaterThanOrEqual(4)
    expect(reference.toSorted()).toEqual([...new Set(reference)].toSorted())
  })
})
