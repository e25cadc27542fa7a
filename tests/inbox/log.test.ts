import { describe, expect, onTestFinished, test } from 'vitest'
import { addressEnvelope, type Bridge, customerEnvelope, jane, SECRET, startBridge, until } from '../support/bridge.ts'
import { type Line, memoryLog } from '../support/log.ts'

const started = async (config: Record<string, string> = {}) => {
  const { log, lines, text } = memoryLog()
  const bridge = await startBridge({ log, config })
  const having = (message: string): Line[] => lines.filter(({ msg }) => typeof msg === 'string' && msg.startsWith(message))
  return { bridge, having, text }
}

/** Texts that no log may hold, in every field that takes one. */
const personal = {
  customer: {
    email: 'secret.person@private.example',
    firstname: 'Zebulon',
    lastname: 'Quackenbush',
    company: 'Quackenbush Holdings',
    website: 'quackenbush.example',
    note: 'allergic to nuts',
    birthday: '1971-03-17'
  },
  address: {
    alias: 'Hideaway',
    firstname: 'Zebulon',
    lastname: 'Quackenbush',
    address1: '77 Hidden lane',
    city: 'Nowhereville',
    postcode: '98765',
    phone: '+1 555 010 0199',
    other: 'key under the mat'
  }
}
const forbidden = [...Object.values(personal.customer), ...Object.values(personal.address)]

const create = (bridge: Bridge) => bridge.post(customerEnvelope(personal.customer, { action_type: 'created', event_id: 'odoo-1' }))

