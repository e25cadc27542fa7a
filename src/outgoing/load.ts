import type { Ledger } from '../ledger/ledger.ts'
import type { OutboxEntry } from '../ledger/outbox.ts'
import { type Parcel, parcelOf } from './parcel.ts'
import { giveUp } from './settle.ts'

/** As many as the shop's module sends in one request. */
export const MAX_EVENTS = 100
/** Proxies before Odoo often take 1 MiB at most. */
const MAX_CHARACTERS = 500_000

/**
 * As many of the due events as fit into one request.
 * @param loners ids of events that travel alone
 */
export const loadOf = (due: readonly OutboxEntry[], loners: ReadonlySet<string>): readonly OutboxEntry[] => {
  if (loners.has(due[0]?.outbox_id ?? '')) return due.slice(0, 1)
  const together: OutboxEntry[] = []
  let room = MAX_CHARACTERS
  for (const entry of due) {
    if (loners.has(entry.outbox_id)) continue
    room -= entry.event?.length ?? 0
    if (room < 0 && together.length > 0) break
    together.push(entry)
  }
  return together
}

/** What is to be done with events that are due. */
export interface Inspected {
  readonly parcels: Parcel[]
  /** To be read afresh in the shop before. */
  readonly held: OutboxEntry[]
  readonly unreadable: OutboxEntry[]
}

/** What the gate let pass without a look at values: no write of ours can make it wrong. */
const isPassedOn = ({ source, fields }: OutboxEntry): boolean => source === 'relay' && fields.length === 0

/** Holds back events about records that we have written to since they were judged: their values may be out of date. */
export const inspect = (ledger: Ledger, entries: readonly OutboxEntry[]): Inspected =>
  ledger.outgoing.write((tables) => {
    const inspected: Inspected = { parcels: [], held: [], unreadable: [] }
    for (const entry of entries) {
      const parcel = parcelOf(entry)
      if (!isPassedOn(entry) && tables.ownWrites.lastOf(entry.entity_type, entry.entity_id) > entry.own_write) {
        tables.outbox.hold(entry.outbox_id)
        inspected.held.push(entry)
      } else if (parcel) {
        tables.outbox.send(entry.outbox_id)
        inspected.parcels.push(parcel)
      } else {
        giveUp(tables, entry, 'Its event cannot be read by this version of the program')
        inspected.unreadable.push(entry)
      }
    }
    return inspected
  })
