import { describe, expect, test } from 'vitest'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, type Reply, startBridge, until } from '../support/bridge.ts'
import { odooId } from '../support/ledger.ts'

type Fields = Record<string, string>

/** The demo shop's one customer. */
const john = { id: 1, email: 'pub@prestashop.com' }

const account: Fields = { active: '1', id_default_group: '3', passwd: 'x', firstname: 'Some', lastname: 'Body' }

/** A customer that a human made in the back office. */
const accountOf = ({ shop }: Bridge, email: string, fields: Fields = {}): number =>
  shop.backOffice.create('customers', { ...account, email, ...fields })

const addressOf = ({ shop }: Bridge, customer: number, fields: Fields = {}): number =>
  shop.backOffice.create('addresses', { ...home, id_country: '21', id_customer: String(customer), ...fields })

const isWrite = (call: string): boolean => !call.startsWith('GET ')

/** The webhook was refused for good: the records are named, no email is told, and nothing was written. */
const expectConflict = ({ status, body }: Reply, { calls }: Bridge, ...ids: number[]): void => {
  expect(status).toBe(422)
  expect(body).toMatchObject({ success: false, code: 'identity_conflict' })
  for (const id of ids) expect(body.error).toMatch(new RegExp(String.raw`\b${id}\b`))
  expect(body.error).not.toContain('@')
  expect(calls().filter(isWrite)).toEqual([])
}

const created = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  customerEnvelope(data, { action_type: 'created', ...given })

const update = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  addressEnvelope(data, { action_type: 'updated', ...given })

const bind = ({ server }: Bridge, entityType: 'customer' | 'address', id: number, shopId: number): void =>
  server.ledger.bindings.rebind({ entity_type: entityType, odoo_model: 'res.partner', odoo_id: odooId(id), shop_id: shopId })

const boundTo = ({ server }: Bridge, entityType: 'customer' | 'address', id: number): number | undefined =>
  server.ledger.bindings.find({ entity_type: entityType, odoo_model: 'res.partner', odoo_id: odooId(id) })?.shop_id

describe('a shop that gives its ids anew, after a restore', () => {
  test('is noticed by the date of the record: the stranger who has the id now is not touched', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created(jane, { entity_id: 1 }))
    const stranger = { email: 'stranger@example.com', firstname: 'Un', lastname: 'Known', date_add: '2020-01-01 00:00:00' }
    bridge.shop.backOffice.update('customers', Number(made.entity_id), stranger)
    const { body } = await bridge.post(customerEnvelope({ company: 'Roe Ltd' }, { entity_id: 1 }))
    expect(body).toMatchObject({ success: false, code: 'not_found' })
    expect(bridge.shop.row('customers', Number(made.entity_id))).toMatchObject({ ...stranger, company: '' })
    expect(boundTo(bridge, 'customer', 1)).toBeUndefined()
  })
})

