import { describe, expect, test } from 'vitest'
import { customerEvent, setStage, type Stage } from './delivery-stage.ts'
import { json, type OdooAnswer, results, status, taking } from './odoo.ts'

const ok = { success: true }
const no = { success: false, error: 'no such customer' }

/** Puts events about records 1, 2, … and starts; gives what has become of them once Odoo was asked that often. */
const sent = async (answers: [OdooAnswer, ...OdooAnswer[]], count: number, requests: number, stage?: Stage): Promise<Stage> => {
  const own = stage ?? (await setStage())
  own.odoo.answers(...answers)
  own.putAll(Array.from({ length: count }, (_, index) => customerEvent(index + 1)))
  own.delivery.start()
  await own.requested(requests)
  // What the last answer says is noted when the stop has waited for it.
  await own.delivery.stop()
  return own
}

const became = ({ all }: Stage): string[] => all().map((entry) => `${entry.status} ${entry.attempts}`)

describe('an answer with a result per event', () => {
  test('delivers the events one by one in its order, and refuses the others', async () => {
    const stage = await sent([results(ok, no, ok)], 3, 1)
    expect(became(stage)).toEqual(['delivered 1', 'pending 1', 'delivered 1'])
    const [, refused] = stage.all()
    expect(refused!.error_message).toBe('Odoo refused it: no such customer')
    expect(refused!.next_attempt_at - Date.now()).toBeGreaterThan(5_000)
    expect(stage.delivery.stats()).toEqual({ delivered: 2, refused: 1, failed: 0, paused: 0 })
    expect(stage.results.map((result) => `${result.entry.entity_id} ${result.status}`)).toEqual(['1 delivered', '2 refused', '3 delivered'])
  })

  test('counts although the whole is no success', async () => {
    const stage = await sent([() => json({ success: false, results: [ok, no] })], 2, 1)
    expect(became(stage)).toEqual(['delivered 1', 'pending 1'])
  })

  test('that is too short leaves the rest to the next request, at once and without an attempt', async () => {
    const stage = await sent([results(ok), taking], 3, 2)
    expect(stage.odoo.seen().map(({ length }) => length)).toEqual([3, 2])
    expect(became(stage)).toEqual(['delivered 1', 'delivered 1', 'delivered 1'])
  })

  test('that is too long counts as far as there are events', async () => {
    expect(became(await sent([results(ok, ok, no)], 2, 1))).toEqual(['delivered 1', 'delivered 1'])
  })

  test.each([{}, { event_id: 3 }, { success: 'no' }, null, 'fine', { status: 'ok' }])('takes %j as a refusal: it does not say that it is done', async (result) => {
    expect(became(await sent([results(result)], 1, 1))).toEqual(['pending 1'])
  })

  test.each([1, '1', 'true'])('takes success: %j as done', async (success) => {
    expect(became(await sent([results({ success })], 1, 1))).toEqual(['delivered 1'])
  })

  test('may be a bare array', async () => {
    expect(became(await sent([() => Response.json([ok, no])], 2, 1))).toEqual(['delivered 1', 'pending 1'])
  })

  test('may be wrapped as a route of type json wraps it', async () => {
    expect(became(await sent([() => json({ jsonrpc: '2.0', id: null, result: { results: [ok, no] } })], 2, 1))).toEqual(['delivered 1', 'pending 1'])
  })
})

describe('an answer without results', () => {
  test.each([
    ['{"success":true}', () => json({ success: true })],
    ['{"status":"ok"}', () => json({ status: 'ok' })],
    ['an empty 204', () => new Response(null, { status: 204 })],
    ['a text', () => new Response('OK', { headers: { 'content-type': 'text/html' } })],
    ['nothing, called JSON', () => new Response('', { headers: { 'content-type': 'application/json' } })],
    ['JSON that Odoo calls a page', () => new Response('{"success":true,"message":"<b>fine</b>"}', { headers: { 'content-type': 'text/html; charset=utf-8' } })],
    ['a JSON-RPC answer', () => json({ jsonrpc: '2.0', id: null, result: null })],
    ['{"success":true,"error":false}', () => json({ success: true, error: false })]
  ])('delivers all: %s', async (_, answer) => {
    expect(became(await sent([answer], 2, 1))).toEqual(['delivered 1', 'delivered 1'])
  })

  test.each([
    ['{"success":false}', () => json({ success: false, results: false })],
    ['{"status":"error"}', () => json({ status: 'error' })],
    ['{"error":"…"}', () => json({ error: 'wrong' })],
    ['no result for any event', () => json({ success: true, results: [] })],
    ['an exception in a route of type json', () => json({ jsonrpc: '2.0', id: null, error: { code: 200, message: 'Odoo Server Error' } })]
  ])('that is no success refuses the event: %s', async (_, answer) => {
    expect(became(await sent([answer], 1, 1))).toEqual(['pending 1'])
  })

  test('tells Odoo’s own words of an exception', async () => {
    const error = { code: 200, message: 'Odoo Server Error', data: { name: 'ValidationError', message: 'The tag is not there' } }
    const { all } = await sent([() => json({ jsonrpc: '2.0', id: null, error })], 1, 1)
    expect(all()[0]!.error_message).toBe('Odoo refused it: The tag is not there')
  })
})

