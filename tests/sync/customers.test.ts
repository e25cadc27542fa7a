import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, startBridge } from '../support/bridge.ts'

const created = (data: Record<string, unknown>, given: Record<string, unknown> = {}) =>
  customerEnvelope(data, { action_type: 'created', ...given })

describe('a created customer', () => {
  test('is active, in the shop’s group of new customers, without newsletter', async () => {
    const { post, shop } = await startBridge()
    const { status, body } = await post(created(jane))
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, status: 'success', outcome: 'created', entity_type: 'customer' })
    const id = Number(body.entity_id)
    expect(shop.row('customers', id)).toMatchObject({
      ...jane,
      active: '1',
      newsletter: '0',
      optin: '0',
      id_default_group: '3',
      id_shop: '1'
    })
    expect(shop.associations('customers', id).groups).toEqual(['3'])
  })

  test('has a password of 32 characters that is told to nobody', async () => {
    const { post, shop, server } = await startBridge()
    const { body } = await post(created(jane))
    const request = shop.requests.find(({ method }) => method === 'POST')
    const password = /<passwd>([^<]+)<\/passwd>/.exec(request?.body ?? '')?.[1]
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(JSON.stringify(server.ledger.find(String(body.operation_id)))).not.toContain(password)
  })

  test('costs one look-up and one POST once the reference data is known', async () => {
    const { post, calls } = await startBridge()
    await post(created(jane))
    calls()
    await post(created({ ...jane, email: 'two@example.com' }, { entity_id: 1002 }))
    expect(calls()).toEqual(['GET customers', 'POST customers'])
  })

  test('gets every field that the payload carries', async () => {
    const { post, shop } = await startBridge()
    const data = {
      ...jane,
      active: false,
      newsletter: true,
      optin: true,
      company: 'Roe & Daughters',
      siret: '12345678901234',
      ape: '1234A',
      website: 'https://example.com',
      birthday: '1990-05-06',
      id_gender: 2,
      note: 'Says "hello"\nand <bye>',
      id_default_group: 2,
      id_lang: 1,
      id_shop: 1
    }
    const { body } = await post(created(data))
    const id = Number(body.entity_id)
    expect(shop.row('customers', id)).toMatchObject({
      ...data,
      active: '0',
      newsletter: '1',
      optin: '1',
      id_gender: '2',
      id_default_group: '2',
      id_lang: '1',
      id_shop: '1'
    })
    expect(shop.associations('customers', id).groups).toEqual(['2'])
  })

  test('that exists already by its email is updated, never doubled', async () => {
    const { post, shop } = await startBridge()
    const before = shop.rows('customers').length
    const { body } = await post(created({ email: 'PUB@prestashop.com', firstname: 'Johnny', lastname: 'Doe' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_id: 1 })
    expect(shop.rows('customers')).toHaveLength(before)
    expect(shop.row('customers', 1)).toMatchObject({ firstname: 'Johnny' })
  })

  test('is a new account beside a guest with the same email', async () => {
    const { post, shop } = await startBridge()
    const guest = shop.backOffice.create('customers', { ...jane, is_guest: '1', active: '1', id_shop: '1', id_shop_group: '1' })
    const { body } = await post(created(jane))
    expect(body.outcome).toBe('created')
    expect(body.entity_id).not.toBe(guest)
  })

  test('needs email, firstname and lastname: all that is missing is named', async () => {
    const { post } = await startBridge()
    const { status, body } = await post(created({ email: 'x@example.com' }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, code: 'validation', field: 'firstname' })
    expect(body.error).toMatch(/firstname is missing.*lastname is missing/)
  })

  test('takes group 3 when the key may not read configurations', async () => {
    const rights = Object.fromEntries(
      ['customers', 'groups', 'languages', 'shops'].map((resource) => [resource, ['GET', 'POST', 'PATCH']])
    )
    const key = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
    const { post, shop } = await startBridge({ shop: { keys: { [key]: rights } }, config: { PRESTASHOP_KEY: key } })
    const { body } = await post(created(jane))
    expect(shop.row('customers', Number(body.entity_id))).toMatchObject({ id_default_group: '3' })
  })
})

