import type { Operation } from '../ledger/operation.ts'

/** What the sender is told about an operation that ended: `success`, `outcome` or `error`, `message`, … */
export type Result = Readonly<Record<string, unknown>>

const summaryOf = ({ entity_type, odoo_id, action_type, error_message }: Operation, { success, message }: Result): string =>
  success === true && typeof message === 'string'
    ? message
    : `${entity_type} ${odoo_id} of Odoo (${action_type}) failed: ${error_message ?? 'no reason is known'}`

/**
 * The debug notification of an operation that ended, in the shape that the reverse sync of the shop's module has.
 * `event_id` is the operation's id, `entity_id` the shop's id of the record or null, `timestamp` the end of the
 * operation, ISO 8601 in UTC. `original_payload` is null when the retention has taken it away.
 */
export const notificationOf = (operation: Operation, result: Result) => ({
  event_id: operation.operation_id,
  entity_type: operation.entity_type,
  entity_id: operation.entity_id,
  action_type: operation.action_type,
  hook_name: 'reverseWebhookReceived',
  timestamp: new Date(operation.date_upd).toISOString(),
  reverse_sync: true,
  source: 'odoo',
  destination: 'prestashop',
  result,
  original_payload: operation.source_payload === null ? null : (JSON.parse(operation.source_payload) as unknown),
  change_summary: summaryOf(operation, result)
})
