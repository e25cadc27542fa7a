import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { MASK } from '../../src/notify/mask.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge, until } from '../support/bridge.ts'
import { newOperation, temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'
import { type Detail, detail } from './ask.ts'

const isoTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

const created = customerEnvelope(jane, { action_type: 'created' })

/** The calls of each attempt, such as `GET customers/1 200`, without the shop's reference data. */
const callsOf = async (bridge: Bridge, operationId: unknown): Promise<string[][]> =>
  (await detail(bridge, operationId)).history.map(({ shop_calls }) =>
    shop_calls.map(({ method, resource, id, status }) => `${method} ${resource}${id === null ? '' : `/${id}`} ${status ?? 'no answer'}`)
  )

/** The stories of a batch. */
const detailsOf = (bridge: Bridge, results: unknown): Promise<Detail[]> =>
  Promise.all(v.parse(v.array(v.object({ operation_id: v.string() })), results).map(({ operation_id }) => detail(bridge, operation_id)))

describe('the story of an operation', () => {
  test('tells what was received, the attempt, its calls of the shop, and the result', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post({ ...created, event_id: 'e1' })
    const { operation_id } = body
    expect(await detail(bridge, operation_id)).toMatchObject({
      success: true,
      operation_id,
      event_id: 'e1',
      status: 'success',
      outcome: 'created',
      entity_id: body['entity_id'],
      message: body['message'],
      received_at: isoTime,
      payload: { ...created, event_id: 'e1' },
      result: { updated_fields: body['updated_fields'] },
      history: [{ number: 1, started_at: isoTime, ms: expect.any(Number), result: 'applied', outcome: 'created', error: null }]
    })
    expect(await callsOf(bridge, operation_id)).toEqual([['GET customers 200', 'POST customers 201']])
  })

  test('tells of each call when it was and how long it took, and nothing of what was sent', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(created)
    const { history } = await detail(bridge, body['operation_id'])
    expect(history[0]?.shop_calls[0]).toEqual({
      at: isoTime,
      method: 'GET',
      resource: 'customers',
      id: null,
      status: 200,
      ms: expect.any(Number),
      error_kind: null
    })
    expect(JSON.stringify(history)).not.toContain('jane')
  })

  test('tells why it failed, and that the shop was not asked', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
    expect(await detail(bridge, body['operation_id'])).toMatchObject({
      success: false,
      status: 'failed',
      code: 'validation',
      history: [{ result: 'failed', error: body['error'], error_kind: 'permanent', field: 'phone', shop_calls: [] }]
    })
  })

  test('keeps an attempt that was postponed beside the one that went well', async () => {
    const bridge = await startBridge()
    bridge.shop.inject({ when: ({ method }) => method === 'POST', times: 1, answer: { status: 429, headers: { 'retry-after': '0' } } })
    const { body } = await bridge.post(created)
    expect(body).toMatchObject({ status: 'success' })
    const { history } = await detail(bridge, body['operation_id'])
    expect(history).toMatchObject([
      { number: 1, result: 'postponed', outcome: null, error: expect.stringContaining('429'), error_kind: 'transient' },
      { number: 2, result: 'applied', outcome: 'created', error: null }
    ])
    expect(await callsOf(bridge, body['operation_id'])).toEqual([
      ['GET customers 200', 'POST customers 429'],
      ['GET customers 200', 'POST customers 201']
    ])
  })

  test('tells a call that got no answer', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    onTestFinished(bridge.shop.inject({ answer: 'drop' }))
    const { body } = await bridge.post(created)
    const { operation_id } = body
    await until(() => bridge.server.ledger.find(String(operation_id))?.error_kind === 'transient', 'the attempt is over')
    const call = { method: 'GET', status: null, error_kind: 'transient' }
    expect(await detail(bridge, operation_id)).toMatchObject({
      status: 'pending',
      last_error_kind: 'transient',
      last_error: expect.any(String),
      history: [{ result: 'postponed', error_kind: 'transient', shop_calls: [call] }]
    })
  })

  test('names the operation that it was written together with, which has the calls', async () => {
    const bridge = await startBridge()
    await bridge.post(created)
    const { body } = await bridge.post([customerEnvelope({ company: 'One' }), customerEnvelope({ company: 'Two' })])
    const [first, last] = await detailsOf(bridge, body['results'])
    expect(first).toMatchObject({
      outcome: 'superseded',
      superseded_by: last?.operation_id,
      history: [{ result: 'applied', outcome: 'updated', together_with: last?.operation_id, shop_calls: [] }]
    })
    expect(last?.history).toMatchObject([{ together_with: null, shop_calls: [{ method: 'GET' }, { method: 'PATCH', resource: 'customers' }] }])
  })

  test('tells of several that were refused together and then tried one by one', async () => {
    const bridge = await startBridge()
    await bridge.post(created)
    bridge.shop.inject({
      when: ({ method }) => method === 'PATCH' && bridge.shop.requests.at(-1)!.body.includes('Bad'),
      answer: { status: 400, body: '<?xml version="1.0"?><prestashop><errors><error><code>85</code><message>no</message></error></errors></prestashop>' }
    })
    const { body } = await bridge.post([customerEnvelope({ company: 'Good' }), customerEnvelope({ note: 'Bad' })])
    const [good, bad] = await detailsOf(bridge, body['results'])
    expect(good?.history.map(({ result }) => result)).toEqual(['split', 'applied'])
    expect(bad?.history.map(({ result }) => result)).toEqual(['split', 'failed'])
    expect(bad?.history.map(({ shop_calls }) => shop_calls.length)).toEqual([2, 2])
  })

  test('goes on after a restart', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
    await bridge.server.close()
    const again = await startBridge({ ledgerPath: bridge.ledgerPath, sharedShop: bridge.shop })
    again.server.ledger.retry(String(body['operation_id']))
    await again.drained()
    expect((await detail(again, body['operation_id'])).history.map(({ number, result }) => ({ number, result }))).toEqual([
      { number: 1, result: 'failed' },
      { number: 2, result: 'failed' }
    ])
  })

  test('tells of an attempt that the program did not live to see the end of', async () => {
    const path = temporaryLedgerPath()
    const before = openLedger({ path, as: 'server' })
    const { operation_id } = await before.accept(newOperation())
    before.take(1, () => 1)
    before.close()
    const ledger = temporaryLedger(path)
    ledger.recover()
    expect(ledger.attemptsOf(ledger.find(operation_id)!)).toMatchObject([
      { number: 1, result: 'interrupted', ms: null, error_message: expect.stringContaining('program ended') }
    ])
  })
})

