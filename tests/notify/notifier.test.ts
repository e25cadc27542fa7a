import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createNotifier } from '../../src/notify/notifier.ts'
import { until } from '../support/bridge.ts'
import { memoryLog, startReceiver } from './receiver.ts'

const notifying = async (answer?: Parameters<typeof startReceiver>[0]) => {
  const receiver = await startReceiver(answer)
  const { log, lines } = memoryLog()
  const notifier = createNotifier({ url: receiver.url, log, resultOf: () => ({}) })
  onTestFinished(() => notifier.close())
  return { receiver, notifier, lines, numbers: () => receiver.bodies.map(({ number }) => number) }
}

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ number: from + index }))

/** Holds the first answer until it is released. */
const holdFirst = () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let isFirst = true
  const answer = async (response: ServerResponse): Promise<void> => {
    if (isFirst) {
      isFirst = false
      await released
    }
    response.end()
  }
  return { answer, release }
}

describe('an outgoing event', () => {
  test('is sent as it is, but for its secrets', async () => {
    const { notifier, receiver } = await notifying()
    const event = { event_id: 12, entity_type: 'customer', hook_name: 'poll', before_data: null, after_data: { email: 'a@example.com', passwd: 'hash' }, extra: [1] }
    notifier.outgoing(event)
    await until(() => notifier.stats().sent === 1, 'it is sent')
    expect(receiver.bodies).toEqual([{ ...event, after_data: { email: 'a@example.com', passwd: '[masked]' } }])
  })

  test('is sent as it was when it was emitted', async () => {
    const { notifier, receiver } = await notifying()
    const event = { number: 1 }
    notifier.outgoing(event)
    event.number = 2
    await until(() => notifier.stats().sent === 1, 'it is sent')
    expect(receiver.bodies).toEqual([{ number: 1 }])
  })

  test('that is no JSON is counted, and disturbs nobody', async () => {
    const { notifier, receiver } = await notifying()
    const circular: Record<string, unknown> = {}
    circular['itself'] = circular
    notifier.outgoing(circular)
    notifier.outgoing({ number: 1n })
    notifier.outgoing({ number: 1 })
    await until(() => notifier.stats().sent === 1, 'the last is sent')
    expect(notifier.stats()).toEqual({ sent: 1, failed: 2, dropped: 0 })
    expect(receiver.bodies).toEqual([{ number: 1 }])
  })
})

test('order is kept, however long each takes', async () => {
  const { notifier, numbers } = await notifying((response) => setTimeout(() => response.end(), Math.random() * 15))
  const events = numbered(0, 30)
  for (const event of events) {
    notifier.outgoing(event)
    if (event.number % 7 === 0) await sleep(20)
  }
  await until(() => notifier.stats().sent === 30, 'all are sent')
  expect(numbers()).toEqual(events.map(({ number }) => number))
})

test('two seconds are enough: for an answer that never comes, and for one that never ends; then the next is sent', async () => {
  const hangs = [() => undefined, (response: ServerResponse) => setInterval(() => response.write('.'), 200).unref()]
  const began = performance.now()
  await Promise.all(
    hangs.map(async (hang) => {
      const { notifier, numbers } = await notifying((response, { number }) => (number === 1 ? hang(response) : response.end()))
      for (const event of numbered(1, 2)) notifier.outgoing(event)
      await until(() => notifier.stats().sent === 1, 'the second is sent')
      expect(notifier.stats()).toEqual({ sent: 1, failed: 1, dropped: 0 })
      expect(numbers()).toEqual([1, 2])
      expect(performance.now() - began).toBeGreaterThan(1_900)
      expect(performance.now() - began).toBeLessThan(3_500)
    })
  )
})

test('of a long answer only the beginning is read', async () => {
  const { notifier } = await notifying((response) => {
    const pour = (): void => {
      while (response.writable && response.write('.'.repeat(65_536)));
    }
    response.on('drain', pour)
    pour()
  })
  const began = performance.now()
  notifier.outgoing({ number: 1 })
  await until(() => notifier.stats().sent === 1, 'it is sent')
  expect(performance.now() - began).toBeLessThan(1_500)
})

