import { newRecord, type ShopRecord } from './record.ts'
import { type Resource, resourceNamed } from './resources.ts'
import { readSeed, textOf } from './schema.ts'
import type { Store } from './store.ts'
import { childOf, type Element } from './xml.ts'

interface SeedFile {
  readonly resource: string
  readonly file: string
  /** What the recorded list left out. */
  readonly defaults?: Readonly<Record<string, string>>
}

/** In the order of dependence: texts need the languages, those the configuration. Later files complete earlier ones. */
const files: readonly SeedFile[] = [
  { resource: 'configurations', file: 'configurations.xml' },
  { resource: 'languages', file: 'languages.xml' },
  { resource: 'zones', file: 'zones.xml' },
  { resource: 'shops', file: 'shops.xml' },
  { resource: 'currencies', file: 'currencies.xml' },
  { resource: 'groups', file: 'groups.xml' },
  { resource: 'countries', file: 'countries-list-display.xml', defaults: { id_zone: '1', display_tax_label: '1' } },
  { resource: 'countries', file: 'countries-list-full.xml' },
  { resource: 'countries', file: 'countries-list-active.xml' },
  { resource: 'states', file: 'states-filter-country.xml', defaults: { id_country: '21', id_zone: '2', active: '1' } },
  { resource: 'states', file: 'states-list-full.xml' },
  { resource: 'customers', file: 'customers.xml' },
  { resource: 'addresses', file: 'addresses.xml' },
  { resource: 'taxes', file: 'taxes.xml' },
  { resource: 'tax_rules', file: 'tax_rules.xml' },
  { resource: 'product_options', file: 'product_options.xml' },
  { resource: 'product_option_values', file: 'product_option_values.xml' },
  { resource: 'products', file: 'products.xml' },
  { resource: 'combinations', file: 'combinations.xml' },
  { resource: 'specific_prices', file: 'specific_prices.xml' },
  { resource: 'stock_availables', file: 'stock_availables.xml' },
  { resource: 'carriers', file: 'carriers.xml' },
  { resource: 'order_states', file: 'order_states.xml' },
  { resource: 'carts', file: 'carts.xml' },
  { resource: 'orders', file: 'orders.xml' },
  { resource: 'order_histories', file: 'order_histories.xml' },
  { resource: 'order_carriers', file: 'order_carriers.xml' }
]

const toRecord = (entity: Element, resource: Resource, defaults: Readonly<Record<string, string>>): ShopRecord => {
  const record: ShopRecord = { ...newRecord(), id: Number(textOf(entity, 'id')) }
  for (const { name, multilingual, nullable } of resource.fields) {
    const element = childOf(entity, name)
    if (multilingual) {
      const texts = element?.children ?? []
      record.texts[name] = Object.fromEntries(texts.map(({ attributes, text }) => [attributes['id'] ?? '', text]))
    } else {
      const value = element?.text ?? defaults[name] ?? null
      // The shop writes NULL and an empty text alike.
      record.values[name] = nullable && value === '' ? null : value
    }
  }
  for (const { name, children } of childOf(entity, 'associations')?.children ?? []) {
    const entries = children.map((entry) => entry.children.map((field) => [field.name, field.text]))
    record.associations[name] = entries.map((entry) => Object.fromEntries(entry))
  }
  return record
}

/** Every seeded record, parsed once for all shops of the process. */
const seeds: readonly { readonly resource: Resource; readonly record: ShopRecord }[] = files.flatMap(
  ({ resource: name, file, defaults = {} }) => {
    const resource = resourceNamed(name)
    const entities = readSeed(file).children.flatMap(({ children }) => children)
    return entities.map((entity) => ({ resource, record: toRecord(entity, resource, defaults) }))
  }
)

/** The details of a seeded order, as far as its recorded rows tell. */
const details = (order: ShopRecord): readonly ShopRecord[] =>
  (order.associations['order_rows'] ?? []).map(({ id, ...row }) => ({
    ...newRecord({ ...row, id_order: String(order.id), id_shop: '1' }),
    id: Number(id)
  }))

const languageNames = new Intl.DisplayNames('en', { type: 'language' })

const addLanguages = (store: Store, isoCodes: readonly string[]): void => {
  const english = store.where('languages', 'iso_code', 'en')[0]
  if (!english || !isoCodes.includes('en')) throw new Error('English must be among the languages')
  for (const code of isoCodes.filter((other) => other !== 'en')) {
    const id = store.nextId('languages')
    const names = { name: languageNames.of(code) ?? code, iso_code: code }
    const codes = { language_code: `${code}-${code}`, locale: `${code}-${code.toUpperCase()}` }
    store.load(resourceNamed('languages'), { ...english, id, values: { ...english.values, ...names, ...codes } })
    store.copyTexts(String(id))
  }
  const first = store.where('languages', 'iso_code', isoCodes[0] ?? 'en')[0]
  const setting = store.where('configurations', 'name', 'PS_LANG_DEFAULT')[0]
  if (first && setting) setting.values['value'] = String(first.id)
}

/**
 * Fills a store with the recorded shop: its demo customer John DOE with two addresses and five orders, all countries,
 * the states of the United States and five of Canada, one currency, English and the other languages with English
 * texts, and some of its products.
 */
export const seed = (store: Store, timeZone: string, languages: readonly string[]): void => {
  for (const { resource, record } of seeds) {
    const isTimeZone = resource.name === 'configurations' && record.values['name'] === 'PS_TIMEZONE'
    store.load(resource, isTimeZone ? { ...record, values: { ...record.values, value: timeZone } } : record)
    if (resource.name !== 'orders') continue
    for (const detail of details(record)) store.load(resourceNamed('order_details'), detail)
  }
  addLanguages(store, languages)
}
