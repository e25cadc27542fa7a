import { IANAZone } from 'luxon'
import type { PrestashopClient } from './client.ts'
import { PrestashopError } from './errors.ts'
import { asShopId } from './record.ts'
import type { LanguageTexts, ShopId, ShopRecord } from './record.ts'
import { createSnapshot, createTable } from '../snapshot.ts'
import type { Snapshot } from '../snapshot.ts'

export interface Country {
  readonly id: ShopId
  /** Two letters, upper case. */
  readonly iso: string
  readonly active: boolean
  readonly containsStates: boolean
  readonly needsPostcode: boolean
  /** `N` a digit, `L` a letter, `C` the country's letters; `''` when any will do. */
  readonly postcodeFormat: string
}

export interface State {
  readonly id: ShopId
  readonly countryId: ShopId | undefined
  readonly iso: string
  readonly name: string
  readonly active: boolean
}

export interface Language {
  readonly id: ShopId
  /** Two letters, lower case; the shop's own: `br` is the Portuguese of Brazil. */
  readonly iso: string
  /** With the region, lower case: `pt-br`. */
  readonly code: string
  readonly name: string
}

export interface Currency {
  readonly id: ShopId
  /** Three letters, upper case. */
  readonly iso: string
  readonly active: boolean
  /** Units of it for one of the shop's default currency, as the shop writes it: `1.000000`. */
  readonly rate: string
  /** Digits after the point of an amount. */
  readonly precision: number
}

/** A state that orders can have; deleted ones are left out. */
export interface OrderState {
  readonly id: ShopId
  readonly names: LanguageTexts
  /** The mail template, such as `shipped`; `''` for none. */
  readonly template: string
  /** The module that the state belongs to; `''` for one of the shop's own. */
  readonly module: string
  readonly paid: boolean
  readonly invoice: boolean
  readonly logable: boolean
  readonly delivery: boolean
  readonly shipped: boolean
  readonly pdfInvoice: boolean
}

export interface Carrier {
  readonly id: ShopId
  /** What stays the same when the back office replaces an edited carrier by a new one. */
  readonly reference: number
  readonly name: string
  readonly active: boolean
  /** Replaced by a later one of the same reference, or removed. */
  readonly deleted: boolean
}

export interface Group {
  readonly id: ShopId
  readonly names: LanguageTexts
}

/** What rarely changes in a shop, read once and kept for a while. A shop that is away is an error, not an absence. */
export interface Reference {
  country(id: number): Promise<Country | undefined>
  /** @param iso two letters, in any case */
  countryByIso(iso: string): Promise<Country | undefined>
  state(id: number): Promise<State | undefined>
  stateByIso(countryId: number, iso: string): Promise<State | undefined>
  /** The active ones, by id. */
  languages(): Promise<readonly Language[]>
  languageByIso(iso: string): Promise<Language | undefined>
  /** A currency that is not deleted. */
  currency(id: number): Promise<Currency | undefined>
  /** @param iso three letters, in any case */
  currencyByIso(iso: string): Promise<Currency | undefined>
  currencies(): Promise<readonly Currency[]>
  group(id: number): Promise<Group | undefined>
  orderState(id: number): Promise<OrderState | undefined>
  /** The states that match; none reads them again, at most every ten seconds. */
  orderStates(matches: (state: OrderState) => boolean): Promise<readonly OrderState[]>
  /** The carriers that match, deleted ones among them; none reads them again, at most every ten seconds. */
  carriers(matches: (carrier: Carrier) => boolean): Promise<readonly Carrier[]>
  /** A setting of the shop, such as `PS_TIMEZONE`; `undefined` when it is not there or the key may not read it. */
  configuration(name: string): Promise<string | undefined>
  /** The IANA name of the shop's zone; the fallback (UTC unless told) when the shop does not tell. */
  timeZone(fallback?: string): Promise<string>
  /** The group of new customers: `PS_CUSTOMER_GROUP`, else 3, as in a new shop. */
  defaultCustomerGroup(): Promise<ShopId>
}

const text = (record: ShopRecord, field: string): string => record.fields[field] ?? ''
const isSet = (record: ShopRecord, field: string): boolean => text(record, field) === '1'

const toCountry = (record: ShopRecord): Country => ({
  id: record.id,
  iso: text(record, 'iso_code').toUpperCase(),
  active: isSet(record, 'active'),
  containsStates: isSet(record, 'contains_states'),
  needsPostcode: isSet(record, 'need_zip_code'),
  postcodeFormat: text(record, 'zip_code_format')
})

const toState = (record: ShopRecord): State => ({
  id: record.id,
  countryId: asShopId(text(record, 'id_country')),
  iso: text(record, 'iso_code').toUpperCase(),
  name: text(record, 'name'),
  active: isSet(record, 'active')
})

const toLanguage = (record: ShopRecord): Language => ({
  id: record.id,
  iso: text(record, 'iso_code').toLowerCase(),
  code: text(record, 'language_code').toLowerCase(),
  name: text(record, 'name')
})

const toCurrency = (record: ShopRecord): Currency => ({
  id: record.id,
  iso: text(record, 'iso_code').toUpperCase(),
  active: isSet(record, 'active'),
  rate: text(record, 'conversion_rate'),
  precision: Number(text(record, 'precision') || 2)
})

