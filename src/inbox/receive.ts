import type { Ledger } from '../ledger/ledger.ts'
import type { NewOperation } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import { type Answer, answerFor, pending, refusal } from './answer.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { canonicalJson } from '../http/json.ts'

export interface ReceiveOptions {
  readonly ledger: Ledger
  readonly log: Logger
  /** Milliseconds that an answer may wait for the result. */
  readonly ackWaitMs: number
  /** Whether results can be expected soon: not while the shop is away. */
  readonly isWorking: () => boolean
  /** Told of the status that each webhook was answered with; without an entity when it is not known. */
  readonly onAnswer?: (entity: string | undefined, status: number) => void
}

/** A clock that is further ahead than this is wrong: the time of receipt counts. */
const FUTURE_TOLERANCE_MS = 300_000

/** Only an id that looks like one goes into the log; senders may put anything there. */
const loggable = (eventId: string | null): string | undefined =>
  eventId !== null && /^[\w.:/-]{1,80}$/.test(eventId) ? eventId : undefined

const toOperation = (envelope: Envelope, payload: unknown, ledger: Ledger, delivery: NewOperation['delivery']): NewOperation => {
  const now = Date.now()
  const told = envelope.timestamp ?? undefined
  return {
    event_id: envelope.event_id ?? null,
    entity_type: envelope.entity_type,
    odoo_model: envelope.odooModel,
    odoo_id: envelope.entity_id,
    action_type: envelope.action_type ?? 'updated',
    source: envelope.source ?? 'odoo',
    source_payload: JSON.stringify(payload),
    payload_hash: ledger.payloadHash(canonicalJson(payload)),
    received_at: now,
    source_timestamp: told === undefined || told > now + FUTURE_TOLERANCE_MS ? now : told,
    recognisable: told !== undefined,
    ...(delivery ? { delivery } : {})
  }
}

const deliveryOf = (webhookId: string | undefined, position: number): NewOperation['delivery'] =>
  webhookId === undefined ? undefined : { webhook_id: webhookId, position }

/** Receives envelopes: stores each durably, then waits a while for what becomes of it. */
export const createReceiver = ({ ledger, log, ackWaitMs, isWorking, onAnswer }: ReceiveOptions) => {
  const waiting = new Map<string, Set<() => void>>()
  ledger.events.on('ended', (operationId) => {
    for (const resolve of waiting.get(operationId) ?? []) resolve()
    waiting.delete(operationId)
  })

  /** Resolves when the operation ends, or at the deadline; nothing is kept beyond it. */
  const endedOr = (deadline: Promise<void>, operationId: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const own = waiting.get(operationId) ?? new Set()
    waiting.set(operationId, own.add(resolve))
    void deadline.then(() => {
      if (own.delete(resolve) && own.size === 0 && waiting.get(operationId) === own) waiting.delete(operationId)
      resolve()
    })
    return promise
  }

  const current = (operationId: string): Answer => {
    const operation = ledger.find(operationId)
    return operation ? answerFor(operation) : pending(operationId)
  }

  const result = async (operationId: string, deadline: Promise<void> | undefined, duplicate: boolean): Promise<Answer> => {
    if (duplicate) {
      const known = current(operationId)
      if (known.status !== 202) return known
    }
    if (!deadline) return pending(operationId)
    await endedOr(deadline, operationId)
    return current(operationId)
  }

  const one = async (value: unknown, deadline: Promise<void> | undefined, delivery: NewOperation['delivery']): Promise<Answer> => {
    const parsed = parseEnvelope(value)
    if ('issues' in parsed) {
      onAnswer?.(undefined, 422)
      const { issues } = parsed
      log.warn({ issues: issues.map(({ path }) => path) }, 'webhook refused: the envelope is not valid')
      return refusal(422, `The webhook is not valid: ${issues.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ')}`, issues)
    }
    const operation = toOperation(parsed.envelope, value, ledger, delivery)
    const { entity_type, odoo_id, action_type } = operation
    const accepted = ledger.accept(operation)
    accepted.catch(() => onAnswer?.(entity_type, 503))
    const { operation_id, duplicate, event_id_reused, webhook_id_reused } = await accepted
    if (webhook_id_reused) {
      onAnswer?.(entity_type, 422)
      log.warn({ operation_id }, 'webhook refused: its webhook-id belongs to another one')
      return refusal(422, `The webhook-id was used before, for another webhook (${operation_id}): give each its own`)
    }
    const marks = { ...(duplicate ? { duplicate } : {}), ...(event_id_reused ? { event_id_reused } : {}) }
    log.info({ operation_id, event_id: loggable(operation.event_id), entity_type, odoo_id, action_type, ...marks }, 'webhook accepted')
    const { status, body } = await result(operation_id, deadline, duplicate)
    onAnswer?.(entity_type, status)
    return { status, body: { ...body, ...marks } }
  }

  const patience = (): Promise<void> | undefined =>
    ackWaitMs > 0 && isWorking() ? new Promise((resolve) => setTimeout(resolve, ackWaitMs).unref()) : undefined

  return {
    /**
     * @param webhookId of a signed webhook: a second one with the same id gets the answer of the first
     * @throws LedgerUnavailableError when nothing could be stored
     */
    one: (value: unknown, webhookId?: string): Promise<Answer> => one(value, patience(), deliveryOf(webhookId, 0)),
    /**
     * Each element is accepted or refused on its own; all of them share one wait.
     * @throws LedgerUnavailableError when nothing could be stored
     */
    batch: async (values: readonly unknown[], webhookId?: string): Promise<Answer> => {
      const deadline = patience()
      const answers = await Promise.all(values.map((value, position) => one(value, deadline, deliveryOf(webhookId, position))))
      const results = answers.map(({ status, body }) => ({ http_status: status, status: 'failed', ...body }))
      return { status: 200, body: { success: true, results } }
    }
  }
}
