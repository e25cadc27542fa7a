import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import { cleanName, isSameName, splitName } from '../../../src/sync/native/person-name.ts'
import { plainText } from '../../../src/sync/native/html.ts'
import { checkField } from '../../../src/prestashop/resources.ts'
import { contact, type NativeBridge, startNative } from '../../support/native.ts'

const paris = { street: '1 rue de Rivoli', street2: 'Bât. B', zip: '75001', city: 'Paris', country_code: 'FR' }

const addresses = (bridge: NativeBridge): Record<string, string>[] => bridge.shop.rows('addresses').filter(({ id }) => Number(id) > 5)

const send = async (bridge: NativeBridge, id: number, values: Record<string, unknown>, search = ''): Promise<ReturnType<NativeBridge['last']>> => {
  await bridge.odoo('res.partner', id, values, search)
  await bridge.drained()
  return bridge.last('res.partner', id)
}

describe('the name of a contact', () => {
  test.each([
    ['Jane Roe', 'Jane', 'Roe'],
    ['  Jean  Paul   Sartre ', 'Jean', 'Paul Sartre'],
    ['Madonna', 'Madonna', 'Madonna'],
    ['J.R.R. Tolkien', 'J.', 'R. R. Tolkien'],
    ['R2D2 Unit #7', 'R', 'D Unit'],
    ['Ünïcode & Söhne "Lab" GmbH', 'Ünïcode', '& Söhne Lab GmbH'],
    ['www.example.com', 'www.', 'example. com']
  ])('%s becomes %s | %s, which the shop takes', (name, firstname, lastname) => {
    expect(splitName(name)).toEqual({ firstname, lastname })
    for (const [field, value] of Object.entries({ firstname, lastname })) {
      expect([checkField('customers', field, value), checkField('addresses', field, value)]).toEqual([undefined, undefined])
    }
  })

  test('of digits only is made of the email, and of nothing at all is "Customer"', () => {
    expect(splitName('12345', 'john.doe42@example.com')).toEqual({ firstname: 'john', lastname: 'doe' })
    expect(splitName(false, '42@example.com')).toEqual({ firstname: 'Customer', lastname: 'Customer' })
  })

  test('is cut where the shop has no more room', () => {
    expect(splitName(`${'a'.repeat(300)} ${'b'.repeat(300)}`)).toEqual({ firstname: 'a'.repeat(255), lastname: 'b'.repeat(255) })
  })

  test('is the same however it is split', () => {
    expect(isSameName({ firstname: 'Jean Paul', lastname: 'Sartre' }, splitName('Jean Paul Sartre'))).toBe(true)
    expect(isSameName({ firstname: 'Jean', lastname: 'Sartre' }, splitName('Jean Paul Sartre'))).toBe(false)
    expect(cleanName('\u0000a\tb')).toBe('a b')
  })

  test('stays split in the shop as somebody has split it there', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact({ name: 'Jean Paul Sartre' }))
    bridge.shop.backOffice.update('customers', 2, { firstname: 'Jean Paul', lastname: 'Sartre' })
    bridge.calls()
    await send(bridge, 7, contact({ name: 'Jean Paul Sartre', comment: '<p>hello</p>' }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ firstname: 'Jean Paul', lastname: 'Sartre', note: 'hello' })
    await send(bridge, 7, contact({ name: 'Simone Beauvoir', comment: '<p>hello</p>' }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ firstname: 'Simone', lastname: 'Beauvoir' })
  })
})

describe("Odoo's rich text", () => {
  test.each([
    ['<p>Hello <b>bold</b> &amp; 日本</p>', 'Hello bold & 日本'],
    ['<p><br></p>', ''],
    [false, ''],
    ['<h1>Title</h1><ul><li>one</li><li>two</li></ul>', 'Title\n\n * one\n * two'],
    ['<p>see <a href="https://a.example">here</a><img src="x.png" alt="y"></p>', 'see here [https://a.example]']
  ])('%j is %j as plain text', (html, text) => {
    expect(plainText(html)).toBe(text)
  })
})

