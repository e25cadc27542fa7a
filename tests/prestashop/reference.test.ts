import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createReference } from '../../src/prestashop/reference.ts'
import { recording, replay } from '../support/recordings.ts'
import { clientFor, errorOf, useShop } from './support/shop.ts'
import type { Seen } from './support/shop.ts'

const shop = useShop()

const lists: Readonly<Record<string, string>> = {
  countries: 'countries-list-display',
  states: 'states-list-full',
  languages: 'languages-list-active',
  groups: 'groups-list-full',
  currencies: 'currencies-list-full',
  order_states: 'order_states-list-full',
  carriers: 'carriers-list-full'
}

const setting = (value: string, name = 'PS_TIMEZONE'): Response =>
  new Response(
    recording('configurations-filter').response.body.replace('Lab shop', value).replace('PS_SHOP_NAME', name)
  )

const healthy = ({ url }: Seen): Response => {
  const resource = url.pathname.split('/')[2] ?? ''
  return resource === 'configurations' ? setting('Europe/Paris') : replay(lists[resource] ?? 'auth-none')
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('countries and states', () => {
  it('are found by id and by ISO code in any case', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    const country = await reference.countryByIso('us')
    expect(country).toMatchObject({ id: 21, iso: 'US', containsStates: true })
    expect(country).toMatchObject({ needsPostcode: true, postcodeFormat: 'NNNNN' })
    expect(await reference.country(21)).toEqual(country)
    const state = await reference.stateByIso(4, 'qc')
    expect(state).toMatchObject({ id: 90, iso: 'QC', name: 'Quebec', countryId: 4, active: true })
    expect(await reference.stateByIso(21, 'QC')).toBeUndefined()
    expect(await reference.state(90)).toEqual(state)
  })

  it('are read once, with the fields needed only, however many ask', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    await Promise.all([reference.country(8), reference.countryByIso('FR'), reference.country(21)])
    await reference.country(8)
    expect(shop.seen.map(({ path }) => path)).toEqual([
      '/api/countries?display=[id,iso_code,active,contains_states,need_zip_code,zip_code_format]&sort=[id_ASC]'
    ])
  })

  it('are read again when their time is over', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor(), { ttlMs: 60_000 })
    await reference.country(8)
    vi.advanceTimersByTime(59_000)
    await reference.country(8)
    expect(shop.seen).toHaveLength(1)
    vi.advanceTimersByTime(2000)
    await reference.country(8)
    expect(shop.seen).toHaveLength(2)
  })

  it('that are not there are looked for again, but at most every ten seconds', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.country(99_999)).toBeUndefined()
    expect(await reference.country(99_999)).toBeUndefined()
    expect(shop.seen).toHaveLength(1)
    vi.advanceTimersByTime(10_001)
    expect(await Promise.all([reference.country(99_999), reference.country(99_998)])).toEqual([undefined, undefined])
    expect(shop.seen).toHaveLength(2)
  })

  it('that were added meanwhile are found', async () => {
    shop.answer(() => replay('filter-empty-result'))
    const reference = createReference(clientFor())
    expect(await reference.countryByIso('FR')).toBeUndefined()
    shop.answer(healthy)
    vi.advanceTimersByTime(10_001)
    expect(await reference.countryByIso('FR')).toMatchObject({ id: 8 })
  })
})

describe('a shop that is away', () => {
  it('is an error, not an absence', async () => {
    shop.answer(() => replay('webservice-disabled'))
    const reference = createReference(clientFor())
    expect(await errorOf(reference.country(8))).toMatchObject({ kind: 'unavailable' })
    expect(await errorOf(reference.configuration('PS_TIMEZONE'))).toMatchObject({ kind: 'unavailable' })
    expect(await errorOf(reference.timeZone('UTC'))).toMatchObject({ kind: 'unavailable' })
    expect(await errorOf(reference.defaultCustomerGroup())).toMatchObject({ kind: 'unavailable' })
  })

  it('is asked again by the next caller', async () => {
    shop.answer(() => replay('webservice-disabled'))
    const reference = createReference(clientFor())
    await errorOf(reference.country(8))
    shop.answer(healthy)
    expect(await reference.country(8)).toMatchObject({ iso: 'FR' })
  })
})

describe('languages and groups', () => {
  it('are the active languages of the shop', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.languages()).toMatchObject([{ id: 1, iso: 'en' }])
    expect(await reference.languageByIso('EN')).toMatchObject({ id: 1 })
    expect(await reference.languageByIso('fr')).toBeUndefined()
  })

  it('are the groups by id', async () => {
    shop.answer(healthy)
    expect(await createReference(clientFor()).group(3)).toMatchObject({ id: 3, names: { 1: 'Customer' } })
  })
})

