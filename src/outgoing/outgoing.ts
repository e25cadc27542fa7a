import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import type { Reference } from '../prestashop/reference.ts'
import type { OutgoingEvent } from './event.ts'
import { createGate, type Gate, type GateOptions } from './gate.ts'
import { nameOf } from './log-names.ts'
import { createPoller, type Poller, type PollerOptions } from './poller.ts'
import { createRefresh } from './refresh.ts'
import { outgoingRoutes } from './routes.ts'
import { createShopFacts } from './shop-facts.ts'
import type { Verdict } from './verdict.ts'

export interface OutgoingOptions {
  readonly ledger: Ledger
  readonly client: PrestashopClient
  readonly reference: Reference
  readonly log: Logger
  readonly config: Config
  /** Told of every event that goes on to Odoo, as it is sent. */
  readonly onEmit: (event: OutgoingEvent) => void
  /** Told of the reason of every verdict, or that the event is held. */
  readonly onVerdict?: (reason: Verdict['reason'] | 'held') => void
  /** Told of each look of the poller at one resource. */
  readonly onLook?: PollerOptions['onLook']
}

/** What the gate has decided since the start, by verdict and reason: `suppressed.echo`, `emitted.change`, `held`, … */
export type GateCounts = Readonly<Record<string, number>>

export interface Outgoing {
  readonly gate: Gate
  readonly poller: Poller
  readonly routes: Hono
  start(): void
  /** Waits for the requests in flight; what is not done stays in the ledger. Safe to call twice. */
  stop(): Promise<void>
  counts(): GateCounts
}

/** From the shop to Odoo: composes the gate, its sources and the delivery. */
export const createOutgoing = ({ ledger, client, reference, log, config, onEmit, onVerdict, onLook }: OutgoingOptions): Outgoing => {
  const facts = createShopFacts({ ledger, reference, log, config })
  const counts = new Map<string, number>()

  const count: NonNullable<GateOptions['onVerdict']> = (verdict, about) => {
    const name = verdict === 'held' ? 'held' : `${verdict.emit ? 'emitted' : 'suppressed'}.${verdict.reason}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
    onVerdict?.(verdict === 'held' ? verdict : verdict.reason)
    const cause = verdict !== 'held' && !verdict.emit ? { operation_id: verdict.operation_id } : {}
    log.info({ verdict: name, ...nameOf(about), ...cause }, 'event judged')
  }

  const gate = createGate({ ledger, facts, onVerdict: count, onEmit })
  const refresh = createRefresh({ ledger, client, gate, log })
  const poller = createPoller({ ledger, client, reference, gate, log, config, ...(onLook ? { onLook } : {}) })

  return {
    gate,
    poller,
    routes: outgoingRoutes({
      gate,
      client,
      log,
      secrets: config.WEBHOOK_SECRET,
      bodyLimitBytes: config.BODY_LIMIT_BYTES,
      canDeliver: config.ODOO_WEBHOOK_URL !== undefined
    }),
    start() {
      if (config.ODOO_WEBHOOK_URL === undefined) return
      facts.zone()
      refresh.start()
      poller.start()
    },
    async stop() {
      facts.stop()
      await Promise.all([refresh.stop(), poller.stop()])
    },
    counts: () => ({ ...Object.fromEntries(counts), read_afresh: refresh.count() })
  }
}
