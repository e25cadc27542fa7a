import { createServer } from 'node:https'
import { describe, expect, onTestFinished, test } from 'vitest'
import { selfSigned } from './certificate.ts'
import { customerEvent, pass, realUntil, setStage, type Stage } from './delivery-stage.ts'
import { hanging, json, type OdooAnswer, playOdoo, status, taking } from './odoo.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const paused = (stage: Stage): Promise<void> => realUntil(() => stage.delivery.state().open, 'the delivery pauses')

/** Starts with one event in the outbox; resolves when the delivery pauses. */
const pausedBy = async (...answers: [OdooAnswer, ...OdooAnswer[]]): Promise<Stage> => {
  const stage = await setStage({ fakeTime: true })
  stage.odoo.answers(...answers)
  stage.put(customerEvent(5))
  stage.delivery.start()
  await paused(stage)
  return stage
}

describe('an Odoo that takes nothing', () => {
  test.each([408, 429, 502, 503, 504, 522])('with HTTP %d costs no attempt, and gets the events when it is back', async (code) => {
    const stage = await pausedBy(status(code), taking)
    expect(stage.delivery.state()).toMatchObject({ open: true, kind: 'unavailable', reason: `Odoo takes nothing right now (HTTP ${code})` })
    expect(stage.all()).toMatchObject([{ status: 'pending', attempts: 0, error_message: null }])
    await pass(SECOND)
    await realUntil(() => stage.all()[0]!.status === 'delivered', 'it is delivered')
    expect(stage.delivery.state()).toEqual({ open: false })
    expect(stage.delivery.stats()).toEqual({ delivered: 1, refused: 0, failed: 0, paused: 1 })
  })

  test('is tried again after 1 s, 2 s, 4 s … 5 min, and nothing is sent meanwhile', async () => {
    const stage = await pausedBy(status(503))
    const tries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * SECOND)
    for (const [index, pause] of tries.entries()) {
      await pass(pause - 100)
      stage.put(customerEvent(100 + index))
      await pass(0)
      expect(stage.odoo.requests).toHaveLength(index + 1)
      await pass(100)
      await realUntil(() => stage.odoo.requests.length === index + 2, `try ${index + 2}`)
      await realUntil(() => stage.delivery.stats().paused === index + 2, 'its answer')
    }
    expect(stage.all().every(({ status: is, attempts }) => is === 'pending' && attempts === 0)).toBe(true)
  })

  test('is left alone as long as it asks for with Retry-After, up to an hour', async () => {
    const stage = await pausedBy(status(429, {}, { 'retry-after': '120' }), status(503, {}, { 'retry-after': '999999' }), taking)
    await pass(2 * MINUTE - SECOND)
    expect(stage.odoo.requests).toHaveLength(1)
    await pass(SECOND)
    await realUntil(() => stage.delivery.stats().paused === 2, 'the second try')
    await pass(59 * MINUTE)
    expect(stage.odoo.requests).toHaveLength(2)
    await pass(MINUTE)
    await realUntil(() => stage.all()[0]!.status === 'delivered', 'it is delivered')
  })

  test('is told once in the log when it goes and once when it is back, not per try', async () => {
    const stage = await pausedBy(status(503), status(503), status(502), taking)
    await pass(SECOND)
    await realUntil(() => stage.delivery.stats().paused === 2, 'the second try')
    await pass(2 * SECOND)
    await realUntil(() => stage.delivery.stats().paused === 3, 'the third try')
    await pass(4 * SECOND)
    await realUntil(() => stage.all()[0]!.status === 'delivered', 'it is delivered')
    expect(stage.log().map(({ msg }) => msg)).toEqual([
      'events cannot be delivered: they are kept',
      'Odoo takes events again',
      'events sent',
      'event delivered'
    ])
    expect(stage.log()[1]).toMatchObject({ paused_ms: 7_000 })
  })

  test('gets the events in their order when it is back', async () => {
    const stage = await pausedBy(status(503), taking)
    const later = [customerEvent(5), customerEvent(4), customerEvent(5)]
    stage.putAll(later)
    await pass(SECOND)
    await realUntil(() => stage.all().every(({ status: is }) => is === 'delivered'), 'all are delivered')
    const [first] = stage.odoo.seen()[0]!
    const [second, other, third] = later.map(({ event_id }) => event_id)
    expect(stage.odoo.seen()).toEqual([[first], [first, other], [second], [third]])
  })
})

