import { describe, expect, it } from 'vitest'
import { singular } from '../../src/prestashop/codec.ts'
import { checkField, fieldsOf, resources } from '../../src/prestashop/resources.ts'
import { ruleWords } from '../../src/prestashop/rule-words.ts'
import { rules } from '../../src/prestashop/validate.ts'
import type { RuleName } from '../../src/prestashop/validate.ts'
import { parseXml } from '../../src/prestashop/xml.ts'
import { recording, recordingNames } from '../support/recordings.ts'

const synopsis = (resource: string) => parseXml(recording(`${resource}-schema-synopsis`).response.body).children[0]!

/** The shop's formats that have another name with us. */
const formats: Readonly<Record<string, RuleName>> = {
  isNullOrUnsignedId: 'isUnsignedId',
  // About the hash, which the shop makes itself; any plain password will do (`customers-post-short-passwd.txt`).
  isHashedPassword: 'isAnything'
}

const all = Object.entries(resources).flatMap(([resource, { fields }]) =>
  Object.entries(fieldsOf(resource)).map(([field, spec]) => ({ resource, field, spec, fields }))
)

describe('the table of fields says what the shop says', () => {
  it.each(all)('$resource.$field', ({ resource, field, spec }) => {
    const node = synopsis(resource).children.find(({ name }) => name === field)
    const { format, maxSize, required, readOnly } = node?.attributes ?? {}
    expect(node).toBeDefined()
    expect(readOnly).toBeUndefined()
    expect(spec.maxLength).toBe(maxSize === undefined ? undefined : Number(maxSize))
    expect(spec.required === true).toBe(required === 'true')
    expect(spec.rule).toBe(format === undefined ? spec.rule : (formats[format] ?? format))
  })

  it.each(Object.entries(resources))('%s are named as the shop names them', (resource, { node }) => {
    expect(node).toBe(synopsis(resource).name)
    expect(node).toBe(singular(resource))
  })

  it('and the element of every other recorded resource is named alike', () => {
    for (const name of recordingNames().filter((candidate) => candidate.endsWith('-schema-synopsis'))) {
      const resource = name.replace('-schema-synopsis', '')
      expect(singular(resource)).toBe(synopsis(resource).name)
    }
  })
})

describe('a value the shop would refuse', () => {
  it.each([
    ['customers', 'firstname', 'R2-D2'],
    ['customers', 'firstname', ''],
    ['customers', 'firstname', 'see example.com'],
    ['customers', 'email', 'jane@'],
    ['customers', 'email', ''],
    ['customers', 'passwd', ''],
    ['customers', 'siret', '123456789012345'],
    ['customers', 'birthday', '31/01/1970'],
    ['customers', 'active', 'true'],
    ['customers', 'id_lang', '-1'],
    ['customers', 'note', 'a\u0000'],
    ['addresses', 'alias', 'x'.repeat(33)],
    ['addresses', 'id_country', '0'],
    ['addresses', 'id_country', ''],
    ['addresses', 'phone', 'call me'],
    ['addresses', 'postcode', '75_001'],
    ['addresses', 'dni', 'Ñ'],
    ['cart_rules', 'description', '\uD83D'],
    ['cart_rules', 'description', 'Free <iframe src="//example.com">'],
    ['cart_rules', 'description', '<b onclick = "x()">'],
    ['cart_rules', 'code', 'javascript:x'],
    ['cart_rules', 'code', 'C'.repeat(255)],
    ['cart_rules', 'date_to', ''],
    ['cart_rules', 'date_to', '2026-02-30'],
    ['cart_rules', 'quantity', '-1'],
    ['cart_rules', 'reduction_percent', '100.01'],
    ['cart_rules', 'reduction_percent', '-1'],
    ['cart_rules', 'reduction_amount', '1e3'],
    ['cart_rules', 'reduction_amount', '123456789.123456'],
    ['cart_rules', 'minimum_amount_currency', 'EUR'],
    ['order_carriers', 'tracking_number', 'T'.repeat(65)],
    ['order_carriers', 'tracking_number', 'T<1>'],
    ['orders', 'module', 'ps wire'],
    ['orders', 'payment', '<b>'],
    ['orders', 'total_paid', '-1'],
    ['orders', 'total_paid', '1,5'],
    ['orders', 'conversion_rate', 'one'],
    ['zones', 'name', '\uD83D']
  ])('%s.%s %j is refused before', (resource, field, value) => {
    expect(checkField(resource, field, value)).toMatch(/^must /)
  })

  it('is told in words, with the limit, and never quoted', () => {
    expect(checkField('addresses', 'alias', 'x'.repeat(40))).toBe('must have at most 32 characters, not 40')
    expect(checkField('customers', 'email', 'not an email')).toBe('must be an email address, as in "jane@example.com"')
  })
})

