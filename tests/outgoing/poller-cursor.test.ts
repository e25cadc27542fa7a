import { http, HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { account, polledShop, type PolledShop, summary } from '../support/poller.ts'

const cursor = ({ ledger }: PolledShop, resource = 'customers'): string | undefined => ledger.outgoing.read(({ poll }) => poll.cursor(resource))

/** As many customers as do not fit on one page. */
const makeCustomers = (shop: SandboxShop, count: number): number[] =>
  Array.from({ length: count }, (_, index) => shop.backOffice.create('customers', account(`c${index}@example.com`)))

const rename = (shop: SandboxShop, id: number, firstname: string): void => shop.backOffice.update('customers', id, { firstname })

const namesTold = (polled: PolledShop): unknown[] => polled.told().map(({ after_data }) => after_data?.['firstname'])

describe('Nothing is lost', () => {
  test('when several rows share a second and one of them is written after it was read', async () => {
    const polled = polledShop()
    const { poller, shop, wait } = polled
    const id = shop.backOffice.create('customers', account('jane@example.com'))
    const one = poller()
    await one.round()
    wait(60)
    rename(shop, 1, 'Bea')
    await one.round()
    rename(shop, id, 'Cleo')
    rename(shop, 1, 'Dora')
    await one.round()
    await one.round()
    expect(namesTold(polled)).toEqual(['Bea', 'Dora', 'Cleo'])
  })

  test('when a change becomes visible after later ones', async () => {
    const polled = polledShop()
    const { poller, shop, clocks, wait } = polled
    const id = shop.backOffice.create('customers', account('jane@example.com'))
    const one = poller()
    await one.round()
    wait(300)
    rename(shop, 1, 'Later')
    await one.round()
    clocks.shopAhead = -110_000
    rename(shop, id, 'Slow')
    clocks.shopAhead = 0
    await one.round()
    expect(namesTold(polled)).toEqual(['Later', 'Slow'])
  })

  test('when rows of the first page change while the others are read, however long that takes', async () => {
    const polled = polledShop()
    const { poller, shop, wait } = polled
    const one = poller()
    await one.round()
    wait(600)
    const ids = makeCustomers(shop, 250)
    // Each call takes three minutes, and somebody changes the first and the last of them meanwhile.
    let calls = 0
    shop.inject({
      when: ({ resource }) => {
        if (resource !== 'customers') return false
        calls += 1
        // After the first page, before the newest date is asked for.
        if (calls === 2) rename(shop, ids[1]!, 'Between')
        wait(180)
        if (calls === 2) rename(shop, ids[2]!, 'Newest')
        if (calls === 4) rename(shop, ids[0]!, 'First page')
        if (calls === 5) rename(shop, ids.at(-1)!, 'Last page')
        return false
      },
      answer: 'drop'
    })
    await one.round()
    const names = namesTold(polled)
    expect(names).toEqual(expect.arrayContaining(['Between', 'Last page']))
    expect(names).not.toContain('First page')
    expect(new Set(polled.gate.submissions.map(({ event }) => event.entity_id))).toEqual(new Set(ids))
    await one.round()
    expect(namesTold(polled)).toContain('First page')
  })

  test('when the bridge was away for days: every row is told, pages in order of the ids', async () => {
    const polled = polledShop()
    const { poller, shop, wait } = polled
    await poller().round()
    const ids: number[] = []
    for (let day = 0; day < 3; day += 1) {
      wait(86_400)
      ids.push(...Array.from({ length: 90 }, (_, index) => shop.backOffice.create('customers', account(`${day}-${index}@example.com`))))
    }
    await poller().round()
    expect(polled.told().map(({ entity_id }) => entity_id)).toEqual(ids)
  })

  test('when the process ends in the middle of a round', async () => {
    const polled = polledShop()
    const { poller, shop, gate, wait } = polled
    await poller().round()
    wait(60)
    const ids = makeCustomers(shop, 250)
    let submissions = 0
    gate.before = () => {
      submissions += 1
      if (submissions === 2) throw new Error('the end')
    }
    const before = cursor(polled)
    await poller().round()
    expect(cursor(polled)).toBe(before)
    await poller().round()
    expect(new Set(polled.told().map(({ entity_id }) => entity_id))).toEqual(new Set(ids))
  })

  test('when the first start was cut off: what has changed since it began is told', async () => {
    const polled = polledShop()
    const { poller, shop, wait } = polled
    const rule = shop.inject({ when: ({ resource }) => resource === 'customers' && shop.requests.filter((call) => call.resource === 'customers').length === 2, answer: 'drop' })
    await poller().round()
    rule()
    expect(cursor(polled)).toBeUndefined()
    wait(60)
    rename(shop, 1, 'Bea')
    await poller().round()
    await poller().round()
    expect(namesTold(polled)).toEqual(['Bea'])
  })

  test('in a table that was empty when the poller first started', async () => {
    const polled = polledShop()
    const { poller, shop, wait } = polled
    await poller().round()
    expect(shop.rows('cart_rules')).toEqual([])
    wait(60)
    shop.backOffice.create('cart_rules', { code: 'SUMMER', name: 'Summer', date_from: '2026-01-01', date_to: '2027-01-01' })
    await poller().round()
    expect(polled.told().map(summary)).toEqual(['coupon 1 created'])
  })
})

describe('The clocks', () => {
  test.for([
    ['the shop’s is ten minutes ahead', 600],
    ['the shop’s is ten minutes behind', -600],
    ['the shop’s is a day ahead', 86_400]
  ] as const)('need not agree: %s', async ([, seconds]) => {
    const polled = polledShop()
    const { poller, shop, clocks, wait } = polled
    clocks.shopAhead = seconds * 1_000
    const one = poller()
    await one.round()
    for (const name of ['Anna', 'Bea', 'Cleo']) {
      wait(45)
      rename(shop, 1, name)
      await one.round()
    }
    expect(namesTold(polled)).toEqual(['Anna', 'Bea', 'Cleo'])
  })

  test('may be corrected: a shop that was an hour ahead is set right', async () => {
    const polled = polledShop()
    const { poller, shop, clocks, wait } = polled
    clocks.shopAhead = 3_600_000
    const one = poller()
    await one.round()
    wait(60)
    rename(shop, 1, 'Ahead')
    await one.round()
    clocks.shopAhead = 0
    wait(60)
    rename(shop, 1, 'Right')
    await one.round()
    expect(namesTold(polled)).toEqual(['Ahead', 'Right'])
  })

  test('may hold a row of the far future, which does not move the cursor there', async () => {
    const polled = polledShop()
    const { poller, shop, clocks, wait } = polled
    const one = poller()
    await one.round()
    clocks.shopAhead = 10 * 365 * 86_400_000
    const id = shop.backOffice.create('customers', account('future@example.com'))
    clocks.shopAhead = 0
    await one.round()
    wait(3_600)
    rename(shop, 1, 'Present')
    await one.round()
    expect(cursor(polled)).toBe('2026-11-23 11:00:00')
    expect(polled.told().map(summary)).toEqual([`customer ${id} created`, 'customer 1 updated'])
  })
})

describe('The time zone of the shop', () => {
  // In Paris the clock goes from 03:00 back to 02:00 on 2026-10-25, at 01:00 UTC.
  const lastOfSummer = '2026-10-25T00:58:00Z'

  test('is what the cursor is written in', async () => {
    const polled = polledShop({ shop: { timeZone: 'America/New_York' } })
    const { poller, shop, wait } = polled
    await poller().round()
    wait(60)
    rename(shop, 1, 'Bea')
    await poller().round()
    expect(cursor(polled)).toBe('2026-11-23 05:01:00')
  })

  test.for([
    ['the bridge is up', true, 30],
    ['the bridge is up, but the shop is quiet', true, 3_300],
    ['the bridge is away for the whole hour', false, 5_400],
    ['the bridge is away for half a day', false, 43_200]
  ] as const)('may set its clock back while %s: the hour that is shown twice loses nothing', async ([, isUp, away]) => {
    const polled = polledShop({ clock: lastOfSummer, shop: { timeZone: 'Europe/Paris' } })
    const { poller, shop, wait } = polled
    const id = shop.backOffice.create('customers', account('jane@example.com'))
    const one = poller()
    await one.round()
    wait(60)
    rename(shop, 1, 'Summer time')
    await one.round()
    // 02:01 local again.
    wait(120)
    rename(shop, id, 'Winter time')
    expect(shop.row('customers', id)).toMatchObject({ date_upd: '2026-10-25 02:01:00' })
    wait(away)
    rename(shop, 1, 'Later')
    await (isUp ? one : poller()).round()
    expect(new Set(namesTold(polled))).toEqual(new Set(['Later', 'Summer time', 'Winter time']))
  })

  test('lets no cursor stand in the hour that is shown twice', async () => {
    const polled = polledShop({ clock: lastOfSummer, shop: { timeZone: 'Europe/Paris' } })
    const { poller, shop, wait } = polled
    await poller().round()
    const cursors: (string | undefined)[] = []
    for (let minutes = 0; minutes < 75; minutes += 15) {
      wait(900)
      rename(shop, 1, `${minutes}`)
      await poller().round()
      cursors.push(cursor(polled))
    }
    expect(cursors).toEqual([...Array.from({ length: 4 }, () => '2026-10-25 02:00:00'), '2026-10-25 03:13:00'])
  })

  test.for([
    ['America/Los_Angeles', '2026-11-01T08:58:00Z'],
    ['Europe/Paris', lastOfSummer]
  ] as const)('may be told by nobody: %s loses nothing when its clock is set back, and it is told once', async ([timeZone, clock]) => {
    const polled = polledShop({
      clock,
      shop: { timeZone, keys: { [limited]: Object.fromEntries(withoutConfigurations.map((resource) => [resource, ['GET']])) } },
      key: limited
    })
    const { poller, shop, wait } = polled
    const one = poller()
    await one.round()
    wait(60)
    rename(shop, 1, 'Summer time')
    await one.round()
    wait(300)
    rename(shop, 1, 'Winter time')
    await one.round()
    expect(namesTold(polled)).toEqual(['Summer time', 'Winter time'])
  })

  test('may be told wrongly: an hour later everything is there', async () => {
    const polled = polledShop({
      clock: '2026-11-01T08:58:00Z',
      shop: { timeZone: 'America/Los_Angeles', keys: { [limited]: Object.fromEntries(withoutConfigurations.map((resource) => [resource, ['GET']])) } },
      key: limited
    })
    const { poller, shop, wait } = polled
    const one = poller({ SHOP_TIMEZONE: 'Asia/Tokyo' })
    await one.round()
    wait(60)
    rename(shop, 1, 'Summer time')
    await one.round()
    wait(300)
    rename(shop, 1, 'Winter time')
    await one.round()
    wait(3_600)
    await one.round()
    expect(namesTold(polled)).toEqual(['Summer time', 'Winter time'])
  })

  test('may be changed in the shop', async () => {
    const polled = polledShop({ shop: { timeZone: 'Europe/Paris' } })
    const { poller, shop, clocks, wait } = polled
    const one = poller()
    await one.round()
    wait(60)
    rename(shop, 1, 'Paris')
    await one.round()
    const setting = shop.rows('configurations').find(({ name }) => name === 'PS_TIMEZONE')
    shop.backOffice.update('configurations', Number(setting?.['id']), { value: 'America/New_York' })
    await one.round()
    expect(cursor(polled)).toBe('2026-11-23 05:01:00')
    polled.told()
    // The sandbox's clock goes on showing Paris: as if somebody else had written in New York.
    shop.backOffice.update('configurations', Number(setting?.['id']), { value: 'Europe/Paris' })
    await one.round()
    shop.backOffice.update('configurations', Number(setting?.['id']), { value: 'America/New_York' })
    clocks.shopAhead = -6 * 3_600_000
    rename(shop, 1, 'New York')
    await one.round()
    expect(namesTold(polled)).toEqual(['New York'])
  })
})

const limited = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
const withoutConfigurations = ['customers', 'addresses', 'cart_rules', 'order_histories', 'orders', 'order_carriers', 'order_invoices', 'order_payments']

test('a list that does not go on is no reason to move the cursor', async () => {
  let shop: SandboxShop | undefined
  // A proxy that answers every page with the first one.
  const proxy = http.get('https://shop.test/api/customers', async ({ request }) => {
    const url = new URL(request.url)
    url.searchParams.delete('filter[id]')
    return (await shop?.app.fetch(new Request(url, { headers: request.headers }))) ?? HttpResponse.error()
  })
  const polled = polledShop({ pages: [proxy] })
  shop = polled.shop
  await polled.poller().round()
  polled.wait(60)
  makeCustomers(shop, 150)
  const before = cursor(polled)
  const one = polled.poller()
  await one.round()
  expect(cursor(polled)).toBe(before)
  expect(one.stats().troubles['customers']).toMatch(/repeats itself/)
})
