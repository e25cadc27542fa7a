import { describe, expect, onTestFinished, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane, startBridge, until } from '../support/bridge.ts'

const webhook = customerEnvelope(jane, { action_type: 'created' })

/** Lets the shop write, but not answer, until the test is over. */
const holdBack = (shop: SandboxShop): void => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  shop.onHook(() => released)
  onTestFinished(() => release())
}

describe('ACK_WAIT_MS', () => {
  test('of 0 answers 202 as soon as the webhook is stored', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    holdBack(bridge.shop)
    const { status, body } = await bridge.post(webhook)
    expect(status).toBe(202)
    expect(body).toEqual({
      success: true,
      operation_id: expect.stringMatching(/^op_[0-9a-z]+$/),
      status: 'pending',
      status_url: `/api/operations/${String(body['operation_id'])}`
    })
    expect(bridge.server.ledger.find(String(body['operation_id']))).toMatchObject({ odoo_id: 1001 })
  })

  test('is how long an answer waits for a slow shop', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '100' } })
    holdBack(bridge.shop)
    const asked = performance.now()
    expect((await bridge.post(webhook)).status).toBe(202)
    const waited = performance.now() - asked
    expect(waited).toBeGreaterThanOrEqual(95)
    expect(waited).toBeLessThan(2_000)
  })

  test('is not waited for when the result is there', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '10000' } })
    const asked = performance.now()
    expect((await bridge.post(webhook)).status).toBe(200)
    expect(performance.now() - asked).toBeLessThan(5_000)
  })

  test('is not waited for when the webhook fails before the shop is asked', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '10000' } })
    const asked = performance.now()
    expect((await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2' }))).status).toBe(422)
    expect(performance.now() - asked).toBeLessThan(5_000)
  })

  test('is not waited for while the shop is known to be away', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '2000' } })
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    const first = bridge.post(webhook)
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    const asked = performance.now()
    expect((await bridge.post(customerEnvelope(jane, { entity_id: 2 }))).status).toBe(202)
    expect(performance.now() - asked).toBeLessThan(1_000)
    expect((await first).status).toBe(202)
  })

  test('is one wait for all of a batch', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '100', PRESTASHOP_CONCURRENCY: '1' } })
    holdBack(bridge.shop)
    const asked = performance.now()
    const { body } = await bridge.post(Array.from({ length: 50 }, (_, index) => ({ ...webhook, entity_id: index + 1 })))
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(body['results']).toHaveLength(50)
  })
})

test('a large batch is acknowledged before all of it is worked on', async () => {
  const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
  const refused = Array.from({ length: 500 }, (_, index) => customerEnvelope({ firstname: 'R2-D2' }, { entity_id: index + 1 }))
  await bridge.post(refused)
  expect(bridge.server.ledger.backlog().pending).toBeGreaterThan(0)
  await bridge.drained()
  expect(bridge.server.ledger.list({ status: 'failed', limit: 1_000 })).toHaveLength(500)
})

describe('the status_url', () => {
  test('tells what is pending, then what was done', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    bridge.shop.onHook(() => released)
    const { body } = await bridge.post(webhook)
    const url = String(body['status_url'])
    const isoTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(await bridge.get(url)).toMatchObject({
      status: 200,
      body: {
        success: true,
        operation_id: body['operation_id'],
        status: expect.stringMatching(/^(?:pending|processing)$/),
        action_type: 'created',
        odoo_id: 1001,
        received_at: isoTime
      }
    })
    release()
    await bridge.drained()
    expect(await bridge.get(url)).toMatchObject({
      status: 200,
      body: {
        success: true,
        operation_id: body['operation_id'],
        status: 'success',
        outcome: 'created',
        entity_type: 'customer',
        entity_id: expect.any(Number)
      }
    })
  })

  test('tells why an operation failed', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
    expect(status).toBe(422)
    expect(await bridge.get(`/api/operations/${String(body['operation_id'])}`)).toMatchObject({
      status: 200,
      body: { success: false, status: 'failed', error: body['error'], code: 'validation', field: 'phone' }
    })
  })

  test('tells why an operation waits', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '300' } })
    const { body } = await bridge.post(addressEnvelope({ ...home, customer_odoo_id: 5 }))
    expect((await bridge.get(String(body['status_url']))).body).toMatchObject({
      status: 'pending',
      last_error_kind: 'dependency',
      last_error: expect.stringContaining('Odoo id 5'),
      next_attempt_at: expect.any(String)
    })
  })

})
