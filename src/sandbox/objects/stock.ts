import { intOf, type ShopRecord } from '../record.ts'
import type { ShopContext, ShopWork } from './object-class.ts'

const stockOf = (idProduct: number, idAttribute: number, shop: ShopContext): ShopRecord | undefined => {
  const rows = shop.where('stock_availables', 'id_product', idProduct)
  return rows.find((row) => intOf(row, 'id_product_attribute') === idAttribute)
}

/** Pieces in stock, 0 for what has no stock at all. */
export const quantityOf = (idProduct: number, idAttribute: number, shop: ShopContext): number => {
  const stock = stockOf(idProduct, idAttribute, shop)
  return stock ? intOf(stock, 'quantity') : 0
}

/**
 * `StockAvailable::updateQuantity`: a combination counts for its product as well
 * (`orders-post-201-stock_availables.txt`).
 */
export const moveStock = (idProduct: number, idAttribute: number, pieces: number, work: ShopWork): void => {
  for (const attribute of new Set([idAttribute, 0])) {
    const stock = stockOf(idProduct, attribute, work.shop)
    if (stock) work.change('stock_availables', stock.id, { quantity: String(intOf(stock, 'quantity') + pieces) })
  }
}
