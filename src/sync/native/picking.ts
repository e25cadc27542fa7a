import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import { bindingName, MissingRecordError } from '../customer-of.ts'
import type { Surroundings } from '../entity.ts'
import { order } from '../order.ts'
import { keep } from './kept.ts'
import type { Model, NativeTask, Plan } from './model.ts'
import { hasOrder, orderLane, SALE_ORDER } from './order-lane.ts'
import { adaptShipped } from './order-state.ts'
import { applyRules, refuseUnticked, type Rule, tellerOf, text, type Told } from './rules.ts'
import { lastState } from './sale-order.ts'

const MODEL = 'stock.picking'

const rules: readonly Rule[] = [
  {
    field: 'shipping_number',
    from: ['carrier_tracking_ref'],
    how: 'the tracking number; empty is no news',
    make: (told) => text(told('carrier_tracking_ref')) || undefined
  },
  {
    field: 'current_state',
    from: ['state'],
    how: '`done` → shipped, once; never back from delivered, canceled or refunded',
    make: (told) => (told('state') === 'done' ? 'shipped' : undefined)
  }
]

/** The order in Odoo that a transfer delivers: by its id, else by the name that a webhook of the order told. */
const saleOf = (told: Told, { ledger }: Surroundings): OdooId | undefined =>
  asOdooId(told('sale_id')) ?? ledger.odooValues.named(SALE_ORDER, text(told('origin')))?.odoo_id

/** The shop's reference in `origin`, when the shop has such an order. */
const referenceOf = async (told: Told, surroundings: Surroundings): Promise<string | undefined> => {
  const origin = text(told('origin'))
  return (await hasOrder(origin, surroundings)) ? origin : undefined
}

const waitFor = (told: Told): Plan => {
  const sale = asOdooId(told('sale_id'))
  throw new MissingRecordError(
    'The sale order of this transfer is not linked to an order of the shop yet: let an automation rule tell of sale.order too',
    'sale_id',
    sale && bindingName(order.type, sale),
    sale && orderLane(sale)
  )
}

/** Transfers: what left the warehouse, and under which tracking number. */
export const picking: Model = {
  name: MODEL,
  label: 'Transfer',
  needs: ['picking_type_code', 'state', 'sale_id', 'origin'],
  becomes: [{ entity: order, when: 'an outgoing transfer of an order of the shop, by `sale_id`, else by `origin`', rules }],
  remarks: [
    'Other transfers are left alone, and those of orders that did not come from the shop.',
    'A transfer waits until a webhook of its sale order has told which order of the shop is meant, up to a day.'
  ],

  async plan(record, surroundings) {
    if (record.isDeletion) return { ignored: 'what a deleted transfer told stays in the shop' }
    const { ledger } = surroundings
    const told = tellerOf(record.values)
    refuseUnticked(MODEL, told, ['picking_type_code', 'state'], 'Whether the goods have left cannot be told')
    if (told('picking_type_code') !== 'outgoing') return { ignored: 'no outgoing transfer' }
    const { data, times } = await applyRules(rules, record.values, surroundings)
    if (Object.keys(data).length === 0) return { ignored: 'neither done nor with a tracking number: nothing to tell the shop yet' }
    if (told('origin') === undefined) refuseUnticked(MODEL, told, ['sale_id'], 'Which order is delivered cannot be told')

    const sale = saleOf(told, surroundings)
    if (sale === undefined) {
      if (told('sale_id') !== undefined || text(told('origin')) === '') return { ignored: 'a transfer of no sale order' }
      return waitFor(told)
    }
    const isBound = ledger.bindings.find(orderLane(sale)) !== undefined
    const reference = isBound ? undefined : await referenceOf(told, surroundings)
    if (!isBound && reference === undefined) {
      const isDecided = !ledger.isOpen({ entity_type: SALE_ORDER, odoo_model: SALE_ORDER, odoo_id: sale })
      if (isDecided && ledger.odooValues.find(SALE_ORDER, sale)) return { ignored: 'its sale order is no order of the shop' }
      return waitFor(told)
    }
    const { current_state, ...rest } = data
    const isNews = record.isForced || lastState(record, surroundings) !== text(told('state'))
    const task: NativeTask = {
      entity: order,
      lane: orderLane(sale),
      action: 'updated',
      adapt: adaptShipped,
      times,
      data: {
        ...rest,
        ...(reference === undefined ? {} : { reference }),
        ...(isNews && current_state !== undefined ? { current_state } : {})
      }
    }
    return { parts: [task], remember: () => void keep(record, ['state'], { parent: sale }, surroundings) }
  }
}
