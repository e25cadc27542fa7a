import { describe, expect, test } from 'vitest'
import { createOdooClient } from '../../src/odoo/client.ts'
import { createOdooReader } from '../../src/odoo/reader.ts'
import { timestamp } from '../support/odoo/database.ts'
import { type OdooOptions, startOdoo } from '../support/odoo/odoo.ts'

const start = async (options: OdooOptions) => {
  const odoo = await startOdoo(options)
  const { url, db, user, key, database } = odoo
  const client = createOdooClient({ url, db, user, key, timeoutMs: 5_000 })
  return { odoo, database, reader: createOdooReader(client) }
}

const partner = (id: number, given: Record<string, unknown> = {}) => ({ model: 'res.partner', id, deleted: false, ...given })

const EARLIER = timestamp(Date.UTC(2026, 10, 22, 21, 35, 35))
const NOW = timestamp(Date.UTC(2026, 10, 22, 21, 35, 36, 918))
const LATER = timestamp(Date.UTC(2026, 10, 22, 21, 35, 37))

describe.each([17, 18, 19] as const)('a record of Odoo %i, read afresh', (version) => {
  test('has the shape of a native webhook', async () => {
    const { database, reader } = await start({ version })
    const country = database.create('res.country', { name: 'France', code: 'FR' })
    const state = database.create('res.country.state', { name: 'Paris', code: '75', country_id: country })
    const id = database.create('res.partner', { name: 'Jane Roe', type: 'contact', country_id: country, state_id: state })
    expect(await reader.fresh(partner(id))).toMatchObject({
      values: { _model: 'res.partner', _id: id, id, name: 'Jane Roe', email: false, parent_id: false, state_id: state, country_code: 'FR' }
    })
  })

  test('is there when it is as old as the webhook, though the API tells whole seconds only', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe', write_date: NOW })
    expect(await reader.fresh(partner(id, { writeDate: NOW, values: { name: 'Jane Roe', write_date: NOW } }))).toHaveProperty('values.name', 'Jane Roe')
  })

  test('wins over the webhook when it is newer', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Doe', write_date: LATER })
    expect(await reader.fresh(partner(id, { writeDate: NOW, values: { name: 'Jane Roe' } }))).toHaveProperty('values.name', 'Jane Doe')
  })

  test('is there whatever stands in write_date that is no time', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe', write_date: NOW })
    expect(await reader.fresh(partner(id, { writeDate: 'yesterday', values: { name: 'Jane Roe' } }))).toHaveProperty('values.name', 'Jane Roe')
  })

  test('is not there yet while it is older than the webhook', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe', write_date: EARLIER })
    expect(await reader.fresh(partner(id, { writeDate: NOW, ageMs: 500_000 }))).toBe('not yet')
  })

  test('is absent while Odoo does not have it', async () => {
    const { reader } = await start({ version })
    expect(await reader.fresh(partner(404, { writeDate: NOW }))).toBe('absent')
  })

  test('is absent once its deletion is done, not before', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe' })
    expect(await reader.fresh(partner(id, { deleted: true }))).toBe('not yet')
    database.unlink('res.partner', [id])
    expect(await reader.fresh(partner(id, { deleted: true }))).toBe('absent')
  })

  test('that the key’s user may not see is not taken for a deleted one', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe' })
    database.forbidden.add(`res.partner/${id}`)
    await expect(reader.fresh(partner(id, { deleted: true }))).rejects.toMatchObject({ kind: 'misconfigured' })
  })

  test('has no fields that this Odoo does not have', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe' })
    const fresh = await reader.fresh(partner(id))
    expect(fresh).toHaveProperty('values.phone', false)
    expect(JSON.stringify(fresh).includes('"mobile":false')).toBe(version !== 19)
  })

  test('keeps the webhook’s own value of a field that the key’s user may not read', async () => {
    const { database, reader } = await start({ version })
    database.forbidden.add('res.partner.vat')
    const id = database.create('res.partner', { name: 'Jane Roe', vat: 'FR123' })
    expect(await reader.fresh(partner(id, { values: { name: 'Jane Roe', vat: 'FR123' } }))).toHaveProperty('values.vat', 'FR123')
  })

  test('has the further fields that the webhook carries, and those that are asked for', async () => {
    const { database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe', website: 'https://roe.example' })
    expect(await reader.fresh(partner(id, { values: { website: 'https://roe.example' } }))).toHaveProperty('values.website', 'https://roe.example')
    expect(await reader.fresh(partner(id, { fields: ['website'] }))).not.toHaveProperty('values.email')
    expect(await reader.read('res.partner', id, ['website', 'shoe_size'])).toEqual({ id, website: 'https://roe.example' })
  })

  test('costs one call, once the fields are known', async () => {
    const { odoo, database, reader } = await start({ version })
    const id = database.create('res.partner', { name: 'Jane Roe' })
    await reader.fresh(partner(id))
    odoo.calls()
    await reader.fresh(partner(id))
    expect(odoo.calls()).toEqual(['res.partner read'])
  })
})