describe('a contact with an email', () => {
  test('becomes a customer, and its street an address with the alias "Odoo"', async () => {
    const bridge = await startNative()
    const { result } = await send(bridge, 7, contact({ ...paris, phone: '+33 1 02', mobile: '06 01', vat: 'FR123', lang: 'en_US' }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ email: 'jane@example.com', firstname: 'Jane', lastname: 'Roe', active: '1' })
    expect(addresses(bridge)).toMatchObject([
      {
        id_customer: '2', alias: 'Odoo', firstname: 'Jane', lastname: 'Roe', address1: paris.street, address2: 'Bât. B', postcode: '75001',
        city: 'Paris', id_country: '8', id_state: '0', phone: '+33 1 02', phone_mobile: '06 01', vat_number: 'FR123'
      }
    ])
    expect(result).toMatchObject({
      records: [
        { entity_type: 'customer', entity_id: 2, outcome: 'created' },
        { entity_type: 'address', entity_id: 6, outcome: 'created' }
      ]
    })
    expect(bridge.writes()).toEqual(['POST customers', 'POST addresses'])
  })

  test('is found by its email where the shop has it already, and bound', async () => {
    const bridge = await startNative()
    const email = bridge.shop.row('customers', 1)!['email']!
    await send(bridge, 7, contact({ email: email.toUpperCase(), name: 'John DOE' }))
    await send(bridge, 7, contact({ email: 'other@example.com', name: 'John DOE' }))
    expect(bridge.shop.row('customers', 1)).toMatchObject({ email: 'other@example.com' })
    expect(bridge.shop.rows('customers')).toHaveLength(1)
  })

  test('is not taken from the partner that has it: two partners with one email are a conflict', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    const { operation, result } = await send(bridge, 8, contact({ name: 'Other' }))
    expect([operation.status, result['code']]).toEqual(['failed', 'identity_conflict'])
  })

  test('takes over the account of a partner that was deleted: the two were merged', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact(paris))
    await send(bridge, 7, {}, '?event=deleted')
    const { operation } = await send(bridge, 8, contact({ name: 'Jane Doe' }))
    expect([operation.outcome, operation.entity_id]).toEqual(['updated', 2])
    expect(bridge.shop.row('customers', 2)).toMatchObject({ active: '1', lastname: 'Doe' })
    expect((await send(bridge, 7, contact())).result['code']).toBe('identity_conflict')
  })

  test('leaves the account of a partner that was told of again after its deletion', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    await send(bridge, 7, {}, '?event=deleted')
    await send(bridge, 7, contact({ comment: '<p>still here</p>' }))
    expect((await send(bridge, 8, contact({ name: 'Other' }))).result['code']).toBe('identity_conflict')
  })

  test.each([
    ['Jane <jane@example.com>', undefined, 'jane@example.com'],
    ['jane@example.com, joe@example.com', undefined, 'jane@example.com'],
    ['"J" <JANE@EXAMPLE.COM>', 'jane@example.com', 'jane@example.com']
  ])('may write it as %s', async (email, email_normalized, expected) => {
    const bridge = await startNative()
    await send(bridge, 7, contact({ email, email_normalized }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ email: expected })
  })

  test('of a company has the name of the company, and of a company itself its own', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact({ name: 'Deco <Addict>', is_company: true }))
    await send(bridge, 8, contact({ email: 'kid@example.com', parent_id: 7, commercial_company_name: 'Deco Addict' }))
    await send(bridge, 9, contact({ email: 'solo@example.com', company_name: 'Solo Ltd', commercial_company_name: 'Solo Ltd' }))
    expect(bridge.shop.rows('customers').slice(1).map(({ company }) => company)).toEqual(['Deco Addict', 'Deco Addict', 'Solo Ltd'])
  })

  test('of a company is left alone when CONTACTS_AS_CUSTOMERS is false', async () => {
    const bridge = await startNative({ config: { CONTACTS_AS_CUSTOMERS: 'false' } })
    const { operation, result } = await send(bridge, 8, contact({ parent_id: 7 }))
    expect([operation.outcome, result['reason']]).toEqual(['ignored', expect.stringContaining('CONTACTS_AS_CUSTOMERS')])
  })

  test('that is archived deactivates the customer, and back', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    await send(bridge, 7, contact({ active: false }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ active: '0' })
    await send(bridge, 7, contact())
    expect(bridge.shop.row('customers', 2)).toMatchObject({ active: '1' })
  })

  test('that is archived, and that the shop does not know, touches nobody who has the same email', async () => {
    const bridge = await startNative()
    const { operation } = await send(bridge, 7, contact({ active: false, email: bridge.shop.row('customers', 1)!['email'] }))
    expect([operation.outcome, bridge.shop.row('customers', 1)!['active']]).toEqual(['ignored', '1'])
  })

  test('that is deleted deactivates the customer and removes its address', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact(paris))
    bridge.calls()
    const { operation } = await send(bridge, 7, {}, '?event=deleted')
    expect([operation.outcome, bridge.writes()]).toEqual(['deleted', ['DELETE addresses/6', 'PATCH customers/2']])
  })
})

