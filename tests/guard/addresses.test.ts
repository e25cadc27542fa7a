import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { type Bridge, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { ask } from './support.ts'

const webhook = customerEnvelope(jane, { action_type: 'upserted' })

/** A bridge that takes webhooks from these addresses only. */
const allowing = (ALLOWED_IPS: string, TRUST_PROXY = 'true', more: Record<string, string> = {}): Promise<Bridge> =>
  startBridge({ config: { ALLOWED_IPS, TRUST_PROXY, ...more } })

/** What is answered when the proxy on this machine hands over such an `X-Forwarded-For`. */
const statusFor = async ({ post }: Bridge, forwarded: string): Promise<number> =>
  (await post(webhook, { 'x-forwarded-for': forwarded })).status

describe('ALLOWED_IPS', () => {
  test('lets these addresses in and answers 403 to all others, and nothing is stored', async () => {
    const bridge = await allowing('203.0.113.7, 198.51.100.0/24')
    const { status, body } = await bridge.post(webhook, { 'x-forwarded-for': '203.0.113.8' })
    expect({ status, body }).toEqual({
      status: 403,
      body: { success: false, error: 'The address 203.0.113.8 is not allowed to send webhooks' }
    })
    expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
    expect(bridge.calls()).toEqual([])
    expect(await statusFor(bridge, '203.0.113.7')).toBe(200)
  })

  test.each([
    { entry: '203.0.113.7', inside: ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:cb00:7107'], outside: ['203.0.113.70', '20.30.11.37'] },
    { entry: '203.0.113.0/24', inside: ['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9'], outside: ['203.0.114.1', '2001:db8::1'] },
    { entry: '203.0.113.77/28', inside: ['203.0.113.64', '203.0.113.79'], outside: ['203.0.113.63', '203.0.113.80'] },
    { entry: '128.0.0.0/1', inside: ['200.8.8.8'], outside: ['8.8.8.8', '2001:db8::1'] },
    { entry: '2001:db8::7', inside: ['2001:db8::7', '2001:0DB8:0:0::0007'], outside: ['2001:db8::8', '203.0.113.7'] },
    { entry: '2001:db8::/33', inside: ['2001:db8:7fff::1'], outside: ['2001:db8:8000::1', '2001:db7::1'] },
    { entry: '::ffff:203.0.113.7', inside: ['203.0.113.7', '::ffff:203.0.113.7'], outside: ['203.0.113.8'] }
  ])('of $entry means $inside and not $outside', async ({ entry, inside, outside }) => {
    const bridge = await allowing(entry)
    for (const address of inside) expect([address, await statusFor(bridge, address)]).toEqual([address, 200])
    for (const address of outside) expect([address, await statusFor(bridge, address)]).toEqual([address, 403])
  })

  test('is looked at before the secret, and tells the operator which address came', async () => {
    const { log, lines } = memoryLog()
    const bridge = await startBridge({ log, config: { ALLOWED_IPS: '203.0.113.7' } })
    expect(await bridge.post(webhook, { 'x-webhook-secret': 'wrong' })).toMatchObject({ status: 403, body: { error: expect.stringContaining('127.0.0.1') } })
    expect(lines).toContainEqual(expect.objectContaining({ address: '127.0.0.1', msg: expect.stringContaining('ALLOWED_IPS') }))
  })

  test('holds for every address of the webhooks and of the outgoing side', async () => {
    const bridge = await allowing('203.0.113.7', 'false')
    for (const path of ['/webhooks/odoo', '/webhooks/odoo/automation', '/webhooks/odoo/automation/x', '/outgoing/check', '/outgoing/events']) {
      expect([path, (await ask(bridge, path, { method: 'POST' })).status]).toEqual([path, 403])
    }
  })

  test('does not hold for the probes and the operator', async () => {
    const bridge = await allowing('203.0.113.7', 'false')
    for (const path of ['/healthz', '/readyz', '/api/settings']) expect([path, (await bridge.get(path)).status]).toEqual([path, 200])
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
  test.runIf(hasIpv6)('knows an IPv4 client on a socket for IPv6', async () => {
    const bridge = await allowing('127.0.0.1', 'false', { HOST: '::' })
    const { port } = new URL(bridge.server.url)
    const send = async (host: string): Promise<number> =>
      (await fetch(`http://${host}:${port}/webhooks/odoo`, { method: 'POST', headers: { 'x-webhook-secret': 'wrong' } }).then(async (response) => {
        const text = await response.text()
        return text.includes('Invalid webhook secret') ? 200 : response.status
      }))
    expect(await send('127.0.0.1')).toBe(200)
    expect(await send('[::1]')).toBe(403)
  })
})

describe('X-Forwarded-For', () => {
  test.each([
    { allowed: '203.0.113.7', status: 403 },
    { allowed: '127.0.0.1', status: 200 }
  ])('counts for nothing without TRUST_PROXY: with $allowed allowed, $status', async ({ allowed, status }) => {
    expect(await statusFor(await allowing(allowed, 'false'), '203.0.113.7')).toBe(status)
  })

  test('cannot be spoofed: what the client wrote itself stands left of what the proxy knows', async () => {
    const bridge = await allowing('203.0.113.7')
    expect(await bridge.post(webhook, { 'x-forwarded-for': '203.0.113.7, 198.51.100.9' })).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('198.51.100.9') }
    })
    expect(await statusFor(bridge, '198.51.100.9, 203.0.113.7')).toBe(200)
  })

  test('is followed through proxies in private networks', async () => {
    const bridge = await allowing('203.0.113.7')
    expect(await statusFor(bridge, '6.6.6.6, 203.0.113.7, 10.1.2.3, 192.168.0.9, fd00::1, ::1')).toBe(200)
    expect(await statusFor(bridge, '203.0.113.7, 172.32.0.1')).toBe(403)
  })

  test('may hold ports and brackets, and the connection itself counts when it is missing', async () => {
    const bridge = await allowing('203.0.113.7, 2001:db8::7, 127.0.0.1')
    for (const forwarded of ['203.0.113.7:4711', '[2001:db8::7]:4711', '[2001:db8::7]', '2001:db8::7']) {
      expect([forwarded, await statusFor(bridge, forwarded)]).toEqual([forwarded, 200])
    }
    expect((await bridge.post(webhook)).status).toBe(200)
  })

  test.each(['unknown', '_hidden', '203.0.113.7.example', '999.1.1.1', '203.0.113', '-', "127.0.0.1'"])(
    'that names no address (%s) lets nobody in',
    async (forwarded) => {
      expect(await statusFor(await allowing('127.0.0.1, 203.0.113.7'), forwarded)).toBe(403)
    }
  )

  test.each([
    { what: 'a named proxy', trusted: '127.0.0.0/8', forwarded: '203.0.113.7', status: 200 },
    { what: 'an address that is not a named proxy', trusted: '10.0.0.1, 2001:db8::/32', forwarded: '203.0.113.7', status: 403 },
    // It pretends to be a proxy itself.
    { what: 'a client in the private network of the named proxy', trusted: '127.0.0.1', forwarded: '203.0.113.7, 10.0.0.66', status: 403 },
    { what: 'the only proxy', trusted: '1', forwarded: '6.6.6.6, 203.0.113.7', status: 200 },
    { what: 'the second of two proxies', trusted: '2', forwarded: '6.6.6.6, 203.0.113.7, 198.51.100.1', status: 200 },
    { what: 'a client that adds to it before the only proxy', trusted: '1', forwarded: '203.0.113.7, 6.6.6.6', status: 403 }
  ])('from $what, with TRUST_PROXY=$trusted: $status', async ({ trusted, forwarded, status }) => {
    expect(await statusFor(await allowing('203.0.113.7', trusted), forwarded)).toBe(status)
  })
})