describe('a change announced before the commit, with the write_date of the change before', () => {
  const done = { state: 'done', write_date: NOW }

  test.each([17, 18] as const)('is not there yet in Odoo %i while the record differs from the webhook', async (version) => {
    const { database, reader } = await start({ version })
    const id = database.create('stock.picking', { state: 'assigned', write_date: NOW })
    const announced = { model: 'stock.picking', id, deleted: false, writeDate: NOW, values: done }
    expect(await reader.fresh({ ...announced, ageMs: 1_000 })).toBe('not yet')
    database.write('stock.picking', [id], done)
    expect(await reader.fresh({ ...announced, ageMs: 2_000 })).toHaveProperty('values.state', 'done')
  })

  test.each([17, 18] as const)('was an intermediate one in Odoo %i when the record differs long after', async (version) => {
    const { database, reader } = await start({ version })
    const id = database.create('stock.picking', { state: 'assigned', write_date: NOW })
    expect(await reader.fresh({ model: 'stock.picking', id, deleted: false, writeDate: NOW, values: done, ageMs: 60_000 })).toHaveProperty('values.state', 'assigned')
  })

  test('cannot be in Odoo 19, which announces after the commit', async () => {
    const { database, reader } = await start({ version: 19 })
    const id = database.create('stock.picking', { state: 'assigned', write_date: NOW })
    expect(await reader.fresh({ model: 'stock.picking', id, deleted: false, writeDate: NOW, values: done, ageMs: 0 })).toHaveProperty('values.state', 'assigned')
  })

  test('is told by its values alone when the webhook carries no write_date', async () => {
    const { database, reader } = await start({ version: 17 })
    const id = database.create('stock.picking', { state: 'assigned' })
    expect(await reader.fresh({ model: 'stock.picking', id, deleted: false, values: { state: 'done' } })).toBe('not yet')
    expect(await reader.fresh({ model: 'stock.picking', id, deleted: false, values: { state: 'assigned' } })).toHaveProperty('values')
  })
})

describe('names behind ids', () => {
  test('are read with the whole list, once', async () => {
    const { odoo, database, reader } = await start({ version: 19 })
    const us = database.create('res.country', { name: 'United States', code: 'US' })
    const california = database.create('res.country.state', { name: 'California', code: 'CA', country_id: us })
    const texas = database.create('res.country.state', { name: 'Texas', code: 'TX', country_id: us })
    expect(await reader.countryCode(us)).toBe('US')
    expect(await reader.state(california)).toEqual({ code: 'CA', countryId: us })
    expect(await reader.state(texas)).toEqual({ code: 'TX', countryId: us })
    expect(odoo.calls()).toEqual(['res.country search_read', 'res.country.state search_read'])
  })

  test('are told of archived records too', async () => {
    const { database, reader } = await start({ version: 19 })
    const carrier = database.create('delivery.carrier', { name: 'Old post', active: false })
    const currency = database.create('res.currency', { name: 'EUR', active: false })
    expect(await reader.carrierName(carrier)).toBe('Old post')
    expect(await reader.currencyCode(currency)).toBe('EUR')
  })

  test('are none for an id that is not there', async () => {
    const { reader } = await start({ version: 19 })
    expect(await reader.countryCode(404)).toBeUndefined()
    expect(await reader.state(404)).toBeUndefined()
    expect(await reader.partnerEmail(404)).toBeUndefined()
  })

  test('of contacts are their emails, as they are now', async () => {
    const { database, reader } = await start({ version: 19 })
    const id = database.create('res.partner', { name: 'Jane Roe', email: ' jane@example.com ' })
    expect(await reader.partnerEmail(id)).toBe('jane@example.com')
    database.write('res.partner', [id], { email: false })
    expect(await reader.partnerEmail(id)).toBe('')
  })
})
