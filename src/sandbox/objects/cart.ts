import { phpWarning } from '../errors.ts'
import { type Entry, intOf, isOn, phpInt, valueOf } from '../record.ts'
import type { ObjectClass, TakenEntries } from './object-class.ts'

/** A row as its columns keep it: no address, no customization, no negative quantity (`carts-post-*.txt`). */
const toCartRow = (entry: Entry): Entry => ({
  id_product: String(phpInt(entry['id_product'] ?? '')),
  id_product_attribute: String(phpInt(entry['id_product_attribute'] ?? '')),
  id_address_delivery: '0',
  id_customization: '0',
  quantity: String(Math.max(0, phpInt(entry['quantity'] ?? '')))
})

const order = (one: Entry, other: Entry): number =>
  Number(one['id_product']) - Number(other['id_product']) ||
  Number(one['id_product_attribute']) - Number(other['id_product_attribute'])

/** Nothing is checked; a row without quantity is made all the same (`carts-post-row-without-quantity.txt`). */
const takeRows = (entries: readonly Entry[]): TakenEntries => ({
  entries: entries.map(toCartRow).toSorted(order),
  ...(entries.some((entry) => entry['quantity'] === undefined)
    ? { warning: phpWarning('Undefined array key "quantity"', 4753, 'Cart.php') }
    : {})
})

/** The shop's class `Cart`. */
export const cartClass: ObjectClass = {
  takes: { cart_rows: takeRows },
  add({ values }) {
    values['id_shop'] ??= '1'
    values['id_shop_group'] ??= '1'
    return undefined
  },
  store(row, shop) {
    // The customer's key, which the answer does not show (`carts-post-201.txt`, `carts-post-201-get.txt`).
    if (valueOf(row, 'secure_key') !== '' || !isOn(row, 'id_customer')) return
    const customer = shop.find('customers', intOf(row, 'id_customer'))
    row.values['secure_key'] = customer ? valueOf(customer, 'secure_key') : ''
  }
}