describe('a binding', () => {
  test('is learnt from every success: of a creation, of a change, of what was unchanged', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created(jane, { entity_id: 1 }))
    expect(boundTo(bridge, 'customer', 1)).toBe(made.entity_id)
    await bridge.post(customerEnvelope({ email: john.email, company: 'X' }, { entity_id: 2 }))
    expect(boundTo(bridge, 'customer', 2)).toBe(john.id)
    const { body } = await bridge.post(update({ id: 4 }, { entity_id: 3 }))
    expect(body.outcome).toBe('unchanged')
    expect(boundTo(bridge, 'address', 3)).toBe(4)
  })

  test('is not learnt from a failure', async () => {
    const bridge = await startBridge()
    const { status } = await bridge.post(customerEnvelope({ email: john.email, id_default_group: 999 }))
    expect(status).toBe(422)
    expect(boundTo(bridge, 'customer', 1001)).toBeUndefined()
  })

  test('comes before data.id and before the email: both may be another record’s', async () => {
    const bridge = await startBridge()
    const bound = accountOf(bridge, 'bound@example.com')
    bind(bridge, 'customer', 1001, bound)
    const { body } = await bridge.post(customerEnvelope({ id: john.id, company: 'Meant for the bound one' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: bound })
    expect(bridge.shop.row('customers', john.id)?.company).not.toBe('Meant for the bound one')
    const { status } = await bridge.post(customerEnvelope({ email: john.email }))
    expect(status).toBe(422)
    expect(bridge.shop.row('customers', bound)).toMatchObject({ email: 'bound@example.com' })
  })

  test('lets everything be changed, the natural key too', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created(jane))
    await bridge.post(customerEnvelope({ email: 'other@example.com', firstname: 'Joan' }))
    expect(bridge.shop.row('customers', Number(body.entity_id))).toMatchObject({ email: 'other@example.com', firstname: 'Joan' })
  })

  test('is by entity: a partner may be a customer and an address at once', async () => {
    const bridge = await startBridge()
    const { body: customer } = await bridge.post(created(jane, { entity_id: 7 }))
    const { body: address } = await bridge.post(addressEnvelope({ ...home, customer_odoo_id: 7 }, { entity_id: 7 }))
    expect(boundTo(bridge, 'customer', 7)).toBe(customer.entity_id)
    expect(boundTo(bridge, 'address', 7)).toBe(address.entity_id)
  })

  test('whose record is gone is dropped, and the customer is created anew', async () => {
    const bridge = await startBridge()
    const { body: first } = await bridge.post(created(jane))
    bridge.shop.backOffice.remove('customers', Number(first.entity_id))
    const { body } = await bridge.post(created({ ...jane, company: 'X' }))
    expect(body).toMatchObject({ outcome: 'created' })
    expect(body.entity_id).not.toBe(first.entity_id)
    expect(boundTo(bridge, 'customer', 1001)).toBe(body.entity_id)
    expect([...bridge.server.ledger.known.of('customer', Number(first.entity_id)).keys()]).toEqual([])
  })

  test('whose record is gone is dropped, and identity goes on with the email', async () => {
    const bridge = await startBridge()
    const { body: first } = await bridge.post(created(jane))
    bridge.shop.backOffice.remove('customers', Number(first.entity_id))
    const again = accountOf(bridge, jane.email)
    const { body } = await bridge.post(customerEnvelope({ email: jane.email, company: 'X' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: again })
    expect(boundTo(bridge, 'customer', 1001)).toBe(again)
  })

  test('whose record is gone is dropped even when nothing else is found', async () => {
    const bridge = await startBridge()
    const { body: first } = await bridge.post(created(jane))
    bridge.shop.backOffice.remove('customers', Number(first.entity_id))
    expect((await bridge.post(customerEnvelope({ company: 'X' }))).body).toMatchObject({ code: 'not_found' })
    expect(boundTo(bridge, 'customer', 1001)).toBeUndefined()
  })

  test('whose record is only marked as deleted is dropped, and that record is left alone', async () => {
    const bridge = await startBridge()
    const { body: first } = await bridge.post(addressEnvelope({ ...home, id_customer: john.id }))
    bridge.shop.backOffice.update('addresses', Number(first.entity_id), { deleted: '1' })
    const { body } = await bridge.post(update({ city: 'Tampa' }))
    expect(body).toMatchObject({ code: 'not_found' })
    expect(boundTo(bridge, 'address', 2001)).toBeUndefined()
    expect(bridge.shop.row('addresses', Number(first.entity_id))).toMatchObject({ city: home.city })
  })

  test('whose record is gone does no harm to a deletion: it is unchanged', async () => {
    const bridge = await startBridge()
    const { body: first } = await bridge.post(created(jane))
    bridge.shop.backOffice.remove('customers', Number(first.entity_id))
    expect((await bridge.post(customerEnvelope({}, { action_type: 'deleted' }))).body).toMatchObject({ outcome: 'unchanged' })
    expect(boundTo(bridge, 'customer', 1001)).toBeUndefined()
  })

  test.each([
    ['Odoo id', { customer_odoo_id: 1001 }],
    ['email', { customer_email: jane.email }],
    ['id', { id_customer: 'its' }]
  ])('of an address that went with its customer: its deletion is unchanged, though the customer’s %s is told', async (_by, name) => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '3000' } })
    const { body: customer } = await bridge.post(created(jane))
    const data = { ...home, ...name, ...('id_customer' in name ? { id_customer: customer.entity_id } : {}) }
    await bridge.post(addressEnvelope(data))
    bridge.shop.backOffice.remove('customers', Number(customer.entity_id))
    expect(await bridge.post(addressEnvelope(data, { action_type: 'deleted' }))).toMatchObject({
      status: 200,
      body: { outcome: 'unchanged' }
    })
  })
})