describe('an updated customer', () => {
  test('is read and patched: nothing but the changed fields is sent', async () => {
    const { post, shop, calls } = await startBridge()
    await post(created(jane))
    calls()
    const { body } = await post(customerEnvelope({ ...jane, company: 'Roe Ltd' }))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['company'] })
    const id = Number(body.entity_id)
    expect(calls()).toEqual([`GET customers/${id}`, `PATCH customers/${id}`])
    expect(shop.requests.at(-1)?.body).toContain(`<customer><id>${id}</id><company>Roe Ltd</company></customer>`)
  })

  test('that has nothing new costs one GET', async () => {
    const { post, calls } = await startBridge()
    const { body } = await post(created(jane))
    calls()
    expect((await post(customerEnvelope(jane))).body).toMatchObject({ outcome: 'unchanged', updated_fields: [] })
    expect(calls()).toEqual([`GET customers/${Number(body.entity_id)}`])
  })

  test('keeps its secure_key, so that orders go on working', async () => {
    const { post, shop } = await startBridge()
    const before = shop.row('customers', 1)?.secure_key
    await post(customerEnvelope({ email: 'pub@prestashop.com', company: 'Doe Ltd' }))
    expect(before).toMatch(/^[0-9a-f]{32}$/)
    expect(shop.row('customers', 1)).toMatchObject({ company: 'Doe Ltd', secure_key: before })
  })

  test('loses a value with null, and with the false that Odoo writes for an empty field', async () => {
    const { post, shop } = await startBridge()
    await post(customerEnvelope({ email: 'pub@prestashop.com', company: 'Doe Ltd', website: 'https://example.com', birthday: '1990-01-01' }))
    await post(customerEnvelope({ company: null, website: false, birthday: false }))
    expect(shop.row('customers', 1)).toMatchObject({ company: '', website: '', birthday: '0000-00-00' })
  })

  test('may change its email once it is bound', async () => {
    const { post, shop } = await startBridge()
    await post(customerEnvelope({ email: 'pub@prestashop.com' }))
    expect((await post(customerEnvelope({ email: 'new@example.com' }))).body).toMatchObject({ outcome: 'updated', entity_id: 1 })
    expect(shop.row('customers', 1)).toMatchObject({ email: 'new@example.com' })
  })

  test('is refused the email of another customer, with the shop’s reason and the field', async () => {
    const { post } = await startBridge()
    await post(created(jane))
    const { status, body } = await post(customerEnvelope({ email: 'pub@prestashop.com' }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, field: 'email' })
    expect(body.error).toContain('already used')
  })

  test('stays in its groups when it gets another default group', async () => {
    const { post, shop } = await startBridge()
    await post(customerEnvelope({ email: 'pub@prestashop.com', id_default_group: 2 }))
    expect(shop.row('customers', 1)).toMatchObject({ id_default_group: '2' })
    expect(shop.associations('customers', 1).groups?.toSorted()).toEqual(['2', '3'])
  })

  test('that the shop does not have is not found, and not invented', async () => {
    const { post, shop } = await startBridge()
    const before = shop.rows('customers').length
    const { status, body } = await post(customerEnvelope(jane))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'not_found' })
    expect(shop.rows('customers')).toHaveLength(before)
  })

  test.each([
    ['id_default_group', 99],
    ['id_lang', 99],
    ['id_shop', 99],
    ['id_shop', null]
  ])('is refused %s %s, which names nothing in the shop', async (field, value) => {
    const { post, shop } = await startBridge()
    const { status, body } = await post(customerEnvelope({ email: 'pub@prestashop.com', [field]: value }))
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field })
    expect(shop.requests.some(({ method }) => method === 'PATCH')).toBe(false)
  })

  test('names the keys that mean nothing', async () => {
    const { post } = await startBridge()
    const { body } = await post(customerEnvelope({ email: 'pub@prestashop.com', credit_limit: 5, passwd: 'x' }))
    expect(body).toMatchObject({ outcome: 'unchanged', ignored_fields: ['credit_limit', 'passwd'] })
  })

  test('can be called contact', async () => {
    const { post } = await startBridge()
    const { body } = await post(customerEnvelope({ email: 'pub@prestashop.com', company: 'X' }, { entity_type: 'contact' }))
    expect(body).toMatchObject({ outcome: 'updated', entity_type: 'customer', entity_id: 1 })
  })
})

describe('an upserted customer', () => {
  test('is created when it is not there, and updated when it is', async () => {
    const { post } = await startBridge()
    const upserted = customerEnvelope(jane, { action_type: 'upserted' })
    expect((await post(upserted)).body.outcome).toBe('created')
    expect((await post({ ...upserted, data: { ...jane, company: 'X' } })).body.outcome).toBe('updated')
  })
})

describe('a deleted customer', () => {
  const deleted = { entity_type: 'customer', entity_id: 1001, action_type: 'deleted' }

  test('is deactivated, not removed', async () => {
    const { post, shop } = await startBridge()
    const { body: made } = await post(created(jane))
    expect((await post(deleted)).body).toMatchObject({ outcome: 'deleted', entity_id: made.entity_id })
    expect(shop.row('customers', Number(made.entity_id))).toMatchObject({ active: '0' })
  })

  test.each([null, {}, undefined])('needs no data: %s', async (data) => {
    const { post } = await startBridge()
    await post(created(jane))
    expect((await post({ ...deleted, data })).body).toMatchObject({ outcome: 'deleted' })
  })

  test('can be named by its email alone', async () => {
    const { post, shop } = await startBridge()
    expect((await post({ ...deleted, data: { email: 'pub@prestashop.com' } })).body).toMatchObject({ outcome: 'deleted' })
    expect(shop.row('customers', 1)).toMatchObject({ active: '0' })
  })

  test('that is gone already leaves everything unchanged', async () => {
    const { post } = await startBridge()
    expect((await post({ ...deleted, data: { email: 'nobody@example.com' } })).body).toMatchObject({ success: true, outcome: 'unchanged' })
  })
})
