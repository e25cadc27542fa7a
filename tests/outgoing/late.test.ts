import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HookEvent, SandboxShop } from '../../src/sandbox/shop.ts'
import { customerEnvelope, until } from '../support/bridge.ts'
import { moduleEvent, type ModuleEvent, type ModuleStyle } from '../support/module.ts'
import { temporaryLedgerPath } from '../support/ledger.ts'
import { mockShop } from '../support/shop.ts'
import { dataIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'

const styles: readonly ModuleStyle[] = ['whole', 'field']

/** A module whose queue is worked off later: its events are kept. */
const queueOf = (shop: SandboxShop, style: ModuleStyle): ModuleEvent[] => {
  const queue: ModuleEvent[] = []
  shop.onHook((hook: HookEvent) => {
    const event = moduleEvent(hook, style)
    if (event) queue.push(event)
  })
  return queue
}

const relayed = async ({ tell }: TwoWays, events: readonly ModuleEvent[]): Promise<unknown> =>
  (await tell('/outgoing/events', { batch_id: 'b', timestamp: '2026-01-01 00:00:00', events })).body['results']

/** Lets the clocks of the shop and of the bridge go on. */
const later = (seconds: number): void => {
  if (!vi.isFakeTimers()) onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1_000, shouldAdvanceTime: true })
}

/** The shop's clock has a grain of a second: what follows is to be within one. */
const atStartOfSecond = (): void => later(1 - (Date.now() % 1_000) / 1_000)

const pub = (data: Record<string, unknown>) => customerEnvelope({ email: 'pub@prestashop.com', ...data })

describe.each(styles)('Events that come late (module: %s)', (style) => {
  test('an echo after a second operation is still an echo', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, style)
    await ways.post(pub({ firstname: 'Bea' }))
    await ways.post(pub({ firstname: 'Cleo' }))
    await relayed(ways, queue)
    expect(queue).toHaveLength(2)
    expect(await ways.settled()).toEqual([])
  })

  test('echoes of three operations that were six seconds apart are still echoes', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, style)
    await ways.post(pub({ firstname: 'Bea' }))
    later(6)
    await ways.post(pub({ firstname: 'Cleo' }))
    later(6)
    await ways.post(pub({ note: 'New' }))
    await relayed(ways, queue)
    expect(queue).toHaveLength(3)
    expect(await ways.settled()).toEqual([])
  })

  test('an echo of an operation after which another one was refused is still an echo', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, style)
    await ways.post(pub({ firstname: 'Bea' }))
    later(6)
    const body = '<prestashop><errors><error><code>85</code><message>no</message></error></errors></prestashop>'
    ways.shop.inject({ when: ({ method }) => method === 'PATCH', times: 1, answer: { status: 400, body, contentType: 'text/xml' } })
    expect((await ways.post(pub({ firstname: 'Cleo' }))).body).toMatchObject({ status: 'failed' })
    await relayed(ways, queue)
    expect(await ways.settled()).toEqual([])
  })

  test("a human's change between two operations is told though both explain what was before them", async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, style)
    await ways.post(pub({ firstname: 'Bea' }))
    later(6)
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    later(6)
    await ways.post(pub({ firstname: 'Cleo' }))
    await relayed(ways, queue)
    expect((await ways.settled()).map(({ lastname }) => lastname)).toEqual(['Human'])
  })

  test('an echo after a restart is still an echo', async () => {
    const { shop, close } = mockShop()
    const ledgerPath = temporaryLedgerPath()
    const queue = queueOf(shop, style)
    const before = await startTwoWays({ module: false, sharedShop: shop, ledgerPath })
    await before.post(pub({ firstname: 'Bea' }))
    await before.server.close()
    const after = await startTwoWays({ module: false, sharedShop: shop, ledgerPath })
    expect(await relayed(after, queue)).toMatchObject([{ suppressed: true, reason: 'echo' }])
    close()
  })

  test("a human's change of another field, made before our write and relayed after it, goes on with the values of now", async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, style)
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    await ways.post(pub({ firstname: 'Bea' }))
    await relayed(ways, queue)
    expect(await ways.settled()).toMatchObject([{ lastname: 'Human', firstname: 'Bea' }])
    // The verdict after the reading counts too.
    expect(ways.server.outgoing.counts()).toMatchObject({ 'emitted.change': 1 })
  })

  test("a human's change that Odoo has overwritten since ends here", async () => {
    const ways = await startTwoWays({ module: false, config: { CONFLICT_POLICY: 'odoo-wins' } })
    await ways.post(pub({ firstname: 'Anna' }))
    const queue = queueOf(ways.shop, style)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    await ways.post(pub({ firstname: 'Bea' }))
    await relayed(ways, queue)
    const told = await ways.settled()
    expect(told.map(({ firstname }) => firstname)).not.toContain('Human')
  })

  test('events in the wrong order end with the value of now', async () => {
    const ways = await startTwoWays({ module: false })
    atStartOfSecond()
    await ways.post(pub({ firstname: 'Bea' }))
    const queue = queueOf(ways.shop, style)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Cleo' })
    ways.shop.backOffice.update('customers', 1, { firstname: 'Dora' })
    await relayed(ways, queue.slice(1))
    await ways.released()
    ways.deliver()
    await relayed(ways, queue.slice(0, 1))
    await ways.released()
    expect((await ways.settled()).map(({ firstname }) => firstname)).toEqual(['Dora'])
    expect(ways.server.outgoing.counts()).toMatchObject({ held: 2, 'suppressed.echo': 1 })
  })
})

