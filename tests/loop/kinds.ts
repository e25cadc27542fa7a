import { isPlainObject } from '../../src/http/plain-object.ts'
import type { HookEvent, SandboxShop } from '../../src/sandbox/shop.ts'
import type { ModuleStyle } from '../support/module.ts'

type Data = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, string>>

/** One kind of record that both sides have. */
export interface Kind {
  /** As envelopes call it. */
  readonly type: 'customer' | 'address' | 'order' | 'coupon'
  readonly resource: string
  /** The field by which people know a record; nobody changes it. */
  readonly natural: string
  readonly nameOf: (count: number) => string
  /** Those that both sides have from the start, where nobody makes any. */
  readonly existing?: readonly string[]
  /** Fields that people change. */
  readonly fields: readonly string[]
  /** Those that a module tells of. */
  readonly told: Readonly<Record<ModuleStyle, readonly string[]>>
  /** Those that Odoo sends with every webhook: a new record needs them. */
  readonly needed: readonly string[]
  /** What Odoo sends beside them. */
  readonly constant: Data
  /** Whether Odoo sends the shop's id where it knows it: the record may have changed in what it could be found by. */
  readonly sendsId: boolean
  /** What a record that is made in the shop has beside them. */
  readonly inShop: Fields
  readonly value: (field: string, count: number) => string
  /** The one form of a value, as people on both sides see it. */
  readonly form: (field: string, text: string) => string
  /** A value under its name in a webhook. */
  readonly sent: (field: string, value: string) => readonly [name: string, value: unknown]
  /** The id of the record that an event is about; `undefined` = none of this kind. */
  readonly idIn: (event: Data) => number | undefined
  /** Somebody changes it in the back office. */
  readonly change: (shop: SandboxShop, id: number, fields: Fields) => void
  /** The row that a write in the shop was about, before and after it; `undefined` = none of this kind. */
  readonly written: (shop: SandboxShop, hook: HookEvent) => { readonly before: Fields | null; readonly after: Fields } | undefined
}

export type KindName = Kind['type']

/** A number in letters, since names have no digits. */
export const letters = (count: number): string => {
  const rest = Math.floor(count / 26)
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(97 + (count % 26))
}

const changeType = ({ context_data }: Data): unknown => (isPlainObject(context_data) ? context_data['change_type'] : undefined)

/** What most kinds have in common: one table, texts, and events of their own. */
const plain = (type: KindName, resource: string) => ({
  type,
  resource,
  constant: {},
  inShop: {},
  needed: [],
  sendsId: false,
  form: (_field: string, text: string): string => text,
  sent: (field: string, value: string) => [field, value] as const,
  idIn: (event: Data): number | undefined =>
    event['entity_type'] === type && changeType(event) !== 'address' ? Number(event['entity_id']) : undefined,
  change: (shop: SandboxShop, id: number, fields: Fields): void => shop.backOffice.update(resource, id, fields),
  written: (_shop: SandboxShop, hook: HookEvent) =>
    hook.resource === resource && hook.after_data ? { before: hook.before_data, after: hook.after_data } : undefined
})

const customer: Kind = {
  ...plain('customer', 'customers'),
  natural: 'email',
  nameOf: (count) => `sim${count}@example.com`,
  fields: ['firstname', 'lastname', 'company', 'note'],
  told: { whole: ['firstname', 'lastname', 'company', 'note'], field: ['firstname', 'lastname'] },
  needed: ['firstname', 'lastname'],
  inShop: { passwd: 'secret' },
  value: (_field, count) => `Value ${letters(count)}`
}

/** All of the shop's own first customer. */
const home = { id_customer: '1', id_country: '8', firstname: 'Jane', lastname: 'Roe', address1: 'Rue A' }