describe('data.id', () => {
  test('names the record when nothing is bound', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ id: john.id, company: 'X' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: john.id })
    expect(bridge.calls().filter((call) => call !== 'GET configurations')).toEqual(['GET customers/1', 'PATCH customers/1'])
  })

  test('is taken with an email that confirms it, in any case', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ id: john.id, email: 'PUB@PrestaShop.com', company: 'X' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: john.id })
  })

  test('is refused when the email contradicts it: nothing is written over a stranger', async () => {
    const bridge = await startBridge()
    const reply = await bridge.post(customerEnvelope({ id: john.id, ...jane }))
    expectConflict(reply, bridge, john.id)
    expect(reply.body).toMatchObject({ field: 'email' })
    expect(bridge.shop.row('customers', john.id)).toMatchObject({ email: john.email, firstname: 'John' })
    expect(boundTo(bridge, 'customer', 1001)).toBeUndefined()
  })

  test.each(['upserted', 'deleted'])('is refused when the email contradicts it, %s as well', async (action_type) => {
    const bridge = await startBridge()
    expectConflict(await bridge.post(customerEnvelope({ id: john.id, ...jane }, { action_type })), bridge, john.id)
    expect(bridge.shop.row('customers', john.id)).toMatchObject({ email: john.email, active: '1' })
  })

  test('is refused when the email contradicts it only by an accent', async () => {
    const bridge = await startBridge()
    const doe = accountOf(bridge, 'doe@example.com')
    expectConflict(await bridge.post(customerEnvelope({ id: doe, email: 'döe@example.com' })), bridge, doe)
  })

  test('is taken against the email with TRUST_SHOP_IDS', async () => {
    const bridge = await startBridge({ config: { TRUST_SHOP_IDS: 'true' } })
    const { body } = await bridge.post(customerEnvelope({ id: john.id, email: 'new@example.com' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: john.id })
    expect(bridge.shop.row('customers', john.id)).toMatchObject({ email: 'new@example.com' })
  })

  test.each(['false', 'true'])('equal to entity_id is Odoo’s own id, and ignored (TRUST_SHOP_IDS=%s)', async (TRUST_SHOP_IDS) => {
    const bridge = await startBridge({ config: { TRUST_SHOP_IDS } })
    const { status, body } = await bridge.post(customerEnvelope({ id: john.id, company: 'X' }, { entity_id: john.id }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'not_found' })
    expect(bridge.calls().filter(isWrite)).toEqual([])
  })

  test('equal to entity_id counts when the email confirms it', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ id: '1', email: john.email, company: 'X' }, { entity_id: 1 }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: john.id })
  })

  test('equal to entity_id is no contradiction to an email: the email’s record is meant', async () => {
    const bridge = await startBridge()
    const other = accountOf(bridge, jane.email)
    const { body } = await bridge.post(customerEnvelope({ id: john.id, email: jane.email, company: 'X' }, { entity_id: john.id }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: other })
  })

  test('of a creation is ignored: a new customer is made beside the record of that id', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created({ id: john.id, ...jane }))
    expect(body).toMatchObject({ outcome: 'created' })
    expect(body.entity_id).not.toBe(john.id)
    expect(bridge.shop.row('customers', john.id)).toMatchObject({ email: john.email })
  })

  test('of a creation is ignored with TRUST_SHOP_IDS too', async () => {
    const bridge = await startBridge({ config: { TRUST_SHOP_IDS: 'true' } })
    expect((await bridge.post(created({ id: john.id, ...jane }))).body).toMatchObject({ outcome: 'created' })
    expect(bridge.shop.row('customers', john.id)).toMatchObject({ email: john.email })
  })

  test('that no record has is passed over: the email decides', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ id: 999_999, email: john.email, company: 'X' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: john.id })
    expect((await bridge.post(customerEnvelope({ id: 999_999, company: 'X' }, { entity_id: 2 }))).body).toMatchObject({ code: 'not_found' })
    expect((await bridge.post(customerEnvelope({ id: 999_999, ...jane }, { entity_id: 3, action_type: 'upserted' }))).body).toMatchObject({
      outcome: 'created'
    })
  })

  test('of a record marked as deleted is passed over', async () => {
    const bridge = await startBridge()
    const gone = accountOf(bridge, 'gone@example.com', { deleted: '1' })
    expect((await bridge.post(customerEnvelope({ id: gone, company: 'X' }))).body).toMatchObject({ code: 'not_found' })
    expect(bridge.shop.row('customers', gone)?.company).toBe('')
  })

  test('of an address is refused when the address is another customer’s', async () => {
    const bridge = await startBridge()
    const other = accountOf(bridge, jane.email)
    const address = addressOf(bridge, john.id)
    const reply = await bridge.post(update({ id: address, id_customer: other, city: 'Tampa' }))
    expectConflict(reply, bridge, address)
    expect(reply.body).toMatchObject({ field: 'id_customer' })
    expectConflict(await bridge.post(update({ id: address, customer_email: jane.email, city: 'Tampa' }, { entity_id: 2 })), bridge, address)
    expectConflict(await bridge.post(addressEnvelope({ id: address, id_customer: other }, { entity_id: 3, action_type: 'deleted' })), bridge, address)
    expect(bridge.shop.row('addresses', address)).toMatchObject({ id_customer: '1', city: home.city, deleted: '0' })
  })

  test('of an address is taken without a customer, with its own, and against it with TRUST_SHOP_IDS', async () => {
    const bridge = await startBridge({ config: { TRUST_SHOP_IDS: 'true' } })
    const other = accountOf(bridge, jane.email)
    const addresses = [1, 2, 3].map((number) => addressOf(bridge, john.id, { alias: `Home ${number}` }))
    const names = [{}, { id_customer: john.id }, { id_customer: other }]
    for (const [index, name] of names.entries()) {
      const { body } = await bridge.post(update({ id: addresses[index], ...name, city: 'Tampa' }, { entity_id: 3001 + index }))
      expect(body).toMatchObject({ outcome: 'updated', entity_id: addresses[index] })
    }
    expect(addresses.map((id) => bridge.shop.row('addresses', id)?.id_customer)).toEqual(['1', '1', String(other)])
  })
})

