import { describe, expect, test } from 'vitest'
import { startNative } from '../../support/native.ts'
import { apiOf, type OdooSandbox, startOdoo } from '../../support/odoo/odoo.ts'

/** A customer in a state of the United States, as Odoo has it. */
const settle = ({ database }: OdooSandbox, code: string) => {
  const country = database.create('res.country', { name: 'United States', code: 'US' })
  const state = database.create('res.country.state', { name: 'California', code, country_id: country })
  const place = { street: '1 Main St', zip: '94536', city: 'Fremont', country_id: country, state_id: state }
  const partner = database.create('res.partner', { name: 'Jane Roe', type: 'contact', email: 'jane@example.com', ...place })
  return { partner, state, place }
}

const start = async (code: string, mapped: (state: number) => string = () => '') => {
  const odoo = await startOdoo({ version: 19 })
  const { partner, state, place } = settle(odoo, code)
  const bridge = await startNative({ config: { ...apiOf(odoo), ODOO_STATE_MAP: mapped(state) } })
  const send = async (values: Record<string, unknown> = {}) => {
    await bridge.odoo('res.partner', partner, values)
    await bridge.drained()
    const address = bridge.shop.rows('addresses').find(({ alias }) => alias === 'Odoo')
    const stateOf = (): string | undefined => bridge.shop.row('states', Number(address?.['id_state']))?.['iso_code']
    return { address, state: address && stateOf(), ...bridge.last('res.partner', partner) }
  }
  return { odoo, bridge, place, partner, send }
}

describe("with Odoo's API", () => {
  test('a state has the code that Odoo has, and needs no ODOO_STATE_MAP', async () => {
    const { send } = await start('CA')
    expect(await send()).toMatchObject({ state: 'CA', operation: { outcome: 'created' } })
  })

  test('a state whose code in Odoo the shop does not have is the one of ODOO_STATE_MAP', async () => {
    const { send } = await start('CALI', (state) => `${state}=CA`)
    expect(await send()).toMatchObject({ state: 'CA' })
  })

  test('a state that neither names is refused with what to do', async () => {
    const { send } = await start('CALI')
    const { address, operation } = await send()
    expect(address).toBeUndefined()
    expect(operation.error_message).toMatch(/the shop has none with Odoo's code CALI: add \d+=<ISO code> to ODOO_STATE_MAP/)
  })

  test('a country that the webhook tells by id alone is known, also where the record cannot tell its code', async () => {
    const { odoo, place, send } = await start('CA')
    odoo.database.forbidden.add('res.partner.country_code')
    expect(await send(place)).toMatchObject({ address: { id_country: '21' }, state: 'CA' })
  })
})
