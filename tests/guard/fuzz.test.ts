import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bridge, type BridgeOptions, home, jane, type Reply, SECRET, startBridge, until } from '../support/bridge.ts'
import { memoryLog } from '../support/log.ts'
import { bareShop, dial, SIGNING_SECRET, signatureOf, TOKEN } from './support.ts'

const start = async (config: Record<string, string> = {}, options: BridgeOptions = {}) => {
  const { log, lines, text } = memoryLog()
  const bridge = await startBridge({ ...options, log, config: { ADMIN_TOKEN: TOKEN, RATE_LIMIT_PER_MINUTE: '0', ACK_WAIT_MS: '0', ...config } })
  return { bridge, lines, text }
}

/** Acceptance alone: the shop is away. */
const startWithoutShop: typeof start = async (config) => {
  const started = await start(config)
  started.bridge.shop.inject({ answer: { status: 503 } })
  return started
}

type Started = Awaited<ReturnType<typeof start>>

/** The server is up, was never surprised, and told nobody's secrets. */
const expectUnharmed = async ({ bridge, lines, text }: Started, secrets: readonly string[] = []): Promise<void> => {
  expect((await bridge.get('/readyz')).status).toBe(200)
  const surprises = ['a request failed unexpectedly', 'an unexpected error', 'a record is stuck until the next start']
  expect(lines.filter(({ msg }) => surprises.includes(String(msg)))).toEqual([])
  for (const secret of [SECRET, TOKEN, SIGNING_SECRET, bridge.shop.key, ...secrets]) expect(text()).not.toContain(secret)
}

const expectAnswer = ({ status, body }: Reply): void => {
  expect([200, 202, 400, 403, 413, 415, 422]).toContain(status)
  expect(body['success']).toBeTypeOf('boolean')
  if (status >= 400) expect(body['error']).toBeTypeOf('string')
}

const keys = [
  '',
  ...'id email firstname lastname active birthday note id_gender id_lang id_shop passwd alias address1 postcode city'.split(' '),
  ...'id_country id_state phone id_customer customer_odoo_id customer_email reference current_state tracking_number lines'.split(' '),
  ...'carrier payment_module total_paid currency code name reduction_percent reduction_amount quantity quantity_per_user'.split(' '),
  ...'date_from date_to minimum_amount __proto__ constructor toString'.split(' ')
]

const nastyThings = ['', ' ', '0', '-1', '1e400', 'null', "'; --", ']]>', '<!ENTITY x "y">', '\u0000', '\uD800', '𝒳', 1e308, -0, 2 ** 53, '{{7*7}}']
const nasty = fc.constantFrom<unknown>(...nastyThings)
const value = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) }, fc.jsonValue(), fc.integer(), fc.boolean(), nasty)

/** Payloads that would do, by entity. */
const plausible: Readonly<Record<string, Record<string, unknown>>> = {
  customer: jane,
  address: { ...home, id_customer: 1 },
  order: { id: 2, current_state: 'shipped', tracking_number: 'XY1' },
  coupon: { code: 'FUZZ', name: 'Fuzz', reduction_percent: 5 }
}
const data = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value, { maxKeys: 4 })

/** An envelope that would do, but for a few fields of its payload. */
const nearly = fc
  .record({
    entity_type: fc.constantFrom(...Object.keys(plausible)),
    entity_id: fc.integer({ min: 1, max: 50 }),
    action_type: fc.constantFrom('created', 'updated', 'upserted', 'deleted'),
    data
  })
  .map((made) => ({ ...made, data: { ...plausible[made.entity_type], ...made.data } }))

const names = ['event_id', 'entity_type', 'entity_id', 'action_type', 'timestamp', 'source', 'data']
const replacement = fc.tuple(fc.constantFrom(...names), fc.oneof(value, data)).map(([name, other]) => ({ [name]: other }))

/** One that may have anything under a key or two. */
const envelope = fc
  .tuple(nearly, fc.array(replacement, { maxLength: 2 }))
  .map(([made, replaced]): object => Object.assign({}, made, ...replaced))

const json = (thing: unknown): Uint8Array => Buffer.from(JSON.stringify(thing) ?? '')

/** A text with some of its bytes changed, taken away or put in. */
const damaged = (text: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(text, fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat(4)), { maxLength: 4 })).map(([bytes, changes]) => {
    let result: Uint8Array = bytes
    for (const [at, put, take] of changes) {
      const from = at % (result.byteLength + 1)
      result = Buffer.concat([result.subarray(0, from), put, result.subarray(from + take)])
    }
    return result
  })

const headerNames =
  'x-webhook-secret webhook-id webhook-timestamp webhook-signature content-type authorization cookie x-forwarded-for forwarded accept origin'.split(' ')
