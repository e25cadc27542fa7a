import { isOn, type ShopRecord } from '../record.ts'
import type { ObjectClass, ShopContext } from './object-class.ts'

/** A reduction is in some currency, whatever it reduces (`cart_rules-post-minimal.txt`). */
const setCurrency = (object: ShopRecord, shop: ShopContext): undefined => {
  if (!isOn(object, 'reduction_currency')) {
    object.values['reduction_currency'] = shop.configuration('PS_CURRENCY_DEFAULT')
  }
}

/** The shop's class `CartRule`. */
export const cartRuleClass: ObjectClass = { add: setCurrency, update: setCurrency }
