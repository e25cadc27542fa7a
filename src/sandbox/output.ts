import type { Display } from './display.ts'
import type { ShopContext } from './objects/object-class.ts'
import { type Entry, phpInt, type ShopRecord } from './record.ts'
import type { Resource } from './resources.ts'
import type { Association, Field } from './schema.ts'
import { attributeList, cdata, xmlDocument } from './xml.ts'

/** What an answer needs to know besides the records. */
export interface OutputContext {
  readonly url: string
  /** The languages whose texts are shown, by id. */
  readonly languages: readonly string[]
  readonly shop: ShopContext
}

const isSet = (value: string | null): value is string => value !== null && value !== '' && value !== '0'

const href = (url: string, link: string, record: ShopRecord, id: string): string =>
  `${url}/api/${link.replace(':id', String(record.id))}/${id}`

/** A plain text shows a letter of itself, and no link (`cart_rules-post-name-plain.txt`). */
const textNode = (texts: ShopRecord['texts'][string], id: string, url: string): string => {
  if (typeof texts === 'string') return `<language id="${id}">${cdata(texts.charAt(phpInt(id)))}</language>`
  return `<language id="${id}" xlink:href="${url}/api/languages/${id}">${cdata(texts[id] ?? '')}</language>`
}

const fieldNode = (record: ShopRecord, field: Field, resource: Resource, context: OutputContext): string => {
  const { name, xlink } = field
  if (field.multilingual) {
    const nodes = context.languages.map((id) => textNode(record.texts[name] ?? '', id, context.url))
    return `\t<${name}>${nodes.join('')}</${name}>\n`
  }
  const getter = resource.objectClass.getters?.[name]
  const value = getter ? getter(record, context.shop) : (record.values[name] ?? null)
  // Only a field called an id loses the link when it points to nothing (`orders-post-201.txt`).
  const isLinked = isSet(value) || !name.startsWith('id_')
  const attributes = {
    ...(xlink !== undefined && isLinked ? { 'xlink:href': href(context.url, xlink, record, value ?? '') } : {}),
    ...(field.notFilterable ? { notFilterable: 'true' } : {})
  }
  return `\t<${name}${attributeList(attributes)}>${cdata(value ?? '')}</${name}>\n`
}

/** The entries of an association; of links only those that point to something, in the order of the table's key. */
export const entriesOf = (
  record: ShopRecord,
  { name, api }: Association,
  resource: Resource,
  shop: ShopContext
): readonly Entry[] => {
  const rows = resource.objectClass.rows?.[name]
  const entries = rows ? rows(record, shop) : (record.associations[name] ?? [])
  if (resource.keyedLinks !== name || api === undefined) return entries
  return entries
    .filter(({ id = '' }) => shop.find(api, phpInt(id)) !== undefined)
    .toSorted((one, other) => Number(one['id']) - Number(other['id']))
}

const entryNode = (
  entry: Entry,
  { name, nodeType, api, fields }: Association,
  shown: ReadonlySet<string> | 'all',
  { record, resource, url }: { readonly record: ShopRecord; readonly resource: Resource; readonly url: string }
): string => {
  const nodes = fields
    .filter((field) => shown === 'all' || shown.has(field.name))
    .map((field) => {
      const value = entry[field.name] ?? ''
      const link = field.xlink === undefined ? {} : { 'xlink:href': `${url}/api/${field.xlink}/${value}` }
      return `\t<${field.name}${attributeList(link)}>${cdata(value)}</${field.name}>\n`
    })
  const to = api === undefined ? undefined : (resource.entryLinks[name] ?? api)
  const link = to === undefined ? {} : { 'xlink:href': href(url, to, record, entry['id'] ?? '') }
  return `\t<${nodeType}${attributeList(link)}>\n${nodes.join('')}\t</${nodeType}>\n`
}

const associationNodes = (
  record: ShopRecord,
  resource: Resource,
  display: Exclude<Display, { kind: 'minimum' }>,
  { url, shop }: OutputContext
): string => {
  const nodes = resource.associations.map((association) => {
    const shown = display.kind === 'full' ? 'all' : display.associations.get(association.name)
    if (shown === undefined) return ''
    const entries = entriesOf(record, association, resource, shop).map((entry) =>
      entryNode(entry, association, shown, { record, resource, url })
    )
    const head = `<${association.name}${attributeList(association.attributes)}`
    return entries.length === 0 ? `${head}/>\n` : `${head}>\n${entries.join('')}</${association.name}>\n`
  })
  const content = nodes.join('')
  return content === '' ? '' : `<associations>\n${content}</associations>\n`
}

const recordNode = (record: ShopRecord, resource: Resource, display: Display, context: OutputContext): string => {
  const { nodeName } = resource
  if (display.kind === 'minimum') {
    return `<${nodeName} id="${record.id}" xlink:href="${context.url}/api/${resource.name}/${record.id}"/>\n`
  }
  const shows = (name: string): boolean => display.kind === 'full' || display.fields.has(name)
  const id = shows('id') ? `\t<id>${cdata(String(record.id))}</id>\n` : ''
  const shown = resource.fields.filter(({ name }) => shows(name))
  const fields = shown.map((field) => fieldNode(record, field, resource, context)).join('')
  return `<${nodeName}>\n${id}${fields}${associationNodes(record, resource, display, context)}</${nodeName}>\n`
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
