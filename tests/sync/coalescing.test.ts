import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { addressEnvelope, type Bridge, type BridgeOptions, customerEnvelope, home, jane, startBridge, until } from '../support/bridge.ts'

type Answer = Record<string, unknown>

/** Posts webhooks as one batch: they are in the ledger together before the first is worked on. */
const together = async ({ post }: Bridge, envelopes: readonly unknown[]): Promise<Answer[]> => {
  const { body } = await post(envelopes)
  if (!Array.isArray(body.results)) throw new Error('no results')
  return body.results
}

/** A bridge to a shop in which Odoo created Jane. */
const startWithJane = async (options: BridgeOptions = {}) => {
  const bridge = await startBridge(options)
  await bridge.post(customerEnvelope({ ...jane, company: 'Before' }, { action_type: 'created' }))
  await bridge.drained()
  const id = Number(bridge.shop.rows('customers').find(({ email }) => email === jane.email)?.id)
  bridge.calls()
  return { ...bridge, id, customer: () => bridge.shop.row('customers', id) ?? {} }
}

const isReference = (call: string): boolean => /^GET (?:configurations|languages|groups|countries|states)$/.test(call)

/** What the shop was asked since the last time, but for its reference data. */
const callsOf = ({ calls }: Bridge): string[] => calls().filter((call) => !isReference(call))

const writesOf = (bridge: Bridge): string[] => bridge.calls().filter((call) => !call.startsWith('GET '))

/** The texts of the fields that the PATCH requests sent. */
const sent = (shop: SandboxShop): string[] => shop.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body)

const outcomes = (answers: readonly Answer[]): unknown[] => answers.map(({ outcome, code }) => outcome ?? code)

/** Holds the first write of a record inside the shop. */
const holdFirstWrite = (shop: SandboxShop) => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const stop = shop.onHook(async () => {
    stop()
    reach()
    await released
  })
  return { reached, release }
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

/** A webhook about what happened in Odoo at this time of a day. */
const said = (time: string, data: Record<string, unknown>, action_type = 'updated') =>
  customerEnvelope(data, { timestamp: `2025-06-01T${time}Z`, action_type })

/** A change of an address. */
const move = (data: Record<string, unknown>) => addressEnvelope(data, { action_type: 'updated' })

/** The shop refuses every PATCH that holds this text. */
const refuse = (shop: SandboxShop, text: string, answer: Parameters<SandboxShop['inject']>[0]['answer']) =>
  shop.inject({ when: ({ method }) => method === 'PATCH' && shop.requests.at(-1)!.body.includes(text), answer })

