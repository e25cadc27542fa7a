import { describe, expect, test } from 'vitest'
import { createOdooClient } from '../../src/odoo/client.ts'
import { createOdooReader } from '../../src/odoo/reader.ts'
import { orderFromOdoo } from '../../src/sync/order-from-odoo.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, startBridge } from '../support/bridge.ts'
import type { Version } from '../support/odoo/schema.ts'
import { startOdoo } from '../support/odoo/odoo.ts'
import { addLine, confirm, furnish, type Shelf } from '../support/odoo/shelf.ts'
import { newOrders, orderEnvelope } from '../support/orders.ts'

const options = { paymentModule: 'ps_wirepayment', payment: 'Odoo', contactsAsCustomers: true }

const start = async (version: Version) => {
  const odoo = await startOdoo({ version })
  const reader = createOdooReader(createOdooClient({ ...odoo, timeoutMs: 5_000 }))
  return { odoo, shelf: furnish(odoo.database), reader }
}

const readAndTranslate = async (version: Version, arrange: (shelf: Shelf) => number) => {
  const { shelf, reader } = await start(version)
  const order = await reader.saleOrder(arrange(shelf))
  return { shelf, data: (given: Partial<typeof options> = {}) => orderFromOdoo(order!, { ...options, ...given }) }
}

describe.each([17, 18, 19] as const)('a confirmed order of Odoo %i', (version) => {
  test('becomes the order of an envelope: lines by reference, carrier by name, currency by code', async () => {
    const { shelf, data } = await readAndTranslate(version, (own) => {
      const order = confirm(own)
      addLine(own, order, { product_id: own.shirt, product_uom_qty: 2 })
      addLine(own, order, { display_type: 'line_section', name: 'For the kitchen', product_uom_qty: 0, price_total: 0 })
      addLine(own, order, { product_id: own.mug })
      addLine(own, order, { is_delivery: true, name: 'My carrier', price_total: 7 })
      return order
    })
    expect(data()).toEqual({
      customer_odoo_id: shelf.jane,
      address_delivery_odoo_id: shelf.jane,
      address_invoice_odoo_id: shelf.jane,
      lines: [
        { combination_reference: 'TSHIRT-S-BLACK', quantity: 2 },
        { reference: 'demo_11', quantity: 1 }
      ],
      carrier: 'My carrier',
      payment_module: 'ps_wirepayment',
      payment: 'Odoo',
      total_paid: 60.57,
      currency: 'USD',
      reference: 'S00042'
    })
  })

  test('is read in few calls, however many lines it has', async () => {
    const { odoo, shelf, reader } = await start(version)
    const order = confirm(shelf)
    for (let line = 0; line < 50; line += 1) addLine(shelf, order, { product_id: shelf.mug })
    await reader.saleOrder(order)
    expect(odoo.calls().filter((call) => call.endsWith(' read')).length).toBeLessThanOrEqual(8)
  })

  test.each<[string, Record<string, unknown>, (shelf: Shelf) => Record<string, unknown>, string, RegExp]>([
    ['without a delivery method', { carrier_id: false }, ({ mug }) => ({ product_id: mug }), 'carrier_id', /Add Shipping/],
    ['with a discount line', {}, ({ mug }) => ({ product_id: mug, price_total: -5 }), 'order_line', /discount/],
    ['with a down payment', {}, ({ mug }) => ({ product_id: mug, is_downpayment: true }), 'order_line', /down payment/],
    ['with half a piece', {}, ({ mug }) => ({ product_id: mug, product_uom_qty: 0.5 }), 'order_line', /whole number/],
    ['with a line without a product', {}, () => ({}), 'order_line', /no product/],
    ['with a product without a reference', {}, ({ database, unit }) => ({ product_id: database.create('product.product', { name: 'Nameless', uom_id: unit }) }), 'order_line', /internal reference/],
    ['in dozens of pieces', {}, ({ database, mug }) => ({ product_id: mug, [version === 19 ? 'product_uom_id' : 'product_uom']: database.create('uom.uom', { name: 'Dozens' }) }), 'order_line', /own unit/],
    ['without products', {}, () => ({ display_type: 'line_note', product_uom_qty: 0 }), 'order_line', /no product to deliver/]
  ])('%s is refused, with what to change in Odoo', async (_what, own, line, field, message) => {
    const { data } = await readAndTranslate(version, (shelf) => {
      const order = confirm(shelf, own)
      addLine(shelf, order, line(shelf))
      return order
    })
    expect(() => data()).toThrow(expect.objectContaining({ code: 'validation', field, message: expect.stringMatching(message) as unknown }))
  })
})

