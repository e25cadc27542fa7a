import { describe, expect, test } from 'vitest'
import { customerEnvelope, jane, until } from '../support/bridge.ts'
import { couponEnvelope, welcome } from '../support/coupons.ts'
import { type ModuleEvent, moduleEvent, type ModuleStyle } from '../support/module.ts'
import { dataIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'

const at = (milliseconds: number): { timestamp: string } => ({ timestamp: new Date(milliseconds).toISOString() })

/** Jane is in both, and somebody in the shop has just changed her last name. */
const changedInShop = async () => {
  const ways = await startTwoWays()
  const { body } = await ways.post(customerEnvelope(jane, { action_type: 'created', ...at(Date.now() - 60_000) }))
  const id = Number(body['entity_id'])
  ways.shop.backOffice.update('customers', id, { lastname: 'Human' })
  await until(() => ways.answers.length === 2, 'the module was answered')
  const [entry] = ways.outbox()
  return { ...ways, entry: entry!, row: () => ways.shop.row('customers', id) }
}

const deliver = ({ server }: TwoWays, outboxId: string, time: number): void =>
  server.ledger.outgoing.write(({ outbox, known }) => {
    outbox.settle(outboxId, 'delivered', null)
    known.tells.deliver(outboxId, time)
  })

describe('Until an event has reached Odoo', () => {
  test('what Odoo sends again of the former value does not revert the shop', async () => {
    const { post, row } = await changedInShop()
    const { body } = await post(customerEnvelope({ ...jane, note: 'New' }, at(Date.now() + 1_000)))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['note'] })
    expect(row()).toMatchObject({ lastname: 'Human', note: 'New' })
  })

  test('another value is a change of Odoo all the same', async () => {
    const { post, row } = await changedInShop()
    await post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now() + 1_500)))
    expect(row()).toMatchObject({ lastname: 'Odoo' })
  })
})

describe('After an event has reached Odoo', () => {
  test('the former value is a change again', async () => {
    const ways = await changedInShop()
    deliver(ways, ways.entry.outbox_id, Date.now() - 10_000)
    await ways.post(customerEnvelope({ lastname: jane.lastname }, at(Date.now())))
    expect(ways.row()).toMatchObject({ lastname: jane.lastname })
  })

  test("what Odoo repeats of it does not revert a later change, though the module tells a coupon's name without its language", async () => {
    const ways = await startTwoWays()
    const { body } = await ways.post(couponEnvelope(welcome, at(Date.now() - 60_000)))
    const id = Number(body['entity_id'])
    const rename = async (name: string, answers: number): Promise<void> => {
      ways.shop.backOffice.update('cart_rules', id, { name })
      await until(() => ways.answers.length === answers, 'the module was answered')
    }
    await rename('First', 2)
    deliver(ways, ways.outbox()[0]!.outbox_id, Date.now())
    await rename('Second', 3)
    await ways.post(couponEnvelope({ ...welcome, name: 'First', description: 'New' }, { action_type: 'updated', ...at(Date.now() + 1_000) }))
    expect(ways.shop.row('cart_rules', id)).toMatchObject({ name: 'Second', description: 'New' })
  })

  test('what Odoo had changed before is told again: the event has come over it', async () => {
    const ways = await changedInShop()
    const savedAt = Date.now()
    deliver(ways, ways.entry.outbox_id, savedAt + 500)
    const { body } = await ways.post(customerEnvelope({ firstname: 'Odoo' }, at(savedAt)))
    expect(body).toMatchObject({ outcome: 'updated', updated_fields: ['firstname'] })
    await ways.released()
    const told = ways.outbox().at(-1)
    expect(told).toMatchObject({ status: 'pending', reason: 'overtaken' })
    expect(dataIn(told)).toMatchObject({ firstname: 'Odoo', lastname: 'Human' })
  })
})

test('an older webhook tells what the one that made the record left out', async () => {
  const { post, shop } = await startTwoWays()
  const now = Date.now()
  const { body } = await post(customerEnvelope(jane, { action_type: 'upserted', ...at(now) }))
  await post(customerEnvelope({ note: 'Older' }, at(now - 5_000)))
  expect(shop.row('customers', Number(body['entity_id']))).toMatchObject({ note: 'Older' })
})

test('what somebody sets back while our own write goes on is a change, though Odoo was known to hold it before', async () => {
  const { post, shop, answers, outbox, released } = await startTwoWays()
  const { body } = await post(customerEnvelope(jane, { action_type: 'created' }))
  const id = Number(body['entity_id'])
  let isDone = false
  shop.onHook(async ({ operation_id }) => {
    if (operation_id === undefined || isDone) return
    isDone = true
    shop.backOffice.update('customers', id, { lastname: jane.lastname })
    await until(() => answers.length === 3, 'the module was answered')
  })
  await post(customerEnvelope({ lastname: 'Odoo' }))
  await released()
  expect(outbox().map(({ status }) => status)).toEqual(['pending'])
  expect(dataIn(outbox()[0])).toMatchObject({ lastname: jane.lastname })
})