/** An error of the shop. */
const quoting = (code: number, message: string, status: number) => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?><prestashop><errors><error><code><![CDATA[${code}]]></code><message><![CDATA[${message}]]></message></error></errors></prestashop>`
})

describe('the log', () => {
  test('has one line for a webhook, one for the write, and one for what became of it, tied by operation_id', async () => {
    const { bridge, having } = await started()
    const { body } = await create(bridge)
    const { operation_id } = body
    expect(having('webhook')).toMatchObject([
      { msg: 'webhook accepted', operation_id, event_id: 'odoo-1', entity_type: 'customer', odoo_id: 1001, action_type: 'created' }
    ])
    const calls = having('shop call')
    expect(calls.filter(({ method }) => method !== 'GET')).toMatchObject([
      { level: 30, operation_id, method: 'POST', resource: 'customers', status: 201, ms: expect.any(Number) }
    ])
    expect(having('operation')).toMatchObject([{ msg: 'operation applied', operation_id, outcome: 'created', entity_id: body['entity_id'] }])
  })

  test('has one line for each webhook of a batch', async () => {
    const { bridge, having } = await started()
    const webhooks = [1, 2, 3].map((id) => customerEnvelope({ ...jane, email: `jane${id}@example.com` }, { entity_id: id, action_type: 'created' }))
    await bridge.post([...webhooks, { entity_type: 'product' }])
    expect(having('webhook accepted')).toHaveLength(3)
    expect(having('webhook refused')).toHaveLength(1)
    expect(new Set(having('webhook accepted').map(({ operation_id }) => operation_id)).size).toBe(3)
  })

  test('has one line for a webhook that is refused, with the reason', async () => {
    const { bridge, having } = await started()
    await bridge.post(customerEnvelope(jane), { 'x-webhook-secret': 'wrong secret' })
    await bridge.post('no JSON')
    await bridge.post(customerEnvelope(jane), { 'content-type': 'text/plain' })
    await bridge.post({ entity_type: 'customer' })
    expect(having('webhook')).toMatchObject([
      { level: 40, status: 403, reason: 'Invalid webhook secret' },
      { level: 40, status: 400 },
      { level: 40, status: 415 },
      { level: 40, issues: ['entity_id'] }
    ])
  })

  test('tells why an operation failed', async () => {
    const { bridge, having } = await started()
    const { body } = await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2' }))
    expect(having('operation failed')).toMatchObject([{ level: 50, operation_id: body['operation_id'], kind: 'permanent', field: 'firstname' }])
  })

  test('marks a redelivery', async () => {
    const { bridge, having } = await started()
    await create(bridge)
    await create(bridge)
    expect(having('webhook accepted')).toMatchObject([{}, { duplicate: true }])
  })
})

describe('no line of the log holds', () => {
  test('personal data, whatever becomes of the webhook', async () => {
    const { bridge, text } = await started()
    const { body } = await create(bridge)
    await bridge.post(customerEnvelope({ ...personal.customer, note: 'allergic to nuts indeed' }))
    await bridge.post(addressEnvelope({ ...personal.address, customer_email: personal.customer.email, id_country: 21 }))
    // Refused by us, by the envelope, and because it belongs to somebody else.
    await bridge.post(customerEnvelope({ ...personal.customer, firstname: 'Zebulon2', birthday: 'Quackenbush' }))
    await bridge.post(customerEnvelope(personal.customer, { entity_id: 'Quackenbush', timestamp: 'Zebulon', source: personal.customer }))
    await bridge.post(customerEnvelope(personal.customer, { entity_id: 5 }))
    await bridge.post(customerEnvelope({ ...personal.customer, id: 1 }, { entity_id: 6 }))
    await bridge.post(`{"email":"${personal.customer.email}"`)
    await bridge.post(customerEnvelope({}, { entity_type: personal.customer.email, event_id: personal.customer.email }))
    await bridge.post(customerEnvelope({ newsletter: true }, { event_id: personal.customer.email }))
    expect(body).toMatchObject({ outcome: 'created' })
    for (const value of forbidden) expect(text()).not.toContain(value)
  })

  test('personal data that the shop quotes in its errors', async () => {
    const { bridge, text } = await started({ ACK_WAIT_MS: '300', MAX_ATTEMPTS: '1' })
    const { email, lastname } = personal.customer
    const answers = [
      quoting(127, `XML error : String could not be parsed as XML\nXML length : 9\nOriginal XML : <passwd>PASSWORD</passwd><email>${email}</email>`, 500),
      quoting(85, `Property Customer->lastname is not valid: ${lastname}`, 400),
      quoting(140, `The email ${email} is already used, please choose another one`, 500),
      quoting(46, `Unable to save resource ${lastname}`, 500),
      { status: 500, body: `<h1>${lastname}</h1>`, contentType: 'text/html' }
    ]
    for (const [index, answer] of answers.entries()) {
      bridge.shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer })
      await bridge.post(customerEnvelope({ ...personal.customer }, { entity_id: index + 1, action_type: 'created' }))
    }
    expect(text()).toContain('operation failed')
    for (const value of [...forbidden, 'PASSWORD', '<passwd>']) expect(text()).not.toContain(value)
  })

  test('a secret, a key, a token or a password', async () => {
    const { bridge, text } = await started({ ADMIN_TOKEN: 'an-admin-token-for-tests', ACK_WAIT_MS: '300' })
    const { body } = await create(bridge)
    await bridge.post(customerEnvelope(jane), { 'x-webhook-secret': 'a wrong secret', authorization: 'Bearer wrong-token' })
    await bridge.get('/api/operations/x', { authorization: 'Bearer an-admin-token-for-tests' })
    onTestFinished(bridge.shop.inject({ answer: 'redirect' }))
    void bridge.post(customerEnvelope({ newsletter: true }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    const password = bridge.shop.requests.map((request) => /<passwd>(.+)<\/passwd>/.exec(request.body)?.[1]).find((found) => found !== undefined)
    expect(password).toMatch(/^\w{32}$/)
    const { secure_key: secureKey = '' } = bridge.shop.row('customers', Number(body['entity_id'])) ?? {}
    expect(secureKey).not.toBe('')
    for (const value of [SECRET, 'a wrong secret', 'wrong-token', 'an-admin-token-for-tests', bridge.shop.key, btoa(`${bridge.shop.key}:`), password, secureKey]) {
      expect(text()).not.toContain(value)
    }
  })
})
