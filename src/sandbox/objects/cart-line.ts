import { type Entry, floatOf, intOf, phpInt, type ShopRecord, textIn, valueOf } from '../record.ts'
import { toCents } from './money.ts'
import type { ShopContext } from './object-class.ts'
import { rateOf, taxesOf } from './tax.ts'

/** One product of a cart, priced. */
export interface CartLine {
  readonly product: ShopRecord
  readonly combination: ShopRecord | undefined
  /** `Mug`, `T-shirt (Size:S - Color:White)`. */
  readonly name: string
  readonly quantity: number
  /** Of one piece, kilograms. */
  readonly weight: number
  /** Of one piece, before the reduction and without taxes. */
  readonly originalPrice: number
  /** 20 is a fifth off. */
  readonly reductionPercent: number
  readonly unitTaxExcl: number
  readonly unitTaxIncl: number
  /** Of all pieces, rounded to cents. */
  readonly totalTaxExcl: number
  readonly totalTaxIncl: number
  readonly taxes: readonly ShopRecord[]
}

/** The product's name with what the combination chose, as `orders-post-201.txt`. */
const nameOf = (
  product: ShopRecord,
  combination: ShopRecord | undefined,
  language: string,
  shop: ShopContext
): string => {
  const name = textIn(product, 'name', language)
  if (!combination) return name
  const chosen = (combination.associations['product_option_values'] ?? []).flatMap(({ id = '' }) => {
    const value = shop.find('product_option_values', phpInt(id))
    const option = value && shop.find('product_options', intOf(value, 'id_attribute_group'))
    return value && option ? `${textIn(option, 'public_name', language)}:${textIn(value, 'name', language)}` : []
  })
  return `${name} (${chosen.join(' - ')})`
}

/** 0.2 is a fifth off, for everybody. */
const reductionOf = (product: ShopRecord, shop: ShopContext): number => {
  const prices = shop.where('specific_prices', 'id_product', product.id)
  const percentage = prices.find((price) => valueOf(price, 'reduction_type') === 'percentage')
  return percentage ? floatOf(percentage, 'reduction') : 0
}

/** A row of a cart with its prices; `undefined` for a product that does not exist and for no pieces. */
export const lineOf = (row: Entry, cart: ShopRecord, shop: ShopContext): CartLine | undefined => {
  const product = shop.find('products', phpInt(row['id_product'] ?? ''))
  const quantity = phpInt(row['quantity'] ?? '')
  if (!product || quantity <= 0) return undefined
  const combination = shop.find('combinations', phpInt(row['id_product_attribute'] ?? ''))
  const ofPiece = (field: string): number => floatOf(product, field) + (combination ? floatOf(combination, field) : 0)
  const reduction = reductionOf(product, shop)
  const address = shop.find('addresses', intOf(cart, 'id_address_delivery'))
  const taxes = taxesOf(intOf(product, 'id_tax_rules_group'), address, shop)
  const unitTaxExcl = ofPiece('price') * (1 - reduction)
  const unitTaxIncl = unitTaxExcl * (1 + rateOf(taxes) / 100)
  return {
    product,
    combination,
    name: nameOf(product, combination, valueOf(cart, 'id_lang'), shop),
    quantity,
    weight: ofPiece('weight'),
    originalPrice: ofPiece('price'),
    reductionPercent: reduction * 100,
    unitTaxExcl,
    unitTaxIncl,
    totalTaxExcl: toCents(unitTaxExcl * quantity),
    totalTaxIncl: toCents(unitTaxIncl * quantity),
    taxes
  }
}
