import type { SaleOrder, SaleOrderLine, SaleOrderProduct } from '../odoo/sale-order.ts'
import { SyncError } from './errors.ts'

export interface OrderOptions {
  /** An installed payment module of the shop, such as `ps_wirepayment`. */
  readonly paymentModule: string
  /** What the shop calls the payment. */
  readonly payment: string
  /** Whether contacts below a company have accounts of their own in the shop. */
  readonly contactsAsCustomers: boolean
}

/** One line, under the names of an order envelope; a variant of Odoo is a combination of the shop. */
export type OrderDataLine =
  | { readonly reference: string; readonly quantity: number }
  | { readonly combination_reference: string; readonly quantity: number }

/** The `data` of an envelope that creates an order (`order-payload.ts`); its note and state are the caller's. */
export interface OrderData {
  readonly customer_odoo_id: number
  readonly address_delivery_odoo_id: number
  readonly address_invoice_odoo_id?: number
  readonly lines: readonly OrderDataLine[]
  readonly carrier: string
  readonly payment_module: string
  readonly payment: string
  readonly total_paid: number
  readonly currency?: string
  readonly reference: string
}

const refuse = (field: string, message: string): never => {
  throw new SyncError('validation', message, field)
}

/** "Internal Reference" is what the shop calls reference; an article without one may have a barcode in its place. */
const referenceOf = ({ defaultCode, barcode, id }: SaleOrderProduct): string =>
  defaultCode ||
  barcode ||
  refuse('order_line', `Product ${id} of Odoo has no internal reference: give it the reference that it has in the shop`)

const lineOf = (line: SaleOrderLine, index: number): OrderDataLine => {
  const { product, quantity } = line
  const which = `Line ${index + 1} of the order in Odoo`
  if (!product) return refuse('order_line', `${which} has no product: the shop sells products of its catalogue only`)
  if (!line.inOwnUnit) refuse('order_line', `${which} is not counted in the product's own unit: the shop knows pieces only`)
  if (!Number.isInteger(quantity) || quantity < 1) refuse('order_line', `${which} has a quantity that is no whole number: the shop sells pieces only`)
  const reference = referenceOf(product)
  return product.isVariant ? { combination_reference: reference, quantity } : { reference, quantity }
}

const refusals: Readonly<Partial<Record<SaleOrderLine['kind'], string>>> = {
  reward: 'has a discount line: the Webservice of the shop cannot give a discount to an order; lower the price of the products instead',
  'down payment': 'has a down payment: the shop takes an order as paid in full'
}

/** Sections and notes are no goods, and the carrier is named beside the lines. */
const isSold = ({ kind, quantity }: SaleOrderLine): boolean => kind === 'product' && quantity !== 0

/**
 * Whose account of the shop it is: of the contact that ordered and the companies above it the one that the goods are
 * delivered to, or else the first that can have an account; customers have an email.
 */
const customerOf = ({ partners, delivery }: SaleOrder, contactsAsCustomers: boolean): number => {
  const possible = (contactsAsCustomers ? partners : partners.slice(-1)).filter(({ email }) => email !== '')
  return (
    (possible.find(({ id }) => id === delivery?.ownerId) ?? possible[0])?.id ??
    refuse('partner_id', 'The customer of the order has no email in Odoo: fill it in, an account of the shop needs one')
  )
}

/**
 * A confirmed order of Odoo as the `data` of an envelope that creates it in the shop. The shop computes the total of
 * the cart itself and compares it with Odoo's, so what would surely differ is refused here.
 * @throws SyncError `validation`, naming Odoo's field and what to change in Odoo
 */
export const orderFromOdoo = (order: SaleOrder, options: OrderOptions): OrderData => {
  for (const { kind } of order.lines) {
    const reason = refusals[kind]
    if (reason !== undefined) refuse('order_line', `The order in Odoo ${reason}`)
  }
  const lines = order.lines.flatMap((line, index) => (isSold(line) ? [lineOf(line, index)] : []))
  if (lines.length === 0) refuse('order_line', 'The order in Odoo has no product to deliver')
  const customer = customerOf(order, options.contactsAsCustomers)
  return {
    customer_odoo_id: customer,
    address_delivery_odoo_id: order.delivery?.id ?? customer,
    // The shop bills to an address of the same account only; without one to the delivery address.
    ...(order.invoice?.ownerId === customer ? { address_invoice_odoo_id: order.invoice.id } : {}),
    lines,
    carrier:
      order.carrier ||
      refuse('carrier_id', 'The order in Odoo has no delivery method: add one that is called as a carrier of the shop ("Add Shipping")'),
    payment_module: options.paymentModule,
    payment: options.payment,
    // Python's floats carry noise beyond what any currency has: 109.35000000000001.
    total_paid: Number(order.amountTotal.toFixed(6)),
    ...(order.currency === '' ? {} : { currency: order.currency }),
    reference: order.name
  }
}
