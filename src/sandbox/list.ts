import { refuseList } from './errors.ts'
import { comparison, filterTest, limited } from './filter.ts'
import type { ShopContext } from './objects/object-class.ts'
import type { ShopRecord } from './record.ts'
import type { Resource } from './resources.ts'
import { type Field, fieldOf } from './schema.ts'
import { didYouMean } from './suggestion.ts'

/** The id, which every resource has and no synopsis names. */
export const idField: Field = {
  ...fieldOf({ name: 'id', attributes: { format: 'isUnsignedId' }, text: '', children: [] }, { scale: 0 }),
  attributes: {}
}

const fieldsOf = (resource: Resource): readonly Field[] => [idField, ...resource.fields]

const valuesOf = (record: ShopRecord, field: Field): readonly (string | null)[] => {
  if (field === idField) return [String(record.id)]
  if (field.multilingual) return Object.values(record.texts[field.name] ?? '')
  return [record.values[field.name] ?? null]
}

/** Without `date=1` the two dates are no filter at all (`filter-date-without-date1.txt`). */
const filterable = (resource: Resource, query: URLSearchParams): readonly Field[] => {
  const withDates = !['', '0'].includes(query.get('date') ?? '')
  return fieldsOf(resource).filter(({ name }) => withDates || (name !== 'date_add' && name !== 'date_upd'))
}

const namesOf = (fields: readonly Field[], multilingual: boolean): string[] =>
  fields.filter((field) => field.multilingual === multilingual).map(({ name }) => name)

/** The filters of a query: `filter[name]=value`. */
const filtered = (query: URLSearchParams): readonly { readonly name: string; readonly value: string }[] =>
  Array.from(query).flatMap(([key, value]) => {
    const name = /^filter\[([^\]]*)\]$/.exec(key)?.[1]
    return name === undefined ? [] : [{ name, value }]
  })

const filters = (resource: Resource, query: URLSearchParams): ((record: ShopRecord) => boolean)[] => {
  const available = filterable(resource, query)
  return filtered(query).map(({ name, value }) => {
    const field = available.find((known) => known.name === name)
    if (!field || (field.multilingual && value === '')) {
      throw refuseList(32, didYouMean('This filter does not exist', name, namesOf(available, false)))
    }
    if (value === '') throw refuseList(33, `The filter "${name}" is malformed.`)
    if (field.notFilterable) {
      throw refuseList(34, `The field "${name}" is dynamic. It is not possible to filter GET query with this field.`)
    }
    const test = filterTest(field, value)
    return (record: ShopRecord) => valuesOf(record, field).some(test)
  })
}

/** What a filter wants a value to be equal to, if it wants nothing else. */
const wanted = (expression: string): string | undefined => {
  const inner = /^\[([^|]*)\]$/s.exec(expression)?.[1] ?? expression
  return /[[\]]|^[\d.:\-\s]+,[\d.:\-\s]+$/.test(inner) ? undefined : inner
}

/** The records among which those that pass are found: by an index where a filter wants one value. */
const candidates = (resource: Resource, query: URLSearchParams, shop: ShopContext): readonly ShopRecord[] => {
  for (const { name, value } of filtered(query)) {
    const field = resource.fields.find((known) => known.name === name)
    const equal = wanted(value)
    if (equal !== undefined && field && !field.multilingual && ['text', 'integer'].includes(field.column)) {
      return shop.where(resource.name, name, equal)
    }
  }
  return shop.all(resource.name)
}

type Order = (one: ShopRecord, other: ShopRecord) => number

const by = (field: Field, direction: number): Order => {
  const compare = comparison(field)
  return (one, other) => direction * compare(valuesOf(one, field)[0] ?? '', valuesOf(other, field)[0] ?? '')
}

const sorts = (resource: Resource, query: URLSearchParams): Order[] => {
  const sort = query.get('sort')
  // A filter on any other field makes the database read the table itself (`order_states-list-filter-deleted.txt`).
  const isIndexed = filtered(query).every(({ name }) => resource.order.includes(name))
  const names = [...(isIndexed ? resource.order : []), 'id']
  const natural = names.flatMap((name) => fieldsOf(resource).filter((field) => field.name === name))
  const orders = natural.map((field) => by(field, 1))
  if (sort === null) return orders
  const available = filterable(resource, query)
  const asked = (/^\[(.*)\]$/s.exec(sort)?.[1] ?? sort).split(',').map((term) => {
    const match = /^(.*)_(asc|desc)$/is.exec(term)
    if (!match) {
      const example = `"field_ASC" or '[field_1_DESC,field_2_ASC,field_3_ASC,...]'`
      const sentence = `The "sort" value has to be formed as this example: ${example}`
      throw refuseList(37, `${sentence} ("field" has to be an available field)`)
    }
    const field = available.find(({ name }) => name === match[1])
    if (!field) {
      const known = `${namesOf(available, false).join(', ')}, for i18n fields:${namesOf(available, true).join(', ')}`
      throw refuseList(38, `Unable to filter by this field. However, these are available: ${known}`)
    }
    return by(field, match[2]?.toUpperCase() === 'DESC' ? -1 : 1)
  })
  return [...asked, ...orders]
}

/** The records a GET without an id finds, in order. Throws `WebserviceError` on a bad parameter. */
export const listOf = (resource: Resource, query: URLSearchParams, shop: ShopContext): readonly ShopRecord[] => {
  const tests = filters(resource, query)
  const orders = sorts(resource, query)
  const limit = query.get('limit')
  if (limit !== null && limit.split(',').length > 2) {
    throw refuseList(39, 'The "limit" value has to be formed as this example: "5,25" or "10"')
  }
  const passes = (record: ShopRecord): boolean => resource.listed(record) && tests.every((test) => test(record))
  const listed = candidates(resource, query, shop).filter(passes)
  const sorted = listed.sort((one, other) => orders.reduce((result, order) => result || order(one, other), 0))
  return limit === null ? sorted : limited(sorted, limit)
}
