import type { Display } from './list.ts'
import type { ShopRecord } from './record.ts'
import type { Resource } from './resources.ts'
import type { Field } from './schema.ts'
import { attributeList, cdata, xmlDocument } from './xml.ts'

/** What an answer needs to know besides the records. */
export interface OutputContext {
  readonly url: string
  /** The languages whose texts are shown, by id. */
  readonly languages: readonly string[]
  /** Whether a record exists, for links that point nowhere. */
  readonly exists: (resource: string, id: string) => boolean
}

const shows = (display: Display, name: string): boolean =>
  display === 'full' || (display !== 'minimum' && display.has(name))

const isSet = (value: string | null): value is string => value !== null && value !== '' && value !== '0'

const fieldNode = (record: ShopRecord, field: Field, { url, languages }: OutputContext): string => {
  const { name, xlink } = field
  if (field.multilingual) {
    const texts = record.texts[name] ?? {}
    const nodes = languages.map(
      (id) => `<language id="${id}" xlink:href="${url}/api/languages/${id}">${cdata(texts[id] ?? '')}</language>`
    )
    return `\t<${name}>${nodes.join('')}</${name}>\n`
  }
  const value = record.values[name] ?? null
  const attributes = {
    ...(field.notFilterable ? { notFilterable: 'true' } : {}),
    ...(xlink !== undefined && isSet(value) ? { 'xlink:href': `${url}/api/${xlink}/${value}` } : {})
  }
  return `\t<${name}${attributeList(attributes)}>${cdata(value ?? '')}</${name}>\n`
}

/** The entries of an association that point to something, in the order of the table's key. */
export const linkedEntries = (
  record: ShopRecord,
  { name, api }: { readonly name: string; readonly api: string },
  exists: OutputContext['exists']
): readonly Readonly<Record<string, string>>[] => {
  const entries = record.associations[name] ?? []
  return entries
    .filter(({ id = '' }) => exists(api, id))
    .toSorted((one, other) => Number(one['id']) - Number(other['id']))
}

const associationNodes = (record: ShopRecord, resource: Resource, { url, exists }: OutputContext): string => {
  const nodes = resource.associations.map((association) => {
    const { name, nodeType, api } = association
    const entries = linkedEntries(record, association, exists).map((entry) => {
      const fields = Object.entries(entry).map(([field, value]) => `\t<${field}>${cdata(value)}</${field}>\n`)
      return `\t<${nodeType} xlink:href="${url}/api/${api}/${entry['id'] ?? ''}">\n${fields.join('')}\t</${nodeType}>\n`
    })
    const head = `<${name}${attributeList({ nodeType, api })}`
    return entries.length === 0 ? `${head}/>\n` : `${head}>\n${entries.join('')}</${name}>\n`
  })
  return nodes.length === 0 ? '' : `<associations>\n${nodes.join('')}</associations>\n`
}

const recordNode = (record: ShopRecord, resource: Resource, display: Display, context: OutputContext): string => {
  const { nodeName } = resource
  if (display === 'minimum') {
    return `<${nodeName} id="${record.id}" xlink:href="${context.url}/api/${resource.name}/${record.id}"/>\n`
  }
  const id = shows(display, 'id') ? `\t<id>${cdata(String(record.id))}</id>\n` : ''
  const shown = resource.fields.filter(({ name }) => shows(display, name))
  const fields = shown.map((field) => fieldNode(record, field, context)).join('')
  const associations = display === 'full' ? associationNodes(record, resource, context) : ''
  return `<${nodeName}>\n${id}${fields}${associations}</${nodeName}>\n`
}

/** The records themselves, after GET of one, POST, PUT and PATCH (`customers-get-1.txt`, `customers-post-two.txt`). */
export const recordsDocument = (
  records: readonly ShopRecord[],
  resource: Resource,
  display: Display,
  context: OutputContext
): string => xmlDocument(records.map((record) => recordNode(record, resource, display, context)).join(''))

/** The records in their list (`list-ids.txt`, `list-full.txt`, `filter-empty-result.txt`). */
export const listDocument = (
  records: readonly ShopRecord[],
  resource: Resource,
  display: Display,
  context: OutputContext
): string => {
  const nodes = records.map((record) => recordNode(record, resource, display, context))
  return xmlDocument(`<${resource.name}>\n${nodes.join('')}</${resource.name}>\n`)
}
