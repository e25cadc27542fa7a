import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'
import { customerEvent, leap, ownWrite, pass, realUntil, setStage, type Stage, tell } from './delivery-stage.ts'
import { json, type OdooAnswer, results, status, taking } from './odoo.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DELAYS = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR]

const attempted = (stage: Stage, outboxId: string, attempts: number): Promise<void> =>
  realUntil(() => stage.entry(outboxId).attempts === attempts, `attempt ${attempts}`)

/** Lets the time run until the event is given up. */
const givenUp = async (stage: Stage, outboxId: string): Promise<void> => {
  await attempted(stage, outboxId, 1)
  for (const [index, delay] of DELAYS.entries()) {
    await leap(delay)
    // The outbox is looked at once a second.
    await pass(SECOND)
    await attempted(stage, outboxId, index + 2)
  }
}

const refusingBad: OdooAnswer = (request) =>
  json({ success: true, results: request.events.map(({ action_type: action }) => ({ success: action !== 'bad' })) })

const refusing = results({ success: false })

const knownFields = ({ ledger }: Stage, id: number): string[] => [...ledger.known.of('customer', id).keys()].sort()

describe('an event that Odoo refuses', () => {
  test('is tried again after 10 s, 60 s, 5 min, 15 min, 1 h and 24 h, and then given up', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(results({ success: false, error: 'never' }))
    const id = stage.put(customerEvent(5))
    stage.delivery.start()
    await attempted(stage, id, 1)
    for (const [index, delay] of DELAYS.entries()) {
      const { status: is, next_attempt_at: next, date_upd: refused } = stage.entry(id)
      expect({ is, waits: next - refused }).toEqual({ is: 'pending', waits: delay })
      await leap(delay - 2 * SECOND)
      expect(stage.odoo.requests).toHaveLength(index + 1)
      await pass(3 * SECOND)
      await attempted(stage, id, index + 2)
      await pass(0)
    }
    expect(stage.entry(id)).toMatchObject({ status: 'failed', attempts: 7, error_message: 'Odoo refused it: never' })
    expect(stage.delivery.stats()).toEqual({ delivered: 0, refused: 6, failed: 1, paused: 0 })
    expect(stage.log().at(-1)).toMatchObject({ level: 50, msg: expect.stringContaining('event given up'), outbox_id: id, attempts: 7 })
    await leap(48 * HOUR)
    expect(stage.odoo.requests).toHaveLength(7)
    expect(new Set(stage.odoo.requests.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1)
  })

  test.each([
    { answers: [refusing], about: 'is as new after a write of ours', reason: 'change' },
    { answers: [status(503), refusing], about: 'but may have taken before is told again after a write of ours, whatever it holds then', reason: 'overtaken' }
  ])('$about', async ({ answers: [first, ...others], reason }) => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(first!, ...others)
    const id = stage.put(customerEvent(5))
    stage.delivery.start()
    await realUntil(() => stage.odoo.requests.length === 1, 'Odoo was asked')
    await pass(2 * SECOND)
    await attempted(stage, id, 1)
    ownWrite(stage.ledger, 5, ['firstname'])
    await leap(11 * SECOND)
    await realUntil(() => stage.entry(id).status === 'held', 'it is to be read afresh')
    expect(stage.entry(id)).toMatchObject({ reason })
  })

  test('holds back the later events of its own record only', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(refusingBad)
    const bad = stage.put(customerEvent(5, {}, { action_type: 'bad' }))
    const [later, other] = stage.putAll([customerEvent(5), customerEvent(6)])
    stage.delivery.start()
    await attempted(stage, bad, 1)
    await pass(5 * SECOND)
    expect(stage.entry(later!).status).toBe('pending')
    expect(stage.entry(other!).status).toBe('delivered')
    stage.odoo.answers(taking)
    await pass(7 * SECOND)
    await realUntil(() => stage.entry(later!).status === 'delivered', 'the later one is delivered')
    expect(stage.entry(bad).status).toBe('delivered')
    expect(stage.odoo.seen().slice(-2).map(({ length }) => length)).toEqual([1, 1])
  })

  test('no longer holds them back when it is given up', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(refusingBad)
    const bad = stage.put(customerEvent(5, {}, { action_type: 'bad' }))
    const later = stage.put(customerEvent(5))
    stage.delivery.start()
    await givenUp(stage, bad)
    await realUntil(() => stage.entry(later).status === 'delivered', 'the later one is delivered')
    expect(stage.entry(bad).status).toBe('failed')
  })

  test('and for which Odoo refused a whole batch travels alone from then on', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers((request) =>
      request.events.some(({ action_type: action }) => action === 'poison') ? json({ success: false }, 500) : taking(request)
    )
    const poison = stage.put(customerEvent(5, {}, { action_type: 'poison' }))
    stage.put(customerEvent(6))
    stage.delivery.start()
    await attempted(stage, poison, 1)
    await realUntil(() => stage.results.length === 2, 'both are answered')
    expect(stage.odoo.seen().map(({ length }) => length)).toEqual([2, 1, 1])
    await pass(9 * SECOND)
    // Due together with the poisonous one.
    const others = [7, 8].map((id) => customerEvent(id))
    await pass(SECOND)
    stage.putAll(others)
    await attempted(stage, poison, 2)
    await realUntil(() => stage.all().filter(({ status: is }) => is === 'delivered').length === 3, 'the others are delivered')
    expect(stage.odoo.seen().slice(3).flat()).toHaveLength(3)
    expect(stage.entry(poison).attempts).toBe(2)
  })
})

