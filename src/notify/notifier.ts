import { setImmediate as nextTurn } from 'node:timers/promises'
import ky from 'ky'
import type { Ledger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import { boundedQueue } from './bounded-queue.ts'
import { maskSecrets } from './mask.ts'
import { notificationOf, type Result } from './notification.ts'

export interface NotifierOptions {
  /** Where notifications are posted, `DEBUG_WEBHOOK_URL`. */
  readonly url: string
  readonly log: Logger
  /** What the sender is told about an operation that ended. */
  readonly resultOf: (operation: Operation) => Result
}

/** Notifications since the start. */
export interface NotifierStats {
  /** Answered with 2xx. */
  readonly sent: number
  /** Tried once, in vain: nothing is sent twice. */
  readonly failed: number
  /** Never tried: too many waited, or the end came first. */
  readonly dropped: number
}

/** For one notification, the answer included. */
const TIMEOUT_MS = 2_000
/** How long what waits may take at the end. */
const GRACE_MS = 1_000
/** What waits; payloads may be large and must not fill the memory. */
const MOST_WAITING = { items: 1_000, characters: 16 * 1_024 * 1_024 }
/** An answer is of no interest; a short one is read to its end, so that the connection can be used again. */
const ANSWER_LIMIT = 65_536

const http = ky.create({
  method: 'post',
  retry: 0,
  timeout: false,
  redirect: 'manual',
  throwHttpErrors: false,
  headers: { 'content-type': 'application/json', 'user-agent': 'odoo-prestashop-sync' }
})

const reasonOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS} ms`
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return error instanceof Error ? error.name : typeof error
}

/**
 * Tells a debug server what happens, one notification after the other in the order of events. It may fail in any way
 * without the work noticing: nothing here waits, throws, or is tried twice. Secrets in payloads are masked.
 */
export const createNotifier = ({ url, log, resultOf }: NotifierOptions) => {
  // The path may hold a secret.
  const to = new URL(url).origin
  const stopping = new AbortController()
  /** Bodies are made when their turn comes: a large payload must not hold up the end of an operation. */
  const waiting = boundedQueue<() => string>(MOST_WAITING)
  let isClosed = false
  let draining: Promise<void> | undefined
  /** Whether the last one got through, so that an outage is told once. */
  let isWorking = true
  let sent = 0
  let failed = 0
  let dropped = 0

  const post = async (body: string): Promise<void> => {
    const response = await http(url, { body, signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopping.signal]) })
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > ANSWER_LIMIT) break
    }
    if (response.ok) succeeded()
    else fail(`it answered ${response.status}${response.headers.has('location') ? '; redirects are not followed' : ''}`)
  }

  const succeeded = (): void => {
    sent += 1
    if (!isWorking) log.info({ to, sent, failed, dropped }, 'debug notifications get through again')
    isWorking = true
  }

  const fail = (reason: string): void => {
    failed += 1
    if (isWorking) log.warn({ to, reason }, 'debug notifications do not get through: see DEBUG_WEBHOOK_URL; the work goes on without them')
    isWorking = false
  }

  const drain = async (): Promise<void> => {
    await nextTurn()
    for (let body = waiting.shift(); body; body = waiting.shift()) {
      if (stopping.signal.aborted) {
        dropped += 1
        continue
      }
      try {
        await post(body())
      } catch (error) {
        fail(stopping.signal.aborted ? 'the server stops' : reasonOf(error))
      }
    }
    draining = undefined
  }

  const enqueue = (body: () => string, characters: number): void => {
    dropped += isClosed ? 1 : waiting.push(body, characters)
    draining ??= drain()
  }

  const operationEnded = (operation: Operation): void => {
    const characters = (operation.source_payload?.length ?? 0) + (operation.result_data?.length ?? 0)
    enqueue(() => JSON.stringify(notificationOf(operation, resultOf(operation)), maskSecrets), characters)
  }

  return {
    /** Tells that an operation ended. Never throws. */
    operationEnded,

    /** Tells of an event that was emitted to Odoo, as it is. Never throws. */
    outgoing(event: object): void {
      try {
        const body = JSON.stringify(event, maskSecrets)
        enqueue(() => body, body.length)
      } catch (error) {
        fail(`the event is no JSON (${reasonOf(error)})`)
      }
    },

    /** Tells of every operation of a ledger that ends from now on. */
    follow(ledger: Pick<Ledger, 'events' | 'find'>): void {
      ledger.events.on('ended', (operationId) => {
        try {
          const operation = ledger.find(operationId)
          if (operation) operationEnded(operation)
        } catch (error) {
          // The operation itself is on disk, and whoever ended it must not hear of this.
          fail(`the ledger cannot be read (${reasonOf(error)})`)
        }
      })
    },

    stats: (): NotifierStats => ({ sent, failed, dropped }),

    /** Takes no more, sends what waits for a second at most, and drops the rest. Safe to call twice. */
    async close(): Promise<void> {
      isClosed = true
      const timer = setTimeout(() => stopping.abort(), GRACE_MS)
      await draining
      clearTimeout(timer)
      if (failed + dropped > 0) log.warn({ to, sent, failed, dropped }, 'not all debug notifications got through')
    }
  }
}

export type Notifier = ReturnType<typeof createNotifier>
