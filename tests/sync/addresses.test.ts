import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'

const update = (data: Record<string, unknown>) => addressEnvelope(data, { action_type: 'updated' })

describe('a created address', () => {
  test('gets its customer by Odoo id, by email or by the shop’s id', async () => {
    const { post, shop } = await startBridge()
    const { body: customer } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const names = [{ customer_odoo_id: 1001 }, { customer_email: 'JANE@example.com' }, { id_customer: customer.entity_id }]
    for (const [index, name] of names.entries()) {
      const { body } = await post(addressEnvelope({ ...home, alias: `Home ${index}`, ...name }, { entity_id: 2001 + index }))
      expect(body).toMatchObject({ outcome: 'created', entity_type: 'address' })
      expect(shop.row('addresses', Number(body.entity_id))).toMatchObject({ id_customer: String(customer.entity_id) })
    }
  })

  test('gets every field that the payload carries', async () => {
    const { post, shop } = await startBridge()
    const data = {
      ...home,
      company: 'Roe Ltd',
      vat_number: 'FR123',
      dni: '1234-A',
      address2: 'Flat 2',
      postcode: '01500',
      id_state: 12,
      phone: '+1 (305) 555-0100',
      phone_mobile: '305.555.0101',
      other: 'Ring twice & wait'
    }
    const { body } = await post(addressEnvelope({ ...data, id_customer: 1 }))
    expect(shop.row('addresses', Number(body.entity_id))).toMatchObject({ ...data, id_country: '21', id_state: '12', id_customer: '1' })
  })

  test('that the customer has already, to the letter, is not made twice', async () => {
    const { post, shop } = await startBridge()
    const first = await post(addressEnvelope({ ...home, id_customer: 1 }))
    const before = shop.rows('addresses').length
    const second = await post(addressEnvelope({ ...home, id_customer: 1 }, { entity_id: 2001, data: { ...home, id_customer: 1 } }))
    expect(second.body).toMatchObject({ outcome: 'unchanged', entity_id: first.body.entity_id })
    expect(shop.rows('addresses')).toHaveLength(before)
  })

  test('differs from one with another postcode, and is made', async () => {
    const { post } = await startBridge()
    const first = await post(addressEnvelope({ ...home, id_customer: 1, postcode: '33133' }))
    const second = await post(addressEnvelope({ ...home, id_customer: 1 }, { entity_id: 2002 }))
    expect(second.body.outcome).toBe('created')
    expect(second.body.entity_id).not.toBe(first.body.entity_id)
  })

  test('does not take the place of a deleted one that orders still show', async () => {
    const { post, shop } = await startBridge()
    const { body } = await post(addressEnvelope({ ...home, id_customer: 1 }))
    shop.backOffice.update('addresses', Number(body.entity_id), { deleted: '1' })
    const again = await post(addressEnvelope({ ...home, id_customer: 1 }))
    expect(again.body.outcome).toBe('created')
    expect(again.body.entity_id).not.toBe(body.entity_id)
  })

  test('without a customer is refused: the shop would make an address of nobody', async () => {
    const { post, shop } = await startBridge()
    const { status, body } = await post(addressEnvelope(home))
    expect(status).toBe(422)
    expect(body).toMatchObject({ field: 'id_customer' })
    expect(body.error).toContain('customer_odoo_id')
    expect(shop.requests.some(({ method }) => method === 'POST')).toBe(false)
  })

  test('names all that is missing', async () => {
    const { post } = await startBridge()
    const { body } = await post(addressEnvelope({ id_customer: 1, alias: 'Home' }))
    for (const field of ['firstname', 'lastname', 'address1', 'city', 'id_country']) expect(body.error).toContain(`${field} is missing`)
  })

  test.each([
    ['id_customer', { id_customer: 999_999 }],
    ['id_country', { id_country: 9_999 }],
    ['id_state', { id_state: 9_999 }],
    ['id_state', { id_country: 8, id_state: 12 }]
  ])('with a %s that the shop would not check is refused', async (field, data) => {
    const { post, shop } = await startBridge()
    const { status, body } = await post(addressEnvelope({ ...home, id_customer: 1, ...data }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field })
    expect(shop.requests.some(({ method }) => method === 'POST')).toBe(false)
  })
})

/** The shop has made an address, and the bridge does not know. */
const startWithLostAnswer = async () => {
  const bridge = await startBridge()
  const made = new Promise<number>((resolve) => {
    bridge.shop.onHook(({ resource, entity_id }) => void (resource === 'addresses' && resolve(entity_id)))
  })
  bridge.shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: 'drop-after-write' })
  const first = bridge.post(addressEnvelope({ ...home, id_customer: 1 }, { timestamp: '2026-01-01T10:00:01Z' }))
  const id = await made
  return {
    ...bridge,
    first,
    id,
    ids: () => bridge.shop.rows('addresses').filter(({ alias }) => alias === home.alias).map((row) => Number(row['id']))
  }
}

describe('an address whose creation lost its answer', () => {
  test('is the same though somebody in the shop has changed it since', async () => {
    const { shop, id, ids, first, drained } = await startWithLostAnswer()
    shop.backOffice.update('addresses', id, { city: 'Human' })
    await first
    await drained()
    expect(ids()).toEqual([id])
    expect(shop.row('addresses', id)).toMatchObject({ city: 'Human' })
  })

  test('is the same for a webhook that tells more of it', async () => {
    const { shop, post, id, ids, first, drained } = await startWithLostAnswer()
    await post(addressEnvelope({ ...home, id_customer: 1, postcode: '33133' }, { action_type: 'upserted', timestamp: '2026-01-01T10:00:00Z' }))
    await first
    await drained()
    expect(ids()).toEqual([id])
    expect(shop.row('addresses', id)).toMatchObject({ postcode: '33133' })
  })

  test('is not taken for another one of the same alias, which Odoo makes then', async () => {
    const { post, id, ids, first, drained } = await startWithLostAnswer()
    await post(addressEnvelope({ ...home, id_customer: 1, address1: '2 Main street' }, { entity_id: 2002 }))
    await first
    await drained()
    expect(ids()).toHaveLength(2)
    expect(ids()).toContain(id)
  })
})

