import { describe, expect, test } from 'vitest'
import { fieldsToTick } from '../../../src/sync/native/model.ts'
import { partner } from '../../../src/sync/native/partner.ts'
import type { ActionType } from '../../../src/ledger/operation.ts'
import { customerEnvelope, jane, until } from '../../support/bridge.ts'
import { odooId } from '../../support/ledger.ts'
import { contact, type NativeBridge, startNative } from '../../support/native.ts'
import { timestamp } from '../../support/odoo/database.ts'
import { apiOf, type OdooOptions, type OdooSandbox, startOdoo } from '../../support/odoo/odoo.ts'

const MINUTES = 60_000

const start = async (options: OdooOptions, config: Record<string, string> = {}): Promise<{ odoo: OdooSandbox; bridge: NativeBridge }> => {
  const odoo = await startOdoo(options)
  return { odoo, bridge: await startNative({ config: { ...apiOf(odoo), ...config } }) }
}

const person = { name: 'Jane Roe', type: 'contact', email: 'jane@example.com' }

/** What a rule with all fields ticked tells of a contact as Odoo has it now. */
const toldOf = ({ database }: OdooSandbox, id: number): Record<string, unknown> => ({
  ...database.read('res.partner', [id], fieldsToTick(partner).filter((field) => field in database.fieldsOf('res.partner')))[0],
  write_date: database.row('res.partner', id)['write_date']
})

/** A webhook that came some time ago. */
const cameBefore = async (bridge: NativeBridge, id: number, ageMs: number, values: Record<string, unknown>, action: ActionType = 'upserted'): Promise<void> => {
  const at = Date.now() - ageMs
  await bridge.server.ledger.accept({
    event_id: null,
    entity_type: 'res.partner',
    odoo_model: 'res.partner',
    odoo_id: odooId(id),
    action_type: action,
    source: 'odoo-automation',
    source_payload: JSON.stringify({ _model: 'res.partner', _id: id, id, ...values }),
    payload_hash: `${id} ${at}`,
    received_at: at,
    source_timestamp: at,
    recognisable: false
  })
}

const lastOf = (bridge: NativeBridge, id: number): ReturnType<NativeBridge['last']> => bridge.last('res.partner', id)

const waits = (bridge: NativeBridge, id: number): Promise<void> =>
  until(() => lastOf(bridge, id).operation.error_kind === 'dependency' && lastOf(bridge, id).operation.status === 'pending', 'it waits')

const reasonOf = async (bridge: NativeBridge, id: number): Promise<unknown> => {
  await bridge.drained()
  const { operation, result } = lastOf(bridge, id)
  return [operation.outcome, result['reason']]
}

/** Makes whatever waits due at once. */
const hasten = (bridge: NativeBridge): void => {
  const { ledger } = bridge.server
  for (const operation of ledger.list({ status: 'pending', limit: 100 })) ledger.hasten(operation)
  ledger.events.emit('accepted')
}

const customerNamed = (bridge: NativeBridge, email: string): Record<string, string> | undefined =>
  bridge.shop.rows('customers').find((row) => row['email'] === email)

describe.each([17, 18, 19] as const)("with the API of Odoo %i, a contact's webhook", (version) => {
  test('that is stale and lacks fields is completed by the record as it is now', async () => {
    const { odoo, bridge } = await start({ version })
    const france = odoo.database.create('res.country', { name: 'France', code: 'FR' })
    const id = odoo.database.create('res.partner', { ...person, name: 'Jane Doe', street: '1 rue de Rivoli', zip: '75001', city: 'Paris', country_id: france })
    await bridge.odoo('res.partner', id, { name: 'Jane Roe', write_date: timestamp(Date.now() - MINUTES) })
    await bridge.drained()
    expect(lastOf(bridge, id)).toMatchObject({ operation: { outcome: 'created' }, result: { records: [{ entity_type: 'customer' }, { entity_type: 'address' }] } })
    expect(customerNamed(bridge, 'jane@example.com')).toMatchObject({ firstname: 'Jane', lastname: 'Doe' })
    expect(bridge.shop.rows('addresses').at(-1)).toMatchObject({ address1: '1 rue de Rivoli', id_country: '8' })
  })

  test('waits while Odoo holds an older record, and comes to what it holds then', async () => {
    const { odoo, bridge } = await start({ version })
    const id = odoo.database.create('res.partner', { ...person, write_date: timestamp(Date.now() - MINUTES) })
    await bridge.odoo('res.partner', id, { ...toldOf(odoo, id), name: 'Jane Doe', write_date: timestamp(Date.now()) })
    await waits(bridge, id)
    expect(bridge.writes()).toEqual([])
    odoo.database.write('res.partner', [id], { name: 'Jane Doe' })
    await bridge.drained()
    expect(customerNamed(bridge, 'jane@example.com')).toMatchObject({ lastname: 'Doe' })
  })

  test('counts by its own values when Odoo still holds an older record after ten minutes', async () => {
    const { odoo, bridge } = await start({ version })
    const id = odoo.database.create('res.partner', { ...person, write_date: timestamp(Date.now() - 60 * MINUTES) })
    await cameBefore(bridge, id, 10 * MINUTES, contact({ name: 'Jane Doe', write_date: timestamp(Date.now() - 10 * MINUTES) }))
    await bridge.drained()
    expect(customerNamed(bridge, 'jane@example.com')).toMatchObject({ lastname: 'Doe' })
  })

  test('about a record that Odoo never stored waits ten minutes, and is then left alone with a reason', async () => {
    const { bridge } = await start({ version })
    await cameBefore(bridge, 404, 9 * MINUTES, contact())
    await waits(bridge, 404)
    expect(lastOf(bridge, 404).operation.error_message).toContain('asked again for up to ten minutes')
    await cameBefore(bridge, 405, 10 * MINUTES, contact({ email: 'other@example.com' }))
    await until(() => lastOf(bridge, 405).operation.status === 'success', 'it has ended')
    expect(lastOf(bridge, 405)).toMatchObject({ operation: { outcome: 'ignored' }, result: { reason: expect.stringContaining('taken back') as unknown } })
    expect(bridge.writes()).toEqual([])
  })
})

