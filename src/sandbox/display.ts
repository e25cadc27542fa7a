import { refuseList } from './errors.ts'
import type { Resource } from './resources.ts'

/** Which fields an answer shows: all, none but the id as an attribute, or those named. */
export type Display =
  | { readonly kind: 'full' }
  | { readonly kind: 'minimum' }
  | {
      readonly kind: 'fields'
      readonly fields: ReadonlySet<string>
      /** The fields of the entries, by association (`orders-list-display-rows.txt`). */
      readonly associations: ReadonlyMap<string, ReadonlySet<string>>
    }

const unknownField = (name: string, available: readonly string[]): Error =>
  refuseList(35, `Unable to display this field "${name}". However, these are available: ${available.join(', ')}`)

/** The terms between the commas that are not inside brackets. */
const termsOf = (list: string): readonly string[] => list.match(/(?:\[[^\]]*\]|[^,[])+/g) ?? ['']

const namedFields = (list: string, resource: Resource): Display => {
  const available = ['id', ...resource.fields.map(({ name }) => name)]
  const fields = new Set<string>()
  const associations = new Map<string, ReadonlySet<string>>()
  for (const term of termsOf(list)) {
    const [, name = '', inner] = /^([^[]*)(?:\[(.*)\])?$/s.exec(term) ?? []
    if (inner === undefined) {
      if (!available.includes(name)) throw unknownField(name, available)
      fields.add(name)
      continue
    }
    const association = resource.associations.find((known) => known.name === name)
    if (!association) throw unknownField(name, resource.associations.map((known) => known.name))
    const known = association.fields.map((field) => field.name)
    const unknown = inner.split(',').find((field) => !known.includes(field))
    if (unknown !== undefined) throw unknownField(unknown, known)
    associations.set(name, new Set(inner.split(',')))
  }
  return { kind: 'fields', fields, associations }
}

/**
 * `display=full`, `display=[id,email]`, `display=[id,order_rows[product_id]]` or nothing. Throws what the shop answers
 * to anything else (`list-display-bad.txt`, `list-display-bad-field.txt`).
 */
export const displayOf = (resource: Resource, query: URLSearchParams, otherwise: 'full' | 'minimum'): Display => {
  const display = query.get('display') ?? otherwise
  if (display === 'full' || display === 'minimum') return { kind: display }
  const list = /^\[(.*)\]$/s.exec(display)?.[1]
  if (list === undefined) {
    const available = ['id', ...resource.fields.map(({ name }) => name)]
    const syntax = `The 'display' syntax is wrong. You can set 'full' or '[field_1,field_2,field_3,...]'.`
    throw refuseList(36, `${syntax} These are available: ${available.join(', ')}`)
  }
  return namedFields(list, resource)
}
