import { describe, expect, test } from 'vitest'
import type { NativeBridge } from '../../support/native.ts'
import { historyOf, trackingOf } from '../../support/orders.ts'
import { expected, refusedOperations } from './expected.ts'
import { replayAll } from './replay.ts'

type Row = Record<string, string>

const rowOf = (bridge: NativeBridge, resource: string, key: Row): Row | undefined =>
  bridge.shop.rows(resource).find((row) => Object.entries(key).every(([field, value]) => row[field] === value))

const customerId = (bridge: NativeBridge, email: string): string => rowOf(bridge, 'customers', { email })?.['id'] ?? ''

const LAB = 'Ünïcode & Söhne "Lab" GmbH'

describe.each(['17', '19'] as const)('all requests that a real Odoo %s sent, byte for byte', (version) => {
  test('come to one write for each record that really changed, and to a reason for each that did not', { timeout: 60_000 }, async () => {
    const { bridge, came, sent } = await replayAll(version)
    expect(sent).toBe(version === '17' ? 501 : 509)

    const refused = [...came].filter(([, { answers }]) => answers.join() === '422').map(([operation]) => operation)
    expect(refusedOperations).toEqual(expect.arrayContaining(refused))
    const table = Object.entries(expected)
      .filter(([, { only }]) => only === undefined || only === version)
      .map(([operation, { writes = [], results = [], in17 }]) =>
        [operation, { writes, results, ...(version === '17' ? in17 : {}) }] as const
      )
    const others = [...came].filter(([operation]) => !refused.includes(operation))
    // What Odoo announces of models without meaning is refused in between.
    expect(others.every(([, { answers }]) => answers.every((status) => status === 202 || status === 422))).toBe(true)
    expect(Object.fromEntries(others.map(([operation, { writes, results }]) => [operation, { writes, results }]))).toEqual(
      Object.fromEntries(table)
    )

    const company = customerId(bridge, 'office@lab.example')
    expect(rowOf(bridge, 'customers', { email: 'office@lab.example' })).toMatchObject({
      firstname: 'Ünïcode', lastname: '& Söhne Lab GmbH', company: LAB, note: 'Hello bold & 日本', active: '1', id_lang: '1'
    })
    expect(rowOf(bridge, 'customers', { email: 'jane@lab.example' })).toMatchObject({ firstname: 'Jane', lastname: 'Doe', company: LAB })
    expect(rowOf(bridge, 'customers', { email: 'john@lab.example' })).toMatchObject({ company: 'Single Ltd', note: 'x' })
    const place = { city: 'Fremont', postcode: '94538', id_country: '21', id_state: '8' }
    expect(rowOf(bridge, 'addresses', { id_customer: company, alias: 'Odoo' })).toMatchObject({
      address1: '100 New St', address2: 'Suite 5', company: LAB, vat_number: 'BE0428759497', phone: '+1 650-555-0101', ...place
    })
    expect(rowOf(bridge, 'addresses', { id_customer: company, alias: 'Invoice' })).toMatchObject({
      firstname: 'Accounts', lastname: 'dept', address1: '9 Bill Rd', city: 'Paris', id_country: '8', id_state: '0'
    })
    // A delivery address without a name bears its customer's.
    expect(rowOf(bridge, 'addresses', { id_customer: company, alias: 'Delivery' })).toMatchObject({
      firstname: 'Ünïcode', lastname: '& Söhne Lab GmbH', address1: '2 Dock Rd', city: 'Lyon'
    })

    expect([historyOf(bridge.shop, 2), trackingOf(bridge.shop, 2)]).toEqual([[1, 3, 4], [version === '17' ? 'TRK213642' : 'TRK213541']])
    expect([historyOf(bridge.shop, 4), trackingOf(bridge.shop, 4)]).toEqual([[1, 3, 4], ['1Z-AFTER-DONE']])
    expect(bridge.shop.row('orders', 4)).toMatchObject({ note: 'Ring twice' })

    const code = version === '17' ? 'SUMMERB2089' : 'SUMMERB2989'
    expect(rowOf(bridge, 'cart_rules', { code })).toMatchObject({
      reduction_amount: '10.000000', reduction_percent: '0.00', reduction_tax: '1', minimum_amount: '50.000000', quantity: '100',
      date_from: '2026-06-01 00:00:00', date_to: '2026-11-30 23:59:59', active: '1'
    })
    expect(rowOf(bridge, 'cart_rules', { code: version === '17' ? 'TRIG213647' : 'TRIGB213551' })).toMatchObject({
      reduction_percent: version === '17' ? '10.00' : '12.50', minimum_amount: '50.000000', quantity: '1000000', active: '1'
    })
    expect(rowOf(bridge, 'cart_rules', { code: version === '17' ? '044a-7bb9-4a3d' : '044e-5dbb-4c35' })).toMatchObject({
      reduction_percent: '10.00', quantity: '1', id_customer: '0', date_to: '2099-12-31 23:59:59'
    })
  })
})