describe('the email', () => {
  test('finds a customer in any case', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ email: 'Pub@PrestaShop.COM', company: 'X' }))
    expect(body).toMatchObject({ entity_id: john.id })
  })

  test.each([
    ['döe@example.com', 'doe@example.com'],
    ['doe@example.com', 'döe@example.com']
  ])('keeps its accents: %s is not %s, which the shop’s filter takes for the same', async (there, asked) => {
    const bridge = await startBridge()
    const stranger = accountOf(bridge, there)
    const { status, body } = await bridge.post(customerEnvelope({ email: asked, company: 'X' }))
    expect(bridge.shop.requests.at(-1)?.query.get('filter[email]')).toContain(asked)
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'not_found' })
    expect(bridge.shop.row('customers', stranger)).toMatchObject({ email: there, company: '' })
  })

  test('that differs by an accent from a stranger’s is the shop’s to refuse; the stranger stays as it is', async () => {
    const bridge = await startBridge()
    const stranger = accountOf(bridge, 'döe@example.com')
    const { status, body } = await bridge.post(created({ ...jane, email: 'doe@example.com' }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ field: 'email' })
    expect(body.error).not.toContain('@')
    expect(bridge.shop.row('customers', stranger)).toMatchObject({ firstname: 'Some', email: 'döe@example.com' })
    expect(boundTo(bridge, 'customer', 1001)).toBeUndefined()
  })

  test('of a guest is nobody’s', async () => {
    const bridge = await startBridge()
    const guest = accountOf(bridge, jane.email, { is_guest: '1' })
    expect((await bridge.post(customerEnvelope({ email: jane.email, company: 'X' }))).body).toMatchObject({ code: 'not_found' })
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'upserted' }))
    expect(body).toMatchObject({ outcome: 'created' })
    expect(bridge.shop.row('customers', guest)).toMatchObject({ firstname: 'Some' })
  })

  test('of an account beside guests means the account', async () => {
    const bridge = await startBridge()
    accountOf(bridge, jane.email, { is_guest: '1' })
    const real = accountOf(bridge, jane.email)
    accountOf(bridge, jane.email, { is_guest: '1' })
    expect((await bridge.post(customerEnvelope({ ...jane, company: 'X' }))).body).toMatchObject({ outcome: 'updated', entity_id: real })
  })

  test('of a customer marked as deleted is nobody’s', async () => {
    const bridge = await startBridge()
    const gone = accountOf(bridge, jane.email, { deleted: '1' })
    expect((await bridge.post(customerEnvelope({ ...jane, company: 'X' }))).body).toMatchObject({ code: 'not_found' })
    expect(bridge.shop.row('customers', gone)).toMatchObject({ firstname: 'Some' })
  })

  test('with a plus is itself', async () => {
    const bridge = await startBridge()
    accountOf(bridge, 'jane@example.com')
    const plus = accountOf(bridge, 'jane+shop@example.com')
    expect((await bridge.post(customerEnvelope({ email: 'Jane+Shop@example.com', company: 'X' }))).body).toMatchObject({ entity_id: plus })
  })

  test('of two accounts is a conflict that names both', async () => {
    const bridge = await startBridge()
    const [one, two] = twins(bridge)
    for (const [index, action_type] of ['created', 'updated', 'upserted', 'deleted'].entries()) {
      expectConflict(await bridge.post(customerEnvelope(jane, { action_type, entity_id: 10 + index })), bridge, one, two)
    }
    expect(bridge.shop.row('customers', one)).toMatchObject({ firstname: 'Some', active: '1' })
    expect(bridge.shop.row('customers', two)).toMatchObject({ firstname: 'Some', active: '1' })
  })

  test('of two accounts means the one that data.id names, also where data.id alone would not count', async () => {
    const bridge = await startBridge()
    const [one, two] = twins(bridge)
    const email = jane.email
    expect((await bridge.post(created({ id: two, email }, { entity_id: 10 }))).body).toMatchObject({ outcome: 'unchanged', entity_id: two })
    expect((await bridge.post(customerEnvelope({ id: one, email }, { entity_id: one }))).body).toMatchObject({
      outcome: 'unchanged',
      entity_id: one
    })
  })

  test('of two accounts stays a conflict when data.id names a third', async () => {
    const bridge = await startBridge()
    const [one, two] = twins(bridge)
    expectConflict(await bridge.post(created({ id: john.id, ...jane })), bridge, one, two)
  })
})

