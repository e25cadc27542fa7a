import { describe, expect, test } from 'vitest'
import { contact, type NativeBridge, startNative } from '../../support/native.ts'

type Values = Record<string, unknown>

const program = (values: Values = {}): Values => ({
  name: 'Summer', program_type: 'promo_code', rule_ids: [9], reward_ids: [12], active: true, date_from: false, date_to: false,
  limit_usage: false, max_usage: 0, ...values
})
const rule = (values: Values = {}): Values => ({
  program_id: 13, code: 'SUMMER10', mode: 'with_code', active: true, minimum_amount: 0, minimum_amount_tax_mode: 'incl', minimum_qty: 1,
  product_ids: [], product_category_id: false, reward_point_mode: 'order', ...values
})
const reward = (values: Values = {}): Values => ({
  program_id: 13, reward_type: 'discount', discount_mode: 'percent', discount: 10, discount_applicability: 'order', discount_max_amount: 0,
  required_points: 1, active: true, ...values
})
const card = (values: Values = {}): Values => ({
  program_id: 13, code: '044e-5dbb-4c35', points: 1, expiration_date: false, partner_id: false, active: true, ...values
})

const parts: Readonly<Record<string, readonly [number, () => Values]>> = {
  'loyalty.program': [13, program],
  'loyalty.rule': [9, rule],
  'loyalty.reward': [12, reward]
}

const send = async (bridge: NativeBridge, model: string, id: number, values: Values, search = ''): Promise<ReturnType<NativeBridge['last']>> => {
  await bridge.odoo(model, id, values, search)
  await bridge.settled()
  return bridge.last(model, id)
}

/** A promo code, whole. */
const sendAll = async (bridge: NativeBridge, given: { program?: Values; rule?: Values; reward?: Values } = {}): Promise<void> => {
  await bridge.odoo('loyalty.rule', 9, rule(given.rule))
  await bridge.odoo('loyalty.reward', 12, reward(given.reward))
  await bridge.odoo('loyalty.program', 13, program(given.program))
  await bridge.drained()
}

const coupons = (bridge: NativeBridge): Record<string, string>[] => bridge.shop.rows('cart_rules')

