import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { contact, type NativeBridge, startNative } from '../../support/native.ts'
import { apiOf, startOdoo } from '../../support/odoo/odoo.ts'
import { historyOf } from '../../support/orders.ts'

type Values = Record<string, unknown>

const paris = { street: '1 rue de Rivoli', zip: '75001', city: 'Paris' }

/** An Odoo with one company of France and a delivery address below it, and a bridge that has its API. */
const start = async ({ company: given = {} }: { company?: Values } = {}) => {
  const odoo = await startOdoo({ version: 19 })
  const { database } = odoo
  const france = database.create('res.country', { name: 'France', code: 'FR' })
  const company = database.create('res.partner', { name: 'Roe & Sons', type: 'contact', is_company: true, email: 'office@example.com', ...given })
  const dock = database.create('res.partner', { name: 'Dock Two', type: 'delivery', parent_id: company, country_id: france, ...paris })
  const bridge = await startNative({ config: apiOf(odoo) })
  /** A rule without any field ticked has told of a record. */
  const tell = async (model: string, id: number): Promise<ReturnType<NativeBridge['last']>> => {
    await bridge.odoo(model, id, {})
    await bridge.settled()
    return bridge.last(model, id)
  }
  return { ...bridge, database, odooCalls: odoo.calls, company, dock, tell, addresses: () => bridge.shop.rows('addresses').filter(({ id }) => Number(id) > 5) }
}

describe("with Odoo's API, what is missing is asked for:", () => {
  test('the customer of an address', async () => {
    const { tell, dock, company, addresses, shop, operationsOf } = await start()
    const { operation } = await tell('res.partner', dock)
    expect(operation).toMatchObject({ status: 'success', outcome: 'created' })
    expect(shop.row('customers', 2)).toMatchObject({ email: 'office@example.com', company: 'Roe & Sons' })
    expect(addresses()).toMatchObject([{ id_customer: '2', alias: 'Delivery' }])
    expect(operationsOf('res.partner', company)).toMatchObject([{ outcome: 'created' }])
  })

  test('the order of a transfer', async () => {
    const { tell, database, company, shop } = await start()
    const sale = database.create('sale.order', { name: 'S00035', state: 'sale', partner_id: company, client_order_ref: 'OHSATSERP' })
    const picking = database.create('stock.picking', { picking_type_code: 'outgoing', state: 'done', sale_id: sale, origin: 'S00035' })
    expect((await tell('stock.picking', picking)).operation).toMatchObject({ status: 'success', outcome: 'updated' })
    expect(historyOf(shop, 2)).toEqual([1, 3, 4])
  })

  test('the contacts of a company that has moved: Odoo gives them its street without a word', async () => {
    const { tell, database, company, dock, addresses, operationsOf, drained } = await start()
    const france = database.row('res.partner', dock)['country_id']
    database.write('res.partner', [company], { ...paris, country_id: france })
    const jane = database.create('res.partner', { name: 'Jane', type: 'contact', parent_id: company, email: 'jane@example.com', ...paris, country_id: france })
    await tell('res.partner', company)
    await tell('res.partner', jane)
    database.write('res.partner', [company, jane], { street: '2 rue de Rivoli' })
    await tell('res.partner', company)
    await drained()
    expect(addresses().map(({ address1 }) => address1)).toEqual(['2 rue de Rivoli', '2 rue de Rivoli'])
    await tell('res.partner', company)
    expect(operationsOf('res.partner', jane)).toHaveLength(2)
  })

  test('once, where the answer does not help', async () => {
    const { tell, dock, company, operationsOf, server } = await start({ company: { email: 'no email' } })
    const { operation } = await tell('res.partner', dock)
    expect(operation).toMatchObject({
      status: 'pending', error_kind: 'dependency', error_message: expect.stringContaining(`operations list --text ${company}`) as unknown
    })
    const again = once(server.ledger.events, 'postponed')
    server.ledger.hasten(operation)
    server.ledger.events.emit('accepted')
    await again
    expect(operationsOf('res.partner', company)).toMatchObject([{ status: 'failed', error_field: 'email' }])
  })
})

/** A promo code in Odoo, whole, and what a bridge made of the one webhook about its program. */
const startCoupon = async () => {
  const bridge = await start()
  const { database, tell } = bridge
  const program = database.create('loyalty.program', { name: 'Summer', program_type: 'promo_code', limit_usage: false, max_usage: 0 })
  const rule = database.create('loyalty.rule', {
    program_id: program, code: 'SUMMER10', minimum_amount: 0, minimum_amount_tax_mode: 'incl', minimum_qty: 1, reward_point_mode: 'order'
  })
  const reward = database.create('loyalty.reward', {
    program_id: program, reward_type: 'discount', discount_mode: 'percent', discount: 10, discount_applicability: 'order', discount_max_amount: 0,
    required_points: 1
  })
  await tell('loyalty.program', program)
  return { ...bridge, program, rule, reward, coupons: () => bridge.shop.rows('cart_rules') }
}