/**
 * Two accounts with Jane's email: the shop's database has no unique index, a race or an import can leave them. The
 * shop refuses any change of either.
 */
const twins = (bridge: Bridge): [number, number] => {
  const one = accountOf(bridge, jane.email)
  const two = accountOf(bridge, jane.email, { is_guest: '1' })
  // The class takes "00" for a guest and lets it pass; the column keeps 0.
  bridge.shop.backOffice.update('customers', two, { is_guest: '00' })
  expect(bridge.shop.row('customers', two)).toMatchObject({ is_guest: '0', email: jane.email })
  return [one, two]
}

describe('the natural key of an address', () => {
  const asked = { ...home, address2: 'Flat 2', postcode: '33133', id_customer: john.id }
  const stored = { address2: 'Flat 2', postcode: '33133' }

  test.each(['created', 'updated', 'upserted'])('finds it: customer, alias, lines, postcode, city and country (%s)', async (action_type) => {
    const bridge = await startBridge()
    const there = addressOf(bridge, john.id, stored)
    const { body } = await bridge.post(addressEnvelope({ ...asked, phone: '123' }, { action_type }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: there })
    expect(bridge.calls().filter(isWrite)).toEqual([`PATCH addresses/${there}`])
  })

  test('does not find one that differs in any of them', async () => {
    const bridge = await startBridge()
    const there = addressOf(bridge, john.id, stored)
    const others = { alias: 'Work', address1: '1 Main Street', address2: 'Flat 3', postcode: '33134', city: 'Míami', id_country: 8 }
    for (const [field, value] of Object.entries(others)) {
      const { body } = await bridge.post(update({ ...asked, [field]: value, phone: '123' }))
      expect({ field, ...body }).toMatchObject({ field, code: 'not_found' })
    }
    expect(bridge.shop.row('addresses', there)).toMatchObject({ phone: '' })
  })

  test('does not find the same address of another customer', async () => {
    const bridge = await startBridge()
    const other = accountOf(bridge, jane.email)
    const there = addressOf(bridge, other, stored)
    expect((await bridge.post(update({ ...asked, phone: '123' }))).body).toMatchObject({ code: 'not_found' })
    expect((await bridge.post(addressEnvelope(asked))).body).toMatchObject({ outcome: 'created' })
    expect(bridge.shop.row('addresses', there)).toMatchObject({ phone: '', id_customer: String(other) })
  })

  test('does not find one marked as deleted', async () => {
    const bridge = await startBridge()
    addressOf(bridge, john.id, { ...stored, deleted: '1' })
    expect((await bridge.post(update({ ...asked, phone: '123' }))).body).toMatchObject({ code: 'not_found' })
  })

  test('of two addresses is a conflict that names both, and nothing is doubled', async () => {
    const bridge = await startBridge()
    const [one, two] = [addressOf(bridge, john.id, stored), addressOf(bridge, john.id, stored)]
    const before = bridge.shop.rows('addresses').length
    for (const [index, action_type] of ['created', 'updated', 'upserted', 'deleted'].entries()) {
      expectConflict(await bridge.post(addressEnvelope(asked, { action_type, entity_id: 10 + index })), bridge, one, two)
    }
    expect(bridge.shop.rows('addresses')).toHaveLength(before)
  })

  test('of two addresses means the one that data.id names', async () => {
    const bridge = await startBridge()
    const [one, two] = [addressOf(bridge, john.id, stored), addressOf(bridge, john.id, stored)]
    expect((await bridge.post(addressEnvelope({ ...asked, id: two }))).body).toMatchObject({ outcome: 'unchanged', entity_id: two })
    expect((await bridge.post(update({ ...asked, id: one }, { entity_id: one }))).body).toMatchObject({ outcome: 'unchanged', entity_id: one })
  })
})

