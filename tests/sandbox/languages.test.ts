import { describe, expect, test } from 'vitest'
import { createSandboxShop, type SandboxShop } from '../../src/sandbox/shop.ts'
import { ask, entity, send } from './ask.ts'

const dates = { date_from: '2026-01-01 00:00:00', date_to: '2027-01-01 00:00:00' }
const text = (id: number, content: string): string => `<language id="${id}">${content}</language>`

/** The name of cart rule 1, by language. */
const namesOf = async (shop: SandboxShop, query = ''): Promise<string[]> => {
  const { body } = await ask(shop, `cart_rules/1${query}`)
  const [, name = ''] = /<name>(.*)<\/name>/.exec(body) ?? []
  return Array.from(name.matchAll(/id="(\d+)"[^>]*><!\[CDATA\[(.*?)\]\]>/g), (match) => `${match[1]} ${match[2]}`)
}

const shopWithRule = async (name: string): Promise<SandboxShop> => {
  const shop = createSandboxShop({ languages: ['en', 'fr'] })
  await send(shop, 'POST', 'cart_rules', entity('cart_rule', { ...dates, name }))
  return shop
}

describe('a shop of two languages', () => {
  test('has both, and the English texts in the second', async () => {
    const shop = createSandboxShop({ languages: ['en', 'fr'] })
    expect(shop.rows('languages').map(({ iso_code }) => iso_code)).toEqual(['en', 'fr'])
    const { body } = await ask(shop, 'order_states/4?display=[name]&language=2')
    expect(body).toContain('<language id="2" xlink:href="https://shop.test/api/languages/2"><![CDATA[Shipped]]>')
  })

  test('may have the second as its default', () => {
    const shop = createSandboxShop({ languages: ['fr', 'en'] })
    const setting = shop.rows('configurations').find(({ name }) => name === 'PS_LANG_DEFAULT')
    expect(shop.row('languages', Number(setting?.['value']))).toMatchObject({ iso_code: 'fr' })
  })

  test('without English is none', () => {
    expect(() => createSandboxShop({ languages: ['fr'] })).toThrow('English')
  })
})

describe('a name', () => {
  test.for([
    ['of both languages', text(1, 'Ten') + text(2, 'Dix'), ['1 Ten', '2 Dix']],
    ['of one language leaves the other empty', text(2, 'Dix'), ['1 ', '2 Dix']],
    ['that is plain text is for all', 'Ten', ['1 Ten', '2 Ten']],
    ['of a language that is not installed is lost', text(1, 'Ten') + text(7, 'Zehn'), ['1 Ten', '2 ']],
    ['of no language is lost', '<language>Ten</language>', ['1 ', '2 ']]
  ] as const)('%s', async ([, sent, names]) => {
    expect(await namesOf(await shopWithRule(sent))).toEqual(names)
  })

  test('is blanked by a PATCH of the other language', async () => {
    const shop = await shopWithRule(text(1, 'Ten') + text(2, 'Dix'))
    await send(shop, 'PATCH', 'cart_rules/1', entity('cart_rule', { id: '1', name: text(1, 'New') }))
    expect(await namesOf(shop)).toEqual(['1 New', '2 '])
  })

  test('is shown in the languages that are asked for', async () => {
    const shop = await shopWithRule(text(1, 'Ten') + text(2, 'Dix'))
    expect(await namesOf(shop, '?language=2')).toEqual(['2 Dix'])
    expect(await namesOf(shop, '?language=[1|2]')).toEqual(['1 Ten', '2 Dix'])
  })

  test('that is active must be there in the default language', async () => {
    const body = entity('cart_rule', { ...dates, active: '1', name: text(2, 'Dix') })
    const { status, codes } = await send(createSandboxShop({ languages: ['en', 'fr'] }), 'POST', 'cart_rules', body)
    expect({ status, codes }).toEqual({ status: 400, codes: [84] })
  })

  test('of 255 characters is cut to 254', async () => {
    const shop = await shopWithRule(text(1, 'N'.repeat(255)))
    expect(shop.row('cart_rules', 1)?.['name']).toHaveLength(254)
  })
})
