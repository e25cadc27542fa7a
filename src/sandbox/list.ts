import { refuseList } from './errors.ts'
import { comparison, filterTest, limited } from './filter.ts'
import type { ShopRecord } from './record.ts'
import type { Resource } from './resources.ts'
import type { Field } from './schema.ts'
import { didYouMean } from './suggestion.ts'

/** Which fields an answer shows: all, none but the id as an attribute, or those named. */
export type Display = 'full' | 'minimum' | ReadonlySet<string>

/** The id, which every resource has and no synopsis names. */
export const idField: Field = {
  name: 'id',
  required: false,
  readOnly: false,
  notFilterable: false,
  multilingual: false,
  maxSize: undefined,
  format: 'isUnsignedId',
  column: 'integer',
  scale: 0,
  nullable: false,
  nullIsNow: false,
  xlink: undefined,
  attributes: {}
}

const fieldsOf = (resource: Resource): readonly Field[] => [idField, ...resource.fields]

const valuesOf = (record: ShopRecord, field: Field): readonly (string | null)[] => {
  if (field === idField) return [String(record.id)]
  if (field.multilingual) return Object.values(record.texts[field.name] ?? {})
  return [record.values[field.name] ?? null]
}

/** Without `date=1` the two dates are no filter at all (`filter-date-without-date1.txt`). */
const filterable = (resource: Resource, query: URLSearchParams): readonly Field[] => {
  const withDates = !['', '0'].includes(query.get('date') ?? '')
  return fieldsOf(resource).filter(({ name }) => withDates || (name !== 'date_add' && name !== 'date_upd'))
}

const namesOf = (fields: readonly Field[], multilingual: boolean): string[] =>
  fields.filter((field) => field.multilingual === multilingual).map(({ name }) => name)

const filters = (resource: Resource, query: URLSearchParams): ((record: ShopRecord) => boolean)[] => {
  const available = filterable(resource, query)
  const expressions = Array.from(query, ([key, value]) => ({ name: /^filter\[([^\]]*)\]$/.exec(key)?.[1], value }))
  return expressions.flatMap(({ name, value }) => {
    if (name === undefined) return []
    const field = available.find((known) => known.name === name)
    if (!field || (field.multilingual && value === '')) {
      throw refuseList(32, didYouMean('This filter does not exist', name, namesOf(available, false)))
    }
    if (value === '') throw refuseList(33, `The filter "${name}" is malformed.`)
    if (field.notFilterable) {
      throw refuseList(34, `The field "${name}" is dynamic. It is not possible to filter GET query with this field.`)
    }
    const test = filterTest(field, value)
    return [(record: ShopRecord) => valuesOf(record, field).some(test)]
  })
}

type Order = (one: ShopRecord, other: ShopRecord) => number

const by = (field: Field, direction: number): Order => {
  const compare = comparison(field)
  return (one, other) => direction * compare(valuesOf(one, field)[0] ?? '', valuesOf(other, field)[0] ?? '')
}

const sorts = (resource: Resource, query: URLSearchParams): Order[] => {
  const sort = query.get('sort')
  const natural = [...resource.order, 'id'].flatMap((name) => fieldsOf(resource).filter((field) => field.name === name))
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

/** `display=full`, `display=[id,email]` or nothing. Throws what the shop answers to anything else. */
export const displayOf = (resource: Resource, query: URLSearchParams, otherwise: Display): Display => {
  const display = query.get('display')
  if (display === null) return otherwise
  if (display === 'full' || display === 'minimum') return display
  const available = fieldsOf(resource).map(({ name }) => name)
  const list = /^\[(.*)\]$/s.exec(display)?.[1]
  if (list === undefined) {
    const syntax = `The 'display' syntax is wrong. You can set 'full' or '[field_1,field_2,field_3,...]'.`
    throw refuseList(36, `${syntax} These are available: ${available.join(', ')}`)
  }
  const names = list.split(',')
  const unknown = names.find((name) => !available.includes(name))
  if (unknown !== undefined) {
    const known = `However, these are available: ${available.join(', ')}`
    throw refuseList(35, `Unable to display this field "${unknown}". ${known}`)
  }
  return new Set(names)
}

/** The records a GET without an id finds, in order. Throws `WebserviceError` on a bad parameter. */
export const listOf = (
  resource: Resource,
  records: readonly ShopRecord[],
  query: URLSearchParams
): { readonly records: readonly ShopRecord[]; readonly display: Display } => {
  const tests = filters(resource, query)
  const display = displayOf(resource, query, 'minimum')
  const orders = sorts(resource, query)
  const limit = query.get('limit')
  if (limit !== null && limit.split(',').length > 2) {
    throw refuseList(39, 'The "limit" value has to be formed as this example: "5,25" or "10"')
  }
  const listed = records.filter((record) => (resource.listed?.(record) ?? true) && tests.every((test) => test(record)))
  const sorted = listed.sort((one, other) => orders.reduce((result, order) => result || order(one, other), 0))
  return { records: limit === null ? sorted : limited(sorted, limit), display }
}