test('the echo of a write that comes while our next one sets the value back is still an echo', async () => {
  const { post, shop, tell, settled } = await startTwoWays({ module: false })
  await post(customerEnvelope({ ...jane, note: 'First' }, { action_type: 'created' }))
  const queue: ModuleEvent[] = []
  let answer: unknown
  shop.onHook(async (hook) => {
    const event = moduleEvent(hook, 'whole')
    if (!event || queue.push(event) < 2) return
    answer = (await tell('/outgoing/events', { batch_id: 'b', timestamp: '2026-01-01 00:00:00', events: queue.slice(0, 1) })).body['results']
  })
  await post(customerEnvelope({ note: 'Second' }))
  await post(customerEnvelope({ note: 'First' }))
  expect(answer).toMatchObject([{ suppressed: true, reason: 'echo' }])
  expect(await settled()).toEqual([])
})

/** Jane is in both, since two minutes; the shop's clock stands where `pass` has put it. */
const startWithJane = async (module: ModuleStyle | false) => {
  let clock = Date.now() - 120_000
  const ways = await startTwoWays({ module, shop: { now: () => new Date(clock) } })
  const { body } = await ways.post(customerEnvelope(jane, { action_type: 'created', ...at(clock) }))
  const id = Number(body['entity_id'])
  const pass = (seconds: number): number => (clock += seconds * 1_000)
  return {
    ...ways,
    pass,
    row: () => ways.shop.row('customers', id),
    human: (fields: Record<string, string>): void => {
      pass(10)
      ways.shop.backOffice.update('customers', id, fields)
    }
  }
}

test('a value that came with an event about another field is as old as its own event tells: a change of Odoo after it counts', async () => {
  const { shop, human, pass, tell, post, row } = await startWithJane(false)
  const events: (ModuleEvent | undefined)[] = []
  shop.onHook((hook) => void (hook.operation_id === undefined && events.push(moduleEvent(hook))))
  human({ firstname: 'Human' })
  const between = pass(10)
  human({ lastname: 'Human' })
  const [late, first] = events
  await tell('/outgoing/events', { events: [first] })
  expect(await post(customerEnvelope({ firstname: 'Odoo' }, at(between)))).toMatchObject({ body: { outcome: 'stale' } })
  await tell('/outgoing/events', { events: [late] })
  await until(() => row()?.['firstname'] === 'Odoo', 'the change is applied after all')
  expect(row()).toMatchObject({ lastname: 'Human' })
})

describe('After a write whose answer was lost', () => {
  test('somebody who saved the record and found it as it was has set nothing back', async () => {
    const { shop, human, pass, post, row, drained } = await startWithJane('whole')
    const isFirst = ({ method }: { method: string }): boolean => {
      if (method !== 'PATCH') return false
      setImmediate(() => human({ lastname: jane.lastname }))
      return true
    }
    shop.inject({ when: isFirst, times: 1, answer: 'drop' })
    await post(customerEnvelope({ lastname: 'Odoo' }, at(pass(10))))
    await drained()
    expect(row()).toMatchObject({ lastname: 'Odoo' })
  })

  test('of which an event has told, what somebody set back beside another change stays', async () => {
    const { shop, answers, human, pass, post, row, drained } = await startWithJane('field')
    shop.inject({ when: ({ method }) => method === 'PATCH', times: 1, answer: 'drop-after-write' })
    const told = answers.length
    pass(10)
    const written = post(customerEnvelope({ lastname: 'Odoo' }, at(pass(0))))
    await until(() => answers.length > told, 'the module has told of it')
    human({ lastname: jane.lastname, firstname: 'Human' })
    await written
    await drained()
    expect(row()).toMatchObject({ lastname: jane.lastname, firstname: 'Human' })
  })

  test('the echo of another write of the same value does not tell that it was made', async () => {
    const { shop, pass, post, row, drained } = await startWithJane('field')
    const dropped = new Promise<void>((resolve) => {
      shop.inject({ when: ({ method }) => method === 'PATCH' && (resolve(), true), times: 1, answer: 'drop' })
    })
    // Not merged into one write.
    const upserted = (data: Record<string, string>, time: number) => post(customerEnvelope(data, { action_type: 'upserted', ...at(time) }))
    const first = upserted({ firstname: 'Odoo', lastname: 'Odoo' }, pass(10))
    await dropped
    await upserted({ lastname: 'Odoo' }, pass(0) - 1)
    await first
    await drained()
    expect(row()).toMatchObject({ firstname: 'Odoo', lastname: 'Odoo' })
  })
})

test('a change that Odoo loses to a shop whose clock is a year ahead does not make all later ones stale', async () => {
  const { post, shop, settled } = await startTwoWays({ module: false, shop: { now: () => new Date(Date.now() + 365 * 86_400_000) } })
  const { body } = await post(customerEnvelope(jane, { action_type: 'created', ...at(Date.now() - 60_000) }))
  const id = Number(body['entity_id'])
  shop.backOffice.update('customers', id, { lastname: 'Human' })
  expect(await post(customerEnvelope({ lastname: 'Odoo' }, at(Date.now() - 30_000)))).toMatchObject({ body: { outcome: 'stale' } })
  expect(await settled()).toMatchObject([{ lastname: 'Human' }])
  await post(customerEnvelope({ lastname: 'Later' }, at(Date.now() + 10_000)))
  expect(shop.row('customers', id)).toMatchObject({ lastname: 'Later' })
})
