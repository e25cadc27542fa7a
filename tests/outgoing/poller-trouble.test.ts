import { PassThrough } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { LedgerUnavailableError } from '../../src/ledger/errors.ts'
import type { Logger } from '../../src/log.ts'
import { until } from '../support/bridge.ts'
import { polledShop, type PolledShop, summary } from '../support/poller.ts'

const LIMITED = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
const readable = ['customers', 'addresses', 'cart_rules', 'order_histories', 'orders', 'order_carriers', 'order_payments', 'configurations']

interface Line {
  readonly level: number
  readonly msg: string
  readonly resource?: string
  readonly error?: string
}

const WARN = 40

const isLine = (value: unknown): value is Line => typeof value === 'object' && value !== null && 'level' in value && 'msg' in value

/** A log whose lines are kept. */
const keptLog = (): { readonly log: Logger; readonly warnings: () => Line[] } => {
  const stream = new PassThrough()
  const log = pino({ level: 'info' }, stream)
  return {
    log,
    warnings: () =>
      String(stream.read() ?? '')
        .split('\n')
        .flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]))
        .filter(isLine)
        .filter(({ level }) => level >= WARN)
  }
}

const cursor = ({ ledger }: PolledShop): string | undefined => ledger.outgoing.read(({ poll }) => poll.cursor('customers'))

describe('A shop that cannot be polled', () => {
  test.for([
    ['that is down', 'drop'],
    ['whose Webservice answers with a page', 'html'],
    ['that redirects', 'redirect'],
    ['that is overloaded', { status: 503 }],
    ['that asks to wait', { status: 429, headers: { 'Retry-After': '7' } }]
  ] as const)('%s is told of once, and nothing is lost', async ([, answer]) => {
    const { log, warnings } = keptLog()
    const polled = polledShop({ log })
    const { shop, poller, told, wait } = polled
    const one = poller()
    await one.round()
    const before = cursor(polled)
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    const back = shop.inject({ answer })
    for (let round = 0; round < 3; round += 1) await one.round()
    expect(warnings()).toHaveLength(1)
    expect(one.stats()).toMatchObject({ rounds: 1, failures: 3 })
    expect(cursor(polled)).toBe(before)
    back()
    await one.round()
    expect(one.stats()).toMatchObject({ rounds: 2, failures: 0 })
    expect(told().map(summary)).toEqual(['customer 1 updated'])
  })

  test('because its Webservice is off is polled again when it is on', async () => {
    const polled = polledShop()
    const { shop, poller, told, wait } = polled
    const one = poller()
    await one.round()
    wait(60)
    shop.settings.webserviceEnabled = false
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    await one.round()
    expect(one.stats().failures).toBe(1)
    shop.settings.webserviceEnabled = true
    await one.round()
    expect(told().map(summary)).toEqual(['customer 1 updated'])
  })

  test('is left alone for longer and longer', async () => {
    const { shop, poller } = polledShop()
    shop.inject({ answer: 'drop' })
    const one = poller({ OUTGOING_POLL_SECONDS: '1' })
    one.start()
    await until(() => one.stats().failures > 0, 'it failed')
    await until(() => one.stats().failures > 2, 'it was tried again')
    await one.stop()
    const { failures } = one.stats()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(one.stats().failures).toBe(failures)
  })

  test('because the ledger cannot store anything keeps its cursor', async () => {
    const { log, warnings } = keptLog()
    const polled = polledShop({ log })
    const { shop, poller, gate, told, wait } = polled
    const one = poller()
    await one.round()
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    gate.before = () => {
      throw new LedgerUnavailableError('SQLITE_FULL', undefined)
    }
    const before = cursor(polled)
    await one.round()
    expect(cursor(polled)).toBe(before)
    expect(warnings()).toMatchObject([{ error: expect.stringContaining('SQLITE_FULL') }])
    gate.before = () => {}
    await one.round()
    expect(told().map(summary)).toEqual(['customer 1 updated'])
  })
})

describe('One resource that cannot be read', () => {
  test('for want of a right is told of once, and the rest goes on', async () => {
    const { log, warnings } = keptLog()
    const { shop, poller, told, wait } = polledShop({
      log,
      key: LIMITED,
      shop: { keys: { [LIMITED]: Object.fromEntries(readable.map((resource) => [resource, ['GET']])) } }
    })
    const one = poller()
    await one.round()
    wait(60)
    shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount: '1' })
    await one.round()
    expect(told().map(summary)).toEqual(['customer 1 updated', 'payment 1 created'])
    expect(warnings()).toMatchObject([{ resource: 'order_invoices', error: expect.stringContaining('order_invoices') }])
    expect(one.stats()).toMatchObject({ rounds: 2, failures: 0, troubles: { order_invoices: expect.any(String) } })
  })

  test.for([['an exception in the shop', 'empty-500'], ['an error page', { status: 500, body: '<html>' }]] as const)(
    'for %s does not keep the others waiting',
    async ([, answer]) => {
      const { shop, poller, told, wait } = polledShop()
      const one = poller()
      await one.round()
      wait(60)
      shop.backOffice.update('customers', 1, { firstname: 'Bea' })
      shop.backOffice.update('orders', 2, { note: 'Ring twice' })
      const mended = shop.inject({ when: ({ resource }) => resource === 'customers', answer })
      await one.round()
      expect(told().map(summary)).toEqual(['order 2 updated'])
      mended()
      await one.round()
      expect(told().map(summary)).toEqual(['customer 1 updated'])
      expect(one.stats().troubles).toEqual({})
    }
  )
})

test('A poller that is switched off asks nothing', async () => {
  const { shop, poller } = polledShop()
  const one = poller({ OUTGOING_POLL_SECONDS: '0' })
  one.start()
  await one.stop()
  expect(shop.requests).toEqual([])
})