describe('currencies', () => {
  it('are found by id and by ISO code in any case', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.currencyByIso('usd')).toEqual({ id: 1, iso: 'USD', active: true, rate: '1.000000', precision: 2 })
    expect(await reference.currency(1)).toMatchObject({ iso: 'USD' })
    expect(await reference.currencyByIso('EUR')).toBeUndefined()
    expect(shop.seen).toHaveLength(1)
  })

  it('that were deleted are not there', async () => {
    const { body } = recording('currencies-list-full').response
    shop.answer(() => new Response(body.replace('<deleted><![CDATA[0]]>', '<deleted><![CDATA[1]]>')))
    const reference = createReference(clientFor())
    expect(await reference.currencyByIso('USD')).toBeUndefined()
    expect(await reference.currency(1)).toBeUndefined()
  })
})

describe('order states', () => {
  it('have their names, their mail template and their flags', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.orderState(4)).toEqual({
      id: 4,
      names: { 1: 'Shipped' },
      template: 'shipped',
      module: '',
      paid: true,
      invoice: true,
      logable: true,
      delivery: true,
      shipped: true,
      pdfInvoice: false
    })
    expect(await reference.orderStates(({ module }) => module === 'ps_wirepayment')).toMatchObject([{ id: 10 }])
    expect(await reference.orderState(99)).toBeUndefined()
  })

  it('have their names in every language', async () => {
    shop.answer(() => replay('two-languages-order_states-list'))
    const states = await createReference(clientFor()).orderStates(() => true)
    expect(states.length).toBeGreaterThan(0)
    for (const { names } of states) expect(Object.keys(names)).toHaveLength(2)
  })

  it('that were deleted are not there', async () => {
    const { body } = recording('order_states-list-full').response
    shop.answer(() => new Response(body.replaceAll('<deleted><![CDATA[0]]>', '<deleted><![CDATA[1]]>')))
    expect(await createReference(clientFor()).orderState(4)).toBeUndefined()
  })

  it('that none match are read again, once in ten seconds', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    await reference.orderState(4)
    vi.advanceTimersByTime(11_000)
    expect(await reference.orderStates(() => false)).toEqual([])
    expect(await reference.orderStates(() => false)).toEqual([])
    expect(shop.seen).toHaveLength(2)
  })
})

describe('carriers', () => {
  it('tell which are active, and what stays the same when they are edited', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.carriers(({ active }) => active)).toEqual([
      { id: 1, reference: 1, name: 'Click and collect', active: true, deleted: false },
      { id: 2, reference: 2, name: 'My carrier', active: true, deleted: false }
    ])
  })
})

describe('settings', () => {
  it('are read by name, once each', async () => {
    shop.answer(healthy)
    const reference = createReference(clientFor())
    expect(await reference.configuration('PS_TIMEZONE')).toBe('Europe/Paris')
    expect(await reference.timeZone()).toBe('Europe/Paris')
    expect(shop.seen).toHaveLength(1)
    expect(shop.seen[0]!.url.searchParams.get('filter[name]')).toBe('PS_TIMEZONE')
  })

  it('are undefined when they are not there', async () => {
    shop.answer(() => replay('filter-empty-result'))
    const reference = createReference(clientFor())
    expect(await reference.configuration('PS_NOTHING')).toBeUndefined()
    expect(await reference.timeZone()).toBe('UTC')
    expect(await reference.timeZone('Asia/Tokyo')).toBe('Asia/Tokyo')
    expect(await reference.defaultCustomerGroup()).toBe(3)
  })

  it('are undefined when the key may not read them, but a wrong key is an error', async () => {
    shop.answer(() => replay('perm-resource'))
    expect(await createReference(clientFor()).configuration('PS_TIMEZONE')).toBeUndefined()
    shop.answer(() => replay('auth-wrong-key'))
    expect(await errorOf(createReference(clientFor()).configuration('PS_TIMEZONE'))).toMatchObject({
      kind: 'misconfigured'
    })
  })

  it('of all shops come before those of one', async () => {
    const { body } = recording('configurations-filter').response
    const one = /<configuration>[^]*<\/configuration>/.exec(body)![0]
    const ofShop = one.replace('Lab shop', 'Asia/Tokyo').replace('<id_shop><![CDATA[]]>', '<id_shop><![CDATA[2]]>')
    const both = ofShop + one.replace('Lab shop', 'Europe/Rome')
    shop.answer(() => new Response(body.replace(one, both).replaceAll('PS_SHOP_NAME', 'PS_TIMEZONE')))
    expect(await createReference(clientFor()).timeZone()).toBe('Europe/Rome')
  })

  it('that name no time zone fall back', async () => {
    shop.answer(() => setting('Mars/Olympus'))
    expect(await createReference(clientFor()).timeZone('Europe/Paris')).toBe('Europe/Paris')
  })

  it('tell the group of new customers', async () => {
    shop.answer(() => setting('5', 'PS_CUSTOMER_GROUP'))
    expect(await createReference(clientFor()).defaultCustomerGroup()).toBe(5)
  })
})
