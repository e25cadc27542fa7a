import { asShopId, type ShopRecord } from '../../prestashop/record.ts'
import type { Reference } from '../../prestashop/reference.ts'
import type { Surroundings, Task, WantedFields } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { order } from '../order.ts'
import { stateOf } from '../order-states.ts'
import { adaptPlain } from './adapt.ts'

/** States that what Odoo says later does not take back. */
const ends = ['canceled', 'refunded'] as const

const isEnd = async (state: string, reference: Reference): Promise<boolean> => {
  for (const alias of ends) {
    try {
      if ((await stateOf(alias, reference)) === state) return true
    } catch (error) {
      // A shop without such a state has no order in it.
      if (!(error instanceof SyncError)) throw error
    }
  }
  return false
}

/** Shipped and delivered, and what a shop has added of that kind. */
const isShipped = async (state: string, reference: Reference): Promise<boolean> =>
  (await reference.orderState(Number(asShopId(state) ?? 0)))?.shipped === true

/**
 * What is wanted of an order that is there: no state that would take it back. Odoo tells `sale` again with every change
 * of a confirmed order, also right after the goods have left.
 * @param mayUnship whether the state counts for an order that has been shipped
 */
export const adaptOrder =
  (mayUnship: boolean): NonNullable<Task['adapt']> =>
  async (record, wanted, surroundings: Surroundings): Promise<WantedFields> => {
    const { reference } = surroundings
    const fields = await adaptPlain(order)(record, wanted, surroundings)
    if (!fields.has('current_state')) return fields
    const now = record.fields.current_state ?? ''
    const isOver = (await isEnd(now, reference)) || (!mayUnship && (await isShipped(now, reference)))
    return isOver ? new Map([...fields].filter(([field]) => field !== 'current_state')) : fields
  }

/** What a transfer tells is not older than what its order told of itself: goods leave after the sale, whoever waited. */
const afterTheSale = (fields: WantedFields, record: ShopRecord, { ledger }: Surroundings): WantedFields => {
  const state = fields.get('current_state')
  const known = ledger.known.of(order.type, record.id).get('current_state')
  if (!state || !known || known.source_time <= state.sourceTime) return fields
  return new Map([...fields, ['current_state', { ...state, sourceTime: known.source_time }]])
}

/** What a transfer wants of its order. */
export const adaptShipped: NonNullable<Task['adapt']> = async (record, wanted, surroundings) =>
  afterTheSale(await adaptOrder(false)(record, wanted, surroundings), record, surroundings)
