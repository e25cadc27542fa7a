import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element of a parsed answer. */
export interface XmlNode {
  name: string
  attributes: Readonly<Record<string, string>>
  /** The text directly inside, CDATA included, white space kept. */
  text: string
  children: readonly XmlNode[]
}

/** What can be built: an element's text, its attributes (`@_name`) and children, or several elements of one name. */
export type XmlInput = string | { [name: string]: XmlInput } | readonly XmlInput[]

/** Whether XML 1.0 can carry the text: no NUL and other control characters but tab, LF and CR, no lone surrogates. */
export const isXmlText = (value: string): boolean =>
  /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u.test(value)

const builder = new XMLBuilder({ ignoreAttributes: false, suppressBooleanAttributes: false, format: false })

/**
 * The document as text. Values are escaped, not put into CDATA: the shop's answer to malformed XML echoes the request
 * inside a CDATA of its own. A CR becomes a reference, since a parser reads a bare one as LF.
 *
 * @param document element names must be XML names and texts pass `isXmlText`
 */
export const buildXml = (document: { [name: string]: XmlInput }): string =>
  builder.build({ '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' }, ...document }).replaceAll('\r', '&#13;')

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decodeReference = (reference: string, hexadecimal?: string, decimal?: string, name?: string): string => {
  const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : decimal ? Number.parseInt(decimal, 10) : undefined
  const text = code === undefined ? named[name ?? ''] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined
  if (text === undefined || !isXmlText(text)) throw new SyntaxError(`XML reference of ${reference.length} characters`)
  return text
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  entityDecoder: {
    decode: (text) => text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/gi, decodeReference),
    addInputEntities: () => {
      throw new SyntaxError('XML with a document type')
    },
    setExternalEntities: () => {},
    setXmlVersion: () => {},
    reset: () => {}
  }
})

/** Stands for a CR inside CDATA while the parser works, which makes an LF of each; XML itself can never hold it. */
const carriageReturn = '\u{FFFF}'

/** The shop writes values raw into CDATA, so a CR there is part of the value and not the end of a line. */
const protectCarriageReturns = (xml: string): string =>
  xml.includes('\r')
    ? xml.replaceAll(/<!\[CDATA\[[^]*?\]\]>/g, (section) => section.replaceAll('\r', carriageReturn))
    : xml

/**
 * The shop puts values into CDATA as they are (WebserviceOutputXML), a `]]>` in them included: only the one before
 * an end tag ends the section.
 */
const repairSections = (xml: string): string => xml.replaceAll(/\]\]>(?!<\/)/g, ']]]]><![CDATA[>')

/** The parser's own shape of an element, a text, or the attributes of the element beside them. */
interface Entry {
  [name: string]: Entry[] | string | Record<string, string>
}

const textOf = (entries: readonly Entry[]): string => {
  let text = ''
  for (const entry of entries) if (typeof entry['#text'] === 'string') text += entry['#text']
  return text.replaceAll(carriageReturn, '\r')
}

const none: XmlNode['attributes'] = {}

/** An entry has one key, the element's name, and may have its attributes in another. */
const toNode = (entry: Entry): XmlNode | undefined => {
  const attributes = entry[':@']
  for (const name of Object.keys(entry)) {
    const content = entry[name]
    if (!Array.isArray(content)) continue
    return {
      name,
      attributes: typeof attributes === 'object' && !Array.isArray(attributes) ? attributes : none,
      text: textOf(content),
      children: toNodes(content)
    }
  }
  return undefined
}

const toNodes = (entries: readonly Entry[]): XmlNode[] => {
  const nodes: XmlNode[] = []
  for (const entry of entries) {
    const node = toNode(entry)
    if (node) nodes.push(node)
  }
  return nodes
}

/**
 * The root element. Values are taken as they stand: no conversion, no trimming, only the five entities of XML and
 * character references decoded.
 *
 * @throws SyntaxError without a word of the text, when it is not one well-formed element or has a document type
 */
export const parseXml = (xml: string): XmlNode => {
  const text = protectCarriageReturns(repairSections(xml.trim()))
  let nodes: XmlNode[] = []
  try {
    // The validator lets text pass after a root such as <prestashop/>.
    if (text.endsWith('>') && XMLValidator.validate(text) === true) {
      const entries: Entry[] = parser.parse(text)
      nodes = toNodes(entries)
    }
  } catch {
    nodes = []
  }
  const [root, ...others] = nodes
  if (!root || others.length > 0) throw new SyntaxError('not well-formed XML')
  return root
}

/** The first child of that name. */
export const child = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  node?.children.find((candidate) => candidate.name === name)
