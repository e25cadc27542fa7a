import { readFileSync } from 'node:fs'
import { http, HttpResponse } from 'msw'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, SECRET, startBridge, until } from '../support/bridge.ts'
import { SIGNING_SECRET } from '../guard/support.ts'
import { takeTablesAway } from './broken-ledger.ts'

/** The samples that Prometheus would read, such as `webhooks_total{entity="customer",answer="200"}` → 1. */
const samplesOf = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])
  )

const scrape = async ({ server }: Bridge): Promise<Map<string, number>> => samplesOf(await (await fetch(`${server.url}/metrics`)).text())

/** A change in the shop, of a customer that Odoo does not know. */
const change = (id: number) => ({
  event_id: id,
  entity_type: 'customer',
  entity_id: id,
  action_type: 'updated',
  before_data: { firstname: 'A' },
  after_data: { firstname: 'B' }
})

describe('/metrics', () => {
  test('is in the text format of Prometheus, with a help and a type for each', async () => {
    const bridge = await startBridge()
    const response = await fetch(`${bridge.server.url}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    for (const { name, type, help } of bridge.server.metrics.declared) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
    }
  })

  test('counts webhooks by entity and answer, those of a batch one by one', async () => {
    const bridge = await startBridge()
    await bridge.post([customerEnvelope(jane, { action_type: 'created' }), addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }), { entity_type: 'x' }])
    await bridge.post('not json')
    await bridge.post(customerEnvelope(jane), { 'x-webhook-secret': 'wrong' })
    const samples = await scrape(bridge)
    expect(samples.get('webhooks_total{entity="customer",answer="200"}')).toBe(1)
    expect(samples.get('webhooks_total{entity="address",answer="422"}')).toBe(1)
    expect(samples.get('webhooks_total{entity="unknown",answer="422"}')).toBe(1)
    expect(samples.get('webhooks_total{entity="unknown",answer="400"}')).toBe(1)
    expect(samples.get('webhooks_total{entity="unknown",answer="403"}')).toBe(1)
  })

  test('counts webhooks that are refused unread: by address, by number, by secret, by signature, on both routes', async () => {
    const bridge = await startBridge({ config: { ALLOWED_IPS: '203.0.113.7, 203.0.113.8, 203.0.113.9', TRUST_PROXY: 'true', RATE_LIMIT_PER_MINUTE: '2', ADMIN_TOKEN: 'a-token-for-the-tests', WEBHOOK_SIGNING_SECRET: SIGNING_SECRET } })
    const send = async (path: string, from: string, secret: string, method = 'POST') =>
      (await fetch(`${bridge.server.url}${path}`, { method, headers: { 'x-forwarded-for': from, 'x-webhook-secret': secret, 'content-type': 'application/json' } })).status
    // A stranger to both routes, and what is no webhook; then wrong secrets; then without a signature, and too often.
    for (const path of ['/webhooks/odoo', '/webhooks/odoo/automation', '/webhooks/odoo/automation/x']) expect(await send(path, '6.6.6.6', SECRET)).toBe(403)
    expect(await send('/outgoing/check', '6.6.6.6', SECRET)).toBe(403)
    expect(await send('/webhooks/odoo', '6.6.6.7', SECRET, 'PUT')).toBe(403)
    expect([await send('/webhooks/odoo', '203.0.113.7', 'wrong'), await send('/webhooks/odoo/automation/wrong', '203.0.113.8', '')]).toEqual([403, 403])
    expect([await send('/webhooks/odoo', '203.0.113.9', SECRET), await send('/webhooks/odoo', '203.0.113.9', SECRET), await send('/webhooks/odoo', '203.0.113.9', SECRET)]).toEqual([403, 403, 429])
    const response = await fetch(`${bridge.server.url}/metrics`, { headers: { authorization: 'Bearer a-token-for-the-tests' } })
    const counted = Array.from(samplesOf(await response.text())).filter(([name]) => name.startsWith('webhooks_total'))
    expect(Object.fromEntries(counted)).toEqual({
      'webhooks_total{entity="unknown",answer="403"}': 7,
      'webhooks_total{entity="unknown",answer="429"}': 1
    })
  })

  test('counts webhooks that could not be stored', async () => {
    const bridge = await startBridge()
    const giveBack = takeTablesAway(bridge.ledgerPath)
    onTestFinished(giveBack)
    expect((await bridge.post(customerEnvelope(jane))).status).toBe(503)
    expect((await scrape(bridge)).get('webhooks_total{entity="customer",answer="503"}')).toBe(1)
  })

  test('counts operations that ended by outcome and kind of error, with the time that they took', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await bridge.post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
    await bridge.post([customerEnvelope({ company: 'One' }), customerEnvelope({ company: 'Two' })])
    const samples = await scrape(bridge)
    expect(samples.get('operations_total{entity="customer",outcome="created",kind="none"}')).toBe(1)
    expect(samples.get('operations_total{entity="address",outcome="failed",kind="permanent"}')).toBe(1)
    expect(samples.get('coalesced_total{entity="customer"}')).toBe(1)
    expect(samples.get('operation_seconds_count{entity="customer"}')).toBe(3)
  })

  test('counts calls of the shop by resource, method and status, with their latency', async () => {
    const bridge = await startBridge()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const samples = await scrape(bridge)
    expect(samples.get('shop_call_seconds_count{resource="customers",method="POST",status="201"}')).toBe(1)
    expect(samples.get('shop_call_seconds_bucket{le="+Inf",resource="customers",method="POST",status="201"}')).toBe(1)
    expect(samples.get('shop_call_seconds_sum{resource="customers",method="POST",status="201"}')).toBeGreaterThan(0)
  })

  test('counts calls without an answer, retries, and tells breaker and backlog', async () => {
    const bridge = await startBridge({ config: { ACK_WAIT_MS: '0' } })
    const calm = await scrape(bridge)
    expect(calm.get('breaker_open{kind="unavailable"}')).toBe(0)
    expect(calm.get('backlog_operations{status="pending"}')).toBe(0)
    expect(calm.get('backlog_oldest_seconds')).toBe(0)
    onTestFinished(bridge.shop.inject({ answer: { status: 503 } }))
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.ledger.list({ limit: 1 })[0]?.error_kind === 'unavailable', 'the attempt is over')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    onTestFinished(() => void vi.useRealTimers())
    const samples = await scrape(bridge)
    expect(samples.get('breaker_open{kind="unavailable"}')).toBe(1)
    expect(samples.get('breaker_open{kind="misconfigured"}')).toBe(0)
    expect(samples.get('retries_total{entity="customer",kind="unavailable"}')).toBe(1)
    expect(samples.get('backlog_operations{status="pending"}')).toBe(1)
    expect(samples.get('backlog_oldest_seconds')).toBeGreaterThanOrEqual(60)
    expect(samples.get('shop_call_seconds_count{resource="customers",method="GET",status="503"}')).toBe(1)
  })

  test('counts verdicts of the gate and what became of deliveries, and tells what waits in the outbox', async () => {
    const answers = [{ status: 200 }, { status: 422 }]
    const odoo = http.post('https://odoo.test/events', () => new HttpResponse(null, answers.shift() ?? { status: 503 }))
    const bridge = await startBridge({ config: { ODOO_WEBHOOK_URL: 'https://odoo.test/events', ODOO_DELIVERY: 'single' }, pages: [odoo] })
    await fetch(`${bridge.server.url}/outgoing/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
      body: JSON.stringify({ events: [change(1), change(2), change(3)] })
    })
    await until(() => bridge.server.delivery.state().open, 'Odoo takes nothing any more')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    onTestFinished(() => void vi.useRealTimers())
    const samples = await scrape(bridge)
    expect(samples.get('gate_verdicts_total{reason="untouched"}')).toBe(3)
    expect(samples.get('deliveries_total{result="delivered"}')).toBe(1)
    expect(samples.get('deliveries_total{result="refused"}')).toBe(1)
    expect(samples.get('outbox_events{status="pending"}')).toBe(2)
    expect(samples.get('outbox_events{status="failed"}')).toBe(0)
    expect(samples.get('outbox_oldest_seconds')).toBeGreaterThanOrEqual(60)
  })

  test('counts the looks of the poller', async () => {
    const bridge = await startBridge({ config: { ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/odoo', OUTGOING_POLL_SECONDS: '3600' } })
    await bridge.server.outgoing.poller.round()
    expect((await scrape(bridge)).get('poll_rounds_total{resource="customers",result="ok"}')).toBeGreaterThan(0)
    onTestFinished(bridge.shop.inject({ when: ({ resource }) => resource === 'customers', answer: { status: 503 } }))
    await bridge.server.outgoing.poller.round()
    expect((await scrape(bridge)).get('poll_rounds_total{resource="customers",result="failed"}')).toBe(1)
  })

  test('counts debug notifications', async () => {
    const answers = [{ status: 200 }, { status: 500 }]
    const receiver = http.post('https://debug.test/webhook', () => new HttpResponse(null, answers.shift() ?? { status: 200 }))
    const bridge = await startBridge({ config: { DEBUG_WEBHOOK_URL: 'https://debug.test/webhook' }, pages: [receiver] })
    const result = async (name: string) => (await scrape(bridge)).get(`debug_notifications_total{result="${name}"}`)
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await vi.waitFor(async () => expect(await result('sent')).toBe(1))
    await bridge.post(customerEnvelope({ company: 'x' }))
    await vi.waitFor(async () => expect(await result('failed')).toBe(1))
    expect(await result('sent')).toBe(1)
    expect(await result('dropped')).toBe(0)
  })

  test('tells the lag of the event loop and the memory of the process, once for all servers in it', async () => {
    const one = await startBridge()
    const other = await startBridge({ sharedShop: one.shop })
    for (const bridge of [one, other]) {
      const samples = await scrape(bridge)
      expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true)
      expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0)
    }
  })

  test('tells numbers only, from the first scrape on and however soon the next one comes', async () => {
    const bridge = await startBridge()
    for (const samples of [await scrape(bridge), await scrape(bridge)]) {
      expect(Array.from(samples).filter(([name, value]) => !Number.isFinite(value) || (name.includes('_lag_') && value > 60))).toEqual([])
    }
  })

  test('answers also while the ledger cannot be read', async () => {
    const bridge = await startBridge()
    onTestFinished(takeTablesAway(bridge.ledgerPath))
    const response = await fetch(`${bridge.server.url}/metrics`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('webhooks_total')
  })
})

/** The values of a label that are told when these were counted. */
const labelled = async (values: readonly string[]): Promise<string[]> => {
  const metrics = createMetrics()
  for (const reason of values) metrics.gateVerdicts.inc({ reason })
  const { text } = await metrics.scrape()
  return Array.from(text.matchAll(/gate_verdicts_total\{reason="([^"]*)"\}/g), ([, reason]) => reason ?? '')
}

describe('a label', () => {
  test('is a short word: an email address, a sentence or a line break is told as other', async () => {
    expect(await labelled(['echo', 'jane@example.com', 'two words', 'x"} 1\nfake 2', 'y'.repeat(41), ''])).toEqual(['echo', 'other'])
  })

  test('has a bounded number of values', async () => {
    const values = await labelled(Array.from({ length: 1_000 }, (_, index) => `reason_${index}`))
    expect(values).toHaveLength(65)
    expect(values).toContain('other')
  })
})

test('a gauge that cannot be read does not keep the others from being told', async () => {
  const metrics = createMetrics()
  metrics.beforeScrape(() => {
    throw new Error('not now')
  })
  metrics.beforeScrape(() => metrics.outboxOldest.set({}, 42))
  expect((await metrics.scrape()).text).toContain('outbox_oldest_seconds 42')
})

test('the README has a table of all metrics', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = createMetrics().declared.map(({ name, type, labels, help }) => {
    const named = labels.length > 0 ? `{${labels.join(',')}}` : ''
    return `| \`${name}${named}\` | ${type} | ${help} |`
  })
  const missing = rows.filter((row) => !readme.includes(row))
  expect(missing).toEqual([])
  const told = readme.match(/^\| `[a-z_]+(?:\{[a-z,]+\})?` \| (?:counter|gauge|histogram) \|/gm) ?? []
  expect(told).toHaveLength(rows.length)
})