/** A contact that the shop has. */
const startKnown = async () => {
  const { odoo, bridge } = await start({ version: 17 })
  const id = odoo.database.create('res.partner', person)
  await cameBefore(bridge, id, 20 * MINUTES, toldOf(odoo, id))
  await bridge.drained()
  const isActive = (): string | undefined => customerNamed(bridge, 'jane@example.com')?.['active']
  return { odoo, bridge, id, isActive }
}

const DELETED = '?event=deleted'

describe("with Odoo's API, a deletion", () => {
  test('counts once the record is gone', async () => {
    const { odoo, bridge, id, isActive } = await startKnown()
    await bridge.odoo('res.partner', id, {}, DELETED)
    await waits(bridge, id)
    expect(isActive()).toBe('1')
    odoo.database.unlink('res.partner', [id])
    await bridge.drained()
    expect([lastOf(bridge, id).operation.outcome, isActive()]).toEqual(['deleted', '0'])
  })

  test('of a record that is still there after ten minutes is left alone with a reason', async () => {
    const { bridge, id, isActive } = await startKnown()
    await cameBefore(bridge, id, 10 * MINUTES, {}, 'deleted')
    expect(await reasonOf(bridge, id)).toEqual(['ignored', expect.stringContaining('still has the record')])
    expect(isActive()).toBe('1')
  })

  test('that was refused keeps nothing that is told after it waiting', async () => {
    const { odoo, bridge, id, isActive } = await startKnown()
    await bridge.odoo('res.partner', id, {}, DELETED)
    await waits(bridge, id)
    odoo.database.write('res.partner', [id], { active: false })
    await bridge.odoo('res.partner', id, toldOf(odoo, id))
    await bridge.drained()
    expect(bridge.operationsOf('res.partner', id).slice(-2).map(({ outcome }) => outcome)).toEqual(['ignored', 'updated'])
    expect(isActive()).toBe('0')
  })

  test('that was refused loses nothing of what was told before it', async () => {
    const { odoo, bridge, id } = await startKnown()
    odoo.database.write('res.partner', [id], { name: 'Jane Doe' })
    odoo.answerNext(() => new Response('', { status: 503 }))
    await cameBefore(bridge, id, 10 * MINUTES + 1_000, toldOf(odoo, id))
    await waits(bridge, id)
    await cameBefore(bridge, id, 10 * MINUTES, {}, 'deleted')
    hasten(bridge)
    await bridge.drained()
    expect(customerNamed(bridge, 'jane@example.com')).toMatchObject({ lastname: 'Doe', active: '1' })
  })
})

const away = (): Response => new Response('', { status: 502 })

describe('while the API of Odoo is away', () => {
  test('its webhooks wait in their order, no attempt is burnt, and other records go on', async () => {
    const { odoo, bridge } = await start({ version: 19 }, { MAX_ATTEMPTS: '1' })
    const id = odoo.database.create('res.partner', person)
    let isAway = true
    odoo.answerAlways(() => (isAway ? away() : undefined))
    await bridge.odoo('res.partner', id, contact({ name: 'Jane First' }))
    await waits(bridge, id)
    await bridge.odoo('res.partner', id, contact({ name: 'Jane Last' }))
    const { body } = await bridge.post(customerEnvelope({ ...jane, email: 'other@example.com' }, { action_type: 'created' }))
    expect(body['outcome']).toBe('created')
    expect(bridge.server.sync.breaker().open).toBe(false)
    odoo.database.write('res.partner', [id], { name: 'Jane Last' })
    isAway = false
    hasten(bridge)
    await bridge.drained()
    expect(bridge.operationsOf('res.partner', id).map(({ outcome }) => outcome)).toEqual(['superseded', 'created'])
    expect(customerNamed(bridge, 'jane@example.com')).toMatchObject({ lastname: 'Last' })
  })

  test('or does not know the key, its webhooks wait, and tell what to do', async () => {
    const odoo = await startOdoo({ version: 19 })
    const bridge = await startNative({ config: { ...apiOf(odoo), ODOO_API_KEY: 'another key than that' } })
    await bridge.odoo('res.partner', 7, contact())
    await waits(bridge, 7)
    expect(lastOf(bridge, 7).operation.error_message).toContain('Check ODOO_API_KEY')
  })
})

test("without Odoo's API the webhook's own values count at once", async () => {
  const bridge = await startNative()
  await bridge.odoo('res.partner', 7, contact({ write_date: timestamp(Date.now()) }))
  await bridge.drained()
  expect(lastOf(bridge, 7).operation.outcome).toBe('created')
})
