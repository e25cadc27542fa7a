import { describe, expect, test } from 'vitest'
import { type Bridge, customerEnvelope, jane, SECRET, startBridge } from '../support/bridge.ts'

const webhook = customerEnvelope(jane, { action_type: 'created' })
const LIMIT = 4_096

const nothingHappened = (bridge: Bridge): void => {
  expect(bridge.server.ledger.list({ limit: 10 })).toEqual([])
  expect(bridge.calls()).toEqual([])
}

/** A JSON text with that many arrays or objects inside each other. */
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

/** Posts a body in chunks, without a Content-Length. */
const chunked = (bridge: Bridge, text: string): Promise<Response> => {
  const chunks = text.match(/[^]{1,512}/g) ?? []
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(Buffer.from(chunk))
    }
  })
  const headers = { 'content-type': 'application/json', 'x-webhook-secret': SECRET }
  return fetch(`${bridge.server.url}/webhooks/odoo`, { method: 'POST', headers, body, duplex: 'half' })
}

describe('the Content-Type', () => {
  const others = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'text/json', '']
  test.each(others)(
    '%j gets 415, and nothing is stored',
    async (type) => {
      const bridge = await startBridge()
      const { status, body } = await bridge.post(webhook, { 'content-type': type })
      expect(status).toBe(415)
      expect(body).toEqual({ success: false, error: 'The Content-Type must be application/json' })
      nothingHappened(bridge)
    }
  )

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8', 'application/vnd.odoo+json'])(
    '%j is JSON',
    async (type) => {
      const bridge = await startBridge()
      expect((await bridge.post(webhook, { 'content-type': type })).status).toBe(200)
    }
  )

  test('of a compressed body gets 415', async () => {
    const bridge = await startBridge()
    const { status } = await bridge.post(new Uint8Array([0x1f, 0x8b, 8, 0]), { 'content-encoding': 'gzip' })
    expect(status).toBe(415)
  })
})

describe('a body that is no JSON', () => {
  test.each([
    { what: 'empty', body: '' },
    { what: 'white space', body: ' \n' },
    { what: 'a word', body: 'hello' },
    { what: 'cut off', body: JSON.stringify(webhook).slice(0, -1) },
    { what: 'two values', body: '{}{}' },
    { what: 'XML', body: '<prestashop/>' },
    { what: 'a form', body: 'entity_type=customer&entity_id=1' },
    { what: 'NaN', body: '{"entity_type":"customer","entity_id":NaN,"data":{}}' },
    { what: 'a comma too many', body: '{"entity_type":"customer",}' },
    { what: 'invalid UTF-8', body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
    { what: 'Latin-1', body: new Uint8Array(Buffer.from('{"entity_type":"customer","entity_id":1,"data":{"lastname":"Désir"}}', 'latin1')) },
    { what: 'UTF-16', body: new Uint8Array(Buffer.from(JSON.stringify(webhook), 'utf16le')) },
    { what: 'a NUL byte', body: '{"entity_type":"customer"\0}' }
  ])('($what) gets 400, and nothing is stored', async ({ body }) => {
    const bridge = await startBridge()
    const reply = await bridge.post(body)
    expect(reply).toMatchObject({ status: 400, body: { success: false, error: expect.stringContaining('body') } })
    nothingHappened(bridge)
  })

  test('but JSON with a byte order mark is accepted', async () => {
    const bridge = await startBridge()
    expect((await bridge.post(`\u{FEFF}${JSON.stringify(webhook)}`)).status).toBe(200)
  })
})

describe('a body over the limit', () => {
  const big = JSON.stringify(customerEnvelope({ ...jane, note: 'x'.repeat(LIMIT) }))

  test('gets 413, nothing is stored, and the next webhook is served', async () => {
    const bridge = await startBridge({ config: { BODY_LIMIT_BYTES: String(LIMIT) } })
    const { status, body } = await bridge.post(big)
    expect({ status, body }).toEqual({ status: 413, body: { success: false, error: `The body is larger than ${LIMIT} bytes` } })
    nothingHappened(bridge)
    expect((await bridge.post({ ...webhook, action_type: 'created' })).status).toBe(200)
  })

  test('gets 413 as well when it comes in chunks without a Content-Length', async () => {
    const bridge = await startBridge({ config: { BODY_LIMIT_BYTES: String(LIMIT) } })
    const response = await chunked(bridge, big)
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ success: false })
    nothingHappened(bridge)
  })

  test('is told from one below the limit, also in chunks', async () => {
    const bridge = await startBridge({ config: { BODY_LIMIT_BYTES: String(LIMIT) } })
    const filler = LIMIT - JSON.stringify({ ...webhook, extra: '' }).length
    const exact = { ...webhook, extra: 'x'.repeat(filler) }
    expect((await chunked(bridge, JSON.stringify(exact))).status).toBe(200)
    expect((await bridge.post(exact)).status).toBe(200)
    expect((await bridge.post({ ...exact, extra: `${exact.extra}x` })).status).toBe(413)
  })

  test('is anything over 1 MiB unless told otherwise', async () => {
    const bridge = await startBridge()
    const { status } = await bridge.post(customerEnvelope({ ...jane, note: 'x'.repeat(2 * 1_048_576) }))
    expect(status).toBe(413)
    expect((await bridge.post(customerEnvelope({ ...jane, note: 'x'.repeat(1_000_000) }, { action_type: 'created' }))).status).toBe(200)
  })
})

