import type { Hashes } from '../ledger/own-writes.ts'
import { untyped } from '../sync/record-texts.ts'
import { afterOf, type OutgoingEvent } from './event.ts'

/** What makes an invoice or a payment the same one, whoever tells of it. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  invoice: ['id_order', 'number'],
  payment: ['order_reference', 'amount']
}

/**
 * The identity of an invoice or payment that an event tells the creation of, as hashes by field: what the relay and
 * the poller both see is told once. `undefined` for every other event, and when the event does not carry all of it.
 */
export const identityOf = (event: OutgoingEvent, fingerprint: (field: string, text: string) => Buffer): Hashes | undefined => {
  const fields = (event.action_type === 'created' || event.action_type === 'received') && Object.hasOwn(IDENTITY, event.entity_type) ? IDENTITY[event.entity_type] : undefined
  const data = afterOf(event)
  if (!fields || !data) return undefined
  const hashes = fields.flatMap((field): [string, string][] => {
    const value = data[field]
    return typeof value === 'string' || typeof value === 'number' ? [[field, fingerprint(field, untyped(value)).toString('base64')]] : []
  })
  return hashes.length === fields.length ? Object.fromEntries(hashes) : undefined
}
