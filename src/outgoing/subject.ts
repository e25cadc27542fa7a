import { ENTITY_TYPES } from '../entity-types.ts'
import { isPlainObject } from '../http/plain-object.ts'
import { canonical } from '../prestashop/canonical.ts'
import { shopClockMs } from '../prestashop/time.ts'
import { entityOf } from '../sync/entities.ts'
import type { Entity, Texts } from '../sync/entity.ts'
import { isBookkeeping, linesTexts, typeOfField, untyped } from '../sync/record-texts.ts'
import { fieldOf } from '../sync/translate.ts'
import { afterOf, type OutgoingEvent } from './event.ts'

/** The record that an event is about, in the terms of our own writes. */
export interface Subject {
  readonly entity: Entity
  readonly id: number
  readonly action: 'created' | 'updated' | 'deleted'
  /** Canonical values of the synced fields that the event carries. */
  readonly texts: Texts
  /** Values of its other fields, without bookkeeping. */
  readonly others: Texts
  /** Which of these were within lists: none of our writes touches them. */
  readonly nested: ReadonlySet<string>
  /** It tells of a state that an order has come to, whether or not it is still in it. */
  readonly isStatus: boolean
  /** Of both, what changed: all of it when the event does not tell what was before. */
  readonly changed: ReadonlySet<string>
  readonly hasBefore: boolean
  /** What the synced fields held before, as far as the event tells it. */
  readonly before: Texts
  /** When it happened, on the shop's own clock, in milliseconds (`shopClockMs`). */
  readonly eventAt: number | undefined
  readonly operationId: string | undefined
  /** What names the record before its creator knows its id. */
  readonly creationName: string | undefined
  /** The record's `date_upd`, in shop time, where the event carries it. */
  readonly savedAt: string | undefined
}

type Data = Readonly<Record<string, unknown>>

/** Only these can tell what we did ourselves; a coupon that was applied, an invoice and whatever else cannot. */
const ACTIONS: Readonly<Record<string, Subject['action']>> = {
  created: 'created',
  updated: 'updated',
  status_changed: 'updated',
  deleted: 'deleted'
}

/** Lists within a record that follow from its state, are read for what they tell, or have events of their own. */
const DERIVED_LISTS = new Set([
  'order_history', 'order_histories', 'order_carriers', 'order_payments', 'order_invoices', 'addresses'
])

const LINES = 'order_details'

/** A sender may name anything, `constructor` too. */
const lookUp = <Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined => (Object.hasOwn(table, key) ? table[key] : undefined)

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

const idOf = (value: unknown): number | undefined => {
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : undefined
}

const rowsOf = (list: unknown): readonly Data[] => (Array.isArray(list) ? list.filter(isPlainObject) : [])

/** The rows of a list within an order, by id. */
const sortedRows = (list: unknown, idField: string): { readonly id: number; readonly row: Data }[] =>
  rowsOf(list)
    .map((row) => ({ id: Number(row[idField] ?? row['id'] ?? 0), row }))
    .toSorted((one, other) => one.id - other.id)

/** What the lists within an order tell of fields that the order itself does not carry. */
const nestedOrder = (data: Data): Record<string, unknown> => {
  const state = sortedRows(data['order_history'] ?? data['order_histories'], 'id_order_history').at(-1)?.row['id_order_state']
  const [shown, ...parcels] = sortedRows(data['order_carriers'], 'id_order_carrier')
  const tracking = shown?.row['tracking_number']
  return {
    ...(state === undefined ? {} : { current_state: state }),
    ...(tracking === undefined ? {} : { shipping_number: tracking }),
    // The order shows the number of its first parcel; the others are told as the poller tells them.
    ...Object.fromEntries(parcels.map(({ id, row }) => [`tracking_number.${id}`, row['tracking_number']]))
  }
}

interface Reading {
  readonly texts: Map<string, string>
  readonly others: Map<string, string>
  readonly nested: Set<string>
}