const withMug = (given: (shelf: Shelf) => Record<string, unknown>, emails: { contact?: string | false; company?: string | false } = {}) =>
  readAndTranslate(19, (shelf) => {
    const { contact = 'jane@example.com', company = 'office@example.com' } = emails
    shelf.database.write('res.partner', [shelf.jane], { email: contact })
    shelf.database.write('res.partner', [shelf.company], { email: company })
    const order = confirm(shelf, given(shelf))
    addLine(shelf, order, { product_id: shelf.mug })
    return order
  })

describe('the customer of a confirmed order', () => {
  test('is the company where the contact has no email', async () => {
    const { shelf, data } = await withMug(() => ({}), { contact: false })
    expect(data().customer_odoo_id).toBe(shelf.company)
  })

  test('is the company where contacts have no accounts of their own', async () => {
    const { shelf, data } = await withMug(() => ({}))
    expect(data({ contactsAsCustomers: false }).customer_odoo_id).toBe(shelf.company)
  })

  test('is the company where the goods go to an address of the company', async () => {
    const { shelf, data } = await withMug(({ warehouse, office }) => ({ partner_shipping_id: warehouse, partner_invoice_id: office }))
    expect(data()).toMatchObject({
      customer_odoo_id: shelf.company,
      address_delivery_odoo_id: shelf.warehouse,
      address_invoice_odoo_id: shelf.office
    })
  })

  test('is billed to the delivery address where the invoice would go to somebody else’s', async () => {
    const { shelf, data } = await withMug(({ office }) => ({ partner_invoice_id: office }))
    expect(data()).toMatchObject({ customer_odoo_id: shelf.jane, address_delivery_odoo_id: shelf.jane })
    expect(data()).not.toHaveProperty('address_invoice_odoo_id')
  })

  test('must have an email', async () => {
    const { data } = await withMug(() => ({}), { contact: false, company: false })
    expect(() => data()).toThrow(expect.objectContaining({ field: 'partner_id' }))
  })
})

test('an order that is gone is not there', async () => {
  const { reader } = await start(19)
  expect(await reader.saleOrder(404)).toBeUndefined()
})

test('a barcode stands for a reference that is missing', async () => {
  const { data } = await readAndTranslate(19, (shelf) => {
    shelf.database.write('product.product', [shelf.mug], { default_code: false, barcode: '5449000000996' })
    const order = confirm(shelf)
    addLine(shelf, order, { product_id: shelf.mug })
    return order
  })
  expect(data().lines).toEqual([{ reference: '5449000000996', quantity: 1 }])
})

const customerAndAddress = async (bridge: Bridge, contact: number): Promise<void> => {
  await bridge.post(customerEnvelope(jane, { action_type: 'created', entity_id: contact }))
  await bridge.post(addressEnvelope({ ...home, customer_odoo_id: contact }, { entity_id: contact }))
}

test('the order is made in the shop as an envelope makes it', async () => {
  const bridge = await startBridge()
  bridge.shop.backOffice.update('combinations', 2, { reference: 'TSHIRT-S-BLACK' })
  const { shelf, reader } = await start(19)
  await customerAndAddress(bridge, shelf.jane)
  const id = confirm(shelf, { amount_total: 57.14 })
  addLine(shelf, id, { product_id: shelf.shirt, product_uom_qty: 2 })
  addLine(shelf, id, { product_id: shelf.mug })
  const data = orderFromOdoo((await reader.saleOrder(id))!, options)
  const { body } = await bridge.post(orderEnvelope({ ...data }, { action_type: 'created', entity_id: id }))
  expect(body).toMatchObject({ outcome: 'created' })
  expect(newOrders(bridge.shop)).toMatchObject([
    { reference: 'S00042', module: 'ps_wirepayment', payment: 'Odoo', valid: '1', total_paid: '57.140000' }
  ])
})
