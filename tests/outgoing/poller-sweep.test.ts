import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { account, place, polledShop, type PolledShop, summary } from '../support/poller.ts'

const daily = { OUTGOING_SWEEP_HOURS: '24' }

const deletions = ({ told }: PolledShop): string[] =>
  told()
    .filter(({ action_type, context_data }) => action_type === 'deleted' || context_data?.['address_action'] === 'deleted')
    .map(summary)

/** A shop that a first sweep has seen, a day later. */
const sweptShop = async (prepare: (shop: SandboxShop) => void = () => {}, pages: Parameters<typeof polledShop>[0] = {}): Promise<PolledShop> => {
  const polled = polledShop(pages)
  prepare(polled.shop)
  await polled.poller(daily).round()
  polled.wait(86_400)
  return polled
}

const makeCustomers = (count: number) => (shop: SandboxShop): void => {
  for (let index = 0; index < count; index += 1) shop.backOffice.create('customers', account(`c${index}@example.com`))
}

describe('A sweep of the ids', () => {
  test('tells of customers and addresses that are gone, an address before its customer', async () => {
    const polled = await sweptShop((shop) => {
      const customer = shop.backOffice.create('customers', account('jane@example.com'))
      shop.backOffice.create('addresses', { ...place, id_customer: String(customer) })
    })
    polled.shop.backOffice.remove('customers', 2)
    await polled.poller(daily).round()
    const events = polled.told()
    expect(events.map(summary)).toEqual(['customer 2 updated: address 6 deleted', 'customer 2 deleted'])
    expect(events[1]).toMatchObject({ before_data: null, after_data: null, hook_name: 'poll', hook_timestamp: '2026-11-24 10:00:00' })
    polled.wait(86_400)
    await polled.poller(daily).round()
    expect(polled.told()).toEqual([])
  })

  test('is made when it is due, and not before', async () => {
    const polled = await sweptShop(makeCustomers(1))
    polled.clocks.now -= 3_600_000
    polled.shop.backOffice.remove('customers', 2)
    const one = polled.poller(daily)
    await one.round()
    expect(deletions(polled)).toEqual([])
    polled.wait(3_600)
    await one.round()
    expect(deletions(polled)).toEqual(['customer 2 deleted'])
  })

  test('is not made unless it is asked for', async () => {
    const polled = polledShop()
    const one = polled.poller()
    await one.round()
    polled.wait(864_000)
    await one.round()
    expect(polled.shop.requests.filter(({ query }) => query.has('filter[deleted]'))).toEqual([])
  })

  test('misses a customer that was made and removed between two sweeps', async () => {
    const polled = await sweptShop()
    const one = polled.poller({ OUTGOING_SWEEP_HOURS: '48' })
    const id = polled.shop.backOffice.create('customers', account('short@example.com'))
    await one.round()
    polled.shop.backOffice.remove('customers', id)
    polled.wait(86_400)
    await one.round()
    expect(polled.told().map(summary)).toEqual([`customer ${id} created`, `customer ${id} deleted`])
  })

  test('deletes nobody whom the shop still has, however many its list leaves out', async () => {
    const empty = http.get('https://shop.test/api/customers', ({ request }) =>
      isEmpty && new URL(request.url).searchParams.has('filter[deleted]')
        ? HttpResponse.xml('<?xml version="1.0" encoding="UTF-8"?><prestashop><customers></customers></prestashop>')
        : undefined
    )
    let isEmpty = false
    const polled = await sweptShop(makeCustomers(30), { pages: [empty] })
    isEmpty = true
    await polled.poller(daily).round()
    expect(deletions(polled)).toEqual([])
    isEmpty = false
    polled.shop.backOffice.remove('customers', 7)
    polled.wait(86_400)
    await polled.poller(daily).round()
    expect(deletions(polled)).toEqual(['customer 7 deleted'])
  })

  test('asks for a hundred missing records a round, and goes on in the next', async () => {
    const polled = await sweptShop(makeCustomers(250))
    for (let id = 2; id <= 251; id += 1) polled.shop.backOffice.remove('customers', id)
    const counts: number[] = []
    for (let round = 0; round < 4; round += 1) {
      await polled.poller(daily).round()
      counts.push(deletions(polled).length)
      polled.wait(30)
    }
    expect(counts).toEqual([100, 100, 50, 0])
  })

  test('goes on where the shop cut it off', async () => {
    const polled = await sweptShop(makeCustomers(3))
    polled.shop.backOffice.remove('customers', 2)
    polled.shop.backOffice.remove('customers', 4)
    polled.shop.inject({ when: ({ resource, id }) => resource === 'customers' && id === 4, times: 1, answer: 'drop' })
    const one = polled.poller(daily)
    await one.round()
    expect(deletions(polled)).toEqual(['customer 2 deleted'])
    await one.round()
    expect(deletions(polled)).toEqual(['customer 4 deleted'])
  })

  test('keeps quiet about an address that is only marked as deleted and was told already', async () => {
    const polled = await sweptShop()
    polled.shop.backOffice.remove('addresses', 4)
    const one = polled.poller(daily)
    await one.round()
    const [first, ...others] = deletions(polled)
    expect(first).toBe('customer 1 updated: address 4 deleted')
    expect(others).toEqual([])
  })

  test('goes through more ids than fit on a page', async () => {
    const polled = await sweptShop(makeCustomers(1_100))
    polled.shop.backOffice.remove('customers', 1_050)
    await polled.poller(daily).round()
    expect(deletions(polled)).toEqual(['customer 1050 deleted'])
  })
})