describe('An event of the year 9999', () => {
  test('does not make all that follow it late for ever', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, 'field')
    await ways.post(pub({ firstname: 'Bea' }))
    ways.shop.backOffice.update('customers', 1, { lastname: 'One' })
    await relayed(ways, queue.slice(1).map((event) => ({ ...event, hook_timestamp: '9999-12-31 23:59:59' })))
    later(2 * 86_400)
    ways.shop.backOffice.update('customers', 1, { lastname: 'Two' })
    expect(await relayed(ways, queue.slice(2))).toMatchObject([{ suppressed: false, reason: 'change' }])
  })
})

describe('Events that come again', () => {
  test('get the first answer, and go to Odoo once', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, 'field')
    ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
    const first = await relayed(ways, queue)
    expect(first).toMatchObject([{ success: true, suppressed: false }])
    expect(await relayed(ways, queue)).toMatchObject([{ success: true, suppressed: false, duplicate: true }])
    expect(ways.outbox()).toHaveLength(1)
  })

  test('are the same though a count of attempts has changed, and another with another content', async () => {
    const ways = await startTwoWays({ module: false })
    const rendered = { event_id: 5, entity_type: 'invoice', entity_id: '4', action_type: 'pdf_rendered', transaction_hash: 'a', after_data: { number: 7 } }
    await relayed(ways, [{ ...rendered, sync_attempts: 0 }])
    expect(await relayed(ways, [{ ...rendered, sync_attempts: 1 }])).toMatchObject([{ duplicate: true }])
    expect(ways.outbox()).toHaveLength(1)
    await relayed(ways, [{ ...rendered, after_data: { number: 8 } }])
    expect(ways.outbox()).toHaveLength(2)
  })

  test('another change with the same transaction_hash is no repetition: the module makes it of five seconds', async () => {
    const ways = await startTwoWays({ module: false })
    const queue = queueOf(ways.shop, 'field')
    ways.shop.backOffice.update('customers', 1, { lastname: 'One' })
    ways.shop.backOffice.update('customers', 1, { lastname: 'Two' })
    expect(new Set(queue.map((event) => event['transaction_hash'])).size).toBe(1)
    await relayed(ways, queue.slice(0, 1))
    ways.deliver()
    await relayed(ways, queue.slice(1))
    await ways.released()
    expect(dataIn(ways.outbox().findLast(({ status }) => status === 'pending' || status === 'delivered'))).toMatchObject({ lastname: 'Two' })
  })
})

describe('While our own write is in flight', () => {
  test('an event and a check are answered at once', async () => {
    const ways = await startTwoWays({ module: false })
    const times: number[] = []
    const results: unknown[] = []
    ways.shop.onHook(async (hook) => {
      const event = moduleEvent(hook, 'field')
      if (!event) return
      const started = performance.now()
      results.push(await relayed(ways, [event]))
      results.push((await ways.tell('/outgoing/check', { ...event, event_id: 'another' })).body)
      times.push(performance.now() - started)
    })
    await ways.post(pub({ firstname: 'Bea' }))
    expect(results).toMatchObject([[{ suppressed: true, reason: 'echo' }], { emit: false, reason: 'echo' }])
    expect(Math.max(...times)).toBeLessThan(1_000)
  })

  test("somebody's own change within it is told once it is over", async () => {
    const ways = await startTwoWays()
    let isFirst = true
    ways.shop.onHook(() => {
      if (isFirst) {
        isFirst = false
        ways.shop.backOffice.update('customers', 1, { lastname: 'Human' })
      }
    })
    await ways.post(pub({ firstname: 'Bea' }))
    await until(() => ways.answers.length === 2, 'the module was answered')
    await ways.released()
    const told = ways.outbox().filter(({ status }) => status !== 'suppressed')
    expect(told).toHaveLength(1)
    expect(dataIn(told[0])).toMatchObject({ lastname: 'Human' })
  })
})
