import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { addressEvent, customerEvent, ODOO_SECRET, setStage } from './delivery-stage.ts'
import { json } from './odoo.ts'

const headersOf = (headers: Headers): Record<string, string> => Object.fromEntries(headers)

describe('a batch', () => {
  test('is what the shop’s module sends, with every event as it was put into the outbox', async () => {
    const { odoo, delivery, put, drained } = await setStage()
    const one = customerEvent(5, { groups: [{ id: '3' }], secret_of_a_module: null })
    const other = { ...customerEvent(6), entity_type: 'reward', action_type: 'earned', entity_id: '9', points: '01.50' }
    put(one)
    put(other, { entity_type: 'reward', entity_id: 9, fields: [] })
    delivery.start()
    await drained()
    expect(odoo.requests).toHaveLength(1)
    const { body, headers } = odoo.requests[0]!
    expect(body).toEqual({
      batch_id: headers.get('x-batch-id'),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      events: [one, other]
    })
    expect(Math.abs(Date.parse(`${String(body['timestamp']).replace(' ', 'T')}Z`) - Date.now())).toBeLessThan(5_000)
  })

  test('carries the secret, names its sender, and is signed by the Standard Webhooks specification', async () => {
    const { odoo, delivery, put, drained } = await setStage()
    put(customerEvent(5))
    delivery.start()
    await drained()
    const { headers, text } = odoo.requests[0]!
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('x-webhook-secret')).toBe(ODOO_SECRET)
    expect(headers.get('user-agent')).toBe(`odoo-prestashop-sync/${manifest.version}`)
    expect(headers.get('webhook-id')).toBe(headers.get('x-batch-id'))
    expect(() => new Webhook(ODOO_SECRET, { format: 'raw' }).verify(text, headersOf(headers))).not.toThrow()
    expect(() => new Webhook('another secret', { format: 'raw' }).verify(text, headersOf(headers))).toThrow('No matching signature')
    expect(() => new Webhook(ODOO_SECRET, { format: 'raw' }).verify(`${text} `, headersOf(headers))).toThrow('No matching signature')
  })

  test('is signed with the bytes that a secret with whsec_ stands for', async () => {
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`
    const { odoo, delivery, put, drained } = await setStage({ config: { ODOO_WEBHOOK_SECRET: secret } })
    put(customerEvent(5))
    delivery.start()
    await drained()
    const { headers, text } = odoo.requests[0]!
    expect(() => new Webhook(secret).verify(text, headersOf(headers))).not.toThrow()
    expect(() => new Webhook('0123456789abcdef01234567', { format: 'raw' }).verify(text, headersOf(headers))).not.toThrow()
    expect(headers.get('x-webhook-secret')).toBe(secret)
  })

  test('has neither secret nor signature when none is configured', async () => {
    const { odoo, delivery, put, drained } = await setStage({ config: { ODOO_WEBHOOK_SECRET: '' } })
    put(customerEvent(5))
    delivery.start()
    await drained()
    const { headers } = odoo.requests[0]!
    expect(headers.has('x-webhook-secret')).toBe(false)
    expect(headers.has('webhook-signature')).toBe(false)
    expect(headers.get('webhook-id')).toMatch(/^msg_[\w-]{27}$/)
  })

  test('has at most a hundred events, the oldest first', async () => {
    const { odoo, delivery, putAll, drained } = await setStage()
    const events = Array.from({ length: 250 }, (_, index) => customerEvent(index + 1))
    putAll(events)
    delivery.start()
    await drained()
    expect(odoo.seen().map(({ length }) => length)).toEqual([100, 100, 50])
    expect(odoo.seen().flat()).toEqual(events.map(({ event_id }) => event_id))
  })

  test('stays below what a proxy takes, unless one event alone is larger', async () => {
    const { odoo, delivery, putAll, drained } = await setStage()
    putAll([1, 2, 3].map((id) => customerEvent(id, { note: 'x'.repeat(200_000) })))
    putAll([customerEvent(4, { note: 'x'.repeat(2_000_000) })])
    delivery.start()
    await drained()
    expect(odoo.seen().map(({ length }) => length)).toEqual([2, 1, 1])
  })

  test('has one event of a record, and the next one comes when that is delivered', async () => {
    const { odoo, delivery, putAll, drained } = await setStage()
    const events = [customerEvent(5, { email: 'b' }), customerEvent(6), customerEvent(5, { email: 'c' }), customerEvent(5, { email: 'b' })]
    putAll(events)
    delivery.start()
    await drained()
    const [first, second, third, fourth] = events.map(({ event_id }) => event_id)
    expect(odoo.seen()).toEqual([[first, second], [third], [fourth]])
  })
})

describe('a single event, for an “On webhook” rule of Odoo', () => {
  const single = { config: { ODOO_DELIVERY: 'single' } }

  test('is one flat object with the fields of the record', async () => {
    const { odoo, delivery, put, drained } = await setStage(single)
    odoo.answers(() => json({ status: 'ok' }))
    const event = customerEvent(5, { firstname: 'Jane', active: '1' })
    put(event)
    delivery.start()
    await drained()
    const { body, headers, text } = odoo.requests[0]!
    expect(body).toEqual({
      _event: event.event_id,
      entity_type: 'customer',
      entity_id: 5,
      action_type: 'updated',
      id: 5,
      email: 'jane5@example.com',
      firstname: 'Jane',
      active: '1'
    })
    expect(headers.has('x-batch-id')).toBe(false)
    expect(() => new Webhook(ODOO_SECRET, { format: 'raw' }).verify(text, headersOf(headers))).not.toThrow()
  })

  test('takes the fields from `data` where there is no `after_data`', async () => {
    const { odoo, delivery, put, drained } = await setStage(single)
    const { after_data: data, ...event } = customerEvent(5)
    put({ ...event, data })
    delivery.start()
    await drained()
    expect(odoo.requests[0]!.body).toMatchObject({ email: 'jane5@example.com', entity_id: 5 })
  })

  test('about an address also tells which one', async () => {
    const { odoo, delivery, put, drained } = await setStage(single)
    put(addressEvent(9, 5))
    delivery.start()
    await drained()
    expect(odoo.requests[0]!.body).toMatchObject({
      entity_type: 'customer',
      entity_id: 5,
      change_type: 'address',
      address_id: 9,
      address_alias: 'Home',
      city: 'Miami'
    })
  })

  test('keeps its own four names, and the record’s fields before the context’s, where names clash', async () => {
    const { odoo, delivery, put, drained } = await setStage(single)
    const event = customerEvent(5, { entity_id: 77, reason: 'of the record' }, { context_data: { reason: 'of the context', action_type: 'x' } })
    put(event)
    delivery.start()
    await drained()
    expect(odoo.requests[0]!.body).toMatchObject({ entity_id: 5, action_type: 'updated', reason: 'of the record' })
  })

  test('goes alone, one after the other, in the order of the outbox', async () => {
    const { odoo, delivery, putAll, drained } = await setStage(single)
    const events = [customerEvent(5), customerEvent(6), customerEvent(5), customerEvent(7)]
    putAll(events)
    delivery.start()
    await drained()
    expect(odoo.seen()).toEqual(events.map(({ event_id }) => [event_id]))
  })
})

describe('without ODOO_WEBHOOK_URL', () => {
  test('events stay in the outbox', async () => {
    const { odoo, delivery, put, entry } = await setStage({ config: { ODOO_WEBHOOK_URL: '' } })
    const id = put(customerEvent(5))
    delivery.start()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(entry(id)).toMatchObject({ status: 'pending', attempts: 0 })
    expect(odoo.requests).toHaveLength(0)
  })
})
