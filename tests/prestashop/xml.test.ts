import { XMLValidator } from 'fast-xml-parser'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildXml, child, isXmlText, parseXml } from '../../src/prestashop/xml.ts'
import { recording, recordingNames } from '../support/recordings.ts'

const texts = fc.oneof(
  fc.string({ unit: 'binary' }).filter(isXmlText),
  fc.string({ unit: 'grapheme' }).filter(isXmlText),
  fc
    .array(fc.constantFrom(...Array.from('><&"\'\r\n\t é'), ']]>', '<![CDATA[', ']]', '&amp;', '&#13;', '👩🏽‍🚀', '?>', '$&'))
    .map((parts) => parts.join(''))
)

const builtAndParsed = (text: string): string | undefined =>
  child(parseXml(buildXml({ prestashop: { customer: { note: text } } })).children[0], 'note')?.text

describe('texts that XML can carry', () => {
  it('arrive unchanged', () => {
    fc.assert(fc.property(texts, (text) => builtAndParsed(text) === text), { numRuns: 2000 })
  })

  it('arrive unchanged as attributes', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const xml = buildXml({ prestashop: { name: { language: [{ '@_id': text, '#text': text }] } } })
        const language = parseXml(xml).children[0]?.children[0]
        return language?.attributes['id'] === text && language.text === text
      })
    )
  })

  it('make documents that any parser reads alike: well-formed, without CDATA, bare CR or forbidden characters', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const xml = buildXml({ prestashop: { customer: { note: text } } })
        expect(XMLValidator.validate(xml)).toBe(true)
        expect(xml).not.toMatch(/\r|\]\]>|<!/)
        expect(xml.replaceAll(/&(?:amp|lt|gt|quot|apos|#13);/g, '')).not.toContain('&')
        expect(isXmlText(xml)).toBe(true)
      })
    )
  })

  it.each([
    ['an empty text', ''],
    ['nothing but white space', ' \n\t '],
    ['something that looks like a number', '01500'],
    ['something that looks like a flag', 'true'],
    ['an entity written out', '&nbsp;&lt;'],
    ['CR and LF', 'one\r\ntwo\rthree\nfour'],
    ['the end of a CDATA section', 'a]]>b']
  ])('%s arrives unchanged', (_, text) => {
    expect(builtAndParsed(text)).toBe(text)
  })
})

describe('texts that XML cannot carry', () => {
  it.each([
    ['NUL', 'a\u0000b'],
    ['a control character', 'a\u001Bb'],
    ['a vertical tab', '\u000B'],
    ['the first half of a surrogate pair', 'a\uD83D'],
    ['the second half of a surrogate pair', '\uDE00b'],
    ['a noncharacter', '\uFFFE']
  ])('%s is told apart', (_, text) => {
    expect(isXmlText(text)).toBe(false)
  })

  it('are not what people write', () => {
    expect(isXmlText('Zoë\t\r\n 👩🏽‍🚀 \u0085\u2028')).toBe(true)
  })
})

describe('reading', () => {
  it('keeps a CR inside CDATA, which the shop puts there as it is stored', () => {
    expect(parseXml('<prestashop>\r\n<![CDATA[one\r\ntwo\r]]></prestashop>').text).toBe('\none\r\ntwo\r')
  })

  it('keeps a ]]> inside CDATA, where the shop puts it raw', () => {
    const note = child(parseXml('<a>\n\t<note><![CDATA[x]]>y]]>]]></note>\n\t<b><![CDATA[]]></b>\n</a>'), 'note')
    expect(note?.text).toBe('x]]>y]]>')
  })

  it('joins text and CDATA sections, and decodes entities only outside CDATA', () => {
    expect(parseXml('<a>1 &amp; &#x33;&#52;<![CDATA[2 &amp; ]]></a>').text).toBe('1 & 342 &amp; ')
  })

  it.each([
    ['nothing', ''],
    ['plain text', 'Service unavailable'],
    ['a web page', '<html><body><br>closed</body></html>'],
    ['a document cut off', '<prestashop><customer><id>1</id>'],
    ['a document cut off inside CDATA', '<prestashop><![CDATA[1'],
    ['crossed elements', '<a><b>1</a></b>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>and more'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an outside entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['a reference to what XML cannot hold', '<a>&#0;</a>'],
    ['an element named to poison an object', '<a><__proto__>1</__proto__></a>']
  ])('refuses %s without quoting it', (_, xml) => {
    expect(() => parseXml(xml)).toThrow(/^not well-formed XML$/)
  })

  it('stands white space and a byte order mark before the document', () => {
    expect(parseXml('\uFEFF\n <a>1</a>').text).toBe('1')
  })

  it('reads every recorded XML answer', () => {
    const answers = recordingNames()
      .map((name) => recording(name).response)
      .filter(({ headers, body }) => body !== '' && headers.get('content-type')?.startsWith('text/xml'))
    expect(answers.length).toBeGreaterThan(400)
    for (const { body } of answers) expect(parseXml(body).name).toBe('prestashop')
  })
})