describe('a batch that is refused as a whole', () => {
  test.each([400, 413, 422, 500])('with %d is sent one by one: only the poisonous event waits', async (code) => {
    const poisonous: OdooAnswer = (request) =>
      request.events.some(({ entity_id: id }) => id === 2) ? json({ success: false }, code) : taking(request)
    const stage = await sent([poisonous], 3, 4)
    expect(stage.odoo.requests.map(({ events }) => events.map(({ entity_id: id }) => id))).toEqual([[1, 2, 3], [1], [2], [3]])
    expect(became(stage)).toEqual(['delivered 1', 'pending 1', 'delivered 1'])
    expect(stage.all()[1]!.error_message).toBe(`Odoo refused it (HTTP ${code}) and did not say why: its log may tell`)
    expect(stage.delivery.state()).toEqual({ open: false })
  })

  test('is sent one by one also when Odoo says so with 200', async () => {
    const stage = await sent([() => json({ success: false, error: 'a bad one' }), taking, taking], 2, 3)
    expect(stage.odoo.seen().map(({ length }) => length)).toEqual([2, 1, 1])
    expect(became(stage)).toEqual(['delivered 1', 'delivered 1'])
  })

  test('is given up for now when Odoo goes away meanwhile: what was not sent costs no attempt', async () => {
    const stage = await sent([status(500), taking, status(503)], 3, 3)
    expect(became(stage)).toEqual(['delivered 1', 'pending 0', 'pending 0'])
  })
})

describe('what Odoo says about an event', () => {
  test('is kept without what the event told', async () => {
    const error = 'Jane Roe-Smith with jane1@example.com, other@example.com in "Miami Beach" is there twice'
    const stage = await setStage()
    stage.odoo.answers(results({ success: false, message: error }))
    stage.put(customerEvent(1, { firstname: 'Jane', lastname: 'Roe-Smith' }))
    stage.delivery.start()
    await stage.requested(1)
    await stage.delivery.stop()
    expect(stage.all()[0]!.error_message).toBe('Odoo refused it: … … with …, … in "…" is there twice')
  })

  test('is in no line of the log, nor is anything of the events', async () => {
    const { log } = await sent([results(ok, no), taking], 2, 1)
    expect(log().map(({ msg }) => msg)).toEqual(['events sent', 'event delivered', 'Odoo refused an event: it will be tried again'])
    const text = JSON.stringify(log())
    for (const personal of ['example.com', 'Jane', 'no such customer', 'events"/', 'the secret']) expect(text).not.toContain(personal)
    expect(log()[0]).toMatchObject({ status: 200, events: 2, delivered: 1, refused: 1, unanswered: 0, webhook_id: expect.stringMatching(/^msg_/) })
    expect(log()[2]).toMatchObject({ entity_type: 'customer', entity_id: 2, attempts: 1, retry_in_ms: 10_000 })
  })

  test('is logged without a type that somebody made up', async () => {
    const stage = await setStage()
    stage.odoo.answers(results(ok, no))
    stage.putAll([1, 2].map((id) => customerEvent(id, {}, { entity_type: 'jane@secret.example' })))
    stage.delivery.start()
    await stage.requested(1)
    await stage.delivery.stop()
    expect(stage.log().slice(1)).toMatchObject([1, 2].map((id) => ({ entity_type: 'other', entity_id: id, outbox_id: expect.stringMatching(/^out_/) })))
    expect(JSON.stringify(stage.log())).not.toContain('secret.example')
  })
})
