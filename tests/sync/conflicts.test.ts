import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane, type Reply, startBridge } from '../support/bridge.ts'

type Fields = Record<string, string>

const policies = ['last-write-wins', 'odoo-wins', 'shop-wins'] as const
type Policy = (typeof policies)[number]

interface Given {
  readonly policy?: Policy
  readonly config?: Record<string, string>
  readonly shop?: SandboxOptions
  /** The day on which everything happens. */
  readonly day?: string
  /** When Odoo created Jane. */
  readonly createdAt?: string
}

/** A bridge to a shop whose clock stands where the last event put it; times are UTC, such as `10:30:00`. */
const start = async ({ policy = 'last-write-wins', config = {}, shop: options = {}, day = '2025-06-01' }: Given = {}) => {
  const at = (time: string): Date => new Date(`${day}T${time}Z`)
  let now = at('00:00:00')
  const elapse = (time: string): void => {
    if (at(time) > now) now = at(time)
  }
  const bridge = await startBridge({
    config: { CONFLICT_POLICY: policy, ...config },
    shop: { ...options, now: () => now }
  })
  const { post, shop, server } = bridge
  /** A webhook about what happened in Odoo at `time`; it comes then, or late, when the clock is further already. */
  const odoo = (time: string, data: Record<string, unknown>, given: Record<string, unknown> = {}): Promise<Reply> => {
    elapse(time)
    return post(customerEnvelope(data, { timestamp: at(time).toISOString(), ...given }))
  }
  return {
    ...bridge,
    at,
    elapse,
    odoo,
    /** A human changes the customer in the back office at `time`. */
    human: (time: string, id: number, fields: Fields): void => {
      elapse(time)
      shop.backOffice.update('customers', id, fields)
    },
    customer: (id: number): Fields => shop.row('customers', id) ?? {},
    knownFields: (id: number): string[] => [...server.ledger.known.of('customer', id).keys()].toSorted(),
    writes: () => shop.requests.filter(({ method }) => method !== 'GET')
  }
}

/** … where Odoo created Jane, of the company "Odoo", at ten unless told. */
const startWithJane = async ({ createdAt = '10:00:00', ...given }: Given = {}) => {
  const bridge = await start(given)
  const { body } = await bridge.odoo(createdAt, { ...jane, company: 'Odoo' }, { action_type: 'created' })
  const id = Number(body.entity_id)
  return { ...bridge, id, company: () => bridge.customer(id).company }
}

describe('a field that the webhook only resends', () => {
  test.each<[Policy, string]>([
    ['last-write-wins', 'Human'],
    ['odoo-wins', 'Odoo'],
    ['shop-wins', 'Human']
  ])('does not revert what a human did in the shop, unless Odoo always wins (%s: %s)', async (policy, expected) => {
    const { odoo, human, id, company } = await startWithJane({ policy })
    human('11:00:00', id, { company: 'Human' })
    await odoo('12:00:00', { ...jane, company: 'Odoo', website: 'https://example.com' })
    expect(company()).toBe(expected)
  })

  test('does not hold back the field beside it that Odoo did change', async () => {
    const { odoo, human, id, customer, calls, shop } = await startWithJane()
    human('11:00:00', id, { company: 'Human', note: 'Human' })
    calls()
    const { body } = await odoo('12:00:00', { ...jane, company: 'Odoo', website: 'https://example.com' })
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['website'] })
    expect(customer(id)).toMatchObject({ company: 'Human', note: 'Human', website: 'https://example.com' })
    expect(shop.requests.at(-1)?.body).not.toContain('company')
  })

  test('costs one GET and no write when nothing else is new', async () => {
    const { odoo, human, id, calls, company } = await startWithJane()
    human('11:00:00', id, { company: 'Human' })
    calls()
    expect((await odoo('12:00:00', { ...jane, company: 'Odoo' })).body).toMatchObject({ outcome: 'unchanged', updated_fields: [] })
    expect(calls().filter((call) => !call.includes('configurations'))).toEqual([`GET customers/${id}`])
    expect(company()).toBe('Human')
  })

  test('does not revert the email a human gave the customer', async () => {
    const { odoo, human, id, customer } = await startWithJane()
    human('11:00:00', id, { email: 'new@example.com' })
    expect((await odoo('12:00:00', { ...jane, company: 'Changed' })).body).toMatchObject({ outcome: 'updated', entity_id: id })
    expect(customer(id)).toMatchObject({ email: 'new@example.com', company: 'Changed' })
  })

  test('is not what Odoo cleared: null and the false of Odoo are values', async () => {
    const { odoo, human, id, company } = await startWithJane()
    expect((await odoo('11:00:00', { company: false })).body).toMatchObject({ outcome: 'updated' })
    human('11:30:00', id, { company: 'Human' })
    expect((await odoo('12:00:00', { company: null })).body).toMatchObject({ outcome: 'unchanged' })
    expect(company()).toBe('Human')
  })

  test('of an address does not revert a human either', async () => {
    const { post, shop, elapse, at } = await start()
    const say = (time: string, data: Record<string, unknown>, action = 'updated') => {
      elapse(time)
      return post(addressEnvelope(data, { action_type: action, timestamp: at(time).toISOString() }))
    }
    const { body } = await say('10:00:00', { ...home, id_customer: 1 }, 'created')
    const id = Number(body.entity_id)
    elapse('11:00:00')
    shop.backOffice.update('addresses', id, { address1: '2 Side street', phone: '123' })
    await say('12:00:00', { ...home, id_customer: 1, phone: null, city: 'Tampa' })
    expect(shop.row('addresses', id)).toMatchObject({ address1: '2 Side street', phone: '123', city: 'Tampa' })
  })
})