const answering = (body: string, type: string) => (): Response => new Response(body, { headers: { 'content-type': type } })

describe('an answer 200 that cannot be read', () => {
  test.each([
    ['an object that was cut off', '{"success":', 'text/plain'],
    ['a list that was cut off', '[{"success":true},', 'text/html'],
    ['words called JSON', 'OK', 'application/json; charset=utf-8']
  ])('(%s) delivers nothing: the event is sent again, and Odoo may have taken it', async (_, body, type) => {
    const stage = await pausedBy(answering(body, type), taking)
    expect(stage.delivery.state()).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('The answer of Odoo is no valid JSON') })
    expect(stage.all()).toMatchObject([{ status: 'pending', attempts: 0, is_sent: 1 }])
    await pass(SECOND)
    await realUntil(() => stage.all()[0]!.status === 'delivered', 'it is delivered')
  })
})

describe('an Odoo that has nothing left to be told', () => {
  test('is no longer said to be away once the pause is over, nor to be back', async () => {
    const stage = await pausedBy(status(503))
    stage.ledger.outgoing.write(({ outbox }) => outbox.settle(stage.all()[0]!.outbox_id, 'suppressed', null))
    await pass(SECOND - 100)
    expect(stage.delivery.state()).toMatchObject({ open: true })
    await pass(100)
    await realUntil(() => !stage.delivery.state().open, 'the pause is forgotten')
    expect(stage.log().map(({ msg }) => msg)).toEqual([
      'events cannot be delivered: they are kept',
      'nothing is due for Odoo: the next event will show whether it takes it'
    ])
    expect(stage.odoo.requests).toHaveLength(1)
  })

  test('is still said to be away while an event is read afresh, which may have to be sent yet', async () => {
    const stage = await pausedBy(status(503))
    stage.ledger.outgoing.write(({ outbox }) => outbox.hold(stage.all()[0]!.outbox_id))
    await pass(3 * SECOND)
    expect(stage.delivery.state()).toMatchObject({ open: true })
  })
})