describe('a promo code', () => {
  test.each([
    [['loyalty.rule', 'loyalty.reward', 'loyalty.program']],
    [['loyalty.program', 'loyalty.rule', 'loyalty.reward']],
    [['loyalty.reward', 'loyalty.program', 'loyalty.rule']]
  ])('is one coupon once all parts are there, which came as %j', async (models) => {
    const bridge = await startNative()
    const waits: (string | null)[] = []
    for (const model of models) {
      const [id, values] = parts[model]!
      waits.push((await send(bridge, model, id, values())).operation.error_kind)
    }
    expect(waits).toEqual(['dependency', 'dependency', null])
    await bridge.drained()
    expect(bridge.writes()).toEqual(['POST cart_rules'])
    expect(coupons(bridge)).toMatchObject([{ code: 'SUMMER10', reduction_percent: '10.00', quantity: '1000000', active: '1' }])
    for (const [model, [id]] of Object.entries(parts)) expect(bridge.last(model, id).operation).toMatchObject({ status: 'success', entity_id: 1 })
  })

  test('carries dates, limit, minimum and amount', async () => {
    const bridge = await startNative()
    await sendAll(bridge, {
      program: { date_from: '2026-06-01', date_to: '2026-08-31', limit_usage: true, max_usage: 100 },
      rule: { minimum_amount: 50, minimum_amount_tax_mode: 'excl' },
      reward: { discount_mode: 'per_order', discount: 9.600000000000001 }
    })
    expect(coupons(bridge)).toMatchObject([
      {
        date_from: '2026-06-01 00:00:00', date_to: '2026-08-31 23:59:59', quantity: '100', minimum_amount: '50.000000',
        minimum_amount_tax: '0', minimum_amount_currency: '1', reduction_amount: '9.600000', reduction_tax: '1', reduction_percent: '0.00'
      }
    ])
  })

  test('may be free shipping', async () => {
    const bridge = await startNative()
    await sendAll(bridge, { reward: { reward_type: 'shipping' } })
    expect(coupons(bridge)).toMatchObject([{ free_shipping: '1', reduction_percent: '0.00', reduction_amount: '0.000000' }])
  })

  test('follows each of its parts', async () => {
    const bridge = await startNative()
    await sendAll(bridge)
    await send(bridge, 'loyalty.rule', 9, rule({ code: 'WINTER10' }))
    await send(bridge, 'loyalty.reward', 12, reward({ discount: 20 }))
    await send(bridge, 'loyalty.program', 13, program({ limit_usage: true, max_usage: 5 }))
    expect(coupons(bridge)).toMatchObject([{ code: 'WINTER10', reduction_percent: '20.00', quantity: '5' }])
  })

  test('keeps what other webhooks of a part told, when one tells less', async () => {
    const bridge = await startNative()
    await sendAll(bridge)
    await send(bridge, 'loyalty.program', 13, { name: 'Autumn' })
    expect(coupons(bridge)).toHaveLength(1)
    expect(bridge.last('loyalty.program', 13).operation.outcome).toBe('updated')
  })

  test.each([
    ['the program alone, as Odoo 17 does', [['loyalty.program', 13, program({ active: false })]]],
    ['all parts, as Odoo 19 does', [
      ['loyalty.rule', 9, rule({ active: false })],
      ['loyalty.reward', 12, reward({ active: false })],
      ['loyalty.program', 13, program({ active: false, rule_ids: [], reward_ids: [] })]
    ]]
  ] as const)('becomes inactive when Odoo archives it and tells of %s, and active again', async (_what, webhooks) => {
    const bridge = await startNative()
    await sendAll(bridge)
    for (const [model, id, values] of webhooks) await bridge.odoo(model, id, values)
    await bridge.drained()
    expect(coupons(bridge)).toMatchObject([{ active: '0' }])
    await sendAll(bridge)
    expect(coupons(bridge)).toMatchObject([{ active: '1' }])
  })

  test('that was deleted leaves its code to another program', async () => {
    const bridge = await startNative()
    await sendAll(bridge)
    await send(bridge, 'loyalty.program', 13, {}, '?event=deleted')
    await bridge.odoo('loyalty.rule', 19, rule({ program_id: 23 }))
    await bridge.odoo('loyalty.reward', 22, reward({ program_id: 23, discount: 5 }))
    await bridge.odoo('loyalty.program', 23, program({ rule_ids: [19], reward_ids: [22] }))
    await bridge.drained()
    expect(coupons(bridge)).toMatchObject([{ active: '1', code: 'SUMMER10', reduction_percent: '5.00' }])
  })

  test('becomes inactive when it is deleted', async () => {
    const bridge = await startNative()
    await sendAll(bridge)
    const { operation } = await send(bridge, 'loyalty.program', 13, {}, '?event=deleted')
    expect([operation.outcome, coupons(bridge)]).toEqual(['deleted', [expect.objectContaining({ active: '0' })]])
  })

  test.each<[string, Parameters<typeof sendAll>[1], string]>([
    ['a gift card', { program: { program_type: 'gift_card' } }, 'type "gift_card"'],
    ['an automatic promotion', { program: { program_type: 'promotion' } }, 'type "promotion"'],
    ['a free product', { reward: { reward_type: 'product' } }, 'free product'],
    ['a discount per point', { reward: { discount_mode: 'per_point' } }, 'per point'],
    ['a discount on the cheapest product', { reward: { discount_applicability: 'cheapest' } }, 'single products'],
    ['a maximum', { reward: { discount_max_amount: 40 } }, 'maximum'],
    ['a minimum quantity', { rule: { minimum_qty: 3 } }, 'minimum quantity'],
    ['certain products', { rule: { product_ids: [4] } }, 'certain products'],
    ['points per money', { rule: { reward_point_mode: 'money' } }, 'per order'],
    ['several rewards', { program: { reward_ids: [12, 14] } }, 'several rewards'],
    ['several codes', { program: { rule_ids: [9, 10] } }, 'several rules']
  ])('with %s is refused with a reason', async (_what, given, reason) => {
    const bridge = await startNative()
    await sendAll(bridge, given)
    expect(bridge.last('loyalty.program', 13).operation).toMatchObject({ status: 'failed', error_message: expect.stringContaining(reason) })
    expect(bridge.writes()).toEqual([])
  })

  test('names what to tick where a part tells too little', async () => {
    const bridge = await startNative()
    await bridge.odoo('loyalty.reward', 12, { program_id: 13, discount: 10 })
    await bridge.odoo('loyalty.rule', 9, rule())
    await bridge.odoo('loyalty.program', 13, program())
    await bridge.drained()
    expect(bridge.last('loyalty.program', 13).operation.error_message).toMatch(/loyalty.reward.*add to "Fields": reward_type, discount_mode/)
  })
})