describe('a value the shop takes', () => {
  it.each([
    ['customers', 'firstname', 'Mary-Ann'],
    ['customers', 'firstname', 'J. Edgar'],
    ['customers', 'email', 'o\'neil+shop@sub.example.com'],
    ['customers', 'company', ''],
    ['customers', 'birthday', ''],
    ['customers', 'birthday', '1970-01-31'],
    ['customers', 'note', '<b>one</b>\r\n👩🏽‍🚀'],
    ['customers', 'id_gender', ''],
    ['addresses', 'id_state', '0'],
    ['addresses', 'alias', '👩'.repeat(32)],
    ['addresses', 'address1', '12, Main Street (2nd floor)'],
    ['addresses', 'phone', '+33 1 23 45 67 89'],
    ['cart_rules', 'code', 'A b+c/é'],
    ['cart_rules', 'description', '<b>5</b> off, once only = today'],
    ['cart_rules', 'reduction_percent', '100.00'],
    ['cart_rules', 'reduction_amount', '12345678.123456'],
    ['cart_rules', 'quantity', '0'],
    ['order_carriers', 'tracking_number', ''],
    ['order_carriers', 'tracking_number', '1Z 999-AA1/#,%&_=()[].?+@:~'],
    ['orders', 'note', 'line 1\nline 2 <b>'],
    ['orders', 'total_paid', '60.57'],
    ['orders', 'module', 'ps_wirepayment'],
    ['zones', 'name', 'anything']
  ])('%s.%s %j passes', (resource, field, value) => {
    expect(checkField(resource, field, value)).toBeUndefined()
  })
})

/** The recorded writes of what there is a table for: which fields were sent, and which one the shop complained about. */
const writes = recordingNames()
  .map(recording)
  .filter(({ request }) => /^(?:POST|PUT|PATCH)$/.test(request.method))
  .filter(({ request }) => (/^\/api\/(\w+)/.exec(request.path)?.[1] ?? '') in resources)
  .flatMap(({ name, request, response }) => {
    try {
      const sent = parseXml(new TextDecoder().decode(request.body)).children[0]?.children ?? []
      const problem = /Property \w+->(\w+)|length of property \w+->(\w+)/i.exec(response.body)
      return {
        name,
        resource: request.path.split(/[/?]/)[2] ?? '',
        fields: sent.filter((node) => node.name in fieldsOf(request.path.split(/[/?]/)[2] ?? '')),
        refused: problem?.[1] ?? problem?.[2],
        accepted: response.status < 300
      }
    } catch {
      return []
    }
  })

describe('the shop agrees', () => {
  it.each(writes.filter(({ accepted, name }) => accepted && name !== 'customers-put-empty-passwd'))(
    'with what is let through in $name',
    ({ resource, fields }) => {
      for (const { name, text } of fields) expect([name, checkField(resource, name, text)]).toEqual([name, undefined])
    }
  )

  it.each(writes.filter(({ refused, resource }) => refused !== undefined && refused in fieldsOf(resource)))(
    'with what is refused in $name: $refused',
    ({ resource, fields, refused }) => {
      const field = fields.find(({ name }) => name === refused)
      expect(checkField(resource, refused!, field?.text ?? '')).toMatch(/^must /)
    }
  )
})

describe('the words for a rule', () => {
  it.each(Object.entries(ruleWords))('%s give an example that passes', (rule, words) => {
    const example = /"([^"]+)"$/.exec(words)?.[1]
    const check = Object.entries(rules).find(([name]) => name === rule)?.[1]
    if (rule === 'isAnything' || rule === 'isBool') return
    expect(example).toBeDefined()
    expect(check?.(example!)).toBe(true)
  })
})
