import { collectDefaultMetrics, Registry } from 'prom-client'
import { type MetricDescription, metricKinds } from './kinds.ts'

const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const OPERATION_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600, 86_400]

let ofProcess: Registry | undefined

/** Processor, memory, garbage collection and event loop: there is one of them, however many servers it runs. */
const processMetrics = (): Registry => {
  if (!ofProcess) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: 20 })
  }
  return ofProcess
}

/** Lags of the event loop that stand for "not measured since the last scrape": left out, as Prometheus has it. */
const UNMEASURED = /^nodejs_eventloop_lag_\w+ (?:NaN|Nan|9223372036\.\d+)\n/gm

/**
 * The metrics of one server. To add one, declare it here and name it in the README's table: a test compares them.
 * Labels are for what there are few of (an entity, a reason), never for anything of a payload.
 *
 * @example
 * metrics.gateVerdicts.inc({ reason: 'echo' })
 * metrics.beforeScrape(() => metrics.outboxOldest.set({}, secondsSince(oldest)))
 */
export const createMetrics = () => {
  const registry = new Registry()
  const { counter, gauge, histogram, declared } = metricKinds(registry)
  const updates: (() => void)[] = []
  // From the start, so that the first scrape has lags to tell.
  const ofProcessOnly = processMetrics()

  return {
    webhooks: counter('webhooks_total', 'webhooks received, by the status of their answer; those of a batch one by one; `entity` unknown: refused before it was read', ['entity', 'answer']),
    operations: counter('operations_total', 'operations that ended; `kind` is that of the error, or none', ['entity', 'outcome', 'kind']),
    operationSeconds: histogram('operation_seconds', 'seconds from receipt to end', OPERATION_SECONDS, ['entity']),
    coalesced: counter('coalesced_total', 'operations that were written together with a later one', ['entity']),
    retries: counter('retries_total', 'attempts that will be repeated, by the kind of their error', ['entity', 'kind']),
    shopCalls: histogram('shop_call_seconds', 'seconds per call of the Webservice; `status` none: no answer', CALL_SECONDS, [
      'resource',
      'method',
      'status'
    ]),
    backlog: gauge('backlog_operations', 'operations that have not ended', ['status']),
    backlogOldest: gauge('backlog_oldest_seconds', 'age of the oldest of them; 0 when there is none'),
    breakerOpen: gauge('breaker_open', '1 while the shop cannot be worked with for an error of that kind, otherwise 0', ['kind']),
    missingRights: gauge('missing_rights', 'resources and methods that the Webservice key lacks a right to'),
    gateVerdicts: counter('gate_verdicts_total', 'changes in the shop that were judged, by what was decided; what was `held` counts once more when it has been read afresh', ['reason']),
    outboxEvents: gauge('outbox_events', 'events for Odoo that wait (held, pending) or are given up (failed)', ['status']),
    outboxOldest: gauge('outbox_oldest_seconds', 'age of the oldest event that waits; 0 when there is none'),
    deliveries: counter('deliveries_total', 'events that Odoo said something about: delivered, refused (tried again) or failed (given up)', ['result']),
    pollRounds: counter('poll_rounds_total', 'looks of the poller: ok, trouble (with this resource only) or failed (the round ended)', ['resource', 'result']),
    debugNotifications: counter('debug_notifications_total', 'debug notifications: sent, failed or dropped', ['result']),

    /** Has gauges set at each scrape. When it throws, the others are told all the same. */
    beforeScrape: (update: () => void): void => {
      updates.push(update)
    },
    /** All metrics but those of the process. */
    declared: declared as readonly MetricDescription[],
    /** The text for Prometheus. */
    async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
      for (const update of updates) {
        try {
          update()
        } catch {
          // Such as a ledger that cannot be read: its gauges stay as they were.
        }
      }
      return { contentType: registry.contentType, text: (await registry.metrics()) + (await ofProcessOnly.metrics()).replaceAll(UNMEASURED, '') }
    }
  }
}

export type Metrics = ReturnType<typeof createMetrics>
