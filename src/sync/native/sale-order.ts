import type { Surroundings } from '../entity.ts'
import type { Settings } from '../settings.ts'
import { order } from '../order.ts'
import { hasBegun } from '../order-progress.ts'
import { plainText } from './html.ts'
import { keep } from './kept.ts'
import type { Model, NativeTask } from './model.ts'
import { planNewOrder } from './new-order.ts'
import { hasOrder, isReference, orderLane, SALE_ORDER } from './order-lane.ts'
import { adaptOrder } from './order-state.ts'
import { applyRules, copy, refuseUnticked, type Rule, tellerOf, text } from './rules.ts'
import type { NativeRecord } from './run.ts'

/** States of Odoo in which nothing has been sold yet. */
const QUOTATIONS: readonly string[] = ['draft', 'sent']

/** The state that Odoo last told of a record, when it came to the shop. */
export const lastState = ({ model, id }: Pick<NativeRecord, 'model' | 'id'>, { ledger }: Surroundings): string =>
  text(ledger.odooValues.find(model, id)?.values.get('state')?.value)

const mappedState = (state: string, { ORDER_STATE_MAP: map }: Settings): string | undefined =>
  Object.hasOwn(map, state) ? map[state] : undefined

const rules: readonly Rule[] = [
  { ...copy('client_order_ref', 'reference'), how: "finds the shop's order by its reference, the first time" },
  {
    field: 'current_state',
    from: ['state'],
    how: 'as `ORDER_STATE_MAP` says, once for each change of it in Odoo; a confirmed order never goes back from shipped, delivered, canceled or refunded',
    make: (told, { settings }) => mappedState(text(told('state')), settings)
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
    'Quotations are left alone, unless `ORDER_STATE_MAP` names `draft` or `sent`.',
    "So are orders that did not come from the shop. With `CREATE_ORDERS` and Odoo's API a confirmed one is made in the shop.",
    '`name` lets transfers find their order by `origin`.',
    'A deleted order stays in the shop.'
  ],

  async plan(record, surroundings) {
    if (record.isDeletion) return { ignored: 'an order that was deleted in Odoo stays in the shop' }
    const { settings } = surroundings
    const told = tellerOf(record.values)
    const isBound = surroundings.ledger.bindings.find(orderLane(record.id)) !== undefined
    // Whatever Odoo says by now: what an earlier attempt has begun to make is brought to its end.
    const isBegun = hasBegun(surroundings.progress)
    if (!isBound) refuseUnticked(SALE_ORDER, told, ['client_order_ref', 'state'], "Which order of the shop is meant cannot be told")
    const name = text(told('name'))
    const remember = (isDone: boolean): void => {
      keep(record, isDone ? ['state'] : [], { name }, surroundings)
    }
    if (isBegun) remember(true)
    const state = text(told('state'))
    if (!isBegun && QUOTATIONS.includes(state) && mappedState(state, settings) === undefined) {
      return { ignored: 'a quotation', remember }
    }
    const { data, times } = await applyRules(rules, record.values, surroundings)
    const { reference, current_state, ...rest } = data
    const isToBeMade = !isBound && settings.CREATE_ORDERS && state === 'sale' && !(await hasOrder(text(reference), surroundings))
    if (isBegun || isToBeMade) {
      const stated = current_state === undefined ? rest : { ...rest, current_state }
      return { ...(await planNewOrder(record, { data: stated, times }, isBegun, surroundings)), remember }
    }
    if (!isBound && !isReference(text(reference))) {
      return { ignored: 'client_order_ref holds no reference of an order of the shop', remember }
    }
    const isNews = record.isForced || lastState(record, surroundings) !== state
    const task: NativeTask = {
      entity: order,
      lane: orderLane(record.id),
      action: 'updated',
      adapt: adaptOrder(state !== 'sale'),
      ifMissing: 'no order of the shop has the reference that client_order_ref holds',
      times,
      data: { ...rest, ...(isBound ? {} : { reference }), ...(isNews && current_state !== undefined ? { current_state } : {}) }
    }
    return { parts: [task], remember }
  }
}
