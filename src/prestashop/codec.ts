import { asShopId } from './record.ts'
import type { AssociationRow, RecordInput, ShopRecord } from './record.ts'
import { buildXml, child, isXmlText } from './xml.ts'
import type { XmlInput, XmlNode } from './xml.ts'

/** What never leaves this room: nobody outside has a use for it, and it must not end in a log or a ledger. */
const secretFields = new Set(['passwd', 'secure_key', 'reset_password_token', 'last_passwd_gen'])

/** The name of one element of a plural: `customers` → `customer`, `addresses` → `address`, `countries` → `country`. */
export const singular = (plural: string): string =>
  plural.replace(/ies$/, 'y').replace(/sses$/, 'ss').replace(/(?<!s)s$/, '')

const textsOf = (nodes: readonly XmlNode[]): Record<string, string> =>
  Object.fromEntries(nodes.map((node) => [node.name, node.text]))

const isMultiLanguage = (node: XmlNode): boolean => node.children.some((inner) => inner.name === 'language')

const languageTexts = (node: XmlNode): Record<string, string> =>
  Object.fromEntries(node.children.map((language) => [language.attributes['id'] ?? '', language.text]))

/** The record in its element, secrets included; `undefined` when the element has no id. */
export const readWholeRecord = (node: XmlNode): ShopRecord | undefined => {
  const id = asShopId(child(node, 'id')?.text ?? '')
  if (id === undefined) return undefined
  const values = node.children.filter((field) => field.name !== 'associations')
  return {
    id,
    fields: textsOf(values.filter((field) => !isMultiLanguage(field))),
    languages: Object.fromEntries(
      values.filter(isMultiLanguage).map((field) => [field.name, languageTexts(field)])
    ),
    associations: Object.fromEntries(
      (child(node, 'associations')?.children ?? []).map((association) => [
        association.name,
        association.children.map((row): AssociationRow => textsOf(row.children))
      ])
    )
  }
}

/** The record in its element, without passwords, keys and tokens; `undefined` when the element has no id. */
export const readRecord = (node: XmlNode): ShopRecord | undefined => {
  const record = readWholeRecord(node)
  if (record === undefined) return undefined
  const fields = Object.entries(record.fields).filter(([name]) => !secretFields.has(name))
  return { ...record, fields: Object.fromEntries(fields) }
}

/** Every name and text of the input, under the field it belongs to. */
const partsOf = (input: RecordInput): { field: string; names: string[]; text: string }[] => [
  ...Object.entries(input.fields ?? {}).map(([field, text]) => ({ field, names: [field], text })),
  ...Object.entries(input.languages ?? {}).flatMap(([field, texts]) =>
    Object.values(texts).map((text) => ({ field, names: [field], text }))
  ),
  ...Object.entries(input.associations ?? {}).flatMap(([field, rows]) =>
    rows.flatMap((row) => Object.entries(row).map(([name, text]) => ({ field, names: [field, name], text })))
  )
]

/** The first field whose name or text XML cannot carry. */
export const unwritableField = (input: RecordInput): string | undefined =>
  partsOf(input).find(
    ({ names, text }) => !isXmlText(text) || !names.every((name) => /^[a-z][a-z0-9_-]*$/i.test(name))
  )?.field

/** All texts of the input, for those who must keep them out of messages. */
export const textsOfInput = (input: RecordInput): string[] => partsOf(input).map(({ text }) => text)

/**
 * The body of a write.
 *
 * @param id the record to change; none for a new one (code 91 if there were, `customers-post-with-id.txt`)
 * @param input has no `unwritableField`
 */
export const writeRecord = (resource: string, id: number | undefined, input: RecordInput): string => {
  const languages = Object.entries(input.languages ?? {}).map(([field, texts]): [string, XmlInput] => [
    field,
    { language: Object.entries(texts).map(([language, text]) => ({ '@_id': language, '#text': text })) }
  ])
  const associations = Object.entries(input.associations ?? {}).map(([name, rows]): [string, XmlInput] => [
    name,
    { [singular(name)]: rows }
  ])
  const record: { [name: string]: XmlInput } = {
    ...(id === undefined ? {} : { id: String(id) }),
    ...input.fields,
    ...Object.fromEntries(languages),
    ...(associations.length > 0 ? { associations: Object.fromEntries(associations) } : {})
  }
  if (id !== undefined) record['id'] = String(id)
  return buildXml({ prestashop: { [singular(resource)]: record } })
}
