import type { Conclusion } from '../ledger/ledger.ts'
import { newOutboxId, OVERTAKEN } from '../ledger/outbox.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { knownValue } from './applied.ts'
import type { Entity, Surroundings, Task } from './entity.ts'
import { isSecret, syncedTexts } from './record-texts.ts'

/** An event about a record of the shop, in the format of the shop's module. */
export interface ShopEvent {
  readonly event_id: string
  readonly entity_type: string
  readonly entity_id: number
  readonly entity_name: string
  readonly action_type: string
  readonly transaction_hash: string
  readonly correlation_id: string
  readonly hook_name: string
  /** Shop time. */
  readonly hook_timestamp: string
  readonly before_data: null
  readonly after_data: Readonly<Record<string, unknown>>
  readonly change_summary: string
  readonly context_data: Readonly<Record<string, unknown>> | null
}

export interface Occasion {
  readonly eventId: string
  readonly action: string
  /** `poll`, `conflict` */
  readonly hookName: string
  /** Shop time. */
  readonly at: string
  readonly correlationId: string
  /** Fields that the event is about. */
  readonly fields: readonly string[]
  readonly context?: Readonly<Record<string, unknown>>
}

/** A record as it is told: without its secrets, multi-language fields by language id. */
export const dataOf = (record: ShopRecord): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(record.fields).filter(([field]) => !isSecret(field))),
  ...record.languages
})

/** What an event is about: an entity, or a record that only the shop makes. */
export type Named = Pick<Entity, 'type' | 'label'>

const nameOf = (entity: Named, { id, fields }: ShopRecord): string => {
  const names = [fields.reference, fields.code, [fields.firstname, fields.lastname].filter(Boolean).join(' ')]
  return names.find((name) => name) ?? `${entity.label} ${id}`
}

/** An event about a record; one about an address is its customer's, as the shop's module has it. */
export const eventOf = (entity: Named, record: ShopRecord, occasion: Occasion): ShopEvent => {
  const isAddress = entity.type === 'address'
  const context = {
    ...occasion.context,
    ...(isAddress
      ? { change_type: 'address', address_id: record.id, address_action: occasion.action, address_alias: record.fields.alias ?? '' }
      : {})
  }
  return {
    event_id: occasion.eventId,
    entity_type: isAddress ? 'customer' : entity.type,
    entity_id: isAddress ? Number(record.fields.id_customer ?? 0) : record.id,
    entity_name: nameOf(entity, record),
    action_type: isAddress ? 'updated' : occasion.action,
    transaction_hash: occasion.eventId,
    correlation_id: occasion.correlationId,
    hook_name: occasion.hookName,
    hook_timestamp: occasion.at,
    before_data: null,
    after_data: dataOf(record),
    change_summary: occasion.fields.join(', '),
    context_data: Object.keys(context).length > 0 ? context : null
  }
}

export interface Kept {
  /** The canonical value of a field in the shop. */
  readonly shopValue: (field: string) => string
  /** When somebody in the shop changed it, milliseconds since 1970. */
  readonly changedAt: (field: string) => number
}

/** What Odoo is to hear after an operation. */
export interface Untold {
  /** Fields in which the shop's own value stays. */
  readonly kept: readonly string[]
  /** Fields in which Odoo may hold something else by now, as an event has come over its change. */
  readonly lost: readonly string[]
  /** Whether the record holds something else than it did when it was read. */
  readonly isWritten: boolean
}

/**
 * The event that tells Odoo which values of the shop an operation left as they are, so that both sides end equal; and
 * which ones Odoo has lost to an earlier event, read afresh after the operation has written them.
 */
export const keptEvent = (
  { entity }: Task,
  record: ShopRecord,
  { kept, lost, isWritten }: Untold,
  { shopValue, changedAt }: Kept,
  { ledger, call }: Surroundings
): Pick<Conclusion, 'tell'> => {
  const fields = [...kept, ...lost]
  if (fields.length === 0) return {}
  const isHeld = lost.length > 0 || isWritten
  // The event tells the whole record.
  const told = isHeld ? [] : [...new Set([...syncedTexts(entity, record).keys(), ...kept])]
  const eventId = newOutboxId()
  const event = eventOf(entity, record, {
    eventId,
    action: 'updated',
    hookName: 'conflict',
    at: record.fields.date_upd ?? '',
    correlationId: call.operationId,
    fields,
    context: { reason: 'conflict', operation_id: call.operationId, kept_fields: fields }
  })
  return {
    tell: {
      entry: {
        outbox_id: eventId,
        entity_type: entity.type,
        entity_id: record.id,
        source: 'conflict',
        event: JSON.stringify(event),
        status: isHeld ? 'held' : 'pending',
        reason: lost.length > 0 ? OVERTAKEN : 'conflict',
        fields: told,
        own_write: 0
      },
      values: told.map((field) => {
        const value = { value: shopValue(field), sourceTime: changedAt(field), operationId: eventId }
        return knownValue(entity, record.id, field, value, ledger)
      })
    }
  }
}
