import { UncaughtException, refuse } from '../errors.ts'
import { copyOf, intOf, valueOf } from '../record.ts'
import type { ObjectClass } from './object-class.ts'
import { addWithemail, changeIdOrderState } from './order-state.ts'

/** The shop's class `OrderHistory`: a row made through the Webservice changes the order's state. */
export const orderHistoryClass: ObjectClass = {
  added(object, work) {
    work.change('orders', intOf(object, 'id_order'), { current_state: valueOf(object, 'id_order_state') })
    work.hook('actionOrderHistoryAddAfter', 'order_histories', 'created', object)
  },
  addWs(object, work) {
    const order = work.shop.find('orders', intOf(object, 'id_order'))
    if (!order) throw new UncaughtException(`There is no order ${intOf(object, 'id_order')}`)
    changeIdOrderState(copyOf(order), intOf(object, 'id_order_state'), work, false)
    if (!work.sendEmail) work.insert('order_histories', object)
    // What was written stays (`mail-broken-order_histories-post-sendemail.txt`).
    else if (!addWithemail(object, work)) throw refuse(500, 46, 'Unable to save resource')
  }
}
