import type { OutgoingTables } from '../../ledger/ledger.ts'
import { type OutboxEntry, OVERTAKEN } from '../../ledger/outbox.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import { type OutgoingEvent, parseEvent } from '../event.ts'
import { announcedState } from '../subject.ts'

/** How long after its announcement a status may take to be written. */
const ANNOUNCED_MS = 10_000

/**
 * How the status that an event tells stands to the order as it is. `to come`: a hook has announced what the shop has
 * not written yet. `past`: the order has gone on, and the events that tell so come later. `followed`: they are on their
 * way to Odoo already. Each state is a fact of its own, and is not told as the newest.
 */
export type StateOfOrder = 'now' | 'to come' | 'past' | 'followed'

export const stateOf = (event: OutgoingEvent, entry: OutboxEntry, { fields }: ShopRecord, { outbox }: OutgoingTables): StateOfOrder => {
  const state = announcedState(event)
  if (state === undefined || fields['current_state'] === String(state)) return 'now'
  // Nobody knows what Odoo has made of it: what the order holds now is told.
  const isAgain = entry.reason === OVERTAKEN
  const later = isAgain ? [] : outbox.after(entry).filter((one) => isOfState(one))
  if (later.some(({ status }) => status === 'pending')) return 'followed'
  // A row of the past, or another announcement after it.
  if (later.length > 0 || entry.source === 'poll') return isAgain ? 'now' : 'past'
  return Date.now() - entry.date_add < ANNOUNCED_MS ? 'to come' : 'now'
}

const isOfState = ({ event }: OutboxEntry): boolean => {
  const parsed = parseEvent(JSON.parse(event ?? '{}'))
  return 'event' in parsed && announcedState(parsed.event) !== undefined
}

/** The record as it was in the state that the event tells. */
export const withState = (record: ShopRecord, event: OutgoingEvent): ShopRecord => ({
  ...record,
  fields: { ...record.fields, current_state: String(announcedState(event) ?? record.fields['current_state'] ?? '') }
})
