import type { OutboxEntry } from '../ledger/outbox.ts'
import { type OutgoingEvent, parseEvent } from './event.ts'

/** An entry of the outbox, ready to be sent. */
export interface Parcel {
  readonly entry: OutboxEntry
  /** The event as it was put into the outbox. */
  readonly stored: unknown
  /** The same, parsed. */
  readonly event: OutgoingEvent
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the event of an entry; `undefined` when it has none that this version can read. */
export const parcelOf = (entry: OutboxEntry): Parcel | undefined => {
  const stored = parsedJson(entry.event ?? '')
  const parsed = parseEvent(stored)
  return 'event' in parsed ? { entry, stored, event: parsed.event } : undefined
}

/** What an event tells beside the record. */
export const contextOf = ({ context_data: context }: OutgoingEvent): Readonly<Record<string, unknown>> => context ?? {}

/** Whether an event of a customer is about one of its addresses, as the shop's module has it. */
export const isAboutAddress = (event: OutgoingEvent): boolean => contextOf(event)['change_type'] === 'address'

/** Keys whose values say nothing about a person, and are words that a message may need. */
const harmless: ReadonlySet<string> = new Set(['entity_type', 'action_type', 'change_type', 'hook_name', 'change_summary'])

/** All texts of an event that may be somebody's data: they are kept out of messages. */
export const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (harmless.has(key) ? [] : textsOf(inner)))
}