describe('what Odoo has taken', () => {
  test('is noted also when the ledger is locked for some seconds, and not sent again', async () => {
    const path = temporaryLedgerPath()
    const stage = await setStage({ ledger: temporaryLedger(path) })
    const other = new Database(path)
    onTestFinished(() => void other.close())
    stage.odoo.answers((request) => {
      other.exec('BEGIN IMMEDIATE')
      // Runs when the delivery has waited for the lock in vain.
      setTimeout(() => other.exec('ROLLBACK'), 10)
      return taking(request)
    })
    stage.put(customerEvent(5))
    stage.delivery.start()
    await stage.drained()
    expect(stage.all()).toMatchObject([{ status: 'delivered', attempts: 1 }])
    expect(stage.odoo.requests).toHaveLength(1)
    expect(stage.log()[0]).toMatchObject({ level: 50, code: 'SQLITE_BUSY' })
  })
})

describe('the values of a given-up event', () => {
  test('are no longer known to Odoo, unless somebody told them since', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(status(422))
    const id = stage.put(customerEvent(5), { fields: ['email', 'lastname', 'note'] })
    tell(stage.ledger, 5, ['email', 'lastname', 'note'], id)
    tell(stage.ledger, 5, ['lastname'], 'out_zzzzzzzzzlater')
    tell(stage.ledger, 5, ['company'], 'op_earlier')
    stage.delivery.start()
    await attempted(stage, id, 1)
    expect(knownFields(stage, 5)).toEqual(['company', 'email', 'lastname', 'note'])
    await givenUp(stage, id)
    expect(knownFields(stage, 5)).toEqual(['company', 'lastname'])
  })
})

