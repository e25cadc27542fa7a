import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import { couponEnvelope, welcome } from '../support/coupons.ts'
import { newOperation, temporaryLedgerPath } from '../support/ledger.ts'
import { detail, listed, post } from './ask.ts'

/** An address whose customer is not in the shop, given up at once. */
const startWithFailed = async (): Promise<{ bridge: Bridge; id: string }> => {
  const bridge = await startBridge()
  const { body } = await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 }))
  expect(body).toMatchObject({ status: 'failed', code: 'not_found' })
  return { bridge, id: String(body['operation_id']) }
}

describe('trying one operation again', () => {
  test('applies it when the cause is gone', async () => {
    const { bridge, id } = await startWithFailed()
    await bridge.post(customerEnvelope({ ...jane, email: 'new@example.com' }, { entity_id: 5, action_type: 'created' }))
    expect(await post(bridge, `/api/operations/${id}/retry`)).toMatchObject({
      status: 200,
      body: { success: true, operation_id: id, status: 'pending', status_url: `/api/operations/${id}` }
    })
    await bridge.drained()
    expect(await detail(bridge, id)).toMatchObject({ status: 'success', outcome: 'unchanged' })
  })

  test('writes one that succeeded once more when it is forced, as after a shop was restored', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope({ ...jane, company: 'Before' }, { action_type: 'created' }))
    const { body } = await bridge.post(customerEnvelope({ company: 'After' }))
    const row = bridge.shop.rows('customers').find(({ email }) => email === jane.email)
    bridge.shop.backOffice.update('customers', Number(row?.id), { company: 'Restored' })
    expect((await post(bridge, `/api/operations/${String(body['operation_id'])}/retry`, { force: true })).status).toBe(200)
    await bridge.drained()
    expect(bridge.shop.row('customers', Number(row?.id))?.company).toBe('After')
  })

  test('is refused for one that has not failed, and says how to force it', async () => {
    const bridge = await startBridge()
    const { body } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const path = `/api/operations/${String(body['operation_id'])}/retry`
    expect(await post(bridge, path)).toMatchObject({ status: 409, body: { error: expect.stringContaining('"force": true') } })
  })

  test('is refused for one that waits, and for one whose payload is gone', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const { body: done } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await bridge.drained()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1.5 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    bridge.server.ledger.prune(1)
    expect(await post(bridge, `/api/operations/${String(done['operation_id'])}/retry`, { force: true })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('RETENTION_DAYS') }
    })
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    const { body: waiting } = await bridge.post(customerEnvelope({ company: 'x' }))
    expect(await post(bridge, `/api/operations/${String(waiting['operation_id'])}/retry`)).toMatchObject({ status: 409 })
  })

  test('is 404 for one that is not there', async () => {
    expect(await post(await startBridge(), '/api/operations/op_none/retry')).toMatchObject({ status: 404, body: { success: false } })
  })

  test.each([['[]', 400], ['{"force":"yes"}', 400], ['{"forced":true}', 400], ['not json', 400], [`{"x":"${'x'.repeat(20_000)}"}`, 413]])(
    'is refused with the body %s',
    async (body, status) => {
      const { bridge, id } = await startWithFailed()
      expect((await post(bridge, `/api/operations/${id}/retry`, body)).status).toBe(status)
      expect(bridge.server.ledger.find(id)?.status).toBe('failed')
    }
  )
})

/** A ledger of failed operations, all about one customer. */
const fillWithFailed = async (path: string, count: number): Promise<void> => {
  const ledger = openLedger({ path, as: 'server' })
  const source_payload = JSON.stringify(customerEnvelope(jane))
  const accepted = await Promise.all(Array.from({ length: count }, () => ledger.accept(newOperation({ source_payload }))))
  const endings = accepted.map(({ operation_id }) => ({ operation_id, status: 'failed' as const, processing_time_ms: 1 }))
  ledger.conclude(newOperation(), { endings })
  ledger.close()
}

/** Addresses with a bad phone and a coupon without a name: they fail again and again. */
const startWithMany = async (addresses: number): Promise<Bridge> => {
  const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
  await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  await bridge.post(
    Array.from({ length: addresses }, (_, index) => addressEnvelope({ ...home, phone: 'call me', customer_email: jane.email }, { entity_id: index + 1 }))
  )
  await bridge.post(couponEnvelope({ ...welcome, reduction_percent: 'much' }))
  await bridge.drained()
  return bridge
}

describe('trying all failed operations again', () => {
  test('takes all of them, however many', async () => {
    const ledgerPath = temporaryLedgerPath()
    await fillWithFailed(ledgerPath, 1_200)
    const bridge = await startBridge({ ledgerPath })
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    expect(await post(bridge, '/api/operations/retry')).toMatchObject({ status: 200, body: { success: true, retried: 1_200 } })
    expect(bridge.server.ledger.backlog().pending).toBe(1_200)
    expect(await listed(bridge, { status: 'failed' })).toEqual([])
  })

  test('takes only those that the filters leave', async () => {
    const bridge = await startWithMany(2)
    expect((await post(bridge, '/api/operations/retry', { entity_type: 'coupon' })).body).toEqual({ success: true, retried: 1 })
    expect((await post(bridge, '/api/operations/retry', { text: jane.email })).body).toEqual({ success: true, retried: 2 })
    expect((await post(bridge, '/api/operations/retry', { received_to: '2020-01-01T00:00:00Z' })).body).toEqual({ success: true, retried: 0 })
  })

  test('leaves what succeeded alone, also when it is forced', async () => {
    const bridge = await startWithMany(1)
    expect((await post(bridge, '/api/operations/retry', { force: true })).body).toEqual({ success: true, retried: 2 })
    await bridge.drained()
    expect(await listed(bridge, { status: 'success' })).toEqual([1001])
  })

  test.each([{ status: 'failed' }, { entity: 'coupon' }, { text: '' }, { received_from: 'today' }])(
    'is refused with %j: a filter that is not understood would take too many',
    async (body) => {
      const bridge = await startWithMany(1)
      expect((await post(bridge, '/api/operations/retry', body)).status).toBe(400)
    }
  )
})