describe('a record that another Odoo id has', () => {
  test('is never taken over by its email, whatever the action', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created(jane))
    bridge.calls()
    for (const action_type of ['created', 'updated', 'upserted', 'deleted']) {
      const reply = await bridge.post(customerEnvelope({ ...jane, firstname: 'Joan' }, { entity_id: 1002, action_type }))
      expectConflict(reply, bridge, Number(made.entity_id), 1001, 1002)
    }
    expect(bridge.shop.row('customers', Number(made.entity_id))).toMatchObject({ firstname: 'Jane', active: '1' })
    expect(boundTo(bridge, 'customer', 1001)).toBe(made.entity_id)
    expect(boundTo(bridge, 'customer', 1002)).toBeUndefined()
  })

  test.each(['false', 'true'])('is never taken over by data.id (TRUST_SHOP_IDS=%s)', async (TRUST_SHOP_IDS) => {
    const bridge = await startBridge({ config: { TRUST_SHOP_IDS } })
    const { body: made } = await bridge.post(created(jane))
    bridge.calls()
    const reply = await bridge.post(customerEnvelope({ id: made.entity_id, company: 'X' }, { entity_id: 1002 }))
    expectConflict(reply, bridge, Number(made.entity_id), 1001, 1002)
  })

  test('is never taken over as an address', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(addressEnvelope({ ...home, id_customer: john.id }))
    bridge.calls()
    const byKey = await bridge.post(addressEnvelope({ ...home, id_customer: john.id, phone: '1' }, { entity_id: 2002 }))
    expectConflict(byKey, bridge, Number(made.entity_id), 2001, 2002)
    const byId = await bridge.post(addressEnvelope({ id: made.entity_id }, { entity_id: 2002, action_type: 'deleted' }))
    expectConflict(byId, bridge, Number(made.entity_id), 2001, 2002)
  })

  test.each([
    ['one creates, then the other', 'created', 'created', 1],
    ['one creates, the other upserts', 'created', 'upserted', -1],
    ['both find the account by its email', 'upserted', 'upserted', 1]
  ])('is not taken over when both come at the same moment, in either order: %s', async (_what, first, second, direction) => {
    const bridge = await startBridge()
    for (let round = 0; round < 20; round += 1) {
      const email = `jane-${round}@example.com`
      if (first === 'upserted') accountOf(bridge, email)
      const pair = [
        { ...jane, email, firstname: 'One', company: 'One' },
        { ...jane, email, firstname: 'Two', company: 'Two' }
      ].map((data, index) => customerEnvelope(data, { entity_id: 5_000 + 2 * round + index, action_type: index === 0 ? first : second }))
      await expectOneOwner(bridge, pair, round % 2 === 0 ? direction : -direction, 'customer')
      expect(bridge.shop.rows('customers').filter((row) => row.email === email)).toHaveLength(1)
    }
  })

  test('is not taken over when both name it by data.id at the same moment', async () => {
    const bridge = await startBridge()
    for (let round = 0; round < 20; round += 1) {
      const id = accountOf(bridge, `jane-${round}@example.com`)
      const pair = ['One', 'Two'].map((name, index) =>
        customerEnvelope({ id, firstname: name, company: name }, { entity_id: 5_000 + 2 * round + index })
      )
      await expectOneOwner(bridge, pair, round % 2 === 0 ? 1 : -1, 'customer')
    }
  })

  test('is not taken over when one names it by data.id and the other by its email', async () => {
    const bridge = await startBridge()
    for (let round = 0; round < 20; round += 1) {
      const email = `jane-${round}@example.com`
      const id = accountOf(bridge, email)
      const pair = [
        customerEnvelope({ id, firstname: 'One', company: 'One' }, { entity_id: 5_000 + 2 * round }),
        customerEnvelope({ email, firstname: 'Two', company: 'Two' }, { entity_id: 5_001 + 2 * round })
      ]
      await expectOneOwner(bridge, pair, round % 2 === 0 ? 1 : -1, 'customer')
    }
  })

  test('is not taken over as an address when both come at the same moment', async () => {
    const bridge = await startBridge()
    for (let round = 0; round < 20; round += 1) {
      const pair = ['One', 'Two'].map((name, index) =>
        addressEnvelope(
          { ...home, alias: `Home ${round}`, id_customer: john.id, firstname: name, company: name },
          { entity_id: 5_000 + 2 * round + index }
        )
      )
      await expectOneOwner(bridge, pair, round % 2 === 0 ? 1 : -1, 'address')
      expect(bridge.shop.rows('addresses').filter(({ alias }) => alias === `Home ${round}`)).toHaveLength(1)
    }
  })
})

