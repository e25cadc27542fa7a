import type { OdooClient, OdooRecord } from './client.ts'
import { idOf, textOf } from './names.ts'

/** A line of an order: what is sold, or what stands between the products. */
export interface SaleOrderLine {
  /** `product`, `delivery` (the price of the carrier), `reward` (a discount), `down payment`, or `text`. */
  readonly kind: 'product' | 'delivery' | 'reward' | 'down payment' | 'text'
  /** The line's text, first line only. */
  readonly name: string
  readonly quantity: number
  /** With taxes. */
  readonly total: number
  /** Whether the quantity is in the unit that the product is counted in. */
  readonly inOwnUnit: boolean
  readonly product?: SaleOrderProduct
}

export interface SaleOrderProduct {
  readonly id: number
  /** "Internal Reference"; `''` for none. */
  readonly defaultCode: string
  readonly barcode: string
  /** It is one of several variants, which the shop calls combinations. */
  readonly isVariant: boolean
}

export interface SaleOrderPartner {
  readonly id: number
  /** `''` for none. */
  readonly email: string
}

/** A contact as an address: a delivery or invoice address is its parent's, any other contact is its own. */
export interface SaleOrderAddress {
  readonly id: number
  readonly ownerId: number
}

/** An order with everything that its ids stand for. */
export interface SaleOrder {
  readonly id: number
  readonly name: string
  readonly state: string
  /** "Customer Reference"; `''` for none. */
  readonly clientOrderRef: string
  readonly amountTotal: number
  /** ISO 4217; `''` where it cannot be told. */
  readonly currency: string
  /** Who ordered: the contact itself, then the companies above it. */
  readonly partners: readonly SaleOrderPartner[]
  readonly delivery?: SaleOrderAddress
  readonly invoice?: SaleOrderAddress
  /** The name of the delivery method; `''` for none. */
  readonly carrier: string
  readonly lines: readonly SaleOrderLine[]
}

type Readable = (model: string, wanted: readonly string[]) => Promise<string[]>

const orderFields = [
  'name', 'state', 'client_order_ref', 'amount_total', 'currency_id',
  'partner_id', 'partner_shipping_id', 'partner_invoice_id', 'carrier_id', 'order_line'
]
/** The unit's field is `product_uom` up to 18 and `product_uom_id` from 19 on; the last three come with apps. */
const lineFields = [
  'name', 'sequence', 'display_type', 'product_id', 'product_uom_qty', 'product_uom', 'product_uom_id', 'price_total',
  'is_downpayment', 'is_delivery', 'reward_id'
]
const productFields = ['default_code', 'barcode', 'uom_id', 'product_template_variant_value_ids']

const idsOf = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [])
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

const kindOf = (line: OdooRecord): SaleOrderLine['kind'] => {
  if (textOf(line['display_type']) !== '') return 'text'
  if (line['is_delivery'] === true) return 'delivery'
  if (line['is_downpayment'] === true) return 'down payment'
  return idOf(line['reward_id']) !== undefined || numberOf(line['price_total']) < 0 ? 'reward' : 'product'
}

const lineOf = (line: OdooRecord, products: ReadonlyMap<number, OdooRecord>): SaleOrderLine => {
  const product = products.get(idOf(line['product_id']) ?? 0)
  const unit = idOf(line['product_uom_id'] ?? line['product_uom'])
  return {
    kind: kindOf(line),
    name: textOf(line['name']).split('\n')[0] ?? '',
    quantity: numberOf(line['product_uom_qty']),
    total: numberOf(line['price_total']),
    inOwnUnit: unit === undefined || unit === idOf(product?.['uom_id']),
    ...(product
      ? {
          product: {
            id: product.id,
            defaultCode: textOf(product['default_code']),
            barcode: textOf(product['barcode']),
            isVariant: idsOf(product['product_template_variant_value_ids']).length > 0
          }
        }
      : {})
  }
}

const addressOf = (partners: readonly OdooRecord[], id: unknown): SaleOrderAddress | undefined => {
  const partner = partners.find((record) => record.id === id)
  if (!partner) return undefined
  const parent = partner['type'] === 'contact' ? undefined : idOf(partner['parent_id'])
  return { id: partner.id, ownerId: parent ?? partner.id }
}

/** Contacts of contacts of companies: no tree of people is deeper. */
const MOST_PARENTS = 4

/** A handful of calls, whatever the number of lines. @throws OdooError */
export const readSaleOrder = async (odoo: OdooClient, readable: Readable, id: number): Promise<SaleOrder | undefined> => {
  const read = async (model: string, ids: readonly number[], wanted: readonly string[]): Promise<OdooRecord[]> =>
    ids.length === 0 ? [] : odoo.read(model, [...new Set(ids)], await readable(model, wanted))

  const [order] = await read('sale.order', [id], orderFields)
  if (!order) return undefined
  const lines = await read('sale.order.line', idsOf(order['order_line']), lineFields)
  const products = await read('product.product', lines.flatMap((line) => idOf(line['product_id']) ?? []), productFields)
  const byId = new Map(products.map((product) => [product.id, product]))

  const partners: SaleOrderPartner[] = []
  for (let next = idOf(order['partner_id']); next !== undefined && partners.length < MOST_PARENTS; ) {
    const [partner] = await read('res.partner', [next], ['email', 'parent_id'])
    partners.push({ id: next, email: textOf(partner?.['email']) })
    next = idOf(partner?.['parent_id'])
  }
  const addresses = await read(
    'res.partner',
    ['partner_shipping_id', 'partner_invoice_id'].flatMap((field) => idOf(order[field]) ?? []),
    ['type', 'parent_id']
  )
  const delivery = addressOf(addresses, order['partner_shipping_id'])
  const invoice = addressOf(addresses, order['partner_invoice_id'])
  const nameOf = async (model: string, field: string): Promise<string> => {
    const target = idOf(order[field])
    const [found] = target === undefined ? [] : await read(model, [target], ['name'])
    return textOf(found?.['name'])
  }
  return {
    id,
    name: textOf(order['name']),
    state: textOf(order['state']),
    clientOrderRef: textOf(order['client_order_ref']),
    amountTotal: numberOf(order['amount_total']),
    currency: await nameOf('res.currency', 'currency_id'),
    partners,
    ...(delivery ? { delivery } : {}),
    ...(invoice ? { invoice } : {}),
    carrier: await nameOf('delivery.carrier', 'carrier_id'),
    lines: lines.toSorted((one, other) => numberOf(one['sequence']) - numberOf(other['sequence'])).map((line) => lineOf(line, byId))
  }
}
