import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import { bindingName, MissingRecordError } from '../customer-of.ts'
import type { Surroundings } from '../entity.ts'
import { order } from '../order.ts'
import { keep } from './kept.ts'
import type { LeftOut, Model, NativeTask } from './model.ts'
import { hasOrder, orderLane, SALE_ORDER } from './order-lane.ts'
import { adaptShipped } from './order-state.ts'
import { applyRules, type Made, refuseUnticked, type Rule, tellerOf, text, type Told } from './rules.ts'
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

/** The orders in Odoo that a transfer delivers: by id, and by the names that webhooks of orders told (`S00035, S00036`). */
const salesOf = (told: Told, { ledger }: Surroundings): readonly OdooId[] => {
  const named = text(told('origin')).split(',').flatMap((name) => ledger.odooValues.named(SALE_ORDER, name.trim())?.odoo_id ?? [])
  const own = asOdooId(told('sale_id'))
  return [...new Set(own === undefined ? named : [own, ...named])]
}

/** The shop's reference in `origin`, when the shop has such an order. */
const referenceOf = async (told: Told, surroundings: Surroundings): Promise<string | undefined> => {
  const origin = text(told('origin'))
  return (await hasOrder(origin, surroundings)) ? origin : undefined
}

const NOT_OURS = 'its sale order is no order of the shop'

const waitFor = (sale: OdooId | undefined): never => {
  throw new MissingRecordError(
    'The sale order of this transfer is not linked to an order of the shop yet: let an automation rule tell of sale.order too',
    'sale_id',
    sale && bindingName(order.type, sale),
    sale && orderLane(sale)
  )
}

/** What a transfer means to one of the orders that it delivers. @throws MissingRecordError while that is not decided */
const planOrder = async (sale: OdooId, { data, times }: Made, told: Told, surroundings: Surroundings): Promise<NativeTask | LeftOut> => {
  const { ledger } = surroundings
  const isBound = ledger.bindings.find(orderLane(sale)) !== undefined
  const reference = isBound ? undefined : await referenceOf(told, surroundings)
  if (!isBound && reference === undefined) {
    const isDecided = !ledger.isOpen({ entity_type: SALE_ORDER, odoo_model: SALE_ORDER, odoo_id: sale })
    if (isDecided && ledger.odooValues.find(SALE_ORDER, sale)) return { entity: order, reason: NOT_OURS }
    return waitFor(sale)
  }
  return {
    entity: order,
    lane: orderLane(sale),
    action: 'updated',
    adapt: adaptShipped,
    times,
    data: reference === undefined ? data : { ...data, reference }
  }
}

/** Transfers: what left the warehouse, and under which tracking number. */
export const picking: Model = {
  name: MODEL,
  label: 'Transfer',
  needs: ['picking_type_code', 'state', 'sale_id', 'origin'],
  becomes: [{ entity: order, when: 'an outgoing transfer of an order of the shop, by `sale_id`, else by `origin`', rules }],
  remarks: [
    'Other transfers are left alone, and those of orders that did not come from the shop.',
    'One transfer may deliver several orders, which `origin` names.',
    'A transfer waits until a webhook of its sale order has told which order of the shop is meant, up to a day.'
  ],

  async plan(record, surroundings) {
    if (record.isDeletion) return { ignored: 'what a deleted transfer told stays in the shop' }
    const told = tellerOf(record.values)
    refuseUnticked(MODEL, told, ['picking_type_code', 'state'], 'Whether the goods have left cannot be told')
    if (told('picking_type_code') !== 'outgoing') return { ignored: 'no outgoing transfer' }
    const { data, times } = await applyRules(rules, record.values, surroundings)
    if (Object.keys(data).length === 0) return { ignored: 'neither done nor with a tracking number: nothing to tell the shop yet' }
    if (told('origin') === undefined) refuseUnticked(MODEL, told, ['sale_id'], 'Which order is delivered cannot be told')

    const sales = salesOf(told, surroundings)
    const [sale] = sales
    if (sale === undefined) {
      if (told('sale_id') !== undefined || text(told('origin')) === '') return { ignored: 'a transfer of no sale order' }
      return waitFor(undefined)
    }
    const { current_state, ...rest } = data
    const isNews = record.isForced || lastState(record, surroundings) !== text(told('state'))
    const wanted = { times, data: isNews && current_state !== undefined ? { ...rest, current_state } : rest }
    const parts: (NativeTask | LeftOut)[] = []
    for (const one of sales) parts.push(await planOrder(one, wanted, told, surroundings))
    if (parts.every((part) => 'reason' in part)) return { ignored: NOT_OURS }
    return { parts, remember: () => void keep(record, ['state'], { parent: sale }, surroundings) }
  }
}
