import { readFileSync } from 'node:fs'
import { attributeList, cdata, childOf, type Element, parseXml } from './xml.ts'

/** How the database keeps a value; it decides how a value is stored, compared and sorted. */
export type Column = 'integer' | 'decimal' | 'date' | 'datetime' | 'text'

/** One field of a resource, as `?schema=synopsis` describes it, and its column. */
export interface Field {
  readonly name: string
  readonly required: boolean
  /** Refused when sent, code 93 (`customers-post-readonly-field-empty.txt`). */
  readonly readOnly: boolean
  /** Computed by the shop: no filter, code 34 (`filter-not-filterable.txt`). */
  readonly notFilterable: boolean
  readonly multilingual: boolean
  readonly maxSize: number | undefined
  /** The name of a method of the shop's class `Validate`. */
  readonly format: string | undefined
  readonly column: Column
  /** Digits after the point of a decimal. */
  readonly scale: number
  /** NULL is stored as such instead of the empty value of the column. */
  readonly nullable: boolean
  /** A timestamp column: NULL becomes the time of the write (`customers-put-as-get-without-readonly-get.txt`). */
  readonly nullIsNow: boolean
  /** The resource its value points to. */
  readonly xlink: string | undefined
  /** The attributes of the synopsis, in its order. */
  readonly attributes: Readonly<Record<string, string>>
}

/** What the synopsis does not tell about a field. */
export type FieldDetails = Partial<Pick<Field, 'column' | 'scale' | 'nullable' | 'nullIsNow' | 'xlink'>>

const integers = new Set(
  ['isBool', 'isInt', 'isUnsignedInt', 'isUnsignedId', 'isNullOrUnsignedId', 'isPriceDisplayMethod']
)
const decimals = new Set(['isFloat', 'isUnsignedFloat', 'isPrice', 'isNegativePrice', 'isPercentage'])
const columns: Readonly<Record<string, Column>> = { isDate: 'datetime', isDateOrNull: 'datetime', isBirthDate: 'date' }

const columnOf = (format: string | undefined): Column => {
  if (format === undefined) return 'text'
  if (integers.has(format)) return 'integer'
  if (decimals.has(format)) return 'decimal'
  return columns[format] ?? 'text'
}

const fieldOf = ({ name, attributes, children }: Element, details: FieldDetails = {}): Field => ({
  name,
  required: attributes['required'] === 'true',
  readOnly: attributes['read_only'] === 'true',
  notFilterable: attributes['notFilterable'] === 'true',
  multilingual: children.some((child) => child.name === 'language'),
  maxSize: attributes['maxSize'] === undefined ? undefined : Number(attributes['maxSize']),
  format: attributes['format'],
  column: columnOf(attributes['format']),
  scale: 6,
  nullable: false,
  nullIsNow: false,
  xlink: undefined,
  attributes,
  ...details
})

/** The root of a document of the seed folder. */
export const readSeed = (file: string): Element => {
  const root = parseXml(readFileSync(new URL(`./seed/${file}`, import.meta.url), 'utf8'))
  if (!root) throw new Error(`seed/${file} is not XML`)
  return root
}

/** The entity node's name and the fields, from a recorded `?schema=synopsis`. */
export const readSynopsis = (
  file: string,
  details: Readonly<Record<string, FieldDetails>>
): { readonly nodeName: string; readonly fields: readonly Field[] } => {
  const [entity] = readSeed(file).children
  if (!entity) throw new Error(`seed/${file} describes nothing`)
  const fields = entity.children.filter(({ name }) => name !== 'associations')
  return { nodeName: entity.name, fields: fields.map((field) => fieldOf(field, details[field.name])) }
}

/** What is needed to write a schema. */
export interface Described {
  readonly nodeName: string
  readonly fields: readonly Field[]
  readonly associations: readonly { readonly name: string; readonly nodeType: string; readonly api: string }[]
}

const schemaLanguages = (languages: readonly string[], url: string, synopsis: boolean): string =>
  languages
    .map((id) => {
      const details = synopsis ? ` xlink:href="${url}/api/languages/${id}" format="isUnsignedId" ` : ''
      return `<language id="${id}"${details}>${cdata('')}</language>`
    })
    .join('')

/**
 * `?schema=synopsis` (every field and what it demands) or `?schema=blank` (an empty record to fill in, without
 * the fields that may not be sent), as `customers-schema-synopsis.txt` and `customers-schema-blank.txt`.
 */
export const schemaDocument = (
  { nodeName, fields, associations }: Described,
  { synopsis, languages, url }: { synopsis: boolean; languages: readonly string[]; url: string }
): string => {
  const shown = synopsis ? fields : fields.filter((field) => !field.readOnly)
  const lines = shown.map(({ name, multilingual, attributes }) => {
    const content = multilingual ? schemaLanguages(languages, url, synopsis) : cdata('')
    return `\t<${name}${synopsis ? attributeList(attributes) : ''}>${content}</${name}>\n`
  })
  const links = associations.map(({ name, nodeType, api }) => {
    const details = synopsis ? attributeList({ nodeType, api }) : ''
    return `<${name}${details}>\n\t<${nodeType}>\n\t<id>${cdata('')}</id>\n\t</${nodeType}>\n</${name}>\n`
  })
  const tail = links.length > 0 ? `<associations>\n${links.join('')}</associations>\n` : ''
  const id = synopsis ? '' : `\t<id>${cdata('')}</id>\n`
  return `<${nodeName}>\n${id}${lines.join('')}${tail}</${nodeName}>\n`
}

/** The text of a direct child, `undefined` when it is not there. */
export const textOf = (element: Element, name: string): string | undefined => childOf(element, name)?.text
