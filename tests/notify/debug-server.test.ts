import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, startBridge, until } from '../support/bridge.ts'
import { batch, moduleEvent, reverse, showing } from './showing.ts'

describe('for people', () => {
  test('a reverse sync is marked, with its route, record, action, result, id and summary', async () => {
    const { post, lines } = await showing()
    expect(await post(reverse)).toEqual({ status: 200, body: { success: true, event_id: 'op_1' } })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d {2}REVERSE SYNC {2}odoo → prestashop {2}customer 42 updated {2}✓ updated\n {10}op_1 {2}reverseWebhookReceived\n {10}customer 42 updated: email$/
    )
    expect(lines[0]).not.toContain('jane@example.com')
  })

  test('one that failed says so, with the code', async () => {
    const { post, lines } = await showing()
    await post({ ...reverse, entity_id: null, result: { success: false, code: 'validation', error: 'phone must hold digits' }, change_summary: null })
    expect(lines[0]).toMatch(/customer updated {2}✗ failed: validation\n.*op_1.*\n +phone must hold digits$/)
  })

  test('a batch of the module is shown event by event, each from PrestaShop to Odoo', async () => {
    const { post, lines } = await showing()
    expect(await post(batch(moduleEvent, { ...moduleEvent, event_id: 13, action_type: 'updated' }))).toEqual({
      status: 200,
      body: { success: true, batch_id: 'b-77', results: [{ success: true, event_id: 12 }, { success: true, event_id: 13 }] }
    })
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d {2}EVENT {9}prestashop → odoo {2}order 7 \(XKBKNABJK\) status_changed\n {10}12 {2}actionOrderStatusPostUpdate {2}batch b-77\n {10}Shipped$/
    )
  })

  test('a single event, a list of them, and the connection test of the module are shown', async () => {
    const { post, lines } = await showing()
    expect(await post({ event_id: 5, entity_type: 'coupon', entity_id: 3, action_type: 'applied', data: {} })).toMatchObject({ body: { event_id: 5 } })
    expect(await post([moduleEvent])).toMatchObject({ body: { results: [{ event_id: 12 }] } })
    expect(await post({ test: true, timestamp: 'now' })).toEqual({ status: 200, body: { success: true } })
    expect(lines.map((line) => line.split('\n')[0]?.slice(10))).toEqual([
      'EVENT         prestashop → odoo  coupon 3 applied',
      'EVENT         prestashop → odoo  order 7 (XKBKNABJK) status_changed',
      'TEST          prestashop → odoo  connection test'
    ])
  })

  test('an object whose fields are of any other kind is shown all the same', async () => {
    const { post, lines } = await showing()
    const odd = { event_id: [], entity_type: { a: 1 }, entity_id: true, reverse_sync: 'yes', result: 'fine', change_summary: 7, source: null }
    expect((await post(odd)).status).toBe(200)
    expect((await post({})).status).toBe(200)
    expect(lines.map((line) => line.slice(10))).toEqual([
      'EVENT         prestashop → odoo  no entity\n          7',
      'EVENT         prestashop → odoo  no entity'
    ])
  })

  test('the whole payload only when it is asked for, and without its secrets', async () => {
    const { post, lines } = await showing({ full: true })
    await post({ ...reverse, original_payload: { data: { email: 'jane@example.com', passwd: 'hunter2', deep: [{ api_key: 'hunter2' }] } } })
    const [head, ...rest] = lines[0]?.split('\n') ?? []
    expect(head).toContain('REVERSE SYNC')
    expect(JSON.parse(rest.slice(2).join('\n'))).toMatchObject({
      event_id: 'op_1',
      original_payload: { data: { email: 'jane@example.com', passwd: '[masked]', deep: [{ api_key: '[masked]' }] } }
    })
  })
})

describe('for programs', () => {
  test('an event is one line of JSON', async () => {
    const { post, lines } = await showing({ json: true })
    await post(reverse)
    await post(batch(moduleEvent))
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      {
        received_at: expect.stringMatching(/^\d{4}-.+Z$/),
        reverse_sync: true,
        source: 'odoo',
        destination: 'prestashop',
        event_id: 'op_1',
        entity_type: 'customer',
        entity_id: 42,
        action_type: 'updated',
        hook_name: 'reverseWebhookReceived',
        timestamp: reverse.timestamp,
        change_summary: reverse.change_summary,
        result: reverse.result
      },
      {
        received_at: expect.any(String),
        batch_id: 'b-77',
        reverse_sync: false,
        source: 'prestashop',
        destination: 'odoo',
        event_id: 12,
        entity_type: 'order',
        entity_id: 7,
        entity_name: 'XKBKNABJK',
        action_type: 'status_changed',
        hook_name: 'actionOrderStatusPostUpdate',
        hook_timestamp: '2026-01-31 12:00:00',
        change_summary: 'Shipped'
      }
    ])
    expect(lines.join('')).not.toContain('\n')
  })

  test('with the whole payload when it is asked for, without its secrets', async () => {
    const { post, lines } = await showing({ json: true, full: true })
    await post({ ...moduleEvent, after_data: { email: 'jane@example.com', passwd: 'hunter2' } })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: { ...moduleEvent, after_data: { email: 'jane@example.com', passwd: '[masked]' } } })
  })
})

/** Colours, cursor, window title, the one-character introducers of C1, a new line, right to left, backspace. */
const hostile = '\u001b[31mred\u001b[2J\u001b]0;title\u0007\u009b5mblink\u009d0;x\u009c\nREVERSE SYNC\r\u202Edlrow\u2066\u2028\u0008\u007f\u0000end'