test('a redirect is not followed, and told', async () => {
  const elsewhere = await startReceiver()
  const { notifier, lines } = await notifying((response) => response.writeHead(307, { location: elsewhere.url }).end())
  notifier.outgoing({ number: 1 })
  await until(() => notifier.stats().failed === 1, 'it failed')
  expect(elsewhere.requests).toEqual([])
  expect(lines).toMatchObject([{ reason: 'it answered 307; redirects are not followed' }])
})

test('an outage is told once, and its end too', async () => {
  let count = 0
  const { notifier, lines } = await notifying((response) => {
    count += 1
    response.writeHead(count <= 3 ? 500 : 200).end()
  })
  for (const event of numbered(1, 5)) notifier.outgoing(event)
  await until(() => notifier.stats().sent === 2, 'the last two are sent')
  expect(notifier.stats()).toEqual({ sent: 2, failed: 3, dropped: 0 })
  expect(lines).toMatchObject([
    { level: 40, reason: 'it answered 500' },
    { level: 30, failed: 3, msg: 'debug notifications get through again' }
  ])
})

describe('what waits is bounded', () => {
  test('in number: the oldest go, and are counted', async () => {
    const { answer, release } = holdFirst()
    const { notifier, receiver, numbers } = await notifying(answer)
    notifier.outgoing({ number: 0 })
    await until(() => receiver.bodies.length === 1, 'the first is on its way')
    for (const event of numbered(1, 1_005)) notifier.outgoing(event)
    expect(notifier.stats()).toEqual({ sent: 0, failed: 0, dropped: 5 })
    release()
    await until(() => notifier.stats().sent === 1_001, 'the rest is sent', 50_000)
    expect(numbers()).toEqual([0, ...numbered(6, 1_000).map(({ number }) => number)])
  })

  test('in size: the oldest go, and one that is too large alone does not drive out the others', async () => {
    const { answer, release } = holdFirst()
    const { notifier, receiver, numbers } = await notifying(answer)
    notifier.outgoing({ number: 0 })
    await until(() => receiver.bodies.length === 1, 'the first is on its way')
    for (const event of numbered(1, 3)) notifier.outgoing({ ...event, text: '.'.repeat(6_000_000) })
    expect(notifier.stats().dropped).toBe(1)
    notifier.outgoing({ number: 4, text: '.'.repeat(17_000_000) })
    expect(notifier.stats().dropped).toBe(2)
    release()
    await until(() => notifier.stats().sent === 3, 'the rest is sent')
    expect(numbers()).toEqual([0, 2, 3])
  })
})

describe('at the end', () => {
  test('what waits is sent', async () => {
    const { notifier, numbers } = await notifying((response) => setTimeout(() => response.end(), 20))
    for (const event of numbered(1, 5)) notifier.outgoing(event)
    await notifier.close()
    expect(numbers()).toEqual([1, 2, 3, 4, 5])
    expect(notifier.stats()).toEqual({ sent: 5, failed: 0, dropped: 0 })
  })

  test('it waits for a second at most, and drops the rest', async () => {
    const { notifier, lines } = await notifying(() => undefined)
    for (const event of numbered(1, 5)) notifier.outgoing(event)
    const began = performance.now()
    await notifier.close()
    expect(performance.now() - began).toBeLessThan(1_500)
    expect(notifier.stats()).toEqual({ sent: 0, failed: 1, dropped: 4 })
    expect(lines.at(-1)).toMatchObject({ failed: 1, dropped: 4, msg: 'not all debug notifications got through' })
  })

  test('nothing more is taken, and it may be ended again', async () => {
    const { notifier, receiver } = await notifying()
    await notifier.close()
    notifier.outgoing({ number: 1 })
    await notifier.close()
    expect(receiver.bodies).toEqual([])
    expect(notifier.stats()).toEqual({ sent: 0, failed: 0, dropped: 1 })
  })
})