describe('an event whose record was written by us after it was judged', () => {
  test('is not sent as it is: it is held until it has been read afresh', async () => {
    const { odoo, ledger, delivery, put, entry } = await setStage()
    const told: unknown[] = []
    const stale = put(customerEvent(5), { own_write: 0 })
    const fresh = put(customerEvent(6))
    ownWrite(ledger, 5, ['company'])
    ledger.events.on('told', () => told.push(entry(stale).status))
    delivery.start()
    await realUntil(() => entry(fresh).status === 'delivered', 'the other is delivered')
    expect(entry(stale)).toMatchObject({ status: 'held', attempts: 0 })
    expect(odoo.requests).toHaveLength(1)
    // Whoever reads afresh hears of it.
    expect(told).toEqual(['held'])
  })

  test('holds back the later events of its record meanwhile', async () => {
    const { odoo, ledger, delivery, put, entry } = await setStage()
    ownWrite(ledger, 5, ['company'])
    const last = ledger.outgoing.read(({ ownWrites }) => ownWrites.lastOf('customer', 5))
    put(customerEvent(5), { own_write: 0 })
    const later = put(customerEvent(5), { own_write: last })
    const other = put(customerEvent(6))
    delivery.start()
    await realUntil(() => entry(other).status === 'delivered', 'the other is delivered')
    expect(entry(later).status).toBe('pending')
    expect(odoo.requests).toHaveLength(1)
  })

  test('is sent when it was judged after the write', async () => {
    const { ledger, delivery, put, entry, drained } = await setStage()
    ownWrite(ledger, 5, ['company'])
    const last = ledger.outgoing.read(({ ownWrites }) => ownWrites.lastOf('customer', 5))
    const id = put(customerEvent(5), { own_write: last })
    delivery.start()
    await drained()
    expect(entry(id).status).toBe('delivered')
  })

  test.each([
    { what: 'a relayed one of which no value counts', given: { source: 'relay', fields: [] }, became: 'delivered' },
    { what: 'a polled one', given: { source: 'poll', fields: [] }, became: 'held' },
    { what: 'one of a conflict', given: { source: 'conflict', fields: ['email'] }, became: 'held' }
  ] as const)('is $became when it is $what', async ({ given, became }) => {
    const { ledger, delivery, put, entry, drained } = await setStage()
    const id = put(customerEvent(5), given)
    ownWrite(ledger, 5, ['company'])
    delivery.start()
    await drained()
    expect(entry(id).status).toBe(became)
  })

  test('between two attempts is held instead of the next one', async () => {
    const stage = await setStage({ fakeTime: true })
    stage.odoo.answers(status(422), taking)
    const id = stage.put(customerEvent(5))
    stage.delivery.start()
    await attempted(stage, id, 1)
    ownWrite(stage.ledger, 5, ['email'])
    await pass(12 * SECOND)
    expect(stage.entry(id)).toMatchObject({ status: 'held', attempts: 1 })
    expect(stage.odoo.requests).toHaveLength(1)
  })
})

/** Delivers an event; we write to its record before Odoo answers. */
const onItsWay = async (written: readonly string[], fields = ['email', 'lastname', 'name.1']): Promise<Stage & { id: string }> => {
  const stage = await setStage()
  stage.odoo.answers((request) => {
    ownWrite(stage.ledger, 5, written)
    return taking(request)
  })
  const id = stage.put(customerEvent(5), { fields })
  tell(stage.ledger, 5, fields, id)
  stage.delivery.start()
  await stage.drained()
  return { ...stage, id }
}

describe('an event whose record was written by us while it was on its way', () => {
  test('leaves Odoo with values nobody knows: the record is told anew', async () => {
    const stage = await onItsWay(['email', 'company'])
    expect(stage.entry(stage.id).status).toBe('delivered')
    const anew = stage.all().at(-1)!
    const last = stage.ledger.outgoing.read(({ ownWrites }) => ownWrites.lastOf('customer', 5))
    expect(anew).toMatchObject({
      status: 'held',
      source: 'relay',
      reason: 'overtaken',
      entity_type: 'customer',
      entity_id: 5,
      fields: [],
      own_write: last,
      event: stage.entry(stage.id).event
    })
    expect(anew.outbox_id).not.toBe(stage.id)
  })

  test('knows a field of several languages by its name', async () => {
    const stage = await onItsWay(['name'])
    expect(stage.all().at(-1)).toMatchObject({ status: 'held', reason: 'overtaken' })
  })

  test('is done when they touched different fields', async () => {
    const stage = await onItsWay(['company'])
    expect(stage.all()).toHaveLength(1)
    expect(knownFields(stage, 5)).toEqual(['email', 'lastname', 'name.1'])
  })

  test('wakes whoever reads afresh', async () => {
    const stage = await setStage()
    stage.odoo.answers((request) => {
      ownWrite(stage.ledger, 5, ['email'])
      return taking(request)
    })
    stage.put(customerEvent(5))
    let told = 0
    stage.ledger.events.on('told', () => (told += 1))
    stage.delivery.start()
    await stage.drained()
    expect(told).toBe(1)
  })
})