/** A program whose coupons are its cards. */
const sendProgram = async (bridge: NativeBridge): Promise<void> => {
  await bridge.odoo('loyalty.reward', 12, reward())
  await bridge.odoo('loyalty.program', 13, program({ program_type: 'coupons', rule_ids: [] }))
  await bridge.drained()
}

describe('a card', () => {
  test('is a coupon of its own, with what its program gives', async () => {
    const bridge = await startNative()
    await sendProgram(bridge)
    await send(bridge, 'loyalty.card', 21, card({ expiration_date: '2027-06-30', points: 2.5 }))
    expect(coupons(bridge)).toMatchObject([
      { code: '044e-5dbb-4c35', reduction_percent: '10.00', quantity: '2', date_to: '2027-06-30 23:59:59', id_customer: '0' }
    ])
  })

  test('of a contact is for the customer made of it, and waits for that', async () => {
    const bridge = await startNative()
    await sendProgram(bridge)
    const { operation } = await send(bridge, 'loyalty.card', 21, card({ partner_id: 7 }))
    expect(operation.error_kind).toBe('dependency')
    await bridge.odoo('res.partner', 7, contact())
    await bridge.drained()
    expect(coupons(bridge)).toMatchObject([{ id_customer: '2' }])
  })

  test('counts down as its points do, and is not made when they are used up', async () => {
    const bridge = await startNative()
    await sendProgram(bridge)
    await send(bridge, 'loyalty.card', 21, card({ points: 3 }))
    bridge.shop.backOffice.update('cart_rules', 1, { quantity: '2' })
    await send(bridge, 'loyalty.card', 21, card({ points: 2 }))
    expect(coupons(bridge)).toMatchObject([{ quantity: '1' }])
    const { operation, result } = await send(bridge, 'loyalty.card', 22, card({ code: 'USED', points: 0.5 }))
    expect([operation.outcome, result['reason']]).toEqual(['ignored', expect.stringContaining('used up')])
  })

  test('follows its program: discount, and archive', async () => {
    const bridge = await startNative()
    await sendProgram(bridge)
    await send(bridge, 'loyalty.card', 21, card())
    await send(bridge, 'loyalty.card', 22, card({ code: 'OTHER' }))
    await send(bridge, 'loyalty.reward', 12, reward({ discount: 25 }))
    expect(coupons(bridge)).toMatchObject([{ reduction_percent: '25.00' }, { reduction_percent: '25.00' }])
    await send(bridge, 'loyalty.program', 13, program({ program_type: 'coupons', rule_ids: [], active: false }))
    expect(coupons(bridge)).toMatchObject([{ active: '0' }, { active: '0' }])
  })

  test('that comes before its program waits for it', async () => {
    const bridge = await startNative()
    const { operation } = await send(bridge, 'loyalty.card', 21, card())
    expect(operation).toMatchObject({ status: 'pending', error_kind: 'dependency' })
    await sendProgram(bridge)
    expect(coupons(bridge)).toHaveLength(1)
  })

  test('that is archived or deleted becomes inactive', async () => {
    const bridge = await startNative()
    await sendProgram(bridge)
    await send(bridge, 'loyalty.card', 21, card())
    await send(bridge, 'loyalty.card', 21, card({ active: false }))
    expect(coupons(bridge)).toMatchObject([{ active: '0' }])
    await send(bridge, 'loyalty.card', 21, card())
    await send(bridge, 'loyalty.card', 21, {}, '?event=deleted')
    expect(coupons(bridge)).toMatchObject([{ active: '0' }])
  })
})