const address: Kind = {
  ...plain('address', 'addresses'),
  natural: 'alias',
  nameOf: (count) => `sim${count}`,
  fields: ['city', 'postcode', 'phone', 'other'],
  told: { whole: ['city', 'postcode', 'phone', 'other'], field: ['city', 'postcode', 'phone'] },
  needed: ['city'],
  constant: home,
  inShop: home,
  sendsId: true,
  value: (field, count) => {
    // Neither of them is a number.
    if (field === 'postcode') return String(count).padStart(5, '0')
    if (field === 'phone') return `+33 (0)${count}`
    return `Value ${letters(count)}`
  },
  // The module tells of an address by an event of its customer.
  idIn: (event) =>
    event['entity_type'] === 'customer' && changeType(event) === 'address' && isPlainObject(event['context_data'])
      ? Number(event['context_data']['address_id'])
      : undefined
}

const NUMBERS = new Set(['reduction_percent', 'minimum_amount', 'priority'])

const COUPON_FIELDS = ['name', 'description', 'reduction_percent', 'minimum_amount', 'priority', 'date_to']

const coupon: Kind = {
  ...plain('coupon', 'cart_rules'),
  natural: 'code',
  nameOf: (count) => `sim${count}`,
  fields: COUPON_FIELDS,
  told: { whole: COUPON_FIELDS, field: COUPON_FIELDS },
  inShop: { date_from: '2026-01-01 00:00:00', quantity: '10', quantity_per_user: '1', active: '1', reduction_currency: '1' },
  value: (field, count) => {
    if (field === 'reduction_percent') return String((1 + (count % 9_999)) / 100)
    if (field === 'minimum_amount') return `${count}.25`
    if (field === 'priority') return String(count)
    // The shop's clock shows UTC.
    if (field === 'date_to') return new Date(Date.UTC(2027, 0, 1) + count * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')
    return `Value ${letters(count)}`
  },
  // The shop writes all the digits that its column has.
  form: (field, text) => (NUMBERS.has(field) && text !== '' ? String(Number(text)) : text),
  sent: (field, value) => {
    if (field === 'name') return [field, { en: value }]
    if (field === 'date_to') return [field, `${value.replace(' ', 'T')}Z`]
    return [field, NUMBERS.has(field) ? Number(value) : value]
  }
}

/** Paid, in progress, shipped, delivered, canceled, refunded, and others of the shop's own. */
const STATES = ['2', '3', '4', '5', '6', '7', '9', '11', '12']

const order: Kind = {
  ...plain('order', 'orders'),
  natural: 'reference',
  nameOf: () => {
    throw new Error('nobody makes an order')
  },
  existing: ['XKBKNABJK', 'OHSATSERP', 'UOYEVOLI'],
  fields: ['note', 'shipping_number', 'current_state'],
  // A tracking number is kept in a table of its own, which the module does not listen to.
  told: { whole: ['note', 'current_state'], field: ['note', 'current_state'] },
  // A state may come again: whose it is only the last who set it can tell.
  value: (field, count) => {
    if (field === 'current_state') return STATES[count % STATES.length] ?? ''
    return field === 'note' ? `Value ${letters(count)}` : `SIM-${count}`
  },
  sent: (field, value) => [field === 'shipping_number' ? 'tracking_number' : field, field === 'current_state' ? Number(value) : value],
  change: (shop, id, { shipping_number: number, ...fields }) => {
    if (Object.keys(fields).length > 0) shop.backOffice.update('orders', id, fields)
    const parcel = shop.rows('order_carriers').find((row) => row['id_order'] === String(id))
    if (number !== undefined) shop.backOffice.update('order_carriers', Number(parcel?.['id']), { tracking_number: number })
  },
  written: (shop, { resource, before_data: before, after_data: after }) => {
    if (resource === 'orders' && after) return { before, after }
    if (resource !== 'order_carriers' || !after) return undefined
    const reference = shop.row('orders', Number(after['id_order']))?.['reference'] ?? ''
    const numberIn = (row: Fields): Fields => ({ reference, shipping_number: row['tracking_number'] ?? '' })
    return { before: before && numberIn(before), after: numberIn(after) }
  }
}

const all: readonly Kind[] = [customer, address, coupon, order]

export const kindNames: readonly KindName[] = all.map(({ type }) => type)

/** @throws Error when there is none of that name */
export const kindOf = (type: string): Kind => {
  const kind = all.find((one) => one.type === type)
  if (!kind) throw new Error(`nobody has a ${type}, only ${kindNames.join(', ')}`)
  return kind
}
