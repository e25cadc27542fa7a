import Database from 'better-sqlite3'
import * as v from 'valibot'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readySchema } from '../../src/api/health.ts'
import { createShopWatch } from '../../src/api/shop-watch.ts'
import { customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'
import { takeTablesAway } from './broken-ledger.ts'

const isoTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const unknownError = (code: number): string =>
  `<?xml version="1.0"?><prestashop><errors><error><code>${code}</code><message>no</message></error></errors></prestashop>`

describe('/readyz about the shop', () => {
  test('knows nothing before the first call', () => {
    expect(createShopWatch().state()).toEqual({ reachable: null, key_valid: null, checked_at: null })
  })

  test('tells that it answered and took the key', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    expect((await bridge.get('/readyz')).body['shop']).toEqual({ working: true, reachable: true, key_valid: true, checked_at: isoTime })
  })

  test('tells that the key is refused, and that a new one is taken once it is there', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const giveKeyBack = bridge.shop.inject({ answer: { status: 401, contentType: 'text/xml', body: unknownError(20) } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    expect((await bridge.get('/readyz')).body['shop']).toMatchObject({ working: false, reachable: true, key_valid: false, kind: 'misconfigured' })
    giveKeyBack()
    await bridge.drained()
    expect((await bridge.get('/readyz')).body['shop']).toMatchObject({ working: true, reachable: true, key_valid: true })
  })

  test('does not take a missing right for a wrong key', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    onTestFinished(bridge.shop.inject({ answer: { status: 401, contentType: 'text/xml', body: unknownError(26) } }))
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.missingRights().some(({ resource }) => resource === 'customers'), 'the right is missing')
    const { body } = await bridge.get('/readyz')
    expect(body['shop']).toMatchObject({ key_valid: true })
    expect(body['missing_rights']).toContainEqual({ resource: 'customers', method: 'GET', since: isoTime })
  })

  test('tells that it cannot be reached, and keeps what is known of the key', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await bridge.drained()
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    await bridge.post(customerEnvelope({ company: 'x' }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    expect((await bridge.get('/readyz')).body['shop']).toMatchObject({ working: false, reachable: false, key_valid: true })
  })
})

test('/readyz writes to the ledger once a second at most, however many ask', async () => {
  const bridge = await startBridge()
  const db = new Database(bridge.ledgerPath, { readonly: true })
  const version = (): unknown => db.pragma('data_version', { simple: true })
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['performance'] })
  await bridge.get('/readyz')
  const before = version()
  for (let count = 0; count < 5; count += 1) expect((await bridge.get('/readyz')).status).toBe(200)
  expect(version()).toBe(before)
  vi.advanceTimersByTime(1_000)
  await bridge.get('/readyz')
  expect(version()).not.toBe(before)
  db.close()
})

test('/readyz is 503 with Retry-After while the ledger cannot store anything, and /healthz is not', async () => {
  const bridge = await startBridge()
  const giveBack = takeTablesAway(bridge.ledgerPath)
  const { status, headers, body } = await bridge.get('/readyz')
  expect({ status, body }).toMatchObject({ status: 503, body: { success: false, error: expect.any(String) } })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await bridge.get('/healthz')).status).toBe(200)
  giveBack()
  expect((await bridge.get('/readyz')).status).toBe(200)
})

test('/readyz tells the age of the oldest operation that waits', async () => {
  const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
  onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
  await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  const db = new Database(bridge.ledgerPath)
  db.prepare('UPDATE operations SET received_at = received_at - 90000').run()
  db.close()
  const { backlog } = v.parse(readySchema, (await bridge.get('/readyz')).body)
  expect(backlog.pending).toBe(1)
  expect(backlog.oldest_seconds).toBeGreaterThanOrEqual(90)
  expect(backlog.oldest_seconds).toBeLessThan(120)
})