describe("with Odoo's API, a coupon", () => {
  test('is made of its program, though no rule tells of the other parts', async () => {
    const { coupons, last, program } = await startCoupon()
    expect(last('loyalty.program', program).operation.outcome).toBe('created')
    expect(coupons()).toMatchObject([{ code: 'SUMMER10', reduction_percent: '10.00' }])
  })

  test('follows parts that nobody told of, with the next webhook about any of them', async () => {
    const { coupons, database, reward, rule, program, tell } = await startCoupon()
    database.write('loyalty.reward', [reward], { discount: 25 })
    await tell('loyalty.rule', rule)
    expect(coupons()).toMatchObject([{ reduction_percent: '25.00' }])
    database.write('loyalty.program', [program], { active: false })
    await tell('loyalty.reward', reward)
    expect(coupons()).toMatchObject([{ active: '0' }])
  })

  test('reads each part once', async () => {
    const { odooCalls, tell, reward } = await startCoupon()
    odooCalls()
    await tell('loyalty.reward', reward)
    expect(odooCalls().filter((call) => call.endsWith(' read'))).toEqual(['loyalty.reward read', 'loyalty.program read', 'loyalty.rule read'])
  })

  test('of a card is for its contact, who is asked for', async () => {
    const { coupons, database, program, company, tell, shop } = await startCoupon()
    database.write('loyalty.program', [program], { program_type: 'coupons' })
    const card = database.create('loyalty.card', { program_id: program, code: '044e-5dbb', points: 1, partner_id: company })
    await tell('loyalty.card', card)
    expect(coupons().at(-1)).toMatchObject({ code: '044e-5dbb', id_customer: shop.rows('customers').at(-1)?.['id'] })
  })
})

const send = async (bridge: NativeBridge, id: number, values: Values): Promise<ReturnType<NativeBridge['last']>> => {
  await bridge.odoo('res.partner', id, values)
  await bridge.settled()
  return bridge.last('res.partner', id)
}

const addresses = (bridge: NativeBridge): Values[] => bridge.shop.rows('addresses').filter(({ id }) => Number(id) > 5)

describe('an address below a company without an email', () => {
  const nameless = contact({ name: 'Roe & Sons', is_company: true, email: false })
  const dock = contact({ type: 'delivery', parent_id: 7, email: false, name: 'Dock Two', country_code: 'FR', ...paris })

  test.each([
    ['before', [8, 7]],
    ['after', [7, 8]]
  ])('that came %s the company is left alone, tells why, and follows once the company has one', async (_when, ids) => {
    const bridge = await startNative()
    for (const id of ids) await bridge.odoo('res.partner', id, id === 7 ? nameless : dock)
    await bridge.drained()
    expect(bridge.last('res.partner', 8)).toMatchObject({
      operation: { status: 'success', outcome: 'ignored' },
      result: { reason: expect.stringMatching(/res\.partner 7 .* without an email .* follows when that has changed/) as unknown }
    })
    await send(bridge, 7, { ...nameless, email: 'office@example.com' })
    await bridge.drained()
    expect(addresses(bridge)).toMatchObject([{ id_customer: '2', alias: 'Delivery', address1: paris.street }])
    await send(bridge, 7, { ...nameless, email: 'other@example.com' })
    await bridge.drained()
    expect(bridge.operationsOf('res.partner', 8)).toHaveLength(2)
  })

  test('does not follow when it was deleted meanwhile', async () => {
    const bridge = await startNative()
    await send(bridge, 7, nameless)
    await send(bridge, 8, dock)
    await bridge.odoo('res.partner', 8, {}, '?event=deleted')
    await bridge.drained()
    await send(bridge, 7, { ...nameless, email: 'office@example.com' })
    expect(addresses(bridge)).toEqual([])
  })

  test("with Odoo's API is asked for afresh when it follows", async () => {
    const { tell, company, dock: child, database, addresses: made, drained, last } = await start({ company: { email: false } })
    expect((await tell('res.partner', child)).operation.outcome).toBe('ignored')
    database.write('res.partner', [child], { street: '2 rue de Rivoli' })
    database.write('res.partner', [company], { email: 'office@example.com' })
    await tell('res.partner', company)
    await drained()
    expect(last('res.partner', child).operation.outcome).toBe('created')
    expect(made()).toMatchObject([{ address1: '2 rue de Rivoli' }])
  })

  test('keeps a coupon for that contact from waiting', async () => {
    const bridge = await startNative()
    await bridge.odoo('loyalty.reward', 12, {
      program_id: 13, reward_type: 'discount', discount_mode: 'percent', discount: 10, discount_applicability: 'order', discount_max_amount: 0, required_points: 1
    })
    await bridge.odoo('loyalty.program', 13, { name: 'Summer', program_type: 'coupons', rule_ids: [], reward_ids: [12] })
    await bridge.odoo('res.partner', 7, nameless)
    await bridge.odoo('loyalty.card', 21, { program_id: 13, code: '044e', points: 1, partner_id: 7 })
    await bridge.drained()
    expect(bridge.last('loyalty.card', 21).operation).toMatchObject({ status: 'failed', error_message: expect.stringContaining('without an email') as unknown })
  })
})

test.each([[7], [[7, 'Roe & Sons']]])('a many2one that comes as %j means the same', async (parent_id) => {
  const bridge = await startNative()
  await bridge.odoo('res.partner', 7, contact())
  await bridge.drained()
  await bridge.odoo('res.partner', 8, contact({ type: 'invoice', parent_id, email: false, country_code: 'FR', ...paris }))
  await bridge.drained()
  expect(bridge.shop.rows('addresses').at(-1)).toMatchObject({ id_customer: '2', alias: 'Invoice' })
})
