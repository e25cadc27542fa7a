import type { Ledger } from '../ledger/ledger.ts'
import type { OutboxEntry, OutboxStatus } from '../ledger/outbox.ts'
import { fieldName } from './learn.ts'
import { maskSecrets } from '../notify/mask.ts'

export const outboxStatuses = ['held', 'pending', 'delivered', 'suppressed', 'failed'] as const satisfies readonly OutboxStatus[]

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** An entry without its event, which holds personal data. */
export const withoutEvent = ({ sequence: _sequence, event: _event, own_write: _write, is_sent: _sent, ...entry }: OutboxEntry) => ({
  ...entry,
  fields: entry.fields.map(fieldName),
  next_attempt_at: entry.status === 'held' || entry.status === 'pending' ? time(entry.next_attempt_at) : null,
  date_add: time(entry.date_add),
  date_upd: time(entry.date_upd)
})

const masked = (json: string): unknown => JSON.parse(json, maskSecrets)

/** One entry with its event, without secrets that a module may have put there. */
export const withEvent = (entry: OutboxEntry) => ({
  ...withoutEvent(entry),
  event: entry.event === null ? null : masked(entry.event)
})

const RETRY_BATCH = 500

/**
 * Tries an event again: a failed one is read afresh in the shop first, one that waits for its next attempt is due at once.
 * @returns false when there is no such event, or nothing to try again
 */
export const retryEvent = (ledger: Ledger, outboxId: string): boolean => {
  const retried = ledger.outgoing.write(({ outbox }) => outbox.retry(outboxId) || outbox.hasten(outboxId) > 0)
  if (retried) ledger.events.emit('told')
  return retried
}

/**
 * Tries all events again that failed or wait for their next attempt.
 * @returns how many
 */
export const retryAll = (ledger: Ledger): number => {
  let retried = ledger.outgoing.write(({ outbox }) => outbox.hasten())
  let before: number | undefined
  for (;;) {
    const failed = ledger.outgoing.read(({ outbox }) => outbox.list({ status: 'failed', before, limit: RETRY_BATCH }))
    retried += ledger.outgoing.write(({ outbox }) => failed.filter(({ outbox_id }) => outbox.retry(outbox_id)).length)
    if (failed.length < RETRY_BATCH) break
    before = failed.at(-1)?.sequence
  }
  ledger.events.emit('told')
  return retried
}
