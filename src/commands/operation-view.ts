import { isPlainObject } from '../http/plain-object.ts'
import type { Operation } from '../ledger/operation.ts'
import { maskSecrets } from '../notify/mask.ts'
import type { Style } from './terminal.ts'
import { isoTime } from './text.ts'

const parse = (json: string | null): unknown => (json === null ? null : JSON.parse(json))

/** The keys of a column that holds a JSON object. */
export const keysOf = (json: string | null): Readonly<Record<string, unknown>> => {
  const value = parse(json)
  return isPlainObject(value) ? value : {}
}

/** An operation for programs, without its payload, which holds personal data. */
export const publicPart = ({ source_payload: _payload, payload_hash: _hash, sequence: _sequence, ...rest }: Operation) => ({
  ...rest,
  result_data: parse(rest.result_data),
  progress: parse(rest.progress),
  received_at: isoTime(rest.received_at),
  source_timestamp: isoTime(rest.source_timestamp),
  date_add: isoTime(rest.date_add),
  date_upd: isoTime(rest.date_upd),
  next_attempt_at: rest.next_attempt_at === 0 ? null : isoTime(rest.next_attempt_at)
})

/** The webhook as it came, secrets masked. */
export const payloadOf = ({ source_payload }: Operation): unknown =>
  source_payload === null ? null : JSON.parse(source_payload, maskSecrets)

export const whatOf = ({ entity_type, odoo_id, action_type }: Operation): string => `${entity_type} ${odoo_id} ${action_type}`

const STYLES: Readonly<Record<Operation['status'], Style>> = { success: 'green', failed: 'red', pending: 'yellow', processing: 'yellow' }

export const styleOf = ({ status }: Operation): Style => STYLES[status]
