import { describe, expect, test } from 'vitest'
import { startWithCoupons, welcome } from '../support/coupons.ts'

const isWrite = ({ method }: { method: string }): boolean => method !== 'GET'

describe('nonsense that the shop would accept, or has no good words for', () => {
  test.each<[string, unknown]>([
    ['reduction_percent', 101],
    ['reduction_percent', 100.01],
    ['reduction_percent', -1],
    ['reduction_percent', '10,5'],
    ['reduction_percent', '10%'],
    ['reduction_amount', -0.01],
    ['reduction_amount', 1e21],
    ['reduction_amount', 10_000_000_000],
    ['reduction_amount', 'ten'],
    ['minimum_amount', '-5'],
    ['quantity', -1],
    ['quantity', 1.5],
    ['quantity', '1e3'],
    ['quantity', ''],
    ['quantity', false],
    ['quantity', 4_294_967_296],
    ['quantity_per_user', -1],
    ['priority', -1],
    ['active', 'yes'],
    ['reduction_currency', 'EURO'],
    ['reduction_currency', -1],
    ['reduction_currency', {}],
    ['reduction_currency', 'EUR'],
    ['reduction_currency', 99],
    ['minimum_amount_currency', 'XXX'],
    ['minimum_amount_currency', 99],
    ['description', '<script>alert(1)</script>'],
    ['description', '<img onerror=alert(1)>'],
    ['description', 'a\u0000b']
  ])('%s %j is refused, by name, and nothing is written', async (field, value) => {
    const { create, shop } = await startWithCoupons()
    const { status, body } = await create({ code: 'NONSENSE', [field]: value })
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, code: 'validation', field })
    expect(shop.requests.some(isWrite)).toBe(false)
  })

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['null', null],
    ['a tag', '<b>SALE'],
    ['braces', '{SALE}'],
    ['a backslash', 'SALE\\'],
    ['only spaces', '   '],
    ['a space before', ' SALE'],
    ['a space after', 'SALE '],
    ['a line feed', 'SA\nLE'],
    ['a tab', 'SA\tLE'],
    ['a NUL', 'SA\u0000LE'],
    ['a zero-width space', 'SA\u200BLE'],
    ['a change of direction', 'SA\u202ELE'],
    ['a no-break space', 'SA\u00A0LE'],
    ['half a character', 'SALE\uD83D'],
    ['a script', 'javascript:SALE'],
    ['255 characters', 'C'.repeat(255)],
    ['a list', ['SALE']]
  ])('a code of %s is refused', async (_what, code) => {
    const { create, shop } = await startWithCoupons()
    const { status, body } = await create({ name: 'Sale', code })
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'validation', field: 'code' })
    expect(shop.requests.some(isWrite)).toBe(false)
  })

  test.each(['A b+c/é', 'C'.repeat(254), '50%', '[SALE]', 'SALE_1', "L'ÉTÉ & Co.", '夏', '🌞', '2027', '1|2,3'])(
    'a code such as %s is none: it is found again',
    async (code) => {
      const { create, row } = await startWithCoupons()
      expect((await create({ code, name: 'Sale' })).body).toMatchObject({ outcome: 'created' })
      expect(row()).toMatchObject({ code })
      expect((await create({ code, priority: 2 })).body).toMatchObject({ outcome: 'updated' })
      const other = await create({ code }, { entity_id: 3002 })
      expect(other.body).toMatchObject({ code: 'identity_conflict' })
    }
  )

  test('is refused in an update, too, with all that is wrong', async () => {
    const { create, update, row } = await startWithCoupons()
    await create()
    const { body } = await update({ reduction_percent: 200, quantity: -5, priority: 9 })
    expect(body).toMatchObject({ code: 'validation', field: 'reduction_percent' })
    expect(body.error).toMatch(/reduction_percent must be.*quantity must be/)
    expect(row()).toMatchObject({ reduction_percent: '10.00', quantity: '1', priority: '1' })
  })
})

