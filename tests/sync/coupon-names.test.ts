import { describe, expect, test } from 'vitest'
import { startWithCoupons, welcome } from '../support/coupons.ts'

/** English is language 1, the default; French is 2. */
const bilingual = { shop: { languages: ['en', 'fr'] } }

const both = { ...welcome, name: { en: 'Welcome', fr: 'Bienvenue' } }

describe('the name of a coupon', () => {
  test('that is a text is the same in every active language', async () => {
    const { create, names } = await startWithCoupons(bilingual)
    await create()
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Welcome' })
  })

  test('can be told by ISO code, in any case', async () => {
    const { create, names } = await startWithCoupons(bilingual)
    await create({ ...welcome, name: { EN: 'Welcome', fr: 'Bienvenue' } })
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Bienvenue' })
  })

  test('keeps the other languages when one of them changes', async () => {
    const { create, update, names } = await startWithCoupons(bilingual)
    await create(both)
    expect((await update({ name: { fr: 'Salut' } })).body).toMatchObject({ outcome: 'updated', updated_fields: ['name.2'] })
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Salut' })
  })

  test('keeps the languages that are not active', async () => {
    const { create, update, names, rename, shop } = await startWithCoupons({ shop: { languages: ['en', 'fr', 'de'] } })
    shop.backOffice.update('languages', 3, { active: '0' })
    await create()
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Welcome', 3: '' })
    await rename({ 3: 'Mensch' })
    await update({ name: 'Hello' })
    expect(await names()).toEqual({ 1: 'Hello', 2: 'Hello', 3: 'Mensch' })
  })

  test('is left alone by a change of anything else', async () => {
    const { create, update, names, written } = await startWithCoupons(bilingual)
    await create(both)
    await update({ priority: 2 })
    expect(written()).not.toContain('<name>')
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Bienvenue' })
  })

  test('is the code when a new coupon has none', async () => {
    const { create, names } = await startWithCoupons(bilingual)
    await create({ code: 'HELLO', name: false })
    expect(await names()).toEqual({ 1: 'HELLO', 2: 'HELLO' })
  })

  test('of a new coupon is the default language’s wherever none is told', async () => {
    const { create, names } = await startWithCoupons({ shop: { languages: ['fr', 'en'] } })
    await create({ ...welcome, name: { fr: 'Bienvenue' } })
    expect(await names()).toEqual({ 1: 'Bienvenue', 2: 'Bienvenue' })
  })

  test('of a new coupon is the code in the default language when only another is told', async () => {
    const { create, names } = await startWithCoupons(bilingual)
    await create({ ...welcome, name: { fr: 'Bienvenue' } })
    expect(await names()).toEqual({ 1: 'WELCOME10', 2: 'Bienvenue' })
  })

  test('in a language that the shop does not have is refused, with its code and those it has', async () => {
    const { create, shop } = await startWithCoupons(bilingual)
    const { status, body } = await create({ ...welcome, name: { en: 'Welcome', de: 'Willkommen' } })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'name' })
    expect(body.error).toContain('"de"')
    expect(body.error).toContain('en, fr')
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['a blank', '  '],
    ['a blank in the default language', { en: '' }]
  ])('must not become %s while the coupon is active', async (_what, name) => {
    const { create, update, names } = await startWithCoupons(bilingual)
    await create(both)
    expect((await update({ name })).body).toMatchObject({ code: 'validation', field: 'name' })
    expect(await names()).toEqual({ 1: 'Welcome', 2: 'Bienvenue' })
  })

  test('can be emptied in another language, or when the coupon is not active', async () => {
    const { create, update, names } = await startWithCoupons(bilingual)
    await create(both)
    expect((await update({ name: { fr: null } })).body).toMatchObject({ outcome: 'updated' })
    expect(await names()).toEqual({ 1: 'Welcome', 2: '' })
    expect((await update({ name: null, active: false })).body).toMatchObject({ outcome: 'updated' })
    expect(await names()).toEqual({ 1: '', 2: '' })
    expect((await update({ active: true })).body).toMatchObject({ code: 'validation', field: 'name' })
  })

  test.each<[string, unknown]>([
    ['255 characters, which the shop would cut', 'N'.repeat(255)],
    ['255 characters in one language', { en: 'N'.repeat(255) }],
    ['a script', '<script>alert(1)</script>'],
    ['a control character', 'a\u0001b'],
    ['half a character', { en: '\uD83D' }],
    ['a number', 10],
    ['a list', ['Welcome']],
    ['no language', {}],
    ['an object in a language', { en: { text: 'Welcome' } }],
    ['a locale', { en_US: 'Welcome' }],
    ['a key of the prototype', JSON.parse('{"__proto__":"Welcome"}')]
  ])('must not be %s', async (_what, name) => {
    const { create, shop } = await startWithCoupons(bilingual)
    const { status, body } = await create({ ...welcome, name })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'name' })
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test.each(['5 < 6 & "q" ]]> \'q\'', 'Schön, 夏 🌞', '👩'.repeat(254), 'N'.repeat(254)])('such as %s arrives as it is', async (name) => {
    const { create, update, names } = await startWithCoupons(bilingual)
    await create({ ...welcome, name })
    expect(await names()).toEqual({ 1: name, 2: name })
    expect((await update({ name })).body).toMatchObject({ outcome: 'unchanged' })
  })

  test('that is only repeated does not revert a human’s, in each language by itself', async () => {
    const { create, update, rename, names } = await startWithCoupons(bilingual)
    await create(both)
    await rename({ 2: 'Humain' })
    expect((await update({ ...both, name: { en: 'Hello', fr: 'Bienvenue' } })).body).toMatchObject({ updated_fields: ['name.1'] })
    expect(await names()).toEqual({ 1: 'Hello', 2: 'Humain' })
  })
})

describe('several changes of a name at once', () => {
  const event = { entity_type: 'coupon', entity_id: 3001, action_type: 'updated' }

  test('are one write when each is one text', async () => {
    const { create, post, calls, names } = await startWithCoupons(bilingual)
    await create(both)
    calls()
    const { body } = await post(['One', 'Two', 'Three'].map((name) => ({ ...event, data: { name } })))
    expect(body.results).toMatchObject([{ outcome: 'superseded' }, { outcome: 'superseded' }, { outcome: 'updated' }])
    expect(calls().filter((call) => call.startsWith('PATCH'))).toHaveLength(1)
    expect(await names()).toEqual({ 1: 'Three', 2: 'Three' })
  })

  test('by language are written one by one: none gets lost', async () => {
    const { create, post, names } = await startWithCoupons(bilingual)
    await create(both)
    const { body } = await post([{ en: 'Hello' }, { fr: 'Salut' }, { en: 'Hi' }].map((name) => ({ ...event, data: { name } })))
    expect(body.results).toMatchObject([{ outcome: 'updated' }, { outcome: 'updated' }, { outcome: 'updated' }])
    expect(await names()).toEqual({ 1: 'Hi', 2: 'Salut' })
  })
})
