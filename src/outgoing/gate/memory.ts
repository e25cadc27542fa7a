import type { Ledger, OutgoingTables } from '../../ledger/ledger.ts'
import type { OutgoingEvent } from '../event.ts'
import { parseVerdict, type Remembered, type Verdict } from '../verdict.ts'

/** Which interface an event came by: to relay what was checked is no repetition. */
export type Interface = 'relay' | 'check'

/** The verdicts of events that may come again, within the caller's transaction. */
export interface Memory {
  of(event: OutgoingEvent, by: Interface, tables: OutgoingTables): Remembered | undefined
  keep(event: OutgoingEvent, by: Interface, remembered: Remembered, tables: OutgoingTables): void
}

/** Remembered without what is only for the ledger. */
export const verdictOf = ({ late: _late, ...verdict }: Exclude<Remembered, 'held'>): Verdict => verdict

export const createMemory = (ledger: Ledger): Memory => {
  /** `undefined`: the event has nothing that tells it from another one that happens to be the same. */
  const hashOf = (event: OutgoingEvent, by: Interface): Buffer | undefined => {
    const names = [event.event_id, event.transaction_hash, event.hook_timestamp]
    if (names.every((name) => name === undefined || name === null)) return undefined
    return Buffer.from(ledger.payloadHash(`${by} ${JSON.stringify(contentOf(event))}`))
  }

  return {
    of: (event, by, { seen }) => {
      const hash = hashOf(event, by)
      const json = hash && seen.verdict(hash)
      return json === undefined ? undefined : parseVerdict(json)
    },
    keep: (event, by, remembered, { seen }) => {
      const hash = hashOf(event, by)
      if (hash) seen.rememberVerdict(hash, JSON.stringify(remembered))
    }
  }
}

/**
 * What makes an event the same when it comes again. The module numbers its events, and sends one again as it stored
 * it; what else travels along, such as a count of attempts, does not make another of it. Its `transaction_hash` alone
 * is not enough: it is the same for two changes within five seconds.
 */
const contentOf = (event: OutgoingEvent): unknown => {
  const { event_id, entity_type, entity_id, action_type, transaction_hash, hook_timestamp, before_data, after_data, data, context_data } = event
  if (event_id === undefined || event_id === null) return event
  return [event_id, entity_type, entity_id, action_type, transaction_hash, hook_timestamp, before_data, after_data, data, context_data]
}
