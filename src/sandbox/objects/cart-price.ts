import { intOf, isOn, phpInt, type ShopRecord, valueOf } from '../record.ts'
import { type CartLine, lineOf } from './cart-line.ts'
import { sum, toCents } from './money.ts'
import type { ShopContext } from './object-class.ts'
import { rateOf, taxesOf } from './tax.ts'

/** What a cart costs, in cents' precision. */
export interface CartPrice {
  readonly lines: readonly CartLine[]
  readonly carrier: ShopRecord | undefined
  /** Percent. */
  readonly carrierTaxRate: number
  readonly productsTaxExcl: number
  readonly productsTaxIncl: number
  readonly shippingTaxExcl: number
  readonly shippingTaxIncl: number
  readonly totalTaxExcl: number
  readonly totalTaxIncl: number
}

/** What the price range of a carrier costs; PS_SHIPPING_HANDLING comes on top: 7.00 (`orders-post-201-get.txt`). */
const rangePrice = 5

const isAvailable = (carrier: ShopRecord | undefined): carrier is ShopRecord =>
  carrier !== undefined && isOn(carrier, 'active') && !isOn(carrier, 'deleted')

/** `{"4":"1,"}` is carrier 1 for address 4 (`carrier-choice-delivery_option-json-cart.txt`). */
const optedCarrier = (cart: ShopRecord): number => {
  const option = new RegExp(`"${intOf(cart, 'id_address_delivery')}":"(\\d+),"`).exec(valueOf(cart, 'delivery_option'))
  return phpInt(option?.[1] ?? '')
}

/** The cart's delivery option, else its carrier; one that is not available gives way to the shop's default. */
const carrierOf = (cart: ShopRecord, shop: ShopContext): ShopRecord | undefined => {
  const choices = [optedCarrier(cart), intOf(cart, 'id_carrier'), phpInt(shop.configuration('PS_CARRIER_DEFAULT'))]
  return [...choices.map((id) => shop.find('carriers', id)), ...shop.all('carriers')].find(isAvailable)
}

const shippingOf = (carrier: ShopRecord | undefined, shop: ShopContext): number =>
  !carrier || isOn(carrier, 'is_free') ? 0 : rangePrice + Number(shop.configuration('PS_SHIPPING_HANDLING'))

/**
 * What the shop asks for a cart: products, less their specific prices, and the carrier, with the taxes of the
 * delivery address. Each line is rounded for itself, but the total is not their sum: 53.14 and 7.42 make 60.57
 * (`orders-post-201-get.txt`).
 */
export const priceOf = (cart: ShopRecord, shop: ShopContext): CartPrice => {
  const lines = (cart.associations['cart_rows'] ?? []).flatMap((row) => lineOf(row, cart, shop) ?? [])
  const carrier = carrierOf(cart, shop)
  const address = shop.find('addresses', intOf(cart, 'id_address_delivery'))
  const carrierTaxRate = carrier ? rateOf(taxesOf(intOf(carrier, 'id_tax_rules_group'), address, shop)) : 0
  const shipping = shippingOf(carrier, shop)
  const shippingTaxIncl = shipping * (1 + carrierTaxRate / 100)
  return {
    lines,
    carrier,
    carrierTaxRate,
    productsTaxExcl: toCents(sum(lines.map(({ totalTaxExcl }) => totalTaxExcl))),
    productsTaxIncl: toCents(sum(lines.map(({ totalTaxIncl }) => totalTaxIncl))),
    shippingTaxExcl: toCents(shipping),
    shippingTaxIncl: toCents(shippingTaxIncl),
    totalTaxExcl: toCents(sum(lines.map(({ unitTaxExcl, quantity }) => unitTaxExcl * quantity)) + shipping),
    totalTaxIncl: toCents(sum(lines.map(({ unitTaxIncl, quantity }) => unitTaxIncl * quantity)) + shippingTaxIncl)
  }
}
