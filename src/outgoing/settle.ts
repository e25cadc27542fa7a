import type { Ledger, OutgoingTables } from '../ledger/ledger.ts'
import { newOutboxId, OVERTAKEN, type OutboxEntry } from '../ledger/outbox.ts'
import type { EventAnswer } from './answer.ts'
import { takeBack } from './learn.ts'
import { learnBinding, type Learnt } from './learn-binding.ts'
import type { Parcel } from './parcel.ts'
import { eventDelay } from './schedule.ts'

/** What became of an event that was sent. */
export type Settled = { readonly parcel: Parcel } & (
  | {
      readonly status: 'delivered'
      readonly learnt: Learnt
      /** Whether an event of the same record, which was behind it, is to be read afresh now. */
      readonly isAwaited: boolean
    }
  | { readonly status: 'refused'; readonly attempts: number; readonly delay: number }
  | { readonly status: 'failed'; readonly attempts: number }
  /** Odoo has not looked at it. */
  | { readonly status: 'unanswered' }
)

const isSameField = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)

/** Fields of an event that our own writes touched after it was judged: they are told anew. */
const overtakenFields = ({ ownWrites }: OutgoingTables, { entry }: Parcel): string[] => {
  const written = ownWrites
    .of(entry.entity_type, entry.entity_id)
    .filter(({ sequence }) => sequence > entry.own_write)
    .flatMap(({ fields }) => Object.keys(fields))
  return entry.fields.filter((field) => written.some((other) => isSameField(field, other)))
}

/** Odoo may have been told an older value after a newer one: it is told anew, whatever it is known to hold. */
const tellAnew = (tables: OutgoingTables, { entry }: Parcel): void => {
  const { entity_type, entity_id, source, event } = entry
  tables.outbox.put({
    outbox_id: newOutboxId(),
    entity_type,
    entity_id,
    source,
    event: event ?? '',
    status: 'held',
    reason: OVERTAKEN,
    fields: [],
    own_write: tables.ownWrites.lastOf(entity_type, entity_id)
  })
}

/** Ends an event as failed; Odoo does not hold what it told. */
export const giveUp = (tables: OutgoingTables, entry: OutboxEntry, message: string): void => {
  tables.outbox.settle(entry.outbox_id, 'failed', message)
  takeBack(entry, tables)
}

const settleOne = (tables: OutgoingTables, parcel: Parcel, answer: EventAnswer | undefined): Settled => {
  const { entry, event } = parcel
  if (answer === undefined) return { parcel, status: 'unanswered' }
  if (answer.delivered) {
    tables.outbox.settle(entry.outbox_id, 'delivered', null)
    tables.known.tells.deliver(entry.outbox_id, Date.now())
    // A result that names another event is no ground to bind a record.
    const isOwn = answer.eventId === undefined || String(answer.eventId) === String(event.event_id)
    const learnt = isOwn ? learnBinding(tables, parcel, answer.odooId) : {}
    if (overtakenFields(tables, parcel).length > 0) tellAnew(tables, parcel)
    return { parcel, status: 'delivered', learnt, isAwaited: tables.outbox.isHeld(entry.entity_type, entry.entity_id) }
  }
  const attempts = entry.attempts + 1
  const delay = eventDelay(attempts)
  if (delay === undefined) {
    giveUp(tables, entry, answer.message)
    return { parcel, status: 'failed', attempts }
  }
  tables.outbox.postpone(entry.outbox_id, Date.now() + delay, answer.message, true)
  // What an earlier request may have brought stays in doubt.
  if (entry.is_sent === 0) tables.outbox.unsend(entry.outbox_id)
  return { parcel, status: 'refused', attempts, delay }
}

/** Notes what Odoo said about the events of one request, with all that follows from it, in one transaction. */
export const settle = (ledger: Ledger, parcels: readonly Parcel[], answers: readonly EventAnswer[]): Settled[] =>
  ledger.outgoing.write((tables) => {
    const byEvent = answersByEvent(parcels, answers)
    return parcels.map((parcel, index) => settleOne(tables, parcel, byEvent?.get(String(parcel.event.event_id)) ?? answers[index]))
  })

/** Where Odoo names the events that it answers, and they are those that were sent, their order does not count. */
const answersByEvent = (parcels: readonly Parcel[], answers: readonly EventAnswer[]): ReadonlyMap<string, EventAnswer> | undefined => {
  const byEvent = new Map(answers.flatMap((answer): [string, EventAnswer][] => (answer.eventId === undefined ? [] : [[String(answer.eventId), answer]])))
  const isWhole = byEvent.size === parcels.length && parcels.every(({ event }) => byEvent.has(String(event.event_id)))
  return isWhole ? byEvent : undefined
}