describe('a field changed on both sides', () => {
  const late = '10:30:00'
  const soon = '11:30:00'
  test.each<[Policy, 'earlier' | 'later', string, string]>([
    ['last-write-wins', 'earlier', late, 'Human'],
    ['last-write-wins', 'later', soon, 'Changed'],
    ['odoo-wins', 'earlier', late, 'Changed'],
    ['odoo-wins', 'later', soon, 'Changed'],
    ['shop-wins', 'earlier', late, 'Human'],
    ['shop-wins', 'later', soon, 'Human']
  ])('ends by %s, when Odoo’s change was the %s one, as the policy says', async (policy, _when, time, expected) => {
    const { odoo, human, id, company } = await startWithJane({ policy })
    human('11:00:00', id, { company: 'Human' })
    const { body } = await odoo(time, { company: 'Changed' })
    expect(company()).toBe(expected)
    expect(body).toMatchObject(
      expected === 'Human' ? { outcome: 'stale', updated_fields: [], kept_fields: ['company'] } : { outcome: 'updated' }
    )
  })

  test('keeps the human’s value and gets the rest: each field is decided by itself', async () => {
    const { odoo, human, id, customer, shop } = await startWithJane()
    human('11:00:00', id, { company: 'Human' })
    const { body } = await odoo('10:30:00', { company: 'Changed', note: 'From Odoo' })
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['note'], kept_fields: ['company'] })
    expect(customer(id)).toMatchObject({ company: 'Human', note: 'From Odoo' })
    expect(shop.requests.at(-1)?.body).not.toContain('company')
  })

  test('is no conflict when both made the same change, and Odoo is known to hold it from then on', async () => {
    const { odoo, human, id, company, writes } = await startWithJane()
    human('11:00:00', id, { company: 'Both' })
    const before = writes().length
    expect((await odoo('10:30:00', { company: 'Both' })).body).toMatchObject({ outcome: 'unchanged' })
    expect(writes()).toHaveLength(before)
    human('12:00:00', id, { company: 'Human' })
    await odoo('13:00:00', { company: 'Both' })
    expect(company()).toBe('Human')
  })

  test.each(policies)('is no conflict when the shop still has what Odoo had, with %s', async (policy) => {
    const { odoo, human, id, company } = await startWithJane({ policy })
    human('11:00:00', id, { note: 'A human was here' })
    expect((await odoo('10:30:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'updated' })
    expect(company()).toBe('Changed')
  })

  test.each([
    ['in the second before the human’s', '10:59:59.999', 'Human'],
    ['in the same second', '11:00:00', 'Changed'],
    ['in the same second, later', '11:00:00.500', 'Changed']
  ])('%s: the shop’s clock has whole seconds, and only a later one wins', async (_when, time, expected) => {
    const { odoo, human, id, company } = await startWithJane()
    human('11:00:00', id, { company: 'Human' })
    await odoo(time, { company: 'Changed' })
    expect(company()).toBe(expected)
  })
})

describe('a webhook that comes late', () => {
  test('is stale only in the fields that were set since', async () => {
    const { odoo, id, customer } = await startWithJane()
    await odoo('10:20:00', { company: 'Newer' })
    const { body } = await odoo('10:10:00', { company: 'Older', website: 'https://example.com' })
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['website'], stale_fields: ['company'] })
    expect(customer(id)).toMatchObject({ company: 'Newer', website: 'https://example.com' })
  })

  test.each(policies)('with stale fields only is stale and writes nothing, with %s', async (policy) => {
    const { odoo, company, writes } = await startWithJane({ policy })
    await odoo('10:20:00', { company: 'Newer' })
    const before = writes().length
    const { status, body } = await odoo('10:10:00', { company: 'Older' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, outcome: 'stale', stale_fields: ['company'], updated_fields: [] })
    expect(company()).toBe('Newer')
    expect(writes()).toHaveLength(before)
  })

  test('is stale also when what was said since was the value that Odoo had all along', async () => {
    const { odoo, company } = await startWithJane()
    await odoo('10:20:00', { company: 'Odoo' })
    expect((await odoo('10:10:00', { company: 'Older' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Odoo')
  })

  test('does not make what was said since look old', async () => {
    const { odoo, company } = await startWithJane()
    await odoo('10:20:00', { company: 'Newer' })
    await odoo('10:10:00', { company: 'Newer' })
    expect((await odoo('10:15:00', { company: 'Older' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Newer')
  })

  test('from the same second is not stale: the order of arrival decides', async () => {
    const { odoo, company } = await startWithJane()
    await odoo('10:20:00', { company: 'First' })
    expect((await odoo('10:20:00', { company: 'Second' })).body).toMatchObject({ outcome: 'updated' })
    expect(company()).toBe('Second')
  })
})

describe('a change of our own', () => {
  test('does not make a human’s earlier change look later than it was', async () => {
    const { odoo, human, id, company } = await startWithJane()
    human('10:10:00', id, { company: 'Human' })
    await odoo('10:30:00', { note: 'Moves date_upd' })
    expect((await odoo('10:20:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'updated' })
    expect(company()).toBe('Changed')
  })

  test('does not make it forgotten either, however many there are', async () => {
    const { odoo, human, id, company } = await startWithJane()
    human('10:10:00', id, { company: 'Human' })
    for (const minute of [30, 31, 32]) await odoo(`10:${minute}:00`, { note: `Moves date_upd ${minute}` })
    expect((await odoo('10:05:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'stale', kept_fields: ['company'] })
    expect(company()).toBe('Human')
  })

  test('does not hide the change a human makes after it', async () => {
    const { odoo, human, id, company } = await startWithJane()
    await odoo('10:30:00', { note: 'Moves date_upd' })
    human('10:50:00', id, { company: 'Human' })
    expect((await odoo('10:40:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Human')
  })

  test('does not hide the change a human makes after it in the same second', async () => {
    const { odoo, human, id, company } = await startWithJane()
    await odoo('10:30:00', { note: 'Moves date_upd' })
    human('10:30:00', id, { company: 'Human' })
    expect((await odoo('10:20:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Human')
  })

  test('does not make a second change of a human in its second as old as the first, which it had found', async () => {
    const { odoo, human, id, company } = await startWithJane()
    human('10:10:00', id, { company: 'Human' })
    await odoo('10:30:00', { note: 'Moves date_upd' })
    human('10:30:00', id, { company: 'Human again' })
    expect((await odoo('10:20:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Human again')
  })

  test('does not hide the change a human makes between our look and our write', async () => {
    const { odoo, human, id, company, shop } = await startWithJane()
    let isDone = false
    shop.inject({
      when: ({ method }) => {
        if (method === 'PATCH' && !isDone) {
          isDone = true
          human('10:31:00', id, { company: 'Human' })
        }
        return false
      },
      answer: 'drop'
    })
    await odoo('10:30:00', { note: 'Moves date_upd' })
    expect(company()).toBe('Human')
    expect((await odoo('10:20:00', { company: 'Changed' })).body).toMatchObject({ outcome: 'stale' })
    expect(company()).toBe('Human')
  })

  test('is no conflict with the next one', async () => {
    const { odoo, elapse, company } = await startWithJane()
    elapse('12:00:00')
    await odoo('10:30:00', { company: 'Written at twelve' })
    expect((await odoo('10:40:00', { company: 'Next' })).body).toMatchObject({ outcome: 'updated' })
    expect(company()).toBe('Next')
  })
})

describe('the shop’s clock', () => {
  test.each([
    ['America/New_York', '10:30:00', 'Human'],
    ['America/New_York', '11:30:00', 'Changed'],
    ['Asia/Tokyo', '10:30:00', 'Human'],
    ['Asia/Tokyo', '11:30:00', 'Changed']
  ])('is read in its zone, %s: a human at 11:00 UTC against Odoo at %s', async (timeZone, time, expected) => {
    const { odoo, human, id, company } = await startWithJane({ shop: { timeZone } })
    human('11:00:00', id, { company: 'Human' })
    await odoo(time, { company: 'Changed' })
    expect(company()).toBe(expected)
  })

  const rights = Object.fromEntries(
    ['customers', 'groups', 'languages', 'shops'].map((resource) => [resource, ['GET', 'POST', 'PATCH']])
  )
  const key = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
  test.each([
    ['in SHOP_TIMEZONE', { SHOP_TIMEZONE: 'Asia/Tokyo' }, 'Changed'],
    ['as UTC without SHOP_TIMEZONE', {}, 'Human']
  ])('is read %s when the key may not read configurations', async (_how, config: Record<string, string>, expected) => {
    const { odoo, human, id, company } = await startWithJane({
      shop: { timeZone: 'Asia/Tokyo', keys: { [key]: rights } },
      config: { PRESTASHOP_KEY: key, ...config }
    })
    // 20:00 in Tokyo.
    human('11:00:00', id, { company: 'Human' })
    await odoo('11:30:00', { company: 'Changed' })
    expect(company()).toBe(expected)
  })

  test('is read in the zone that the shop tells, whatever SHOP_TIMEZONE says', async () => {
    const { odoo, human, id, company } = await startWithJane({
      shop: { timeZone: 'America/New_York' },
      config: { SHOP_TIMEZONE: 'Asia/Tokyo' }
    })
    human('11:00:00', id, { company: 'Human' })
    await odoo('10:30:00', { company: 'Changed' })
    expect(company()).toBe('Human')
  })

  // 01:30 in New York is 05:30 UTC, and 06:30 UTC once more.
  test.each([
    ['06:30:00', '06:00:00', 'Human', 'a human in the second'],
    ['05:30:00', '05:15:00', 'Human', 'Odoo before both'],
    ['05:30:00', '06:45:00', 'Changed', 'Odoo after both'],
    ['05:30:00', '06:00:00', 'Human', 'in doubt: the human’s change stays']
  ])('shows one hour twice in autumn: a human at %s, Odoo at %s: %s (%s)', async (humanAt, odooAt, expected) => {
    const { odoo, human, id, company } = await startWithJane({
      day: '2025-11-02',
      createdAt: '04:00:00',
      shop: { timeZone: 'America/New_York' }
    })
    human(humanAt, id, { company: 'Human' })
    await odoo(odooAt, { company: 'Changed' })
    expect(company()).toBe(expected)
  })

  test('shows one hour twice, but a human changes nothing in the future: while it lasts there is no doubt', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2025-11-02T05:45:00Z') })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { odoo, human, id, company } = await startWithJane({
      day: '2025-11-02',
      createdAt: '04:00:00',
      shop: { timeZone: 'America/New_York' }
    })
    human('05:30:00', id, { company: 'Human' })
    await odoo('05:40:00', { company: 'Changed' })
    expect(company()).toBe('Changed')
  })
})

describe('a write whose answer was lost', () => {
  test.each([
    ['another value', 'Human'],
    ['the value of before', 'Odoo']
  ])('is not repeated over %s that a human has set since', async (_what, byHuman) => {
    const { odoo, human, id, company, shop, drained } = await startWithJane()
    shop.onHook(({ operation_id }) => {
      if (operation_id !== undefined && company() === 'Changed') setImmediate(() => human('11:30:00', id, { company: byHuman }))
    })
    shop.inject({ when: ({ method }) => method === 'PATCH', times: 1, answer: 'drop-after-write' })
    await odoo('11:00:00', { company: 'Changed' })
    await drained()
    expect(company()).toBe(byHuman)
  })

  test('and of a new record teaches what it holds beside what Odoo said', async () => {
    const { odoo, shop, drained, knownFields } = await start()
    shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: 'drop-after-write' })
    const { body } = await odoo('10:00:00', jane, { action_type: 'created' })
    await drained()
    expect(knownFields(Number(body.entity_id ?? shop.rows('customers').at(-1)?.['id']))).toContain('newsletter')
  })
})

describe('a new record', () => {
  test.each<[string, string, unknown]>([
    ['company', 'Human', 'Changed'],
    ['note', 'Human', 'Changed'],
    ['website', 'https://human.example.com', 'https://odoo.example.com'],
    ['birthday', '1990-01-01', '1980-01-01'],
    ['newsletter', '1', null],
    ['id_gender', '1', 2],
    ['id_default_group', '2', 1]
  ])('holds the shop’s default where Odoo said nothing: a later change of %s by a human stays', async (field, byHuman, byOdoo) => {
    const { odoo, human, customer } = await start()
    const { body } = await odoo('10:00:00', jane, { action_type: 'created' })
    const id = Number(body.entity_id)
    human('11:00:00', id, { [field]: byHuman })
    if (byOdoo !== null) await odoo('10:30:00', { [field]: byOdoo })
    await odoo('12:00:00', { [field]: field === 'id_default_group' ? 3 : false })
    expect(customer(id)[field]).toBe(byHuman)
  })

  test('that Odoo made inactive stays so: no default is written over what was said', async () => {
    const { odoo, customer } = await start()
    const { body } = await odoo('10:00:00', { ...jane, active: false, newsletter: true }, { action_type: 'created' })
    expect(customer(Number(body.entity_id))).toMatchObject({ active: '0', newsletter: '1', optin: '0' })
    expect((await odoo('11:00:00', { active: true })).body).toMatchObject({ outcome: 'updated' })
    expect(customer(Number(body.entity_id))).toMatchObject({ active: '1' })
  })
})

/** John Doe of the demo shop, found by his email; of the rest only his company was ever told. */
const startWithJohn = async (policy?: Policy) => {
  const bridge = await start(policy === undefined ? {} : { policy })
  await bridge.odoo('10:00:00', { email: 'pub@prestashop.com', company: 'Odoo' })
  return bridge
}

describe('a record that was there before', () => {
  test('is known only by what Odoo said: nothing is learnt from reading it', async () => {
    const { odoo, knownFields } = await startWithJohn()
    expect(knownFields(1)).toEqual(['company', 'email'])
    await odoo('10:10:00', { company: 'Odoo', firstname: 'John' })
    expect(knownFields(1)).toEqual(['company', 'email', 'firstname'])
  })

  test.each(policies)('has fields that nothing is known of; they are Odoo’s to set, even after a human, with %s', async (policy) => {
    const { odoo, human, customer } = await startWithJohn(policy)
    human('11:00:00', 1, { firstname: 'Human', note: 'Human' })
    expect((await odoo('10:30:00', { firstname: 'John', note: 'Odoo' })).body).toMatchObject({ updated_fields: ['firstname', 'note'] })
    expect(customer(1)).toMatchObject({ firstname: 'John', note: 'Odoo' })
  })

  test('is known to hold what was found equal: a human’s later change of it stays', async () => {
    const { odoo, human, customer } = await startWithJohn()
    await odoo('10:10:00', { lastname: 'DOE' })
    human('11:00:00', 1, { lastname: 'Human' })
    await odoo('12:00:00', { lastname: 'DOE' })
    expect(customer(1)).toMatchObject({ lastname: 'Human' })
  })

  test('is not known to hold what the shop kept, nor what was stale', async () => {
    const { odoo, human, customer } = await startWithJohn()
    human('11:00:00', 1, { company: 'Human' })
    await odoo('10:30:00', { company: 'Kept back' })
    human('11:30:00', 1, { company: 'Human again' })
    // What Odoo held before is still what it is known to hold.
    expect((await odoo('12:00:00', { company: 'Odoo' })).body).toMatchObject({ outcome: 'unchanged' })
    expect(customer(1)).toMatchObject({ company: 'Human again' })
  })

  test('is not known to hold what the shop refused', async () => {
    const { odoo, knownFields } = await startWithJohn()
    expect((await odoo('10:30:00', { firstname: 'John', id_default_group: 999 })).status).toBe(422)
    expect(knownFields(1)).toEqual(['company', 'email'])
  })

  test('keeps no personal data in the ledger’s known values', async () => {
    const { server } = await startWithJohn()
    const values = [...server.ledger.known.of('customer', 1).values()]
    expect(values).toHaveLength(2)
    for (const { value, value_hash } of values) {
      expect(value).toBeNull()
      expect(value_hash).toHaveLength(12)
    }
  })
})

describe('two values are the same', () => {
  test('by the type of their field: however a flag, an id, a date or an empty text is written', async () => {
    const { odoo, writes } = await startWithJane()
    const pairs: [string, unknown, unknown][] = [
      ['newsletter', true, 1],
      ['optin', '1', 'true'],
      ['active', false, '0'],
      ['birthday', '1990-01-31', '1990-01-31'],
      ['birthday', null, '0000-00-00'],
      ['birthday', '', false],
      ['id_gender', '01', 1],
      ['id_gender', null, 0],
      ['company', null, ''],
      ['note', ' kept \n', ' kept \n']
    ]
    for (const [index, [field, one, other]] of pairs.entries()) {
      await odoo(`11:${10 + index}:00`, { [field]: one })
      const before = writes().length
      const { body } = await odoo(`11:${10 + index}:30`, { [field]: other })
      expect({ field, ...body }).toMatchObject({ field, outcome: 'unchanged' })
      expect(writes()).toHaveLength(before)
    }
  })

  test('never by folding a text: case, accents, white space and leading zeros count', async () => {
    const { odoo, id, customer } = await startWithJane()
    for (const [field, one, other] of [
      ['company', 'Acme', 'ACME'],
      ['company', 'Acme', 'Ácme'],
      ['company', 'Acme', 'Acme '],
      ['siret', '01500', '1500']
    ] as const) {
      await odoo('10:10:00', { [field]: one })
      const { body } = await odoo('10:10:00', { [field]: other })
      expect({ other, ...body }).toMatchObject({ other, outcome: 'updated' })
      expect(customer(id)[field]).toBe(other)
    }
  })

  test('never by the number a postcode looks like', async () => {
    const { post, shop } = await start()
    const { body } = await post(addressEnvelope({ ...home, id_customer: 1, postcode: '01500' }))
    await post(addressEnvelope({ postcode: '1500' }, { action_type: 'updated' }))
    expect(shop.row('addresses', Number(body.entity_id))).toMatchObject({ postcode: '1500' })
  })
})

describe('a retry by force', () => {
  test.each(policies)('writes again what the shop lost when it was restored, with %s', async (policy) => {
    const { odoo, human, id, company, server, drained } = await startWithJane({ policy })
    const { body } = await odoo('10:10:00', { company: 'Changed' })
    human('11:00:00', id, { company: 'From the backup' })
    expect(server.ledger.retry(String(body.operation_id), { force: true })).toBe(true)
    await drained()
    expect(company()).toBe('Changed')
    expect(server.ledger.find(String(body.operation_id))).toMatchObject({ status: 'success', outcome: 'updated' })
  })

  test('leaves what is stale: a later value of Odoo is not undone', async () => {
    const { odoo, company, server, drained } = await startWithJane()
    await odoo('10:20:00', { company: 'Newer' })
    const { body } = await odoo('10:10:00', { company: 'Older' })
    expect(body).toMatchObject({ outcome: 'stale' })
    server.ledger.retry(String(body.operation_id), { force: true })
    await drained()
    expect(company()).toBe('Newer')
  })

  test('writes nothing that is there already', async () => {
    const { odoo, server, drained, writes, company } = await startWithJane()
    const { body } = await odoo('10:10:00', { company: 'Changed' })
    const before = writes().length
    server.ledger.retry(String(body.operation_id), { force: true })
    await drained()
    expect(writes()).toHaveLength(before)
    expect(company()).toBe('Changed')
    expect(server.ledger.find(String(body.operation_id))).toMatchObject({ status: 'success', outcome: 'unchanged' })
  })

  test('does not create a second record of a creation', async () => {
    const { server, drained, id, shop } = await startWithJane()
    const before = shop.rows('customers').length
    const [creation] = server.ledger.list({ limit: 1 })
    server.ledger.retry(creation!.operation_id, { force: true })
    await drained()
    expect(shop.rows('customers')).toHaveLength(before)
    expect(server.ledger.find(creation!.operation_id)).toMatchObject({ status: 'success', entity_id: id })
  })

  test('is needed for an operation that succeeded: without it nothing happens', async () => {
    const { odoo, human, id, company, server, drained } = await startWithJane()
    const { body } = await odoo('10:10:00', { company: 'Changed' })
    human('11:00:00', id, { company: 'Human' })
    expect(server.ledger.retry(String(body.operation_id))).toBe(false)
    await drained()
    expect(company()).toBe('Human')
  })
})

describe('a deleted customer', () => {
  const deleted = { action_type: 'deleted', data: undefined }

  test.each<[Policy, string]>([
    ['last-write-wins', '1'],
    ['odoo-wins', '0'],
    ['shop-wins', '1']
  ])('that a human brought back stays, when the deletion is only told again (%s: active %s)', async (policy, active) => {
    const { odoo, human, id, customer } = await startWithJane({ policy })
    expect((await odoo('10:10:00', {}, deleted)).body).toMatchObject({ outcome: 'deleted' })
    human('11:00:00', id, { active: '1' })
    await odoo('12:00:00', {}, deleted)
    expect(customer(id)).toMatchObject({ active })
  })

  test('that Odoo brought back is not deleted by an older deletion that comes late', async () => {
    const { odoo, id, customer } = await startWithJane()
    await odoo('10:20:00', { active: true })
    expect((await odoo('10:10:00', {}, deleted)).body).toMatchObject({ outcome: 'stale', stale_fields: ['active'] })
    expect(customer(id)).toMatchObject({ active: '1' })
  })

  test('is not brought back by an older update that comes late', async () => {
    const { odoo, id, customer } = await startWithJane()
    await odoo('10:20:00', {}, deleted)
    expect((await odoo('10:10:00', { active: true, note: 'Late' })).body).toMatchObject({ stale_fields: ['active'] })
    expect(customer(id)).toMatchObject({ active: '0', note: 'Late' })
  })

  test('that a human deactivated already is unchanged', async () => {
    const { odoo, human, id, writes } = await startWithJane()
    human('11:00:00', id, { active: '0' })
    const before = writes().length
    expect((await odoo('12:00:00', {}, deleted)).body).toMatchObject({ outcome: 'unchanged', entity_id: id })
    expect(writes()).toHaveLength(before)
  })

  test('keeps all that a human wrote into it', async () => {
    const { odoo, human, id, customer, shop } = await startWithJane()
    human('11:00:00', id, { company: 'Human' })
    await odoo('12:00:00', { ...jane, company: 'Changed' }, { action_type: 'deleted' })
    expect(customer(id)).toMatchObject({ active: '0', company: 'Human' })
    expect(shop.requests.at(-1)?.body).toContain(`<customer><id>${id}</id><active>0</active></customer>`)
  })
})