describe('an Odoo that cannot be talked to', () => {
  test('because nothing listens there: events wait until something does', async () => {
    const gone = await playOdoo()
    await gone.close()
    const stage = await setStage({ config: { ODOO_WEBHOOK_URL: gone.url } })
    stage.put(customerEvent(5))
    stage.delivery.start()
    await paused(stage)
    expect(stage.delivery.state()).toMatchObject({ kind: 'unavailable', reason: 'Odoo cannot be reached (ECONNREFUSED)' })
    const back = await playOdoo(Number(new URL(gone.url).port))
    await stage.drained()
    await back.close()
    expect(stage.all()).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  test('because it does not answer in time: the event is sent again under the same webhook-id', async () => {
    const stage = await setStage({ timeoutMs: 100 })
    const { answer, release } = hanging()
    stage.odoo.answers(answer, taking)
    stage.put(customerEvent(5))
    stage.delivery.start()
    await paused(stage)
    expect(stage.delivery.state()).toMatchObject({ kind: 'unavailable', reason: 'Odoo did not answer within 100 ms' })
    await stage.drained()
    release()
    expect(new Set(stage.odoo.requests.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1)
    expect(stage.odoo.requests).toHaveLength(2)
  })

  test('because its certificate is not trusted: nothing is shown to it', async () => {
    let requests = 0
    const stranger = createServer(selfSigned, () => (requests += 1))
    const port = await new Promise<number>((resolve) => {
      stranger.listen(0, '127.0.0.1', () => {
        const address = stranger.address()
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0)
      })
    })
    onTestFinished(() => void stranger.close())
    const stage = await setStage({ config: { ODOO_WEBHOOK_URL: `https://127.0.0.1:${port}/events` } })
    stage.put(customerEvent(5))
    stage.delivery.start()
    await paused(stage)
    expect(stage.delivery.state()).toMatchObject({ kind: 'misconfigured', reason: expect.stringContaining('the certificate of Odoo is not trusted') })
    expect(requests).toBe(0)
  })

  test('because it does not speak TLS', async () => {
    const stage = await setStage()
    const secure = await setStage({ odoo: stage.odoo, config: { ODOO_WEBHOOK_URL: stage.odoo.url.replace('http:', 'https:') } })
    secure.put(customerEvent(5))
    secure.delivery.start()
    await paused(secure)
    expect(secure.delivery.state()).toMatchObject({ kind: 'misconfigured', reason: expect.stringContaining('Check http or https') })
  })
})

const page = answering('\n<!DOCTYPE html><html><body>Odoo</body></html>', 'text/html')

describe('a wrong configuration', () => {
  test.each<[string, OdooAnswer, string]>([
    ['401', status(401), 'check that ODOO_WEBHOOK_SECRET'],
    ['403', status(403), 'check that ODOO_WEBHOOK_SECRET'],
    ['404', status(404, { status: 'error' }), 'check the URL, that the module or the rule is active'],
    ['405', status(405), 'check the URL'],
    ['a redirect', () => new Response(null, { status: 303, headers: { location: '/web/login' } }), 'put the final address into ODOO_WEBHOOK_URL'],
    ['a web page', page, 'A web page answers at ODOO_WEBHOOK_URL'],
    ['a piece of a page', answering(' <h1>Maintenance</h1>', 'text/plain'), 'A web page answers at ODOO_WEBHOOK_URL'],
    ['a page that begins with words', answering('Back soon.<br>Odoo', 'text/html; charset=utf-8'), 'A web page answers at ODOO_WEBHOOK_URL']
  ])('(%s) holds everything back, costs no attempt and says what to fix', async (_, answer, advice) => {
    const stage = await pausedBy(answer, taking)
    expect(stage.delivery.state()).toMatchObject({ open: true, kind: 'misconfigured', reason: expect.stringContaining(advice) })
    expect(stage.log()).toMatchObject([{ level: 50, kind: 'misconfigured', reason: expect.stringContaining(advice) }])
    expect(JSON.stringify(stage.log())).not.toContain('/events')
    expect(stage.all()).toMatchObject([{ status: 'pending', attempts: 0 }])
    await pass(SECOND)
    await realUntil(() => stage.all()[0]!.status === 'delivered', 'it is delivered')
  })

  test.each([401, 403, 404, 405, 303])('(%d) leaves no doubt that Odoo has not taken the event', async (code) => {
    const stage = await pausedBy(status(code))
    expect(stage.all()).toMatchObject([{ status: 'pending', is_sent: 0 }])
  })

  test('leaves the doubt that an earlier request has brought', async () => {
    const stage = await pausedBy(status(504), status(404))
    await pass(SECOND)
    await realUntil(() => stage.delivery.stats().paused === 2, 'the second try')
    expect(stage.all()).toMatchObject([{ status: 'pending', is_sent: 1 }])
  })

  test('a redirect is not followed: the secret stays with Odoo', async () => {
    const stranger = await playOdoo()
    const stage = await pausedBy(() => new Response(null, { status: 307, headers: { location: stranger.url } }))
    expect(stranger.requests).toHaveLength(0)
    await stranger.close()
    expect(stage.odoo.requests).toHaveLength(1)
  })
})

describe('stopping', () => {
  test('waits for the request in flight and notes its answer', async () => {
    const stage = await setStage()
    const { answer, arrived, release } = hanging()
    stage.odoo.answers(answer)
    stage.put(customerEvent(5))
    stage.delivery.start()
    await arrived
    const stopped = stage.delivery.stop()
    release()
    await stopped
    expect(stage.all()).toMatchObject([{ status: 'delivered' }])
  })

  test('does not wait for ever: what has no answer is pending, and sent again after the next start', async () => {
    const stage = await setStage({ fakeTime: true })
    const { answer, arrived, release } = hanging()
    stage.odoo.answers(answer, taking)
    stage.put(customerEvent(5))
    stage.delivery.start()
    await arrived
    const stopped = stage.delivery.stop()
    await pass(5 * SECOND)
    await stopped
    release()
    expect(stage.all()).toMatchObject([{ status: 'pending', attempts: 0 }])
    expect(stage.log()).toEqual([])

    const next = await setStage({ ledger: stage.ledger, odoo: stage.odoo })
    next.delivery.start()
    await realUntil(() => next.all()[0]!.status === 'delivered', 'it is delivered')
    expect(new Set(stage.odoo.requests.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1)
  })

  test('ends a pause: after the next start Odoo is tried at once', async () => {
    const stage = await pausedBy(status(503), () => json({ success: true }))
    await stage.delivery.stop()
    await pass(MINUTE)
    expect(stage.odoo.requests).toHaveLength(1)
    const next = await setStage({ ledger: stage.ledger, odoo: stage.odoo })
    next.delivery.start()
    await realUntil(() => next.all()[0]!.status === 'delivered', 'it is delivered')
  })
})
