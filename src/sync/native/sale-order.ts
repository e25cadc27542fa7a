import type { OdooId } from '../../ledger/ids.ts'
import type { Lane } from '../../ledger/operation.ts'
import { checkField } from '../../prestashop/resources.ts'
import type { Surroundings } from '../entity.ts'
import { order } from '../order.ts'
import { plainText } from './html.ts'
import { keep } from './kept.ts'
import type { Model, NativeTask } from './model.ts'
import { adaptOrder } from './order-state.ts'
import { applyRules, copy, refuseUnticked, type Rule, tellerOf, text } from './rules.ts'
import type { NativeRecord } from './run.ts'

export const SALE_ORDER = 'sale.order'

/** States of Odoo in which nothing has been sold yet. */
const QUOTATIONS: readonly string[] = ['draft', 'sent']

export const orderLane = (id: OdooId): Lane => ({ entity_type: order.type, odoo_model: SALE_ORDER, odoo_id: id })

/** The state that Odoo last told of a record, when it came to the shop. */
export const lastState = ({ model, id }: Pick<NativeRecord, 'model' | 'id'>, { ledger }: Surroundings): string =>
  text(ledger.odooValues.find(model, id)?.values.get('state')?.value)

const rules: readonly Rule[] = [
  { ...copy('client_order_ref', 'reference'), how: "finds the shop's order by its reference, the first time" },
  {
    field: 'current_state',
    from: ['state'],
    how: 'as `ORDER_STATE_MAP` says, once for each change of it in Odoo; a confirmed order never goes back from shipped, delivered, canceled or refunded',
    make: (told, { settings }) => settings.ORDER_STATE_MAP[text(told('state'))]
  },
  { field: 'note', from: ['note'], how: 'as plain text', make: (told) => plainText(told('note')) }
]

/** Sale orders: the orders of the shop that Odoo has under their reference. */
export const saleOrder: Model = {
  name: SALE_ORDER,
  label: 'Sales Order',
  needs: ['state', 'client_order_ref', 'name'],
  becomes: [{ entity: order, when: 'an order of the shop', rules }],
  remarks: [
    'Quotations are left alone, unless `ORDER_STATE_MAP` names `draft` or `sent`; so are orders that did not come from the shop.',
    '`name` lets transfers find their order by `origin`.',
    'A deleted order stays in the shop.'
  ],

  async plan(record, surroundings) {
    if (record.isDeletion) return { ignored: 'an order that was deleted in Odoo stays in the shop' }
    const told = tellerOf(record.values)
    const isBound = surroundings.ledger.bindings.find(orderLane(record.id)) !== undefined
    if (!isBound) refuseUnticked(SALE_ORDER, told, ['client_order_ref', 'state'], "Which order of the shop is meant cannot be told")
    const name = text(told('name'))
    const remember = (isDone: boolean): void => {
      keep(record, isDone ? ['state'] : [], { name }, surroundings)
    }
    const state = text(told('state'))
    if (QUOTATIONS.includes(state) && surroundings.settings.ORDER_STATE_MAP[state] === undefined) {
      return { ignored: 'a quotation', remember }
    }
    const made = await applyRules(rules, record.values, surroundings)
    const { reference, current_state, ...rest } = made.data
    if (!isBound && (text(reference) === '' || checkField('orders', 'reference', text(reference)) !== undefined)) {
      return { ignored: 'client_order_ref holds no reference of an order of the shop', remember }
    }
    const isNews = record.isForced || lastState(record, surroundings) !== state
    const task: NativeTask = {
      entity: order,
      lane: orderLane(record.id),
      action: 'updated',
      adapt: adaptOrder(state !== 'sale'),
      ifMissing: 'no order of the shop has the reference that client_order_ref holds',
      times: made.times,
      data: { ...rest, ...(isBound ? {} : { reference }), ...(isNews && current_state !== undefined ? { current_state } : {}) }
    }
    return { parts: [task], remember }
  }
}
