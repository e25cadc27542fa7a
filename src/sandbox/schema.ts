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
  /** Characters of a column that is shorter than `maxSize`: the rest is cut off. */
  readonly columnLength: number | undefined
  /** The values of an enum column; any other is stored as the empty text. */
  readonly choices: readonly string[] | undefined
  /** No column: the shop's class has a getter for it. */
  readonly virtual: boolean
  /** The resource its value points to. */
  readonly xlink: string | undefined
  /** The attributes of the synopsis, in its order. */
  readonly attributes: Readonly<Record<string, string>>
}

/** What the synopsis does not tell about a field. */
export type FieldDetails = Partial<
  Pick<Field, 'column' | 'scale' | 'nullable' | 'nullIsNow' | 'columnLength' | 'choices' | 'virtual' | 'xlink'>
>

/** One field of an association's entries. */
export interface EntryField {
  readonly name: string
  readonly xlink: string | undefined
  readonly attributes: Readonly<Record<string, string>>
}

/** A list of entries below a record: links to another resource, or rows of the record's own. */
export interface Association {
  readonly name: string
  readonly nodeType: string
  /** The resource that the entries link to; rows of the record's own have none (`orders-get-1.txt`). */
  readonly api: string | undefined
  readonly fields: readonly EntryField[]
  readonly attributes: Readonly<Record<string, string>>
}

const integers = new Set(
  ['isBool', 'isInt', 'isUnsignedInt', 'isUnsignedId', 'isNullOrUnsignedId', 'isPriceDisplayMethod']
)
const decimals = new Set(['isFloat', 'isUnsignedFloat', 'isPrice', 'isNegativePrice', 'isPercentage'])
const columns: Readonly<Record<string, Column>> = {
  isDate: 'datetime',
  isDateFormat: 'datetime',
  isDateOrNull: 'datetime',
  isBirthDate: 'date'
}

const columnOf = (format: string | undefined): Column => {
  if (format === undefined) return 'text'
  if (integers.has(format)) return 'integer'
  if (decimals.has(format)) return 'decimal'
  return columns[format] ?? 'text'
}

/** A field as its element in a synopsis describes it, and what no synopsis tells. */
export const fieldOf = ({ name, attributes, children }: Element, details: FieldDetails = {}): Field => ({
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
  columnLength: undefined,
  choices: undefined,
  virtual: false,
  xlink: undefined,
  attributes,
  ...details
})

/** The resource of a link to no id, `…/api/products/`. */
const linkedResource = (href: string | undefined): string | undefined => /\/api\/(\w+)\/$/.exec(href ?? '')?.[1]

const associationOf = ({ name, attributes, children }: Element): Association => ({
  name,
  nodeType: attributes['nodeType'] ?? '',
  api: attributes['api'],
  attributes,
  fields: (children[0]?.children ?? []).map((field) => {
    const { 'xlink:href': href, ...others } = field.attributes
    return { name: field.name, xlink: linkedResource(href), attributes: others }
  })
})

/** The root of a document of the seed folder. */
export const readSeed = (file: string): Element => {
  const root = parseXml(readFileSync(new URL(`./seed/${file}`, import.meta.url), 'utf8'))
  if (!root) throw new Error(`seed/${file} is not XML`)
  return root
}

/** What is needed to write a schema. */
export interface Described {
  readonly nodeName: string
  readonly fields: readonly Field[]
  readonly associations: readonly Association[]
}

/** The entity node's name, the fields and the associations, from a recorded `?schema=synopsis`. */
export const readSynopsis = (file: string, details: Readonly<Record<string, FieldDetails>>): Described => {
  const [entity] = readSeed(file).children
  if (!entity) throw new Error(`seed/${file} describes nothing`)
  const fields = entity.children.filter(({ name }) => name !== 'associations')
  return {
    nodeName: entity.name,
    fields: fields.map((field) => fieldOf(field, details[field.name])),
    associations: (childOf(entity, 'associations')?.children ?? []).map(associationOf)
  }
}

const schemaLanguages = (languages: readonly string[], url: string, synopsis: boolean): string =>
  languages
    .map((id) => {
      const details = synopsis ? ` xlink:href="${url}/api/languages/${id}" format="isUnsignedId" ` : ''
      return `<language id="${id}"${details}>${cdata('')}</language>`
    })
    .join('')

const schemaAssociation = ({ name, nodeType, attributes, fields }: Association, url: string, synopsis: boolean) => {
  const entry = fields.map((field) => {
    const link = field.xlink === undefined ? {} : { 'xlink:href': `${url}/api/${field.xlink}/` }
    const details = synopsis ? attributeList({ ...link, ...field.attributes }) : ''
    return `\t<${field.name}${details}>${cdata('')}</${field.name}>\n`
  })
  const details = synopsis ? attributeList(attributes) : ''
  return `<${name}${details}>\n\t<${nodeType}>\n${entry.join('')}\t</${nodeType}>\n</${name}>\n`
}

/**
 * `?schema=synopsis` (every field and what it demands) or `?schema=blank` (an empty record to fill in, without
 * the fields that may not be sent), as `customers-schema-synopsis.txt` and `customers-schema-blank.txt`.
 */
export const schemaDocument = (
  { nodeName, fields, associations }: Described,
  {
    synopsis,
    allWritable,
    languages,
    url
  }: { synopsis: boolean; allWritable: boolean; languages: readonly string[]; url: string }
): string => {
  const shown = synopsis || allWritable ? fields : fields.filter((field) => !field.readOnly)
  const lines = shown.map(({ name, multilingual, attributes }) => {
    const content = multilingual ? schemaLanguages(languages, url, synopsis) : cdata('')
    const { read_only: _old, readOnly: _new, ...writable } = attributes
    const list = synopsis ? attributeList(allWritable ? writable : attributes) : ''
    return `\t<${name}${list}>${content}</${name}>\n`
  })
  const links = associations.map((association) => schemaAssociation(association, url, synopsis))
  const tail = links.length > 0 ? `<associations>\n${links.join('')}</associations>\n` : ''
  const id = synopsis ? '' : `\t<id>${cdata('')}</id>\n`
  return `<${nodeName}>\n${id}${lines.join('')}${tail}</${nodeName}>\n`
}

/** The text of a direct child, `undefined` when it is not there. */
export const textOf = (element: Element, name: string): string | undefined => childOf(element, name)?.text
