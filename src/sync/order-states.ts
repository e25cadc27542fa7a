import type { OrderState, Reference } from '../prestashop/reference.ts'
import type { SyncedField } from './entity.ts'
import { SyncError } from './errors.ts'

interface Alias {
  /** The setting that holds the state's id. */
  readonly setting: string
  /** Which of the shop's own states is meant when the key may not read the setting (`order_states-list-full.txt`). */
  readonly fits: (state: OrderState) => boolean
}

/** Names of states that mean the same in every shop and language. */
const aliases: Readonly<Record<string, Alias>> = {
  payment_accepted: {
    setting: 'PS_OS_PAYMENT',
    fits: (state) => state.paid && state.logable && !state.delivery && !state.shipped && state.pdfInvoice
  },
  processing: { setting: 'PS_OS_PREPARATION', fits: (state) => state.paid && state.delivery && !state.shipped },
  shipped: { setting: 'PS_OS_SHIPPING', fits: (state) => state.shipped && state.template === 'shipped' },
  delivered: { setting: 'PS_OS_DELIVERED', fits: (state) => state.shipped && state.template !== 'shipped' },
  canceled: {
    setting: 'PS_OS_CANCELED',
    fits: (state) => !state.paid && !state.invoice && state.template === 'order_canceled'
  },
  refunded: { setting: 'PS_OS_REFUND', fits: (state) => !state.paid && state.invoice && !state.shipped }
}

/** A state as a payload may name it: `4`, `"4"`, `"Shipped"`, `"Livré"`, `"shipped"`. */
export const stateField: SyncedField = {
  aliases: ['id_order_state'],
  read: {
    parse: (value) => {
      if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
      if (typeof value !== 'string' || value.trim() === '') return undefined
      const text = value.trim()
      return /^\d{1,15}$/.test(text) ? String(Number(text)) : text
    },
    expected: `must be the id or the name of an order state, or one of ${Object.keys(aliases).join(', ')}`
  }
}

/**
 * The id of the state that a text means: an id, one of the stable aliases (exactly as written), or a name in any
 * language of the shop, in any case.
 * @throws SyncError `validation` when the shop has no such state, or several
 */
export const stateOf = async (text: string, reference: Reference): Promise<string> => {
  if (/^\d+$/.test(text)) {
    const state = await reference.orderState(Number(text))
    return only(state ? [state] : [], 'names no order state of the shop')
  }
  if (Object.hasOwn(aliases, text)) return aliased(text, aliases[text]!, reference)
  const name = text.toLowerCase()
  const isNamed = ({ names }: OrderState): boolean => Object.values(names).some((own) => own.toLowerCase() === name)
  return only(await reference.orderStates(isNamed), 'names no order state of the shop')
}

const aliased = async (text: string, { setting, fits }: Alias, reference: Reference): Promise<string> => {
  const configured = await reference.orderState(Number((await reference.configuration(setting)) ?? 0))
  if (configured) return String(configured.id)
  const fitting = await reference.orderStates((state) => state.module === '' && fits(state))
  return only(fitting, `${text} fits no order state of the shop: send its id, or let the key read configurations`)
}

const only = (states: readonly OrderState[], missing: string): string => {
  const [state] = states
  if (!state) throw new SyncError('validation', `current_state ${missing}`, 'current_state')
  if (states.length > 1) {
    const ids = states.map(({ id }) => id).join(', ')
    const message = `current_state may mean any of the order states ${ids}: send the id`
    throw new SyncError('validation', message, 'current_state')
  }
  return String(state.id)
}