const firstLines = [
  'GET / HTTP/1.1',
  'POST /webhooks/odoo HTTP/1.1',
  'PUT /api/settings HTTP/1.0',
  'GET http://x/ HTTP/1.1',
  'PRI * HTTP/2.0',
  'GET /%ff%00 HTTP/1.1',
  'GET \\ HTTP/1.1'
]
const headerLines = [
  'Host: x',
  'Host: ',
  'Host: a b',
  'Host: [',
  'Content-Length: 5',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  'Expect: 100-continue',
  'Upgrade: websocket',
  'Connection: upgrade',
  ': x'
]

const TOGETHER = 25

const sendAll = async (bridge: Bridge, bodies: readonly Uint8Array[], headers: (body: Uint8Array) => Record<string, string> = () => ({})): Promise<void> => {
  for (const reply of await Promise.all(bodies.map((body) => bridge.post(body, headers(body))))) expectAnswer(reply)
}

const several = <Thing>(thing: fc.Arbitrary<Thing>): fc.Arbitrary<Thing[]> => fc.array(thing, { minLength: TOGETHER, maxLength: TOGETHER })

describe('whatever is sent, nothing breaks', () => {
  test('as an envelope of any content, and what is accepted is worked on to its end', async () => {
    const started = await start()
    const { bridge } = started
    await fc.assert(fc.asyncProperty(several(envelope.map(json)), (bodies) => sendAll(bridge, bodies)), { numRuns: 8 })
    // What waits for another record, or for another try, may still be there; nothing is forgotten.
    const open = () => bridge.server.ledger.list({ limit: 2_000 }).filter(({ status }) => status === 'pending' || status === 'processing')
    await until(() => open().every(({ status, error_kind }) => status === 'pending' && error_kind !== null), 'all is worked on')
    await expectUnharmed(started)
  })

  test('as a batch of anything', async () => {
    const started = await startWithoutShop()
    const batch = fc.oneof(fc.array(fc.oneof(envelope, fc.jsonValue()), { maxLength: 20 }), fc.record({ events: fc.array(envelope, { maxLength: 5 }) }))
    await fc.assert(fc.asyncProperty(several(batch.map(json)), (bodies) => sendAll(started.bridge, bodies)), { numRuns: 3 })
    await expectUnharmed(started)
  })

  test('as bytes of any kind', async () => {
    const started = await startWithoutShop({ BODY_LIMIT_BYTES: '1024' })
    const bytes = fc.oneof(damaged(envelope.map(json)), fc.uint8Array({ maxLength: 2_000 }), fc.json().map((text) => Buffer.from(text)))
    await fc.assert(fc.asyncProperty(several(bytes), (bodies) => sendAll(started.bridge, bodies)), { numRuns: 24 })
    await expectUnharmed(started)
  })

  test('under any header, with any secret, token and signature', async () => {
    const started = await startWithoutShop({ WEBHOOK_SIGNING_SECRET: SIGNING_SECRET, TRUST_PROXY: 'true' })
    const printable = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019 .,:;=/-_"\'<>%{}é')) })
    const headers = fc.dictionary(fc.constantFrom(...headerNames), printable, { maxKeys: 4 })
    const secrets = ['a-guess-of-somebody']
    await fc.assert(
      fc.asyncProperty(several(fc.tuple(envelope.map(json), headers, fc.boolean())), async (requests) => {
        const replies = requests.map(([body, given, isSigned]) => {
          const signature = isSigned ? signatureOf(Buffer.from(body).toString()) : {}
          return started.bridge.post(body, { ...signature, authorization: `Bearer ${secrets[0]}`, ...given })
        })
        for (const reply of await Promise.all(replies)) expectAnswer(reply)
      }),
      { numRuns: 30 }
    )
    await expectUnharmed(started, secrets)
  })

  test('as anything that is no HTTP at all', async () => {
    const started = await start({}, await bareShop())
    const wire = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      damaged(fc.tuple(fc.constantFrom(...firstLines), fc.array(fc.constantFrom(...headerLines), { maxLength: 4 })).map(([first, rest]) => Buffer.from(`${[first, ...rest].join('\r\n')}\r\n\r\n{"a":1}`)))
    )
    await fc.assert(
      fc.asyncProperty(several(wire), async (all) => {
        const answers = all.map(async (bytes) => {
          const { socket, closed } = await dial(started.bridge)
          socket.end(bytes)
          return closed
        })
        for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^(?:HTTP\/1\.1 [1234]\d\d |$)/)
      }),
      { numRuns: 40 }
    )
    await expectUnharmed(started)
  })
})