/** Posts two webhooks at once; one is applied, the other refused, and the record is wholly that of the first. */
const expectOneOwner = async (
  bridge: Bridge,
  pair: readonly { entity_id: unknown }[],
  direction: number,
  entityType: 'customer' | 'address'
): Promise<void> => {
  const replies = await Promise.all((direction > 0 ? pair : pair.toReversed()).map((envelope) => bridge.post(envelope)))
  const inOrder = direction > 0 ? replies : replies.toReversed()
  const winner = inOrder.findIndex(({ status }) => status === 200)
  expect([[200, 422], [422, 200]]).toContainEqual(inOrder.map(({ status }) => status))
  const loser = inOrder[1 - winner]!
  expect(loser.body).toMatchObject({ code: 'identity_conflict' })
  expect(loser.body.error).not.toContain('@')
  const id = Number(inOrder[winner]!.body.entity_id)
  const name = winner === 0 ? 'One' : 'Two'
  expect(bridge.shop.row(entityType === 'customer' ? 'customers' : 'addresses', id)).toMatchObject({ firstname: name, company: name })
  expect(boundTo(bridge, entityType, Number(pair[winner]!.entity_id))).toBe(id)
  expect(boundTo(bridge, entityType, Number(pair[1 - winner]!.entity_id))).toBeUndefined()
}

describe('"bindings set"', () => {
  test('decides a conflict: the operation that failed is applied when it is tried again', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created(jane))
    const { body: refused } = await bridge.post(customerEnvelope({ ...jane, company: 'Second partner' }, { entity_id: 1002 }))
    bind(bridge, 'customer', 1002, Number(made.entity_id))
    expect(bridge.server.ledger.retry(String(refused.operation_id))).toBe(true)
    await bridge.drained()
    expect(bridge.server.ledger.find(String(refused.operation_id))).toMatchObject({ status: 'success', outcome: 'updated' })
    expect(bridge.shop.row('customers', Number(made.entity_id))).toMatchObject({ company: 'Second partner' })
  })

  test('takes the record from the one that had it', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created(jane))
    bind(bridge, 'customer', 1002, Number(made.entity_id))
    bridge.calls()
    expectConflict(await bridge.post(customerEnvelope({ ...jane, company: 'First partner' })), bridge, Number(made.entity_id), 1001, 1002)
  })

  test('decides between two accounts with one email', async () => {
    const bridge = await startBridge()
    const [, two] = twins(bridge)
    bind(bridge, 'customer', 1001, two)
    expect((await bridge.post(customerEnvelope({ email: jane.email }))).body).toMatchObject({ outcome: 'unchanged', entity_id: two })
  })

  test('decides against a contradicting data.id and email', async () => {
    const bridge = await startBridge()
    expectConflict(await bridge.post(customerEnvelope({ id: john.id, ...jane })), bridge, john.id)
    bind(bridge, 'customer', 1001, john.id)
    expect((await bridge.post(customerEnvelope({ id: john.id, ...jane, company: 'X' }))).body).toMatchObject({
      outcome: 'updated',
      entity_id: john.id
    })
    expect(bridge.shop.row('customers', john.id)).toMatchObject(jane)
  })

  test('begins anew: what the partner before it was known to hold says nothing about the new one', async () => {
    const bridge = await startBridge()
    const { body: made } = await bridge.post(created({ ...jane, company: 'First partner' }, { timestamp: '2025-06-01T11:00:00Z' }))
    bind(bridge, 'customer', 1002, Number(made.entity_id))
    const { body } = await bridge.post(
      customerEnvelope({ company: 'Second partner' }, { entity_id: 1002, timestamp: '2025-06-01T10:00:00Z' })
    )
    expect(body).toMatchObject({ outcome: 'updated' })
    expect(bridge.shop.row('customers', Number(made.entity_id))).toMatchObject({ company: 'Second partner' })
  })
})