describe('deep nesting', () => {
  test.each([33, 1_000, 150_000])('of %d levels gets 400, and the server goes on', async (levels) => {
    const bridge = await startBridge()
    expect(await bridge.post(nested(levels))).toMatchObject({ status: 400, body: { error: expect.stringContaining('nested') } })
    expect((await bridge.post(`{"a":`.repeat(levels) + '1' + '}'.repeat(levels))).status).toBe(400)
    nothingHappened(bridge)
    expect((await bridge.post(webhook)).status).toBe(200)
  })

  test('that is moderate is ignored where nobody looks', async () => {
    const bridge = await startBridge()
    const extra: unknown = JSON.parse(nested(20))
    const { status, body } = await bridge.post({ ...webhook, extra, data: { ...jane, extra } })
    expect({ status, ignored: body['ignored_fields'] }).toEqual({ status: 200, ignored: ['extra'] })
  })
})

describe('keys that mean something to JavaScript', () => {
  const poison =
    '"__proto__":{"entity_type":"customer","polluted":true,"active":false},' +
    '"constructor":{"prototype":{"polluted":true}},"toString":"x","hasOwnProperty":1'

  test('are harmless in the envelope and in the data', async () => {
    const bridge = await startBridge()
    const data = `{${poison},"email":"jane@example.com","firstname":"Jane","lastname":"Roe"}`
    const text = `{${poison},"entity_type":"customer","entity_id":1,"action_type":"created","data":${data}}`
    const { status, body } = await bridge.post(text)
    expect(status).toBe(200)
    expect(body['ignored_fields']).toEqual(expect.arrayContaining(['toString', 'hasOwnProperty']))
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject({ active: '1', email: 'jane@example.com' })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('do not stand in for keys that are missing', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post('{"__proto__":{"entity_type":"customer","entity_id":1,"data":{}}}')
    expect(status).toBe(422)
    expect(body['issues']).toMatchObject([{ path: 'entity_type' }, { path: 'entity_id' }])
  })

  test.each(['__proto__', 'constructor', 'toString'])('are no entity types: %s', async (entity_type) => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post({ ...webhook, entity_type })
    expect(status).toBe(422)
    expect(body['issues']).toMatchObject([{ path: 'entity_type', message: expect.stringContaining('not known') }])
  })
})
