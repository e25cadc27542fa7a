import { intOf, valueOf } from '../record.ts'
import type { ObjectClass } from './object-class.ts'

/** The shop's class `OrderCarrier`: `?sendemail=1` mails the tracking number, if the carrier has a page for it. */
export const orderCarrierClass: ObjectClass = {
  updateWs(object, work) {
    const order = work.shop.find('orders', intOf(object, 'id_order'))
    const customer = order && work.shop.find('customers', intOf(order, 'id_customer'))
    const carrier = work.shop.find('carriers', intOf(object, 'id_carrier'))
    if (!work.sendEmail || !order || !customer || !carrier || valueOf(carrier, 'url') === '') return
    work.mail({ resource: 'orders', id: order.id, kind: 'in_transit', to: valueOf(customer, 'email') })
  }
}