const toOrderState = (record: ShopRecord): OrderState => ({
  id: record.id,
  names: record.languages['name'] ?? {},
  template: Object.values(record.languages['template'] ?? {}).find((template) => template !== '') ?? '',
  module: text(record, 'module_name'),
  paid: isSet(record, 'paid'),
  invoice: isSet(record, 'invoice'),
  logable: isSet(record, 'logable'),
  delivery: isSet(record, 'delivery'),
  shipped: isSet(record, 'shipped'),
  pdfInvoice: isSet(record, 'pdf_invoice')
})

const toCarrier = (record: ShopRecord): Carrier => ({
  id: record.id,
  reference: Number(text(record, 'id_reference')),
  name: text(record, 'name'),
  active: isSet(record, 'active'),
  deleted: isSet(record, 'deleted')
})

const toGroup = (record: ShopRecord): Group => ({ id: record.id, names: record.languages['name'] ?? {} })

const currencyFields = ['id', 'iso_code', 'conversion_rate', 'precision', 'active', 'deleted']
const orderStateFields = [
  'id', 'name', 'template', 'module_name', 'paid', 'invoice', 'logable', 'delivery', 'shipped', 'pdf_invoice', 'deleted'
]

/** The value for all shops, else the first: a shop of its own may have its own row of one name. */
const valueOf = (records: readonly ShopRecord[]): string | undefined =>
  (records.find((record) => !Number(text(record, 'id_shop'))) ?? records[0])?.fields['value']

/**
 * The reference data of one shop. Concurrent callers share one request; an error is not kept.
 *
 * @param options.ttlMs how long what was read counts, ten minutes unless told; what is missed is looked for again
 *   at most every ten seconds
 */
export const createReference = (client: PrestashopClient, { ttlMs = 600_000 }: { ttlMs?: number } = {}): Reference => {
  const table = <Item>(resource: string, display: readonly string[], convert: (record: ShopRecord) => Item) =>
    createTable(async () => (await client.list(resource, { display })).map(convert), ttlMs)

  const countries = table(
    'countries',
    ['id', 'iso_code', 'active', 'contains_states', 'need_zip_code', 'zip_code_format'],
    toCountry
  )
  const states = table('states', ['id', 'id_country', 'iso_code', 'name', 'active'], toState)
  // A currency that was deleted stays in the table, and the same ISO code may have been installed again.
  const currencies = createTable(async () => {
    const records = await client.list('currencies', { display: currencyFields })
    return records.filter((record) => !isSet(record, 'deleted')).map(toCurrency)
  }, ttlMs)
  const orderStates = createTable(async () => {
    const records = await client.list('order_states', { display: orderStateFields })
    return records.filter((record) => !isSet(record, 'deleted')).map(toOrderState)
  }, ttlMs)
  const carriers = table('carriers', ['id', 'id_reference', 'name', 'active', 'deleted'], toCarrier)
  const groups = table('groups', ['id', 'name'], toGroup)
  const languages = createTable(async () => {
    const records = await client.list('languages', {
      display: ['id', 'iso_code', 'language_code', 'name', 'active'],
      filter: { active: '1' }
    })
    return records.filter((record) => isSet(record, 'active')).map(toLanguage)
  }, ttlMs)

  const settings = new Map<string, Snapshot<string | undefined>>()
  const setting = (name: string): Snapshot<string | undefined> =>
    createSnapshot(async () => {
      try {
        const records = await client.list('configurations', {
          display: ['id', 'name', 'value', 'id_shop'],
          filter: { name }
        })
        return valueOf(records.filter((record) => text(record, 'name') === name))
      } catch (error) {
        if (error instanceof PrestashopError && error.blocked) return undefined
        throw error
      }
    }, ttlMs)
  const configuration = (name: string): Promise<string | undefined> => {
    const kept = settings.get(name) ?? setting(name)
    settings.set(name, kept)
    return kept.read()
  }

  return {
    country: (id) => countries.find((country) => country.id === id),
    countryByIso: (iso) => countries.find((country) => country.iso === iso.toUpperCase()),
    state: (id) => states.find((state) => state.id === id),
    stateByIso: (countryId, iso) =>
      states.find((state) => state.countryId === countryId && state.iso === iso.toUpperCase()),
    languages: () => languages.read(),
    languageByIso: (iso) => languages.find((language) => language.iso === iso.toLowerCase()),
    currency: (id) => currencies.find((currency) => currency.id === id),
    currencyByIso: (iso) => currencies.find((currency) => currency.iso === iso.toUpperCase()),
    currencies: () => currencies.read(),
    orderState: (id) => orderStates.find((state) => state.id === id),
    orderStates: (matches) => orderStates.filter(matches),
    carriers: (matches) => carriers.filter(matches),
    group: (id) => groups.find((group) => group.id === id),
    configuration,
    timeZone: async (fallback = 'UTC') => {
      const zone = await configuration('PS_TIMEZONE')
      return zone !== undefined && IANAZone.isValidZone(zone) ? zone : fallback
    },
    defaultCustomerGroup: async () => asShopId((await configuration('PS_CUSTOMER_GROUP')) ?? '') ?? asShopId(3)!
  }
}