describe('the kinds of reduction', () => {
  test('exclude each other', async () => {
    const { create, shop } = await startWithCoupons()
    const { body } = await create({ ...welcome, reduction_amount: 5 })
    expect(body).toMatchObject({ code: 'validation', field: 'reduction_percent' })
    expect(shop.rows('cart_rules')).toEqual([])
  })

  test('may both be told when one of them is zero', async () => {
    const { create, row } = await startWithCoupons()
    await create({ code: 'WELCOME10', reduction_percent: 0, reduction_amount: 5 })
    expect(row()).toMatchObject({ reduction_percent: '0.00', reduction_amount: '5.000000' })
  })

  test('replace each other: setting one zeroes the other', async () => {
    const { create, update, row } = await startWithCoupons()
    await create()
    await update({ reduction_amount: 5 })
    expect(row()).toMatchObject({ reduction_percent: '0.00', reduction_amount: '5.000000' })
    await update({ reduction_percent: 20 })
    expect(row()).toMatchObject({ reduction_percent: '20.00', reduction_amount: '0.000000' })
  })

  test('can both be zero', async () => {
    const { create, update, row } = await startWithCoupons()
    await create()
    await update({ reduction_percent: 0, free_shipping: true })
    expect(row()).toMatchObject({ reduction_percent: '0.00', reduction_amount: '0.000000', free_shipping: '1' })
  })

  test('never end up both above zero, though a human set the other one meanwhile', async () => {
    const { create, update, row, shop } = await startWithCoupons()
    await create()
    shop.backOffice.update('cart_rules', Number(row().id), { reduction_percent: '0', reduction_amount: '7' })
    await update({ reduction_percent: 20 }, { timestamp: new Date(Date.now() + 60_000).toISOString() })
    expect(row()).toMatchObject({ reduction_percent: '20.00', reduction_amount: '0.000000' })
  })

  test('come one after the other in one batch: the later one counts', async () => {
    const { create, post, row } = await startWithCoupons()
    await create()
    const event = { entity_type: 'coupon', entity_id: 3001, action_type: 'updated' }
    const { body } = await post([
      { ...event, data: { reduction_percent: 20 } },
      { ...event, data: { reduction_amount: 5 } }
    ])
    expect(body.results).toMatchObject([{ success: true }, { success: true }])
    expect(row()).toMatchObject({ reduction_percent: '0.00', reduction_amount: '5.000000' })
  })
})

describe('a currency', () => {
  test('is told by ISO code in any case, or by id', async () => {
    const { create, update, row } = await startWithCoupons()
    await create({ code: 'WELCOME10', reduction_amount: 5, reduction_currency: 'usd', minimum_amount: 50, minimum_amount_currency: '1' })
    expect(row()).toMatchObject({ reduction_currency: '1', minimum_amount_currency: '1' })
    expect((await update({ reduction_currency: 1, minimum_amount_currency: 'USD' })).body).toMatchObject({ outcome: 'unchanged' })
  })

  test('that is null is none for a minimum, and left to the shop for a reduction', async () => {
    const { create, update, row } = await startWithCoupons()
    await create({ ...welcome, reduction_currency: null, minimum_amount_currency: 'USD' })
    expect(row()).toMatchObject({ reduction_currency: '1', minimum_amount_currency: '1' })
    expect((await update({ reduction_currency: false, minimum_amount_currency: null })).body).toMatchObject({
      updated_fields: ['minimum_amount_currency']
    })
    expect(row()).toMatchObject({ reduction_currency: '1', minimum_amount_currency: '0' })
  })
})

describe('unlimited quantities', () => {
  test('are an explicit null in a new coupon', async () => {
    const { create, row, written } = await startWithCoupons()
    expect((await create({ ...welcome, quantity: null, quantity_per_user: null })).body).toMatchObject({ outcome: 'created' })
    expect(row()).toMatchObject({ quantity: '', quantity_per_user: '' })
    expect(written()).not.toContain('<quantity')
  })

  test('may be repeated, and ended', async () => {
    const { create, update, row } = await startWithCoupons()
    await create({ ...welcome, quantity: null })
    expect((await update({ quantity: null })).body).toMatchObject({ outcome: 'unchanged' })
    expect((await update({ quantity: 5 })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ quantity: '5' })
  })

  test.each(['quantity', 'quantity_per_user'])(
    'cannot be given to an existing coupon: an empty %s would be stored as 0',
    async (field) => {
      const { create, update, row } = await startWithCoupons()
      await create()
      const { status, body } = await update({ [field]: null, priority: 2 })
      expect(status).toBe(422)
      expect(body).toMatchObject({ code: 'validation', field })
      expect(body.error).toContain('back office')
      expect(row()).toMatchObject({ [field]: '1', priority: '1' })
    }
  )

  test('are no success where the shop stored 0 instead', async () => {
    const { create, update, row, shop } = await startWithCoupons()
    shop.onHook(({ resource, action_type, entity_id }) => {
      if (resource === 'cart_rules' && action_type === 'created') shop.backOffice.update(resource, entity_id, { quantity: '0' })
    })
    const { status, body } = await create({ ...welcome, quantity: null })
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, code: 'validation' })
    expect(body.error).toContain('no unlimited quantity')
    expect((await update({ quantity: 1_000_000 })).body).toMatchObject({ outcome: 'updated' })
    expect(row()).toMatchObject({ quantity: '1000000' })
  })
})
