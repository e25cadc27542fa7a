import { describe, expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import { type Bridge, type BridgeOptions, customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'
import { newOperation, odooId } from '../support/ledger.ts'
import { memoryLog } from '../support/log.ts'
import { orderEnvelope, trackingOf } from '../support/orders.ts'
import { ask } from './support.ts'

const webhook = customerEnvelope(jane, { action_type: 'upserted' })

const turn = async (bridge: Bridge, on: boolean): Promise<void> => {
  const { status } = await ask(bridge, '/api/settings', { method: 'PUT', body: JSON.stringify({ reverse_sync_enabled: on }) })
  expect(status).toBe(200)
}

const storedIn = ({ server }: Bridge): number => server.ledger.list({ limit: 10 }).length

/** The shop writes, but does not answer until told. */
const holdBack = ({ shop }: Bridge): { writing: Promise<void>; release: () => void } => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: writing, resolve: begun } = Promise.withResolvers<void>()
  shop.onHook(async () => {
    begun()
    await released
  })
  onTestFinished(() => release())
  return { writing, release }
}

/** Time enough for a call that must not come. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150))

describe('while the reverse sync is off, a webhook', () => {
  test('gets 503 with Retry-After, and nothing is stored', async () => {
    const bridge = await startBridge()
    await turn(bridge, false)
    const reply = await bridge.post(webhook)
    expect(reply).toMatchObject({ status: 503, body: { success: false, error: expect.stringContaining('switched off') } })
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await bridge.post([webhook, webhook])).status).toBe(503)
    expect(storedIn(bridge)).toBe(0)
    expect(bridge.calls()).toEqual([])
  })

  test('with a wrong secret gets 403 all the same', async () => {
    const bridge = await startBridge({ config: { REVERSE_SYNC_ENABLED: 'false' } })
    expect((await bridge.post(webhook, { 'x-webhook-secret': 'wrong' })).status).toBe(403)
  })

  test('that waits for its result is told that it is stored', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '400', PRESTASHOP_CONCURRENCY: '1' } })
    const { writing } = holdBack(bridge)
    const first = bridge.post(webhook)
    await writing
    const second = bridge.post(customerEnvelope({ ...jane, email: 'joe@example.com' }, { entity_id: 2, action_type: 'created' }))
    await until(() => storedIn(bridge) === 2, 'the second webhook is stored')
    await turn(bridge, false)
    expect([(await first).status, (await second).status]).toEqual([202, 202])
  })
})

describe('while the reverse sync is off, work', () => {
  test('is not begun, the call in flight ends, and nothing is lost', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0', PRESTASHOP_CONCURRENCY: '1' } })
    const { writing, release } = holdBack(bridge)
    const { body: first } = await bridge.post(webhook)
    const { body: second } = await bridge.post(customerEnvelope({ ...jane, email: 'joe@example.com' }, { entity_id: 2, action_type: 'created' }))
    await writing
    await turn(bridge, false)
    const statusOf = ({ operation_id: id }: Record<string, unknown>) => bridge.server.ledger.find(String(id))?.status
    bridge.calls()
    release()
    await until(() => statusOf(first) === 'success', 'the call in flight has ended')
    await aWhile()
    expect(bridge.calls()).toEqual([])
    expect(statusOf(second)).toBe('pending')

    await turn(bridge, true)
    await bridge.drained()
    expect(statusOf(second)).toBe('success')
    expect(bridge.server.ledger.find(String(second['operation_id']))).toMatchObject({ attempts: 1, outcome: 'created' })
  })

  test('of several calls stops after the one in flight, and is done once when it goes on', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const { writing, release } = holdBack(bridge)
    const { body } = await bridge.post(orderEnvelope({ id: 2, tracking_number: 'XY123', current_state: 'shipped' }))
    await writing
    bridge.calls()
    await turn(bridge, false)
    release()
    const find = () => bridge.server.ledger.find(String(body['operation_id']))
    await until(() => find()?.status === 'pending', 'the operation is given back')
    await aWhile()
    expect(bridge.calls()).toEqual([])
    expect(find()).toMatchObject({ attempts: 0, error_kind: null })

    await turn(bridge, true)
    await bridge.drained()
    expect(find()).toMatchObject({ status: 'success' })
    expect(trackingOf(bridge.shop, 2)).toEqual(['XY123'])
    expect(bridge.calls().filter((call) => call.startsWith('POST order_histories'))).toHaveLength(1)
  })

  test('that comes in otherwise is kept, and taken up at once afterwards', async () => {
    const bridge = await startBridge({ config: { REVERSE_SYNC_ENABLED: 'false' } })
    const payload = customerEnvelope(jane, { action_type: 'created' })
    await bridge.server.ledger.accept(newOperation({ odoo_id: odooId(1001), action_type: 'created', source_payload: JSON.stringify(payload) }))
    await aWhile()
    expect(bridge.calls()).toEqual([])
    expect(bridge.server.ledger.backlog().pending).toBe(1)
    await turn(bridge, true)
    await bridge.drained()
    expect(bridge.server.ledger.list({ limit: 1 })).toMatchObject([{ status: 'success', outcome: 'created' }])
  })

  test('does not even ask whether a shop that was away is back', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const mend = bridge.shop.inject({ answer: { status: 503 } })
    await bridge.post(webhook)
    await until(() => bridge.server.sync.breaker().open, 'the shop is seen to be away')
    await turn(bridge, false)
    mend()
    bridge.calls()
    // The first probe is due after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(bridge.calls()).toEqual([])
    await turn(bridge, true)
    await bridge.drained()
    expect(bridge.server.ledger.list({ limit: 1 })).toMatchObject([{ status: 'success' }])
  })
})

describe('the switch', () => {
  test('is where REVERSE_SYNC_ENABLED puts it, until the operator turns it; then the ledger remembers', async () => {
    const first = await startBridge({ config: { REVERSE_SYNC_ENABLED: 'false' } })
    const again = (on: string): Promise<Bridge> => {
      const shared: BridgeOptions = { ledgerPath: first.ledgerPath, sharedShop: first.shop }
      return startBridge({ ...shared, config: { REVERSE_SYNC_ENABLED: on } })
    }
    expect((await first.post(webhook)).status).toBe(503)
    await first.server.close()
    const second = await again('true')
    expect((await second.post(webhook)).status).toBe(200)
    await turn(second, false)
    await second.server.close()
    const third = await again('true')
    expect((await third.post(webhook)).status).toBe(503)
    await turn(third, true)
    await third.server.close()
    expect((await (await again('false')).post(webhook)).status).toBe(200)
  })

  test('may be turned by another process on the same ledger, and that is seen soon', async () => {
    const bridge = await startBridge()
    const other = openLedger({ path: bridge.ledgerPath, as: 'tool' })
    onTestFinished(() => other.close())
    const isOn = async (): Promise<boolean> => (await bridge.get('/api/settings')).body['reverse_sync_enabled'] === true
    other.settings.set('reverse_sync_enabled', 'false')
    const asked = performance.now()
    while (await isOn()) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(performance.now() - asked).toBeLessThan(3_000)
    expect((await bridge.post(webhook)).status).toBe(503)
    await bridge.server.ledger.accept(newOperation({ source_payload: JSON.stringify(customerEnvelope(jane, { action_type: 'created' })) }))
    bridge.calls()
    other.settings.set('reverse_sync_enabled', 'true')
    await bridge.drained()
    expect(bridge.calls()).not.toEqual([])
  })

  test('is told in the log when it is off at the start, and when it is turned', async () => {
    const { log, lines } = memoryLog()
    const bridge = await startBridge({ log, config: { REVERSE_SYNC_ENABLED: 'false' } })
    await turn(bridge, true)
    await turn(bridge, true)
    const told = lines.map(({ msg }) => String(msg)).filter((msg) => msg.startsWith('the reverse sync'))
    expect(told).toEqual([expect.stringContaining('switched off'), expect.stringContaining('switched on')])
  })
})