describe('the names of an address’s customer', () => {
  test('must agree', async () => {
    const { post } = await startBridge()
    const { body: customer } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const agreed = await post(addressEnvelope({ ...home, customer_odoo_id: 1001, customer_email: jane.email, id_customer: customer.entity_id }))
    expect(agreed.body.outcome).toBe('created')
    const { status, body } = await post(addressEnvelope({ ...home, customer_odoo_id: 1001, id_customer: 1 }, { entity_id: 2002 }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'identity_conflict' })
  })
})

describe('an address whose customer is not there yet', () => {
  test.each([{ customer_odoo_id: 1001 }, { customer_email: jane.email }])('waits, and is written as soon as the customer is: %o', async (name) => {
    const { post, shop, drained } = await startBridge({ config: { ACK_WAIT_MS: '100' } })
    const early = await post(addressEnvelope({ ...home, ...name }))
    expect(early).toMatchObject({ status: 202, body: { status: 'pending' } })
    await post(customerEnvelope(jane, { action_type: 'created' }))
    await drained()
    expect(shop.rows('addresses').filter(({ alias }) => alias === 'Home')).toHaveLength(1)
  })
})

describe('an updated address', () => {
  test('is found by its binding, and patched', async () => {
    const { post, shop, calls } = await startBridge()
    const { body } = await post(addressEnvelope({ ...home, id_customer: 1 }))
    calls()
    expect((await post(update({ city: 'Tampa' }))).body).toMatchObject({ outcome: 'updated', updated_fields: ['city'] })
    const id = Number(body.entity_id)
    expect(calls()).toEqual([`GET addresses/${id}`, `PATCH addresses/${id}`])
    expect(shop.row('addresses', id)).toMatchObject({ city: 'Tampa', alias: 'Home' })
  })

  test('is found by customer, alias, lines, city and country when nothing is bound', async () => {
    const { post, shop } = await startBridge()
    const known = shop.backOffice.create('addresses', { ...home, id_customer: '1', id_country: '21', postcode: '33133' })
    const { body } = await post(update({ ...home, id_customer: 1, phone: '123' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: known })
    expect(shop.row('addresses', known)).toMatchObject({ phone: '123', postcode: '33133' })
  })

  test('is refused a new country while it keeps a state of the old one', async () => {
    const { post } = await startBridge()
    await post(addressEnvelope({ ...home, id_customer: 1, id_state: 12 }))
    const { status, body } = await post(update({ id_country: 8 }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ field: 'id_state' })
    expect((await post(update({ id_country: 8, id_state: null }))).body.outcome).toBe('updated')
  })

  test('moves to another customer when its own webhook says so', async () => {
    const { post, shop } = await startBridge()
    const { body: customer } = await post(customerEnvelope(jane, { action_type: 'created' }))
    const { body } = await post(addressEnvelope({ ...home, id_customer: 1 }))
    await post(update({ customer_odoo_id: 1001 }))
    expect(shop.row('addresses', Number(body.entity_id))).toMatchObject({ id_customer: String(customer.entity_id) })
  })
})

describe('a deleted address', () => {
  const deleted = { entity_type: 'address', entity_id: 2001, action_type: 'deleted' }

  test('is removed, and so is its binding', async () => {
    const { post, shop, server } = await startBridge()
    const { body } = await post(addressEnvelope({ ...home, id_customer: 1 }))
    expect((await post(deleted)).body).toMatchObject({ outcome: 'deleted', entity_id: body.entity_id })
    expect(shop.row('addresses', Number(body.entity_id))).toBeUndefined()
    expect(server.ledger.bindings.list('address', 10)).toEqual([])
    expect((await post(deleted)).body).toMatchObject({ outcome: 'unchanged' })
  })

  test.each(['created', 'upserted'])('does not come back by an older webhook that arrives late: %s', async (action_type) => {
    const { post, shop } = await startBridge()
    const data = { ...home, id_customer: 1 }
    await post(addressEnvelope(data, { timestamp: '2026-01-01T10:00:00Z' }))
    await post({ ...deleted, timestamp: '2026-01-01T12:00:00Z' })
    const before = shop.rows('addresses').length
    const late = addressEnvelope({ ...data, phone: '1' }, { action_type, timestamp: '2026-01-01T11:00:00Z' })
    expect((await post(late)).body).toMatchObject({ success: true, outcome: 'stale' })
    expect(shop.rows('addresses')).toHaveLength(before)
    const anew = addressEnvelope(data, { action_type, timestamp: '2026-01-01T13:00:00Z' })
    expect((await post(anew)).body).toMatchObject({ outcome: 'created' })
  })

  test('that an order uses is left to the shop, which hides it', async () => {
    const { post, shop } = await startBridge()
    const { body } = await post(update({ id: 4 }))
    expect(body).toMatchObject({ entity_id: 4 })
    expect((await post(deleted)).body).toMatchObject({ outcome: 'deleted' })
    expect(shop.row('addresses', 4)).toMatchObject({ deleted: '1' })
  })
})