/** The operation waits for its customer; what it says about that tells no email. */
const expectWaiting = async ({ server }: Bridge, { operation_id }: Reply['body']): Promise<void> => {
  const operation = () => server.ledger.find(String(operation_id))
  await until(() => operation()?.error_kind === 'dependency', 'the customer is missed')
  expect(operation()).toMatchObject({ outcome: null })
  expect(operation()?.error_message).not.toContain('@')
}

describe('an address’s customer', () => {
  test('is found by its email in any case, guests passed over', async () => {
    const bridge = await startBridge()
    accountOf(bridge, jane.email, { is_guest: '1' })
    const real = accountOf(bridge, jane.email)
    const { body } = await bridge.post(addressEnvelope({ ...home, customer_email: 'JANE@Example.com' }))
    expect(body).toMatchObject({ outcome: 'created' })
    expect(bridge.shop.row('addresses', Number(body.entity_id))).toMatchObject({ id_customer: String(real) })
  })

  test('is not found by an email that differs by an accent: it is waited for', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    accountOf(bridge, jane.email)
    const { body } = await bridge.post(addressEnvelope({ ...home, customer_email: 'jäne@example.com' }))
    await expectWaiting(bridge, body)
  })

  test('must be one: names that disagree are a conflict, which tells what each of them means', async () => {
    const bridge = await startBridge()
    const other = accountOf(bridge, 'other@example.com')
    const { body } = await bridge.post(created(jane))
    const made = Number(body.entity_id)
    bridge.calls()
    const disagreements: [Record<string, unknown>, number[]][] = [
      [{ customer_odoo_id: 1001, id_customer: john.id }, [made, john.id]],
      [{ customer_odoo_id: 1001, customer_email: john.email }, [made, john.id]],
      [{ customer_email: john.email, id_customer: made }, [made, john.id]],
      [{ customer_odoo_id: 1001, customer_email: jane.email, id_customer: other }, [made, other]],
      [{ customer_odoo_id: 1001, customer_email: 'other@example.com', id_customer: john.id }, [made, other, john.id]]
    ]
    for (const [names, ids] of disagreements) expectConflict(await bridge.post(addressEnvelope({ ...home, ...names })), bridge, ...ids)
  })

  test('must be one for an address that is bound, too', async () => {
    const bridge = await startBridge()
    await bridge.post(created(jane))
    await bridge.post(addressEnvelope({ ...home, id_customer: john.id }))
    bridge.calls()
    expectConflict(await bridge.post(update({ customer_odoo_id: 1001, customer_email: john.email, city: 'Tampa' })), bridge, john.id)
  })

  test('of two accounts with one email is a conflict that names both', async () => {
    const bridge = await startBridge()
    const [one, two] = twins(bridge)
    expectConflict(await bridge.post(addressEnvelope({ ...home, customer_email: jane.email })), bridge, one, two)
  })

  test.each([
    ['customer_odoo_id', { customer_odoo_id: 1001 }],
    ['customer_email', { customer_email: jane.email }]
  ])('that is not known yet by %s is waited for', async (_by, name) => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const early = await bridge.post(addressEnvelope({ ...home, ...name }))
    expect(early.status).toBe(202)
    await expectWaiting(bridge, early.body)
    await bridge.post(created(jane))
    await bridge.drained()
    const [customer] = bridge.shop.rows('customers').filter(({ email }) => email === jane.email)
    const [made] = bridge.shop.rows('addresses').filter(({ alias }) => alias === home.alias)
    expect(made).toMatchObject({ id_customer: customer?.id })
  })

  test('by the shop’s id must exist', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(addressEnvelope({ ...home, id_customer: 999_999 }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'id_customer' })
    expect(bridge.calls().filter(isWrite)).toEqual([])
  })
})
