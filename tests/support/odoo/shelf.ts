import type { SandboxShop } from '../../../src/sandbox/shop.ts'
import type { OdooDatabase } from './database.ts'

/** What an order is made of, in Odoo. */
export interface Shelf {
  readonly database: OdooDatabase
  readonly unit: number
  readonly currency: number
  readonly company: number
  /** A contact of the company. */
  readonly jane: number
  /** A delivery address of the company, and its invoice address. */
  readonly warehouse: number
  readonly office: number
  readonly carrier: number
  readonly shirt: number
  readonly mug: number
}

/** A company with Jane as its contact, a carrier, and two products that the shop has as well. */
export const furnish = (database: OdooDatabase): Shelf => {
  const make = (model: string, values: Record<string, unknown>): number => database.create(model, values)
  const unit = make('uom.uom', { name: 'Units' })
  const company = make('res.partner', { name: 'Roe & Sons', is_company: true, email: 'office@example.com' })
  const color = make('product.template.attribute.value', { name: 'Black' })
  return {
    database,
    unit,
    company,
    currency: make('res.currency', { name: 'USD' }),
    jane: make('res.partner', { name: 'Jane Roe', type: 'contact', parent_id: company, email: 'jane@example.com' }),
    warehouse: make('res.partner', { name: 'Warehouse', type: 'delivery', parent_id: company }),
    office: make('res.partner', { name: 'Office', type: 'invoice', parent_id: company }),
    carrier: make('delivery.carrier', { name: 'My carrier' }),
    shirt: make('product.product', { name: 'Shirt', default_code: 'TSHIRT-S-BLACK', uom_id: unit, product_template_variant_value_ids: [[6, 0, [color]]] }),
    mug: make('product.product', { name: 'Mug', default_code: 'demo_11', uom_id: unit })
  }
}

/** A confirmed order of Jane, without lines. */
export const confirm = (shelf: Shelf, given: Record<string, unknown> = {}): number => {
  const { currency, carrier, jane: partner } = shelf
  return shelf.database.create('sale.order', {
    name: 'S00042',
    state: 'sale',
    partner_id: partner,
    partner_invoice_id: partner,
    partner_shipping_id: partner,
    currency_id: currency,
    carrier_id: carrier,
    amount_total: 60.57,
    ...given
  })
}

/** A line of it: one piece unless told. */
export const addLine = (shelf: Shelf, order: number, given: Record<string, unknown>): number => {
  const unit = shelf.database.version === 19 ? 'product_uom_id' : 'product_uom'
  return shelf.database.create('sale.order.line', { order_id: order, name: 'x', product_uom_qty: 1, price_total: 10, [unit]: shelf.unit, ...given })
}

/** The shop's total of what `sell` sells. */
export const TOTAL = 60.57

/** Jane with an address in Florida, and her confirmed order of two shirts and a mug. */
export const sell = (database: OdooDatabase, given: Record<string, unknown> = {}): Shelf & { readonly order: number } => {
  const shelf = furnish(database)
  const country = database.create('res.country', { name: 'United States', code: 'US' })
  const state = database.create('res.country.state', { name: 'Florida', code: 'FL', country_id: country })
  database.write('res.partner', [shelf.jane], { street: '1 Main street', city: 'Miami', zip: '33133', country_id: country, state_id: state })
  const order = confirm(shelf, { amount_total: TOTAL, ...given })
  addLine(shelf, order, { product_id: shelf.shirt, product_uom_qty: 2 })
  addLine(shelf, order, { product_id: shelf.mug })
  return { ...shelf, order }
}

const TICKED: Readonly<Record<string, readonly string[]>> = {
  'res.partner': ['name', 'type', 'parent_id', 'email', 'write_date'],
  'sale.order': ['name', 'state', 'client_order_ref', 'note', 'write_date'],
  'stock.picking': ['picking_type_code', 'state', 'sale_id', 'origin', 'carrier_tracking_ref', 'write_date']
}

/** What an automation rule tells of a record, some fields ticked. */
export const webhookOf = (database: OdooDatabase, model: string, id: number): Record<string, unknown> => ({
  _action: 'Shop(#1)',
  _id: id,
  _model: model,
  ...database.read(model, [id], TICKED[model] ?? [])[0]
})

/** Gives the shop the references that the products have in Odoo. */
export const stock = ({ backOffice }: Pick<SandboxShop, 'backOffice'>): void => {
  backOffice.update('combinations', 2, { reference: 'TSHIRT-S-BLACK' })
}
