import { describe, expect, test } from 'vitest'
import type { HookEvent } from '../../src/sandbox/shop.ts'
import { SECRET, until } from '../support/bridge.ts'
import { type ModuleStyle, moduleEvent } from '../support/module.ts'
import { contact } from '../support/native.ts'
import { apiOf, startOdoo } from '../support/odoo/odoo.ts'
import { sell, stock, webhookOf } from '../support/odoo/shelf.ts'
import { newOrders } from '../support/orders.ts'
import { type BridgeProcess, ledgerPath, servedShop, startProcess } from '../support/process.ts'
import { startTwoWays, type TwoWays } from '../support/two-ways.ts'

const paris = { street: '1 rue de Rivoli', zip: '75001', city: 'Paris', country_code: 'FR' }
const styles: readonly ModuleStyle[] = ['whole', 'field']
const quick = { ODOO_QUIET_MS: '0' }

/** Sends a native webhook to a bridge at an address. */
const sendTo = async (url: string, model: string, id: number, values: Record<string, unknown>, search = ''): Promise<void> => {
  const response = await fetch(`${url}/webhooks/odoo/automation${search}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`odoo:${SECRET}`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ _model: model, _id: id, _action: 'Shop(#1)', id, ...values })
  })
  expect(response.status).toBe(202)
}

const start = async (module: ModuleStyle, config: Record<string, string> = {}) => {
  const ways: TwoWays = await startTwoWays({ module, config: { ...quick, ...config } })
  const send = async (values: Record<string, unknown>, model = 'res.partner', id = 7, search = ''): Promise<void> => {
    await sendTo(ways.server.url, model, id, values, search)
    await ways.drained()
  }
  return { ...ways, send, verdicts: () => ways.answers.map(({ suppressed, reason }) => (suppressed === true ? reason : 'told')) }
}

const open = ({ server: { ledger } }: Pick<TwoWays, 'server'>, type: string, id: number): string[] =>
  ledger.outgoing.read(({ ownWrites }) => ownWrites.of(type, id).map(({ state }) => state))

describe.each(styles)('What one native webhook changed in several records does not come back (module: %s)', (module) => {
  test('a new customer with an address', async () => {
    const { send, verdicts, outbox, ...ways } = await start(module)
    await send(contact(paris))
    expect(verdicts()).toEqual(['echo', 'echo'])
    expect(outbox()).toEqual([])
    const [customer] = ways.shop.rows('customers').slice(-1)
    const [address] = ways.shop.rows('addresses').slice(-1)
    expect([open(ways, 'customer', Number(customer!['id'])), open(ways, 'address', Number(address!['id']))]).toEqual([['done'], ['done']])
  })

  test('a change of both', async () => {
    const { send, verdicts, outbox } = await start(module)
    await send(contact(paris))
    await send(contact({ ...paris, name: 'Jane Doe', city: 'Lyon' }))
    expect(verdicts()).toEqual(['echo', 'echo', 'echo', 'echo'])
    expect(outbox()).toEqual([])
  })

  test('a deletion of both', async () => {
    const { send, verdicts, outbox } = await start(module)
    await send(contact(paris))
    await send({}, 'res.partner', 7, '?event=deleted')
    expect(verdicts()).toEqual(['echo', 'echo', 'echo', 'echo'])
    expect(outbox()).toEqual([])
  })

  test('a change of the coupons of all cards of a program', async () => {
    const { send, verdicts, outbox, ...ways } = await start(module)
    const own = { program_id: 13, active: true }
    const reward = { ...own, reward_type: 'discount', discount_mode: 'percent', discount: 10, discount_applicability: 'order', discount_max_amount: 0, required_points: 1 }
    const program = { name: 'Summer', program_type: 'coupons', rule_ids: [], reward_ids: [12], active: true, date_from: false, date_to: false }
    const sent: [string, number, Record<string, unknown>][] = [
      ['loyalty.program', 13, program],
      ['loyalty.card', 21, { ...own, code: 'ONE', points: 1, expiration_date: false, partner_id: false }],
      ['loyalty.card', 22, { ...own, code: 'OTHER', points: 1, expiration_date: false, partner_id: false }],
      ['loyalty.reward', 12, { ...reward, discount: 25 }]
    ]
    await sendTo(ways.server.url, 'loyalty.reward', 12, reward)
    for (const [model, id, values] of sent) await send(values, model, id)
    expect(verdicts()).toEqual(['echo', 'echo', 'echo', 'echo'])
    expect(outbox()).toEqual([])
    const coupons = ways.shop.rows('cart_rules')
    expect(coupons.map(({ id, reduction_percent }) => [reduction_percent, open(ways, 'coupon', Number(id))])).toEqual([
      ['25.00', ['done', 'done']],
      ['25.00', ['done', 'done']]
    ])
  })

  test('an order that is made in the shop', async () => {
    const odoo = await startOdoo({ version: 19 })
    const { jane, order } = sell(odoo.database)
    const { send, shop, outbox, released, answers, ...ways } = await start(module, { ...apiOf(odoo), CREATE_ORDERS: 'true' })
    stock(shop)
    await send(webhookOf(odoo.database, 'res.partner', jane), 'res.partner', jane)
    await send(webhookOf(odoo.database, 'sale.order', order), 'sale.order', order)
    await released()
    expect(newOrders(shop)).toHaveLength(1)
    expect(answers.length).toBeGreaterThan(3)
    const told = outbox().filter(({ status }) => status !== 'suppressed')
    expect(told.filter(({ entity_type }) => !['invoice', 'payment'].includes(entity_type))).toEqual([])
    expect(open(ways, 'order', Number(newOrders(shop)[0]?.['id']))).toEqual(['done'])
  })

  test('while what somebody changes in the customer before the address is written goes on', async () => {
    const { send, shop, outbox, released, answers } = await start(module)
    let isTouched = false
    shop.onHook((hook) => {
      if (hook.resource !== 'addresses' || isTouched) return
      isTouched = true
      const [customer] = shop.rows('customers').slice(-1)
      shop.backOffice.update('customers', Number(customer!['id']), { lastname: 'Human' })
    })
    await send(contact(paris))
    await until(() => answers.length === 3, 'the module was answered')
    await released()
    const told = outbox().filter(({ status }) => status === 'pending')
    expect(told.map(({ entity_type }) => entity_type)).toEqual(['customer'])
    expect(told[0]!.event).toContain('Human')
  })
})

/** Nobody listens there. */
const outgoing = { ...quick, ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/odoo' }

const relay = async ({ url }: BridgeProcess, hooks: readonly HookEvent[], style: ModuleStyle): Promise<unknown> => {
  const response = await fetch(`${url}/outgoing/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body: JSON.stringify({ batch_id: 'b', timestamp: '2026-01-01 00:00:00', events: hooks.map((hook) => moduleEvent(hook, style)) })
  })
  return response.json()
}

