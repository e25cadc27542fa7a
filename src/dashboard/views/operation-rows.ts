import { html } from 'hono/html'
import { rowOf } from '../../api/operation.ts'
import type { Operation } from '../../ledger/operation.ts'
import { ago, type Cell, code, duration, type Html, moment, outside, table } from './parts.ts'
import { errorGist, stateBadge } from './words.ts'

/** `customer 1001 updated`: the record by its id in Odoo. */
export const nameOf = ({ entity_type, odoo_id, action_type }: Operation): string => `${entity_type} ${odoo_id} ${action_type}`

/** Why it waits or failed, without the words of the error: those may quote a payload. */
const gistOf = (operation: Operation): Html | string => {
  const { code: errorCode, field, last_error_kind, next_attempt_at: next } = rowOf(operation)
  if (operation.status === 'failed') return errorGist(errorCode, field)
  if (operation.status !== 'pending' || last_error_kind === null) return ''
  return html`${errorGist(last_error_kind, field)}${next === null ? '' : html`<br><span class="soft">next attempt ${moment(Date.parse(next))}</span>`}`
}

/**
 * A form that tries one operation again.
 * @param list the query of the list to go back to; without it the operation's own page follows
 */
export const retryForm = (operation: Operation, list?: string): Html =>
  html`<form method="post" action="/operations/${operation.operation_id}/retry">${
    list === undefined ? '' : html`<input type="hidden" name="list" value="${list}">`
  }<button aria-label="Retry ${nameOf(operation)}">Retry</button></form>`

const row = (operation: Operation, list: string | undefined): Cell[] => [
  html`<a href="/operations/${operation.operation_id}">${outside(nameOf(operation))}</a><br><span class="soft id">${code(operation.operation_id)}</span>`,
  stateBadge(operation),
  gistOf(operation),
  operation.entity_id === null ? html`<span class="soft">not known</span>` : String(operation.entity_id),
  html`${moment(operation.received_at)}<br><span class="soft">${ago(operation.received_at)}</span>`,
  operation.processing_time_ms === null ? '–' : duration(operation.processing_time_ms),
  operation.status === 'failed' && operation.source_payload !== null ? retryForm(operation, list) : ''
]

export interface OperationTable {
  readonly caption: string
  readonly hideCaption?: boolean
  readonly operations: readonly Operation[]
  readonly empty: string
  /** The query of the list, to come back to. */
  readonly list?: string
}

/** Operations without anything of their payloads. */
export const operationTable = ({ operations, list, ...rest }: OperationTable): Html =>
  table({
    ...rest,
    columns: ['Record in Odoo', 'State', 'Why', 'Id in the shop', 'Received', 'Took', 'Retry'],
    rows: operations.map((operation) => row(operation, list))
  })
