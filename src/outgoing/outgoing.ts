import type { Hono } from 'hono'
import type { Config } from '../config.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Reference } from '../prestashop/reference.ts'
import type { OutgoingEvent } from './event.ts'
import { createGate, type Gate } from './gate.ts'
import { createPoller, type Poller, type PollerOptions } from './poller.ts'
import { createRefresh } from './refresh.ts'
import { outgoingRoutes } from './routes.ts'
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

/** How often the shop is asked which zone its clock shows. */
const ZONE_EVERY_MS = 600_000

/** From the shop to Odoo: composes the gate, its sources and the delivery. */
export const createOutgoing = ({ ledger, client, reference, log, config, onEmit, onVerdict, onLook }: OutgoingOptions): Outgoing => {
  let zone: string = config.SHOP_TIMEZONE ?? 'UTC'
  let timer: NodeJS.Timeout | undefined
  const counts = new Map<string, number>()

  const count = (verdict: Verdict | 'held', entityType: string): void => {
    const name = verdict === 'held' ? 'held' : `${verdict.emit ? 'emitted' : 'suppressed'}.${verdict.reason}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
    onVerdict?.(verdict === 'held' ? verdict : verdict.reason)
    const cause = verdict !== 'held' && !verdict.emit ? { operation_id: verdict.operation_id } : {}
    log.info({ verdict: name, entity_type: /^[\w.-]{1,40}$/.test(entityType) ? entityType : 'other', ...cause }, 'event judged')
  }

  /** In the background: a verdict never waits for the shop. */
  const learnZone = (): void => {
    reference.timeZone(config.SHOP_TIMEZONE).then(
      (told) => {
        zone = told
      },
      (error: unknown) => {
        // The shop is away: what is known counts.
        if (!(error instanceof PrestashopError)) log.error({ error: String(error) }, 'the time zone of the shop could not be read')
      }
    )
  }

  /** Asked for when it is needed first: a bridge that nobody tells anything leaves the shop alone. */
  const currentZone = (): string => {
    if (timer === undefined) {
      timer = setInterval(learnZone, ZONE_EVERY_MS).unref()
      learnZone()
    }
    return zone
  }

  const gate = createGate({ ledger, zone: currentZone, onVerdict: count, onEmit })
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
      refresh.start()
      poller.start()
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([refresh.stop(), poller.stop()])
    },
    counts: () => ({ ...Object.fromEntries(counts), read_afresh: refresh.count() })
  }
}