describe('a contact that cannot be a customer', () => {
  test.each([
    ['has no email', contact({ email: false }), 'without an email'],
    ['has an empty email', contact({ email: '' }), 'without an email'],
    ['is an address of nobody', contact({ type: 'delivery', ...paris }), 'belongs to nobody']
  ])('is left alone with a reason when it %s', async (_what, values, reason) => {
    const bridge = await startNative()
    const { operation, result } = await send(bridge, 7, values)
    expect([operation.status, operation.outcome, result['reason']]).toEqual(['success', 'ignored', expect.stringContaining(reason)])
    expect(bridge.writes()).toEqual([])
    const status = await bridge.get(`/api/operations/${operation.operation_id}`)
    expect(status.body['message']).toContain(reason)
  })

  test.each([
    [{ type: undefined, parent_id: undefined }, 'type, parent_id'],
    [{ email: undefined }, 'email'],
    [{ name: undefined }, 'name']
  ])('because %j is not ticked names what to tick in Odoo', async (untold, fields) => {
    const bridge = await startNative()
    const { operation } = await send(bridge, 7, contact(untold))
    expect([operation.status, operation.error_message]).toEqual(['failed', expect.stringMatching(new RegExp(`add to "Fields": ${fields}$`))])
  })
})

describe('fields of a contact', () => {
  test('that are not ticked change nothing', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact({ ...paris, comment: '<p>note</p>', phone: '1' }))
    await send(bridge, 7, { name: 'Jane Doe' })
    expect(bridge.shop.row('customers', 2)).toMatchObject({ lastname: 'Doe', note: 'note', email: 'jane@example.com' })
    expect(addresses(bridge)).toMatchObject([{ lastname: 'Roe', phone: '1' }])
  })

  test('that are empty in Odoo empty what Odoo had filled, and nothing else', async () => {
    const bridge = await startNative()
    bridge.shop.backOffice.update('customers', 1, { note: 'of the shop' })
    const email = bridge.shop.row('customers', 1)!['email']
    const known = contact({ email, name: 'John DOE', company_name: 'Acme' })
    await send(bridge, 7, known)
    expect(bridge.shop.row('customers', 1)).toMatchObject({ note: 'of the shop', company: 'Acme' })
    await send(bridge, 7, { ...known, company_name: false })
    expect(bridge.shop.row('customers', 1)).toMatchObject({ note: 'of the shop', company: '' })
  })

  test('that mean nothing to the shop are named in the result', async () => {
    const bridge = await startNative()
    const { result } = await send(bridge, 7, contact({ color: 3, ref: 'x', write_date: '2026-01-01 00:00:00' }))
    expect(result['ignored_fields']).toEqual(['color', 'ref'])
  })

  test('with a language of the shop choose it, and with another leave it', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact({ lang: 'en_GB' }))
    await send(bridge, 7, contact({ lang: 'ja_JP' }))
    expect(bridge.shop.row('customers', 2)).toMatchObject({ id_lang: '1' })
  })
})

test.each([['en_US', '1'], ['en_GB', '2'], ['en_AU', '1'], ['en@shaw', '1']])('of two languages of the shop, %s is number %s', async (lang, id_lang) => {
  const bridge = await startNative({ shop: { languages: ['en', 'fr'] } })
  bridge.shop.backOffice.update('languages', 2, { iso_code: 'gb', language_code: 'en-gb' })
  await send(bridge, 7, contact({ lang }))
  expect(bridge.shop.row('customers', 2)).toMatchObject({ id_lang })
})

