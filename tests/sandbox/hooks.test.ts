import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createSandboxShop, type HookEvent } from '../../src/sandbox/shop.ts'
import { ask, entity, minimal } from './ask.ts'

const listened = (): { shop: ReturnType<typeof createSandboxShop>; events: HookEvent[] } => {
  const shop = createSandboxShop({ now: () => new Date('2026-11-23T10:00:00Z') })
  const events: HookEvent[] = []
  shop.onHook((event) => {
    events.push(event)
  })
  return { shop, events }
}

describe('a write through the Webservice', () => {
  test('tells the row before and after, and the operation of the request', async () => {
    const { shop, events } = listened()
    await ask(shop, 'customers/1', {
      method: 'PATCH',
      headers: { 'X-Operation-Id': 'op-7' },
      body: entity('customer', { id: '1', firstname: 'Jack' })
    })
    expect(events).toMatchObject([
      {
        hook_name: 'actionObjectCustomerUpdateAfter',
        resource: 'customers',
        entity_id: 1,
        action_type: 'updated',
        before_data: { firstname: 'John', date_upd: '2026-11-22 20:45:20' },
        after_data: { firstname: 'Jack', date_upd: '2026-11-23 10:00:00' },
        hook_timestamp: '2026-11-23 10:00:00',
        operation_id: 'op-7'
      }
    ])
  })

  test('has no row before a creation and none after a removal', async () => {
    const { shop, events } = listened()
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', minimal) })
    await ask(shop, 'customers/2', { method: 'DELETE' })
    expect(events).toMatchObject([
      { hook_name: 'actionObjectCustomerAddAfter', before_data: null, after_data: { id: '2' } },
      { hook_name: 'actionObjectCustomerDeleteAfter', before_data: { id: '2' }, after_data: null }
    ])
    expect(events.some((event) => 'operation_id' in event)).toBe(false)
  })

  test('calls a used address that is deleted an update', async () => {
    const { shop, events } = listened()
    await ask(shop, 'addresses/4', { method: 'DELETE' })
    expect(events).toMatchObject([{ hook_name: 'actionObjectAddressUpdateAfter', after_data: { deleted: '1' } }])
  })

  test('of a cart rule names its class', async () => {
    const { shop, events } = listened()
    const fields = { date_from: '2026-01-01', date_to: '2027-01-01', code: 'TEN' }
    await ask(shop, 'cart_rules', { method: 'POST', body: entity('cart_rule', fields) })
    expect(events).toMatchObject([{ hook_name: 'actionObjectCartRuleAddAfter', after_data: { code: 'TEN' } }])
  })

  test('that is refused fires nothing', async () => {
    const { shop, events } = listened()
    const body = entity('customer', { ...minimal, email: 'pub@prestashop.com' })
    await ask(shop, 'customers', { method: 'POST', body })
    expect(events).toEqual([])
  })

  test('answers only when the listener is done, and the listener sees the row', async () => {
    const shop = createSandboxShop()
    const seen: unknown[] = []
    shop.onHook(async ({ entity_id }) => {
      await sleep(20)
      seen.push((await ask(shop, `customers/${entity_id}`)).status)
    })
    await ask(shop, 'customers', { method: 'POST', body: entity('customer', minimal) })
    expect(seen).toEqual([200])
  })

  test('does not tell a listener that was taken away', async () => {
    const shop = createSandboxShop()
    const events: HookEvent[] = []
    shop.onHook((event) => {
      events.push(event)
    })()
    await ask(shop, 'customers/1', { method: 'DELETE' })
    expect(events).toEqual([])
  })
})

describe('a human in the back office', () => {
  test('moves date_upd and fires hooks without an operation', () => {
    const { shop, events } = listened()
    shop.backOffice.update('customers', 1, { firstname: 'X1' })
    expect(shop.row('customers', 1)).toMatchObject({ firstname: 'X1', date_upd: '2026-11-23 10:00:00' })
    expect(events).toMatchObject([{ action_type: 'updated', after_data: { firstname: 'X1' } }])
  })

  test('creates and removes', () => {
    const { shop, events } = listened()
    const id = shop.backOffice.create('addresses', { id_customer: '1', alias: 'New' })
    shop.backOffice.remove('addresses', id)
    expect(shop.row('addresses', id)).toBeUndefined()
    expect(events.map(({ action_type }) => action_type)).toEqual(['created', 'deleted'])
  })

  test('leaves the password alone when its hash is saved again', () => {
    const { shop } = listened()
    const passwd = shop.row('customers', 1)?.['passwd'] ?? ''
    shop.backOffice.update('customers', 1, { passwd })
    expect(shop.row('customers', 1)?.['passwd']).toBe(passwd)
  })

  test('cannot change a field or a record that is not there', () => {
    const { shop } = listened()
    expect(() => shop.backOffice.update('customers', 1, { nickname: 'x' })).toThrow('customers has no field nickname')
    expect(() => shop.backOffice.remove('customers', 99)).toThrow('There is no customer 99')
  })
})