const read = (entity: Entity, data: Data, language: () => string | undefined): Reading => {
  const texts = new Map<string, string>()
  const others = new Map<string, string>()
  const inLists = entity.type === 'order' ? nestedOrder(data) : {}
  const nested = new Set(Object.keys(inLists))
  // What the record itself says comes after, and so counts.
  for (const [key, value] of [...Object.entries(inLists), ...Object.entries(data)]) {
    const field = fieldOf(entity, key)
    if (field !== undefined && isScalar(value)) {
      // A field's own name before its aliases.
      if (key !== field && Object.hasOwn(data, field)) continue
      const only = entity.fields[field]?.multilingual ? language() : undefined
      texts.set(only === undefined ? field : `${field}.${only}`, canonical(typeOfField(entity, field), value))
    } else if (field !== undefined && typeof value === 'object' && value !== null) {
      for (const [id, text] of Object.entries(value)) {
        if (isScalar(text) && /^\d+$/.test(id)) texts.set(`${field}.${id}`, String(text ?? ''))
      }
    } else if (isScalar(value)) {
      if (!isBookkeeping(key)) others.set(key, untyped(value))
    } else if (key === LINES && entity.type === 'order') {
      for (const [name, text] of linesTexts(rowsOf(value))) {
        others.set(name, text)
        nested.add(name)
      }
    } else if (!DERIVED_LISTS.has(key)) {
      others.set(key, JSON.stringify(value))
      nested.add(key)
    }
  }
  return { texts, others, nested }
}

interface Address {
  readonly id: number
  readonly action: string
  readonly before: Data | undefined
  readonly after: Data | undefined
}

/** An address in its customer's event: the module gives the address in place of the customer. */
const addressIn = (event: OutgoingEvent, after: Data | undefined): Address | 'unclear' | undefined => {
  const { before_data, entity_id } = event
  const context = event.context_data ?? {}
  if (context['change_type'] !== 'address') return undefined
  const id = idOf(context['address_id'])
  if (id === undefined) return 'unclear'
  const own = (data: Data | undefined): Data | undefined => {
    const nested = data?.['address']
    return isPlainObject(nested) ? nested : data
  }
  const data = own(after)
  // Somebody else's module may give the customer all the same.
  if (data && data === after && (Object.hasOwn(data, 'email') || (data['id'] !== undefined && idOf(data['id']) !== id))) return 'unclear'
  const customer = entity_id > 0 ? { id_customer: entity_id } : {}
  const action = typeof context['address_action'] === 'string' ? context['address_action'] : 'updated'
  return { id, action, before: own(before_data ?? undefined), after: data && { ...customer, ...data } }
}

/** The state that a status event announces: its hook may come before the state is written. */
export const announcedState = (event: OutgoingEvent): number | undefined =>
  event.action_type === 'status_changed' ? idOf(event.context_data?.['new_status_id']) : undefined

/** Time on the shop's clock: its own format, or ISO 8601 with a zone as the zone's own clock shows it. */
const clockOf = (text: string | null | undefined): number | undefined =>
  text ? shopClockMs(text.slice(0, 19).replace('T', ' ')) : undefined

/**
 * What an event is about; `undefined` when it cannot be an echo.
 * @param language the id of the shop's only language, in which a plain text of a multi-language field is; of several nobody
 *   knows which one the shop's module takes
 */
export const subjectOf = (event: OutgoingEvent, language: () => string | undefined = () => undefined): Subject | undefined => {
  const after = afterOf(event)
  const named = lookUp(ENTITY_TYPES, event.entity_type)
  const address = named === 'customer' ? addressIn(event, after) : undefined
  if (address === 'unclear') return undefined
  const type = address ? 'address' : named
  const action = lookUp(ACTIONS, address?.action ?? event.action_type)
  const id = address?.id ?? event.entity_id
  if (type === undefined || action === undefined || id <= 0) return undefined
  const entity = entityOf(type)
  const state = announcedState(event)
  const data: Data = { ...(address ? address.after : after), ...(state === undefined ? {} : { current_state: state }) }
  const before = address ? address.before : (event.before_data ?? undefined)
  const { texts, others, nested } = read(entity, data, language)
  let changed = new Set([...texts.keys(), ...others.keys()])
  let textsBefore: Texts = new Map()
  if (before) {
    const old = read(entity, before, language)
    textsBefore = old.texts
    // Whatever else is another in the lines.
    if (Array.isArray(data[LINES]) && JSON.stringify(before[LINES]) !== JSON.stringify(data[LINES])) others.set(`${LINES}.rest`, JSON.stringify(data[LINES]))
    const isChanged = (field: string): boolean =>
      texts.has(field) ? old.texts.get(field) !== texts.get(field) : old.others.get(field) !== others.get(field)
    changed = new Set([...texts.keys(), ...others.keys()].filter(isChanged))
  }
  const value = (field: string): string | undefined => texts.get(field) ?? others.get(field)
  return {
    entity,
    id,
    action,
    texts,
    others,
    nested,
    isStatus: type === 'order' && state !== undefined,
    changed,
    hasBefore: before !== undefined,
    before: textsBefore,
    eventAt: clockOf(event.hook_timestamp),
    operationId: event.operation_id ?? undefined,
    creationName: entity.creationName(value),
    savedAt: typeof data['date_upd'] === 'string' ? data['date_upd'] : undefined
  }
}
