import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import { resultsOf } from './parts.ts'

const NUL = 'a\0b'
const LONE = 'a\uD800b'
const CONTROL = 'a\u0007b'
/** What XML cannot carry. */
const unwritable = [NUL, LONE, '\uDFFFa', CONTROL, '\uFFFE']
const noText = [true, {}, [], ['text'], { text: 'x' }, 'x'.repeat(4_194_304)]
const short = (length: number) => [...noText.slice(0, -1), 'x'.repeat(length + 1)]
const flag = [2, -1, 'yes', '', null, 'TRUE', [], {}, 0.5]
const id = [-1, 1.5, '1.5', 'abc', 4_294_967_296, 1e20, '-1', true, [], {}, ' 1', '0x1']

const customerFields: Record<string, unknown[]> = {
  email: [...short(255), '', null, false, 'jane', '@example.com', 'jane@', 'a b@example.com', 5],
  firstname: [...short(255), '', null, 'R2-D2', 'https://example.com', '<b>', 'Jane=Roe', 5],
  lastname: [...short(255), '', null, 'R2-D2', 'example.com/x', '<b>', 'Roe|', 5],
  active: flag,
  newsletter: flag,
  optin: flag,
  company: [...short(255), '<b>', '{x}', 'a=b'],
  siret: [...short(14), '<b>'],
  ape: [...short(6), '62', '6201', 'ABCDE'],
  website: [...short(128), '"quoted"', "x'y", 'a;b', '[x]'],
  birthday: [true, {}, [], 5, 'yesterday', '31/01/1970', '1970-02-30', '1970-1-1', '2999-01-01', '1500-01-01', '1970-01-01T00:00:00Z'],
  id_gender: id,
  note: noText,
  id_default_group: [...id, 999],
  id_lang: [...id, 999],
  id_shop: [...id, 999]
}

const addressFields: Record<string, unknown[]> = {
  alias: [...short(32), '', null, '<b>', 'a=b'],
  company: [...short(255), '<b>'],
  firstname: [...short(255), '', null, 'R2-D2', '<b>'],
  lastname: [...short(255), '', null, 'R2-D2', '<b>'],
  vat_number: [...short(32), '<b>'],
  dni: [...short(16), 'a b', 'é'],
  address1: [...short(128), '', null, '<b>', 'a@b', '100%'],
  address2: [...short(128), '<b>'],
  postcode: [...short(12), 'a_b', '75/1'],
  city: [...short(64), '', null, '<b>', 'a;b'],
  id_country: [...id, 0, '', null, 9_999],
  id_state: [...id, 9_999, 89],
  phone: [...short(32), 'call me', '+33_1'],
  phone_mobile: [...short(32), 'call me'],
  other: [...noText, '<b>', '{x}'],
  id_customer: [-1, 1.5, 'abc', true, [], {}, 1e20, 9_999],
  customer_odoo_id: [-1, 1.5, 'abc', true, [], {}, 1e20],
  customer_email: [true, 5, [], {}, 'jane']
}

/** Each wrong value in a webhook of its own, in batches; gives the field that each answer names. */
const refusals = async (webhooks: readonly { wrong: string; body: unknown }[]): Promise<{ wrong: string; status: unknown; field: unknown }[]> => {
  const bridge = await startBridge({ config: { BODY_LIMIT_BYTES: '104857600', PRESTASHOP_CONCURRENCY: '16' } })
  const results = resultsOf(await bridge.post(webhooks.map((webhook) => webhook.body)))
  expect(bridge.calls().filter((call) => !call.startsWith('GET'))).toEqual([])
  return webhooks.map(({ wrong }, index) => ({ wrong, status: results[index]?.['http_status'], field: results[index]?.['field'] }))
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? '').slice(0, 40)

describe('a wrong value', () => {
  test.each(Object.entries(customerFields))('in %s of a customer gets 422 that names the field, and nothing is written', async (field, values) => {
    const webhooks = values.map((value, index) => ({
      wrong: shown(value),
      body: customerEnvelope({ ...jane, email: `jane${index}@example.com`, [field]: value }, { entity_id: index + 1, action_type: 'created' })
    }))
    expect(await refusals(webhooks)).toEqual(webhooks.map(({ wrong }) => ({ wrong, status: 422, field })))
  })

  test.each(Object.entries(addressFields))('in %s of an address gets 422 that names the field, and nothing is written', async (field, values) => {
    const webhooks = values.map((value, index) => ({
      wrong: shown(value),
      body: addressEnvelope({ ...home, id_customer: 1, [field]: value }, { entity_id: index + 1 })
    }))
    expect(await refusals(webhooks)).toEqual(webhooks.map(({ wrong }) => ({ wrong, status: 422, field })))
  })

  test('in data.id gets 422 that names it', async () => {
    const webhooks = [-1, 1.5, 'abc', true, [], {}, 0].map((value, index) => ({
      wrong: shown(value),
      body: customerEnvelope({ ...jane, id: value }, { entity_id: index + 1 })
    }))
    expect(await refusals(webhooks)).toEqual(webhooks.map(({ wrong }) => ({ wrong, status: 422, field: 'id' })))
  })

  test('is told with all the others', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2', lastname: '', active: 'maybe' }))
    expect(body['error']).toMatch(/firstname .*lastname .*active /)
  })
})

describe('what XML cannot carry', () => {
  const texts = {
    customer: ['email', 'firstname', 'lastname', 'company', 'siret', 'ape', 'website', 'note'],
    address: 'alias company firstname lastname vat_number dni address1 address2 postcode city phone phone_mobile other'.split(' ')
  }

  test('gets 422 that names the field, in every text of a customer', async () => {
    const webhooks = texts.customer.flatMap((field) => unwritable.map((value) => ({ field, wrong: shown(value), value })))
    const bodies = webhooks.map(({ field, wrong, value }, index) => ({
      wrong,
      body: customerEnvelope({ ...jane, [field]: value }, { entity_id: index + 1, action_type: 'created' })
    }))
    expect(await refusals(bodies)).toEqual(webhooks.map(({ field, wrong }) => ({ wrong, status: 422, field })))
  })

  test('gets 422 that names the field, in every text of an address', async () => {
    const webhooks = texts.address.flatMap((field) => unwritable.map((value) => ({ field, wrong: shown(value), value })))
    const bodies = webhooks.map(({ field, wrong, value }, index) => ({
      wrong,
      body: addressEnvelope({ ...home, id_customer: 1, [field]: value }, { entity_id: index + 1 })
    }))
    expect(await refusals(bodies)).toEqual(webhooks.map(({ field, wrong }) => ({ wrong, status: 422, field })))
  })

  test.each([NUL, LONE])('does no harm in keys of the envelope and unknown keys of the data (%j)', async (text) => {
    const bridge = await startBridge()
    const webhook = customerEnvelope({ ...jane, [`x${text}`]: text, extra: text }, { action_type: 'created', event_id: text, source: text })
    const { status, body } = await bridge.post(webhook)
    expect({ status, ignored: body['ignored_fields'] }).toEqual({ status: 200, ignored: [`x${text}`, 'extra'] })
    expect((await bridge.post(webhook)).body).toMatchObject({ operation_id: body['operation_id'], duplicate: true })
  })
})
