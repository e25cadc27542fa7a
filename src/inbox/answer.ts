import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'
import type { Operation } from '../ledger/operation.ts'
import type { Issue } from './envelope.ts'

/** What a sender is told about one webhook (DESIGN §2.2). */
export interface Answer {
  readonly status: ContentfulStatusCode
  readonly body: Readonly<Record<string, unknown>>
}

const resultSchema = v.looseObject({
  updated_fields: v.optional(v.array(v.string())),
  stale_fields: v.optional(v.array(v.string())),
  kept_fields: v.optional(v.array(v.string())),
  ignored_fields: v.optional(v.array(v.string())),
  /** Why nothing of the webhook is the shop's business. */
  reason: v.optional(v.string()),
  code: v.optional(v.string())
})

export type Result = v.InferOutput<typeof resultSchema>

/** What an operation's `result_data` tells. */
export const resultOf = (operation: Operation): Result => v.parse(resultSchema, JSON.parse(operation.result_data ?? '{}'))

const words: Readonly<Record<string, string>> = {
  created: 'created',
  updated: 'updated',
  deleted: 'deleted',
  unchanged: 'unchanged: there was nothing to change',
  stale: 'kept as it is: a later change is there',
  superseded: 'written together with a later webhook',
  ignored: 'left alone'
}

const messageOf = ({ entity_type, entity_id, outcome }: Operation, { updated_fields = [], reason }: Result): string => {
  const subject = `${entity_type}${entity_id === null ? '' : ` ${entity_id}`}`
  const fields = outcome === 'updated' && updated_fields.length > 0 ? `: ${updated_fields.join(', ')}` : ''
  return `${subject} ${words[outcome ?? ''] ?? 'done'}${fields}${reason === undefined ? '' : `: ${reason}`}`
}

const succeeded = (operation: Operation): Answer => {
  const { code: _code, ...result } = resultOf(operation)
  return {
    status: 200,
    body: {
      success: true,
      operation_id: operation.operation_id,
      status: 'success',
      outcome: operation.outcome,
      entity_type: operation.entity_type,
      entity_id: operation.entity_id,
      message: messageOf(operation, result),
      ...result
    }
  }
}

const failed = (operation: Operation): Answer => {
  const { code, ...details } = resultOf(operation)
  return {
    status: 422,
    body: {
      success: false,
      operation_id: operation.operation_id,
      status: 'failed',
      error: operation.error_message,
      code: code ?? operation.error_kind,
      ...(operation.error_field === null ? {} : { field: operation.error_field }),
      ...(operation.entity_id === null ? {} : { entity_type: operation.entity_type, entity_id: operation.entity_id }),
      ...details
    }
  }
}

/** On disk, not yet applied. */
export const pending = (operationId: string): Answer => ({
  status: 202,
  body: { success: true, operation_id: operationId, status: 'pending', status_url: `/api/operations/${operationId}` }
})

/** What is known of an operation now. */
export const answerFor = (operation: Operation): Answer => {
  if (operation.status === 'success') return succeeded(operation)
  if (operation.status === 'failed') return failed(operation)
  return pending(operation.operation_id)
}

/** Refused before anything was stored. */
export const refusal = (status: ContentfulStatusCode, error: string, issues?: readonly Issue[]): Answer => ({
  status,
  body: { success: false, error, ...(issues ? { issues } : {}) }
})