describe('the payload of an operation', () => {
  test('is shown without secrets, however deep they are', async () => {
    const bridge = await startBridge()
    const secrets = { passwd: 'hunter2', nested: [{ access_token: 'hunter2', api_key: 'hunter2' }], Password: 'hunter2', secure_key: 'hunter2' }
    const { body } = await bridge.post(customerEnvelope({ ...jane, ...secrets }, { action_type: 'created', webhook_secret: 'hunter2' }))
    const shown = await detail(bridge, body['operation_id'])
    expect(shown.payload).toMatchObject({ data: { email: jane.email, passwd: MASK, nested: [{ access_token: MASK, api_key: MASK }] } })
    expect(JSON.stringify(shown)).not.toContain('hunter2')
  })

  test('is on the page of the operation only: no list, count or metric tells any of it', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope({ ...jane, note: 'keep this to yourself' }, { action_type: 'created' }))
    for (const path of ['/api/operations', '/api/stats', '/metrics', '/readyz']) {
      const text = await (await fetch(`${bridge.server.url}${path}`)).text()
      for (const value of [jane.email, 'Jane', 'keep this']) expect(text).not.toContain(value)
    }
  })
})

test('the story holds no values in the ledger either', async () => {
  const bridge = await startBridge()
  await bridge.post(customerEnvelope({ ...jane, email: 'only.once@example.com' }, { action_type: 'created' }))
  bridge.server.ledger.catchUpSearch()
  await bridge.server.close()
  const file = readFileSync(bridge.ledgerPath).toString('latin1')
  // In the payload, and nowhere else.
  expect(file.split('only.once@example.com')).toHaveLength(2)
})