describe('the place of an address', () => {
  test('has a state where ODOO_STATE_MAP names it', async () => {
    const bridge = await startNative({ config: { ODOO_STATE_MAP: '13=CA,41=NY' } })
    await send(bridge, 7, contact({ street: '1 Main St', city: 'Fremont', country_code: 'US', state_id: 13 }))
    const state = bridge.shop.row('states', Number(addresses(bridge)[0]!['id_state']))
    expect(state).toMatchObject({ iso_code: 'CA' })
  })

  test('in a country with states that nothing names is refused, and the customer is there all the same', async () => {
    const bridge = await startNative()
    const { operation, result } = await send(bridge, 7, contact({ street: '1 Main St', city: 'Fremont', country_code: 'US', state_id: 13 }))
    expect(operation).toMatchObject({ status: 'failed', entity_id: 2, error_message: expect.stringContaining('13=<ISO code> to ODOO_STATE_MAP') })
    expect(result['records']).toMatchObject([{ entity_type: 'customer', outcome: 'created' }, { entity_type: 'address', outcome: 'failed' }])
    expect(addresses(bridge)).toEqual([])
  })

  test('in a country that the shop does not have is refused', async () => {
    const bridge = await startNative()
    const { operation } = await send(bridge, 7, contact({ ...paris, country_code: 'XK' }))
    expect(operation.error_message).toContain('The shop has no country XK')
  })

  test('without country_code ticked names it', async () => {
    const bridge = await startNative()
    const { operation } = await send(bridge, 7, contact({ ...paris, country_code: undefined, country_id: 75 }))
    expect(operation.error_message).toMatch(/add to "Fields": country_code$/)
  })

  test('that is not complete leaves the customer without an address', async () => {
    const bridge = await startNative()
    const { operation, result } = await send(bridge, 7, contact({ ...paris, city: false }))
    expect(operation).toMatchObject({ status: 'success', outcome: 'created' })
    expect(result['records']).toMatchObject([{}, { outcome: 'ignored', reason: expect.stringContaining('city') }])
  })
})

const child = (values: Record<string, unknown> = {}): Record<string, unknown> =>
  contact({ type: 'delivery', parent_id: 7, email: false, name: 'Dock Two', ...paris, ...values })

describe('an address below a contact', () => {
  test.each([['delivery', 'Delivery'], ['invoice', 'Invoice'], ['other', 'Other']])('of type %s has the alias %s', async (type, alias) => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    await send(bridge, 8, child({ type, comment: '<p>ring twice</p>' }))
    expect(addresses(bridge)).toMatchObject([{ id_customer: '2', alias, firstname: 'Dock', lastname: 'Two', other: 'ring twice' }])
  })

  test('waits for its customer, and follows it at once', async () => {
    const bridge = await startNative()
    await bridge.odoo('res.partner', 8, child())
    await bridge.settled()
    expect(bridge.last('res.partner', 8).operation).toMatchObject({ status: 'pending', error_kind: 'dependency' })
    await bridge.odoo('res.partner', 7, contact())
    await bridge.drained()
    expect(addresses(bridge)).toMatchObject([{ id_customer: '2', alias: 'Delivery' }])
  })

  test('is one for each contact, also where two are at one place', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    for (const name of ['Dock Two', 'Dock Two', 'Dock Three']) await send(bridge, 8, child({ name }))
    await send(bridge, 9, child({ name: 'Dock Four' }))
    expect(addresses(bridge)).toMatchObject([{ lastname: 'Three' }, { lastname: 'Four' }])
  })

  test('without a name has that of its customer', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    await send(bridge, 8, child({ name: false }))
    expect(addresses(bridge)).toMatchObject([{ firstname: 'Jane', lastname: 'Roe' }])
  })

  test('moves with its parent, and goes when it is archived', async () => {
    const bridge = await startNative()
    await send(bridge, 7, contact())
    await send(bridge, 9, contact({ email: 'new@example.com' }))
    await send(bridge, 8, child())
    await send(bridge, 8, child({ parent_id: 9 }))
    expect(addresses(bridge)).toMatchObject([{ id_customer: '3' }])
    const { operation } = await send(bridge, 8, child({ parent_id: 9, active: false }))
    expect([operation.outcome, addresses(bridge)]).toEqual(['deleted', []])
  })
})

test('a new customer is mailed the link for a password as one from an envelope is', async () => {
  const mailed: string[] = []
  const page = http.post('https://shop.test/index.php', async ({ request }) => {
    mailed.push(await request.text())
    return HttpResponse.html('')
  })
  const bridge = await startNative({ config: { PASSWORD_RESET_MAIL: 'true' }, pages: [page] })
  await send(bridge, 7, contact())
  await send(bridge, 7, contact({ name: 'Jane Doe' }))
  expect(mailed).toEqual([expect.stringContaining('jane%40example.com')])
})
