import { describe, expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { createNotifier } from '../../src/notify/notifier.ts'
import { addressEnvelope, customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'
import { temporaryLedgerPath } from '../support/ledger.ts'
import { memoryLog, PATH, startReceiver } from './receiver.ts'

const started = async (answer?: Parameters<typeof startReceiver>[0], url?: string) => {
  const receiver = await startReceiver(answer)
  const { log, lines } = memoryLog()
  const bridge = await startBridge({ log, config: { DEBUG_WEBHOOK_URL: url ?? receiver.url } })
  const told = async (count: number) => {
    await until(() => receiver.bodies.length >= count, `${count} notifications came`)
    return receiver.bodies
  }
  return { bridge, receiver, told, lines }
}

const creation = (id: number, data: Record<string, unknown> = {}) =>
  customerEnvelope({ ...jane, email: `jane${id}@example.com`, ...data }, { entity_id: id, action_type: 'created' })

const idsOf = (results: unknown): unknown[] =>
  Array.isArray(results) ? results.map(({ operation_id }: Record<string, unknown>) => operation_id) : []

describe('a finished operation is told', () => {
  test('in the shape of the reverse sync of the module', async () => {
    const { bridge, told, receiver } = await started()
    const webhook = creation(1001, { company: 'Roe & Sons' })
    const { body } = await bridge.post(webhook)
    expect(await told(1)).toEqual([
      {
        event_id: body['operation_id'],
        entity_type: 'customer',
        entity_id: body['entity_id'],
        action_type: 'created',
        hook_name: 'reverseWebhookReceived',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        reverse_sync: true,
        source: 'odoo',
        destination: 'prestashop',
        result: body,
        original_payload: webhook,
        change_summary: `customer ${String(body['entity_id'])} created`
      }
    ])
    expect(receiver.requests).toMatchObject([{ method: 'POST', url: PATH, headers: { 'content-type': 'application/json' } }])
  })

  test('when it failed, with what Odoo was told', async () => {
    const { bridge, told } = await started()
    const { body } = await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2' }))
    expect(await told(1)).toMatchObject([
      {
        event_id: body['operation_id'],
        entity_id: null,
        result: { success: false, code: 'validation', field: 'firstname', error: body['error'] },
        change_summary: `customer 1001 of Odoo (updated) failed: ${String(body['error'])}`
      }
    ])
  })

  test('when it was written together with a later one', async () => {
    const { bridge, told } = await started()
    const { body } = await bridge.post(creation(1))
    const { body: batch } = await bridge.post([1, 2, 3].map((note) => customerEnvelope({ note: `${note}` }, { entity_id: 1 })))
    const notifications = await told(4)
    expect(notifications.map(({ event_id }) => event_id)).toEqual([body['operation_id'], ...idsOf(batch['results'])])
    expect(notifications).toMatchObject(['created', 'superseded', 'superseded', 'updated'].map((outcome) => ({ result: { outcome } })))
  })

  test('again when it is tried again', async () => {
    const { bridge, told } = await started()
    const webhook = addressEnvelope({ phone: 'call me' }, { action_type: 'updated', event_id: 'one' })
    await bridge.post(webhook)
    await bridge.post(webhook)
    const [first, second] = await told(2)
    expect(second?.['event_id']).toBe(first?.['event_id'])
  })

  test('and neither a webhook that is refused nor a redelivery is', async () => {
    const { bridge, told, receiver } = await started()
    await bridge.post(creation(1, { timestamp: '2026-01-01T00:00:00Z' }))
    await told(1)
    await bridge.post({ ...creation(1), entity_type: 'product' })
    await bridge.post(creation(2), { 'x-webhook-secret': 'a wrong secret' })
    await bridge.post({ ...creation(3), event_id: 'three' })
    await bridge.post({ ...creation(3), event_id: 'three' })
    await bridge.post(creation(4))
    await told(3)
    expect(receiver.bodies.map(({ original_payload: payload }) => payload)).toMatchObject([{ entity_id: 1 }, { entity_id: 3 }, { entity_id: 4 }])
  })
})

test('secrets of payloads are masked at any depth, and nothing else is', async () => {
  const { bridge, told } = await started()
  const secrets = {
    passwd: 'hunter2-a',
    Password: 'hunter2-b',
    new_password: 'hunter2-c',
    api_key: 'hunter2-d',
    apiKey: { value: 'hunter2-e' },
    access_token: 'hunter2-f',
    'X-Webhook-Secret': 'hunter2-g',
    secure_key: 'hunter2-h',
    nested: [{ deeper: { client_secret: ['hunter2-i'], authorization: 'hunter2-j' } }],
    card_number: 4_242
  }
  await bridge.post(creation(1, { company: 'Roe', note: 'passwd', ...secrets, token: '', reset_password_token: null }))
  const [notification] = await told(1)
  expect(JSON.stringify(notification)).not.toContain('hunter2')
  expect(notification?.['original_payload']).toMatchObject({
    entity_id: 1,
    data: {
      email: 'jane1@example.com',
      company: 'Roe',
      note: 'passwd',
      passwd: '[masked]',
      Password: '[masked]',
      apiKey: '[masked]',
      'X-Webhook-Secret': '[masked]',
      nested: [{ deeper: { client_secret: '[masked]', authorization: '[masked]' } }],
      card_number: '[masked]',
      token: '',
      reset_password_token: null
    }
  })
})

describe('the work goes on as always when the debug server', () => {
  test('never answers', async () => {
    const { bridge } = await started(() => undefined)
    const asked = performance.now()
    for (const id of [1, 2, 3, 4, 5]) expect((await bridge.post(creation(id))).body).toMatchObject({ outcome: 'created' })
    expect(performance.now() - asked).toBeLessThan(1_900)
  })

  test('is not there, which the log tells once, without the path of its URL', async () => {
    // Nobody listens there, nor takes the port meanwhile.
    const nowhere = 'http://127.0.0.1:4'
    const { bridge, lines } = await started(undefined, `${nowhere}${PATH}`)
    for (const id of [1, 2, 3]) expect((await bridge.post(creation(id))).body).toMatchObject({ outcome: 'created' })
    await bridge.server.close()
    const told = lines.filter(({ msg }) => typeof msg === 'string' && msg.includes('debug notifications do not get through'))
    expect(told).toMatchObject([{ level: 40, reason: 'ECONNREFUSED', to: nowhere }])
    expect(lines.at(-2)).toMatchObject({ failed: 3, dropped: 0, msg: 'not all debug notifications got through' })
    expect(JSON.stringify(lines)).not.toContain(PATH)
  })

  test('is to be told of an operation that cannot be read', async () => {
    const { url } = await startReceiver()
    const { log, lines } = memoryLog()
    const notifier = createNotifier({ url, log, resultOf: () => ({}) })
    const ledger = openLedger({ path: temporaryLedgerPath(), as: 'tool' })
    notifier.follow(ledger)
    ledger.close()
    expect(ledger.events.emit('ended', 'op_1')).toBe(true)
    expect(notifier.stats()).toEqual({ sent: 0, failed: 1, dropped: 0 })
    expect(lines).toHaveLength(1)
  })
})

test('a server that stops still tells what has just ended', async () => {
  const { bridge, receiver } = await started((response) => setTimeout(() => response.end(), 100))
  await bridge.post([1, 2, 3].map((id) => creation(id)))
  await bridge.server.close()
  expect(receiver.bodies).toHaveLength(3)
})
