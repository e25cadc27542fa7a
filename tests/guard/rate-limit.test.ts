import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createCounter } from '../../src/guard/counter.ts'
import { createFailures } from '../../src/guard/failures.ts'
import { type Bridge, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { ask, dial, head } from './support.ts'

const webhook = customerEnvelope(jane, { action_type: 'upserted' })

const limited = (perMinute: number, more: Record<string, string> = {}): Promise<Bridge> =>
  startBridge({ config: { RATE_LIMIT_PER_MINUTE: String(perMinute), TRUST_PROXY: 'true', ...more } })

const statusFrom = async ({ post }: Bridge, address: string): Promise<number> => (await post(webhook, { 'x-forwarded-for': address })).status

describe('RATE_LIMIT_PER_MINUTE', () => {
  test('answers 429 with Retry-After to whoever sends more, and nothing is stored', async () => {
    const bridge = await limited(3)
    for (const _ of [1, 2, 3]) expect(await statusFrom(bridge, '203.0.113.7')).toBe(200)
    const reply = await bridge.post(customerEnvelope(jane, { entity_id: 2 }), { 'x-forwarded-for': '203.0.113.7' })
    expect(reply).toMatchObject({ status: 429, body: { success: false, error: expect.stringContaining('Too many requests') } })
    const seconds = Number(reply.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(bridge.server.ledger.list({ limit: 10 })).toHaveLength(3)
  })

  test('is per client: others are served', async () => {
    const bridge = await limited(1)
    expect(await statusFrom(bridge, '203.0.113.7')).toBe(200)
    expect(await statusFrom(bridge, '203.0.113.7')).toBe(429)
    expect(await statusFrom(bridge, '203.0.113.8')).toBe(200)
  })

  test('takes a /64 of IPv6 as one client, and an IPv4 address in IPv6 as itself', async () => {
    const bridge = await limited(1)
    expect(await statusFrom(bridge, '2001:db8:0:1::1')).toBe(200)
    expect(await statusFrom(bridge, '2001:db8:0:1:ffff::2')).toBe(429)
    expect(await statusFrom(bridge, '2001:db8:0:2::1')).toBe(200)
    expect(await statusFrom(bridge, '203.0.113.7')).toBe(200)
    expect(await statusFrom(bridge, '::ffff:203.0.113.7')).toBe(429)
  })

  test('cannot be got around with an X-Forwarded-For of one\'s own', async () => {
    const bridge = await limited(2, { TRUST_PROXY: 'false' })
    const statuses = []
    for (const last of [1, 2, 3]) statuses.push(await statusFrom(bridge, `203.0.113.${last}`))
    expect(statuses).toEqual([200, 200, 429])
  })

  test('counts what is refused, too: guessing secrets is slow', async () => {
    const bridge = await limited(2)
    const guess = async (): Promise<number> => (await bridge.post(webhook, { 'x-webhook-secret': 'a wrong secret' })).status
    expect([await guess(), await guess(), await guess()]).toEqual([403, 403, 429])
    expect((await bridge.post(webhook)).status).toBe(429)
  })

  test('is decided before the body is read', async () => {
    const bridge = await limited(1)
    await bridge.post(webhook)
    const { socket } = await dial(bridge)
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    // The body never comes.
    socket.write(head(['Content-Length: 1000']))
    expect(await answered).toMatch(/^HTTP\/1\.1 429 /)
  })

  test('never holds for /healthz and the automation webhooks, but for everything else', async () => {
    const bridge = await limited(1)
    const statusesOf = async (path: string, method: string): Promise<number[]> => {
      const statuses = []
      for (const _ of [1, 2, 3]) statuses.push((await ask(bridge, path, { method })).status)
      return statuses
    }
    for (const path of ['/healthz', '/webhooks/odoo/automation', '/webhooks/odoo/automation/secret']) {
      expect([path, (await statusesOf(path, 'POST')).includes(429)]).toEqual([path, false])
    }
    await ask(bridge, '/readyz')
    for (const path of ['/readyz', '/api/settings', '/outgoing/check', '/login', '/nothing', '/webhooks/odoo/automations']) {
      expect([path, (await ask(bridge, path)).status]).toEqual([path, 429])
    }
  })

  test('of 0 is no limit', async () => {
    const bridge = await limited(0)
    const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(bridge, '/login').then(({ status }) => status)))
    expect(statuses).not.toContain(429)
  })

  test('is told in the log once, not with every request', async () => {
    const { log, lines } = memoryLog()
    const bridge = await startBridge({ log, config: { RATE_LIMIT_PER_MINUTE: '1' } })
    for (const _ of [1, 2, 3, 4]) await ask(bridge, '/readyz')
    expect(lines.filter(({ msg }) => String(msg).includes('RATE_LIMIT_PER_MINUTE'))).toMatchObject([{ address: '127.0.0.1' }])
  })
})

describe('the counts by client', () => {
  test('are kept for so many clients: of more, the first are forgotten', async () => {
    const counter = createCounter(2)
    await counter.count('first')
    await counter.count('second')
    await counter.count('second')
    await counter.count('third')
    expect((await counter.read('first')).times).toBe(0)
    expect((await counter.read('second')).times).toBe(2)
    expect((await counter.read('third')).times).toBe(1)
  })
})

describe('a minute that is over', () => {
  test('counts no more, and the next one makes the client a late one', async () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const counter = createCounter(2)
    await counter.count('first')
    await counter.count('first')
    vi.advanceTimersByTime(40_000)
    await counter.count('second')
    expect(await counter.read('first')).toEqual({ times: 2, seconds: 20 })
    vi.advanceTimersByTime(21_000)
    expect((await counter.read('first')).times).toBe(0)
    expect(await counter.count('first')).toEqual({ times: 1, seconds: 60 })
    await counter.count('third')
    expect([(await counter.read('first')).times, (await counter.read('second')).times]).toEqual([1, 0])
  })
})

describe('failed authentications', () => {
  test('block an address after so many, and no other', async () => {
    const failures = createFailures(2)
    await failures.count('203.0.113.7')
    expect(await failures.blockedSeconds('203.0.113.7')).toBe(0)
    await failures.count('203.0.113.7')
    expect(await failures.blockedSeconds('203.0.113.7')).toBeGreaterThan(55)
    expect(await failures.blockedSeconds('203.0.113.8')).toBe(0)
  })
})
