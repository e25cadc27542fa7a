import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import manifest from '../../package.json' with { type: 'json' }
import { afterOf } from './event.ts'
import type { Parcel } from './parcel.ts'

/** One request to Odoo. */
export interface Message {
  /** The same whenever the same events are sent again: Odoo can tell a repetition by it. */
  readonly id: string
  readonly isBatch: boolean
  /** JSON */
  readonly body: string
}

const idOf = (parcels: readonly Parcel[]): string => {
  const hash = createHash('sha256')
  // An event that was read afresh is another message.
  for (const { entry } of parcels) hash.update(`${entry.outbox_id}\0${entry.event}\0`)
  return `msg_${hash.digest('base64url').slice(0, 27)}`
}

/** `YYYY-MM-DD HH:MM:SS`, UTC. */
const utc = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')

/** Several events in the format of the shop's own module. */
export const batchMessage = (parcels: readonly Parcel[]): Message => {
  const id = idOf(parcels)
  const body = { batch_id: id, timestamp: utc(Date.now()), events: parcels.map(({ stored }) => stored) }
  return { id, isBatch: true, body: JSON.stringify(body) }
}

/**
 * One event as one flat object, for Odoo's own "On webhook" rules. Where names clash, a field of the record wins over
 * the context, and the four names that every event has win over both.
 */
export const singleMessage = (parcel: Parcel): Message => {
  const { entry, event } = parcel
  const body = {
    ...event.context_data,
    ...afterOf(event),
    _event: event.event_id ?? entry.outbox_id,
    entity_type: event.entity_type,
    entity_id: event.entity_id,
    action_type: event.action_type
  }
  return { id: idOf([parcel]), isBatch: false, body: JSON.stringify(body) }
}

/** What signs messages: a secret that begins with `whsec_` is base64, any other is taken as its bytes. */
const signerOf = (secret: string): Webhook =>
  secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(Buffer.from(secret), { format: 'raw' })

/**
 * The headers of a message: `X-Webhook-Secret` and `X-Batch-ID` as the shop's module sends them, and a signature by the
 * Standard Webhooks specification.
 * @param secret without one neither the secret nor a signature is sent
 */
export const headersFor = (secret: string | undefined): ((message: Message) => Record<string, string>) => {
  const signer = secret === undefined ? undefined : signerOf(secret)

  return ({ id, isBatch, body }) => {
    const now = new Date()
    return {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': `odoo-prestashop-sync/${manifest.version}`,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      ...(isBatch ? { 'x-batch-id': id } : {}),
      ...(secret === undefined ? {} : { 'x-webhook-secret': secret }),
      ...(signer ? { 'webhook-signature': signer.sign(id, now, body) } : {})
    }
  }
}
