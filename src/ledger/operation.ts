import type { OdooId } from './ids.ts'

export const statuses = ['pending', 'processing', 'success', 'failed'] as const
export type Status = (typeof statuses)[number]
export type ActionType = 'created' | 'updated' | 'upserted' | 'deleted'
export const outcomes = ['created', 'updated', 'unchanged', 'deleted', 'stale', 'superseded', 'ignored'] as const
export type Outcome = (typeof outcomes)[number]

/** The `source` of operations that are native webhooks of Odoo; their `entity_type` is Odoo's model. */
export const AUTOMATION_SOURCE = 'odoo-automation'

/** An accepted webhook; times are milliseconds since 1970. */
export interface Operation {
  readonly sequence: number
  readonly operation_id: string
  readonly event_id: string | null
  readonly entity_type: string
  readonly odoo_model: string
  readonly odoo_id: OdooId
  /** The shop's id of the record, once known. */
  readonly entity_id: number | null
  readonly action_type: ActionType
  readonly source: string
  /** The webhook as JSON; `null` after the retention time. */
  readonly source_payload: string | null
  readonly payload_hash: string
  readonly event_id_reused: 0 | 1
  readonly received_at: number
  readonly source_timestamp: number
  readonly status: Status
  readonly outcome: Outcome | null
  /** What was done, as JSON: `updated_fields`, `ignored_fields`, … */
  readonly result_data: string | null
  readonly error_message: string | null
  readonly error_kind: string | null
  readonly error_field: string | null
  readonly attempts: number
  readonly next_attempt_at: number
  /** Milliseconds that it has waited for another record to be there. */
  readonly waited_ms: number
  readonly forced: 0 | 1
  readonly superseded_by: string | null
  /** How far work in several steps has got, as JSON; it outlives crashes and retries. */
  readonly progress: string | null
  readonly processing_time_ms: number | null
  readonly date_add: number
  readonly date_upd: number
}

/** The record of Odoo that an operation is about; its operations are worked on one after the other. */
export type Lane = Pick<Operation, 'entity_type' | 'odoo_model' | 'odoo_id'>

export interface NewOperation extends Lane {
  readonly event_id: string | null
  readonly action_type: ActionType
  readonly source: string
  readonly source_payload: string
  readonly payload_hash: string
  readonly received_at: number
  readonly source_timestamp: number
  /** Whether a webhook without `event_id` that has the same hash is the same webhook again. */
  readonly recognisable: boolean
  /** Of a signed webhook: its id, and the place in its batch. A second one of the same is not accepted again. */
  readonly delivery?: { readonly webhook_id: string; readonly position: number }
  /** Milliseconds for which its record must stay quiet before the work begins; left out = none. */
  readonly quiet_ms?: number
}

export interface Acceptance {
  readonly operation_id: string
  /** A redelivery: the operation was in the ledger already. */
  readonly duplicate: boolean
  readonly event_id_reused: boolean
  /** The `webhook-id` came before with another payload, which `operation_id` names: nothing was stored. */
  readonly webhook_id_reused?: true
}

export interface Ending {
  readonly operation_id: string
  readonly status: 'success' | 'failed'
  readonly outcome?: Outcome
  readonly entity_id?: number
  readonly result_data?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string; readonly kind: string; readonly field?: string }
  readonly superseded_by?: string
  readonly processing_time_ms: number
}

export interface Postponement {
  readonly next_attempt_at: number
  /** Whether this attempt counts towards `MAX_ATTEMPTS`. */
  readonly burnt: boolean
  /** How much longer it waits for another record, in milliseconds. */
  readonly waited_ms?: number
  readonly error: { readonly message: string; readonly kind: string; readonly field?: string }
}

/** What is asked for; without a key, any. Lists are newest first. */
export interface OperationFilter {
  readonly status?: Status
  /** Of operations that succeeded. */
  readonly outcome?: Outcome
  readonly entity_type?: string
  /** An operation id or event id, a record's id in Odoo or in the shop, or a whole email, reference or code of the payload. */
  readonly text?: string
  /** From and to, milliseconds since 1970, both included. */
  readonly received_from?: number
  readonly received_to?: number
  /** Only what comes behind this one. */
  readonly before?: Pick<Operation, 'received_at' | 'sequence'>
  readonly limit: number
}

/** An operation that has just ended. */
export type Ended = Pick<Operation, 'sequence' | 'operation_id' | 'received_at'> & { readonly ending: Ending }
