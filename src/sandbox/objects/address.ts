import type { ObjectClass } from './object-class.ts'

/** The shop's class `Address`: one that an order was placed with is only marked (`addresses-delete-used-get.txt`). */
export const addressClass: ObjectClass = {
  remove: (record, shop) => ({ first: [], ...(shop.isUsedAddress(record.id) ? { mark: { deleted: '1' } } : {}) })
}