describe('no control character of a payload reaches the terminal', () => {
  const everywhere = {
    ...Object.fromEntries(Object.keys(moduleEvent).map((key) => [key, hostile])),
    ...Object.fromEntries(['source', 'destination', 'entity_name'].map((key) => [key, hostile])),
    [hostile]: [hostile],
    result: { success: false, code: hostile, error: hostile, message: hostile, outcome: hostile }
  }
  const everything = { batch_id: hostile, events: [everywhere, { ...everywhere, result: { success: true, outcome: hostile } }] }
  test.each([{}, { full: true }, { json: true }, { json: true, full: true }])('shown with %o', async (options) => {
    const { post, lines } = await showing(options)
    await post(everything)
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line).toContain('end')
      expect(line.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
      expect(line).not.toContain('\nREVERSE SYNC')
    }
  })

  test('while programs read the texts as they were', async () => {
    const { post, lines } = await showing({ json: true })
    await post(everything)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ batch_id: hostile, change_summary: hostile, entity_type: hostile })
  })

  test('nor one of a body or an address that is refused', async () => {
    const { send, server, complaints } = await showing()
    await send(`{"a":"${hostile}"`)
    await send('[{},"\\u001b[31m"]')
    await fetch(`${server.url}/%1b%5b31m`, { method: 'POST', body: hostile })
    expect(complaints).toHaveLength(3)
    expect(complaints.join('')).not.toMatch(/\p{Cc}/u)
  })

  test('a very long text is cut', async () => {
    const { post, lines } = await showing()
    await post({ ...reverse, change_summary: 'x'.repeat(5_000) })
    expect(lines[0]).toMatch(/x{300}… \(4700 more\)$/)
  })
})

describe('what is no event is refused in words', () => {
  test.each([
    ['nothing', '', /^The body is empty: expected an event/],
    ['half an object', '{"event_id":1', /^The body is not valid JSON in UTF-8: expected an event/],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), /^The body is not valid JSON in UTF-8/],
    ['a number', '42', /^The body is no JSON object/],
    ['null', 'null', /^The body is no JSON object/],
    ['a batch without a list', '{"events":{}}', /^The batch is not valid: events must be a list/],
    ['a batch with something else in it', '{"events":[{},7]}', /^The batch is not valid: events\.1 must be a JSON object$/],
    ['a batch that is too long', JSON.stringify({ events: Array.from({ length: 1_001 }, () => ({})) }), /^The batch is not valid: events must be at most 1000$/],
    ['what is nested without end', `${'{"a":['.repeat(50_000)}1${']}'.repeat(50_000)}`, /^The body is nested too deep$/]
  ])('400 for %s', async (_, body, message) => {
    const { send, lines, complaints } = await showing()
    expect(await send(body)).toEqual({ status: 400, body: { success: false, error: expect.stringMatching(message) } })
    expect(lines).toEqual([])
    expect(complaints).toEqual([expect.stringMatching(/^refused with 400: The b/)])
  })

  test('413 for more than 16 MiB, whether its length is told or not', async () => {
    const { send, lines } = await showing()
    const refused = { status: 413, body: { success: false, error: 'The body is larger than 16777216 bytes' } }
    const large = new Uint8Array(16 * 1_024 * 1_024 + 1).fill(0x20)
    expect(await send(large)).toEqual(refused)
    expect(await send(new Blob([large]).stream(), { duplex: 'half' })).toEqual(refused)
    expect(lines).toEqual([])
  })

  test('405 and 404 tell where events go', async () => {
    const { send, server } = await showing()
    expect(await send('{}', { method: 'PUT' })).toMatchObject({ status: 405, body: { error: expect.stringContaining('POST') } })
    const elsewhere = await fetch(`${server.url}/`, { method: 'POST', body: '{}' })
    expect(elsewhere.status).toBe(404)
    expect(await elsewhere.json()).toMatchObject({ error: expect.stringContaining('/webhook') })
  })

  test('a webhook nested as deep as the bridge takes it is shown', async () => {
    const { server, lines } = await showing({ json: true, full: true })
    const bridge = await startBridge({ config: { DEBUG_WEBHOOK_URL: `${server.url}/webhook` } })
    let deep: unknown = 'bottom'
    for (let level = 0; level < 30; level += 1) deep = [deep]
    expect((await bridge.post(customerEnvelope({ ...jane, deep }, { action_type: 'created' }))).status).toBe(200)
    await until(() => lines.length === 1, 'it is shown')
    expect(lines[0]).toContain('bottom')
  })
})

test('the bridge and the debug server tell together what Odoo changed in the shop', async () => {
  const { server, lines } = await showing()
  const bridge = await startBridge({ config: { DEBUG_WEBHOOK_URL: `${server.url}/webhook` } })
  const { body: created } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  await bridge.post(customerEnvelope({ ...jane, firstname: 'Joan' }))
  await bridge.post(customerEnvelope({ ...jane, firstname: 'R2-D2' }))
  await until(() => lines.length === 3, 'three are shown')
  const customer = `customer ${String(created['entity_id'])}`
  expect(lines[0]).toContain(`REVERSE SYNC  odoo → prestashop  ${customer} created  ✓ created`)
  expect(lines[0]).toContain(String(created['operation_id']))
  expect(lines[1]).toContain(`${customer} updated: firstname`)
  expect(lines[2]).toMatch(/✗ failed: validation\n.+\n +customer 1001 of Odoo \(updated\) failed: firstname must not/)
})
