import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element as SimpleXML sees it: children in document order, text without its children's. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Numeric character references; the five of XML and those of a DOCTYPE (`xml-entity-doctype.txt`) come with it.
  htmlEntities: true
})

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const attributesOf = (node: Record<string, unknown>): Record<string, string> => {
  const attributes = node[':@']
  if (!isRecord(attributes)) return {}
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))
}

const toElement = (name: string, attributes: Record<string, string>, nodes: unknown): Element => {
  const children: Element[] = []
  let text = ''
  for (const node of Array.isArray(nodes) ? nodes : []) {
    if (!isRecord(node)) continue
    for (const [key, value] of Object.entries(node)) {
      if (key === '#text') text += String(value)
      else if (key !== ':@') children.push(toElement(key, attributesOf(node), value))
    }
  }
  return { name, attributes, children, text }
}

/**
 * The root element of a posted XML document, or `undefined` where PHP's SimpleXML would throw
 * (`xml-malformed.txt`, `xml-empty-body.txt`, `xml-json-body.txt`).
 */
export const parseXml = (xml: string): Element | undefined => {
  if (xml.trim() === '' || XMLValidator.validate(xml) !== true) return undefined
  try {
    const [root] = toElement('', {}, parser.parse(xml)).children
    return root
  } catch {
    return undefined
  }
}

/** The first child of that name, as `$element->name` in PHP. */
export const childOf = (element: Element, name: string): Element | undefined =>
  element.children.find((child) => child.name === name)

/** One value as the shop writes it: as it is. With a `]]>` inside, the document is no longer well-formed. */
export const cdata = (value: string): string => `<![CDATA[${value}]]>`

/** Attributes as written into a start tag, each with its leading space. */
export const attributeList = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('')

/** The envelope around every XML answer. */
export const xmlDocument = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">
${content}</prestashop>
`
