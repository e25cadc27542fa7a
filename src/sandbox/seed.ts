import type { ShopRecord } from './record.ts'
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
  { resource: 'addresses', file: 'addresses.xml' }
]

const toRecord = (entity: Element, resource: Resource, defaults: Readonly<Record<string, string>>): ShopRecord => {
  const record: ShopRecord = { id: Number(textOf(entity, 'id')), values: {}, texts: {}, associations: {} }
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

/**
 * Fills a store with the recorded shop: its demo customer John DOE with two addresses, of which 4 was used by
 * orders, all countries, the states of the United States and five of Canada, one language, one currency.
 */
export const seed = (store: Store, timeZone: string): void => {
  for (const { resource, record } of seeds) {
    const isTimeZone = resource.name === 'configurations' && record.values['name'] === 'PS_TIMEZONE'
    store.load(resource, isTimeZone ? { ...record, values: { ...record.values, value: timeZone } } : record)
  }
  store.useAddress(4)
}