/** Changes or makes a customer with an address, and is killed while the shop holds the answer about one of them. */
const crash = async (held: string, values: Record<string, unknown>, before: Record<string, unknown> | undefined) => {
  const shop = await servedShop()
  const ledger = ledgerPath()
  const first = await startProcess(shop, ledger, outgoing)
  if (before) {
    await sendTo(first.url, 'res.partner', 7, before)
    await first.drained()
  }
  const hooks: HookEvent[] = []
  const { promise: written, resolve } = Promise.withResolvers<void>()
  const { promise: dead, resolve: bury } = Promise.withResolvers<void>()
  const forget = shop.onHook(async (hook) => {
    hooks.push(hook)
    if (hook.resource !== held) return
    resolve()
    await dead
  })
  await sendTo(first.url, 'res.partner', 7, values)
  await written
  first.kill('SIGKILL')
  await first.ended
  forget()
  bury()
  return { shop, ledger, hooks }
}

const echoes = (count: number) => ({ results: Array.from({ length: count }, () => ({ success: true, suppressed: true, reason: 'echo' })) })

describe.concurrent('kill -9 while the shop still holds the answer to one of the writes of a native webhook', () => {
  const made = contact(paris)
  const changed = contact({ ...paris, name: 'Jane Doe', city: 'Lyon' })
  const cases = styles.flatMap((style) =>
    [
      { what: 'the new customer', held: 'customers', values: made, before: undefined, writes: 1 },
      { what: 'the new address', held: 'addresses', values: made, before: undefined, writes: 2 },
      { what: 'the changed customer', held: 'customers', values: changed, before: made, writes: 1 },
      { what: 'the changed address', held: 'addresses', values: changed, before: made, writes: 2 }
    ].map((one) => ({ ...one, style }))
  )

  test.each(cases)('$what (module: $style): the echoes of all that was written end here, before and after the operation is done', async ({ held, values, before, writes, style }) => {
    const { shop, ledger, hooks } = await crash(held, values, before)
    expect(hooks).toHaveLength(writes)

    // The shop is away: the operation cannot be done yet.
    const wake = shop.inject({ answer: { status: 503, body: '' } })
    const second = await startProcess(shop, ledger, outgoing)
    expect(await relay(second, hooks, style)).toMatchObject(echoes(writes))
    const later: HookEvent[] = []
    shop.onHook((hook) => void later.push(hook))
    wake()
    await second.drained()
    const all = [...hooks.map((hook) => ({ ...hook, hook_name: 'again' })), ...later]
    expect(await relay(second, all, style)).toMatchObject(echoes(2))
  })
})