const refusal = (code: number, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><prestashop><errors><error><code>${code}</code><message>${message}</message></error></errors></prestashop>`

describe('updates of one record that come together', () => {
  test('are one write with the last value of each field', async () => {
    const bridge = await startWithJane()
    await together(bridge, [
      customerEnvelope({ company: 'One', note: 'kept' }),
      customerEnvelope({ company: 'Two', website: 'https://example.com' }),
      customerEnvelope({ company: 'Three' })
    ])
    expect(callsOf(bridge)).toEqual([`GET customers/${bridge.id}`, `PATCH customers/${bridge.id}`])
    expect(bridge.customer()).toMatchObject({ company: 'Three', note: 'kept', website: 'https://example.com' })
  })

  test('have the last value by the time of the change, not of the arrival', async () => {
    const bridge = await startWithJane()
    await together(bridge, [
      customerEnvelope({ company: 'Last', note: 'A' }, { timestamp: inSeconds(30) }),
      customerEnvelope({ company: 'First', website: 'https://example.com' }, { timestamp: inSeconds(10) }),
      customerEnvelope({ company: 'Second', note: 'B' }, { timestamp: inSeconds(20) })
    ])
    expect(writesOf(bridge)).toHaveLength(1)
    expect(bridge.customer()).toMatchObject({ company: 'Last', note: 'A', website: 'https://example.com' })
  })

  test('that take a value back again are no write', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [customerEnvelope({ company: 'After' }), customerEnvelope({ company: 'Before' })])
    expect(callsOf(bridge)).toEqual([`GET customers/${bridge.id}`])
    expect(outcomes(answers)).toEqual(['superseded', 'unchanged'])
  })

  test('end as superseded by the last, with the same result as the last', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One', mood: 'good' }),
      customerEnvelope({ note: 'Two' }),
      customerEnvelope({ company: 'Three', credit: 5 })
    ])
    expect(outcomes(answers)).toEqual(['superseded', 'superseded', 'updated'])
    const last = answers.at(-1)!
    for (const { operation_id, entity_id, updated_fields, ignored_fields, success, status, http_status } of answers) {
      expect({ entity_id, success, status, http_status }).toEqual({ entity_id: bridge.id, success: true, status: 'success', http_status: 200 })
      expect({ updated_fields, ignored_fields }).toEqual({ updated_fields: last.updated_fields, ignored_fields: last.ignored_fields })
      expect(bridge.server.ledger.find(String(operation_id))).toMatchObject({
        status: 'success',
        entity_id: bridge.id,
        superseded_by: operation_id === last.operation_id ? null : last.operation_id
      })
    }
    expect(last).toMatchObject({ updated_fields: ['company', 'note'], ignored_fields: ['mood', 'credit'] })
  })

  test('are decided field by field as if each had come alone', async () => {
    let now = new Date('2025-06-01T10:00:00Z')
    const bridge = await startBridge({ shop: { now: () => now } })
    const { body } = await bridge.post(said('10:00:00', { ...jane, company: 'Before', note: 'Before' }, 'created'))
    const id = Number(body.entity_id)
    now = new Date('2025-06-01T11:00:00Z')
    bridge.shop.backOffice.update('customers', id, { company: 'Human', note: 'Human' })
    await together(bridge, [said('10:30:00', { company: 'Earlier than the human' }), said('11:30:00', { note: 'Later than the human' })])
    expect(bridge.shop.row('customers', id)).toMatchObject({ company: 'Human', note: 'Later than the human' })
  })

  test('teach each field the time of its own webhook', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(said('10:00:00', { ...jane, company: 'Before' }, 'created'))
    await together(bridge, [said('10:10:00', { company: 'Ten past' }), said('10:30:00', { note: 'Half past' })])
    expect((await bridge.post(said('10:20:00', { company: 'Twenty past', note: 'Stale' }))).body).toMatchObject({
      updated_fields: ['company'],
      stale_fields: ['note']
    })
    expect(bridge.shop.row('customers', Number(body.entity_id))).toMatchObject({ company: 'Twenty past', note: 'Half past' })
  })

  test('are one write for an address too', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(addressEnvelope({ ...home, id_customer: 1 }))
    bridge.calls()
    const answers = await together(
      bridge,
      ['Tampa', 'Orlando', 'Naples'].map((city) => move({ city, id_customer: 1 }))
    )
    const id = Number(body.entity_id)
    expect(callsOf(bridge)).toEqual([`GET addresses/${id}`, `PATCH addresses/${id}`])
    expect(outcomes(answers)).toEqual(['superseded', 'superseded', 'updated'])
    expect(bridge.shop.row('addresses', id)).toMatchObject({ city: 'Naples' })
  })

  test('are one write for a record that is not bound yet, when all name it alike', async () => {
    const bridge = await startBridge()
    const names = ['One', 'Two', 'Three']
    await together(bridge, names.map((company) => customerEnvelope({ email: 'pub@prestashop.com', company })))
    expect(callsOf(bridge)).toEqual(['GET customers', 'PATCH customers/1'])
    expect(bridge.shop.row('customers', 1)).toMatchObject({ company: 'Three' })
  })

  test('of different records are never mixed', async () => {
    const bridge = await startBridge()
    const ids = [1, 2, 3]
    await together(bridge, ids.map((id) => customerEnvelope({ ...jane, email: `${id}@example.com` }, { entity_id: id, action_type: 'created' })))
    bridge.calls()
    const answers = await together(
      bridge,
      [1, 2, 3, 1, 2, 3].map((id, index) => customerEnvelope({ company: `Company ${id} ${index < 3 ? 'first' : 'last'}` }, { entity_id: id }))
    )
    expect(writesOf(bridge)).toHaveLength(3)
    expect(outcomes(answers)).toEqual(['superseded', 'superseded', 'superseded', 'updated', 'updated', 'updated'])
    for (const id of ids) {
      const [row] = bridge.shop.rows('customers').filter(({ email }) => email === `${id}@example.com`)
      expect(row).toMatchObject({ company: `Company ${id} last` })
    }
  })
})

describe('while the shop cannot keep up', () => {
  test('what comes during a slow write waits, and is one write after it', async () => {
    const bridge = await startWithJane({ config: { ACK_WAIT_MS: '0' } })
    const { shop, post, drained, customer } = bridge
    const { reached, release } = holdFirstWrite(shop)
    await post(customerEnvelope({ company: 'Slow', note: 'Slow' }))
    await reached
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => post(customerEnvelope({ company: `Burst ${index}` }))))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 202))
    await post(customerEnvelope({ company: 'Last' }))
    release()
    await drained()
    expect(writesOf(bridge)).toHaveLength(2)
    expect(customer()).toMatchObject({ company: 'Last', note: 'Slow' })
  })

  test('what comes while it is down is one write when it is back', async () => {
    const bridge = await startWithJane({ config: { ACK_WAIT_MS: '0' } })
    const { shop, post, drained, server, customer } = bridge
    shop.settings.webserviceEnabled = false
    const operations: string[] = []
    for (let index = 0; index < 20; index += 1) {
      const { body } = await post(customerEnvelope({ company: `While down ${index}`, ...(index === 7 ? { note: 'Only once' } : {}) }))
      operations.push(String(body.operation_id))
    }
    const before = shop.requests.filter(({ method }) => method === 'PATCH').length
    shop.settings.webserviceEnabled = true
    await drained()
    expect(shop.requests.filter(({ method }) => method === 'PATCH').slice(before)).toHaveLength(1)
    expect(customer()).toMatchObject({ company: 'While down 19', note: 'Only once' })
    expect(operations.map((operation) => server.ledger.find(operation)?.outcome)).toEqual([
      ...Array.from({ length: 19 }, () => 'superseded'),
      'updated'
    ])
  })

  test('every webhook counts, however many there are', async () => {
    const bridge = await startWithJane()
    const answers = await together(
      bridge,
      Array.from({ length: 350 }, (_, index) => customerEnvelope({ company: `Burst ${index}`, ...(index === 50 ? { note: 'Only once' } : {}) }))
    )
    expect(answers.every(({ status }) => status === 'success')).toBe(true)
    expect(writesOf(bridge).length).toBeLessThanOrEqual(4)
    expect(bridge.customer()).toMatchObject({ company: 'Burst 349', note: 'Only once' })
  })
})

describe('history that is never merged away', () => {
  test.each([
    ['created', jane],
    ['upserted', {}]
  ])('%s stands between updates', async (action_type, identity) => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ company: 'Two' }),
      customerEnvelope({ ...identity, company: 'Barrier' }, { action_type }),
      customerEnvelope({ company: 'Three' }),
      customerEnvelope({ company: 'Four' })
    ])
    expect(outcomes(answers)).toEqual(['superseded', 'updated', 'updated', 'superseded', 'updated'])
    expect(sent(bridge.shop).map((body) => /<company>(.*)<\/company>/.exec(body)?.[1])).toEqual(['Two', 'Barrier', 'Four'])
  })

  test('deleted stands between updates', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ company: 'Two' }),
      customerEnvelope({}, { action_type: 'deleted' }),
      customerEnvelope({ active: true }),
      customerEnvelope({ company: 'Three' })
    ])
    expect(outcomes(answers)).toEqual(['superseded', 'updated', 'deleted', 'superseded', 'updated'])
    expect(sent(bridge.shop)).toHaveLength(3)
    expect(bridge.customer()).toMatchObject({ active: '1', company: 'Three' })
  })

  test('two of a kind are not merged either', async () => {
    const bridge = await startWithJane()
    const answers = await together(
      bridge,
      ['One', 'Two'].map((company) => customerEnvelope({ company }, { action_type: 'upserted' }))
    )
    expect(outcomes(answers)).toEqual(['updated', 'updated'])
    expect(writesOf(bridge)).toHaveLength(2)
  })

  test('creation, changes and deletion of an address happen in this order', async () => {
    const bridge = await startBridge()
    const answers = await together(bridge, [
      addressEnvelope({ ...home, id_customer: 1 }),
      move({ city: 'Tampa' }),
      move({ city: 'Orlando' }),
      addressEnvelope({}, { action_type: 'deleted' })
    ])
    expect(outcomes(answers)).toEqual(['created', 'superseded', 'updated', 'deleted'])
    expect(writesOf(bridge).map((call) => call.split('/')[0])).toEqual(['POST addresses', 'PATCH addresses', 'DELETE addresses'])
  })

  test('a retry by force is no part of a merged write', async () => {
    const bridge = await startWithJane({ config: { ACK_WAIT_MS: '0' } })
    const { shop, post, drained, server, id, customer } = bridge
    const { body: old } = await post(customerEnvelope({ company: 'Forced' }))
    await drained()
    shop.backOffice.update('customers', id, { company: 'From the backup' })
    const { reached, release } = holdFirstWrite(shop)
    await post(customerEnvelope({ note: 'Slow' }))
    await reached
    bridge.calls()
    server.ledger.retry(String(old.operation_id), { force: true })
    await post(customerEnvelope({ website: 'https://example.com' }))
    release()
    await drained()
    expect(writesOf(bridge)).toHaveLength(2)
    expect(server.ledger.find(String(old.operation_id))).toMatchObject({ outcome: 'updated', superseded_by: null })
    expect(customer()).toMatchObject({ company: 'Forced', website: 'https://example.com' })
  })
})

describe('updates that name the record differently are not merged', () => {
  test('by data.id: one that names nothing fails alone', async () => {
    const bridge = await startBridge()
    const answers = await together(bridge, [
      customerEnvelope({ id: 999_999, company: 'Nobody' }),
      customerEnvelope({ id: 1, company: 'One' }),
      customerEnvelope({ id: 1, company: 'Two' })
    ])
    expect(outcomes(answers)).toEqual(['not_found', 'superseded', 'updated'])
    expect(bridge.shop.row('customers', 1)).toMatchObject({ company: 'Two' })
    expect(writesOf(bridge)).toEqual(['PATCH customers/1'])
  })

  test('by email: a contradiction is seen in the one that has it', async () => {
    const bridge = await startBridge()
    const answers = await together(bridge, [
      customerEnvelope({ id: 1, ...jane, company: 'Contradicts' }),
      customerEnvelope({ id: 1, email: 'pub@prestashop.com', company: 'Agrees' })
    ])
    expect(outcomes(answers)).toEqual(['identity_conflict', 'updated'])
    expect(bridge.shop.row('customers', 1)).toMatchObject({ company: 'Agrees', firstname: 'John' })
  })

  test('by the natural key of an address: the first is found, then changed', async () => {
    const bridge = await startBridge()
    const there = ['Home', 'Work'].map((alias) =>
      bridge.shop.backOffice.create('addresses', { ...home, alias, id_country: '21', id_customer: '1' })
    )
    const answers = await together(
      bridge,
      ['Home', 'Work'].map((alias) => move({ ...home, alias, id_customer: 1, phone: alias === 'Home' ? '1' : '2' }))
    )
    expect(answers.map(({ entity_id }) => entity_id)).toEqual([there[0], there[0]])
    expect(there.map((id) => bridge.shop.row('addresses', id)?.phone)).toEqual(['2', ''])
  })

  test('by the customer of an address', async () => {
    const bridge = await startBridge()
    const { body: customer } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const { body } = await bridge.post(addressEnvelope({ ...home, id_customer: 1 }))
    bridge.calls()
    const answers = await together(bridge, [move({ city: 'Tampa', id_customer: 1 }), move({ city: 'Orlando', customer_odoo_id: 1001 })])
    expect(outcomes(answers)).toEqual(['updated', 'updated'])
    expect(writesOf(bridge)).toHaveLength(2)
    expect(bridge.shop.row('addresses', Number(body.entity_id))).toMatchObject({ city: 'Orlando', id_customer: String(customer.entity_id) })
  })
})

describe('one bad webhook among good ones', () => {
  test('that is invalid fails alone; the others are applied', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ company: 'Two' }),
      customerEnvelope({ company: 'Never', birthday: 'yesterday' }),
      customerEnvelope({ note: 'Three' }),
      customerEnvelope({ company: 'Four' })
    ])
    expect(outcomes(answers)).toEqual(['superseded', 'updated', 'validation', 'superseded', 'updated'])
    expect(answers[2]).toMatchObject({ success: false, field: 'birthday', http_status: 422 })
    expect(bridge.customer()).toMatchObject({ company: 'Four', note: 'Three' })
    expect(sent(bridge.shop).some((body) => body.includes('Never'))).toBe(false)
  })

  test('that names a group the shop does not have fails alone: the merged write is taken apart', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ id_default_group: 999, note: 'Never' }),
      customerEnvelope({ website: 'https://example.com' })
    ])
    expect(outcomes(answers)).toEqual(['updated', 'validation', 'updated'])
    expect(answers[1]).toMatchObject({ field: 'id_default_group' })
    expect(bridge.customer()).toMatchObject({ company: 'One', website: 'https://example.com', note: '' })
  })

  test('that takes another customer’s email fails alone', async () => {
    const bridge = await startWithJane()
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ email: 'pub@prestashop.com', note: 'Never' }),
      customerEnvelope({ website: 'https://example.com' })
    ])
    expect(answers.map(({ status }) => status)).toEqual(['success', 'failed', 'success'])
    expect(answers[1]).toMatchObject({ field: 'email' })
    expect(bridge.customer()).toMatchObject({ email: jane.email, company: 'One', website: 'https://example.com', note: '' })
  })

  test('that the shop refuses fails alone, with the shop’s reason; the others are written one by one, in order', async () => {
    const bridge = await startWithJane()
    refuse(bridge.shop, 'Poison', { status: 400, body: refusal(85, 'Validation error: "Property Customer-&gt;note is not valid"') })
    const answers = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ company: 'Two', website: 'https://two.example.com' }),
      customerEnvelope({ note: 'Poison', siret: '123' }),
      customerEnvelope({ company: 'Three' })
    ])
    expect(answers.map(({ status }) => status)).toEqual(['success', 'success', 'failed', 'success'])
    expect(answers[2]).toMatchObject({ field: 'note' })
    expect(outcomes(answers).filter((outcome) => outcome === 'superseded')).toEqual([])
    expect(bridge.customer()).toMatchObject({ company: 'Three', website: 'https://two.example.com', note: '', siret: '' })
    expect(sent(bridge.shop).map((body) => /<company>(.*)<\/company>/.exec(body)?.[1])).toEqual(['Three', 'One', 'Two', undefined, 'Three'])
  })

  test('that breaks the shop each time (an empty 500) does not take the others with it', async () => {
    const bridge = await startWithJane({ config: { ACK_WAIT_MS: '0' } })
    const { server, shop, customer } = bridge
    refuse(shop, 'Poison', 'empty-500')
    const [one, two, poison] = await together(bridge, [
      customerEnvelope({ company: 'One' }),
      customerEnvelope({ website: 'https://example.com' }),
      customerEnvelope({ note: 'Poison' })
    ])
    const isEnded = ({ operation_id }: Answer): boolean =>
      ['success', 'failed'].includes(server.ledger.find(String(operation_id))?.status ?? '')
    await until(() => isEnded(one!) && isEnded(two!), 'the good ones have ended')
    expect(customer()).toMatchObject({ company: 'One', website: 'https://example.com', note: '' })
    expect(server.ledger.find(String(one!.operation_id))).toMatchObject({ status: 'success' })
    expect(server.ledger.find(String(poison!.operation_id))?.status).not.toBe('success')
  })

  test('leaves what came later in order behind what is written one by one', async () => {
    const bridge = await startWithJane({ config: { ACK_WAIT_MS: '0' } })
    const { shop, post, drained, customer } = bridge
    const { reached, release } = holdFirstWrite(shop)
    await post(customerEnvelope({ company: 'Slow' }))
    await reached
    for (const data of [{ company: 'One' }, { id_default_group: 999 }, { company: 'Two' }]) await post(customerEnvelope(data))
    release()
    await post(customerEnvelope({ company: 'Three', note: 'Three' }))
    await drained()
    expect(customer()).toMatchObject({ company: 'Three', note: 'Three' })
  })
})
