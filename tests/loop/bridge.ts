import type { Config } from '../../src/config.ts'
import { createReceiver } from '../../src/inbox/receive.ts'
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts'
import { createLogger } from '../../src/log.ts'
import { createDelivery } from '../../src/outgoing/delivery.ts'
import { createOutgoing, type GateCounts } from '../../src/outgoing/outgoing.ts'
import { createClient } from '../../src/prestashop/client.ts'
import { createSync } from '../../src/sync/sync.ts'
import type { SimulatedClock } from './clock.ts'

/** A JSON answer of the bridge. */
export interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** The bridge as a process that can die. */
export interface BridgeProcess {
  readonly ledger: () => Ledger
  readonly isUp: () => boolean
  /** A webhook of Odoo; rejects while the process is down, and never resolves when it dies meanwhile. */
  readonly webhook: (envelope: unknown) => Promise<Reply>
  /** A POST of the shop's module, likewise. */
  readonly post: (path: string, body: unknown) => Promise<Reply>
  /** Everything that is not on disk is gone. */
  readonly crash: () => void
  readonly start: () => void
  /** What the gate has decided, over all its lives. */
  readonly counts: () => GateCounts
  readonly close: () => void
}

/** What is inside while it lives. */
const boot = (config: Config) => {
  const log = createLogger({ level: 'silent', format: 'json' })
  const ledger = openLedger({ path: config.LEDGER_PATH, as: 'server' })
  const client = createClient({ url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs: config.PRESTASHOP_TIMEOUT_MS })
  const sync = createSync({ ledger, client, log, config, mailPasswordLink: () => Promise.resolve() })
  const receiver = createReceiver({ ledger, log, ackWaitMs: config.ACK_WAIT_MS, isWorking: () => !sync.breaker().open })
  const outgoing = createOutgoing({ ledger, client, reference: sync.reference, log, config, onEmit: () => {} })
  const delivery = createDelivery({ ledger, log, config })
  sync.start()
  outgoing.start()
  delivery.start()
  return { ledger, receiver, outgoing }
}

export const createBridgeProcess = (config: Config, clock: SimulatedClock): BridgeProcess => {
  let lives = 0
  let life: ReturnType<typeof boot> | undefined
  const past = new Map<string, number>()
  const name = (): string => `bridge ${lives}`

  const living = (): NonNullable<typeof life> => {
    if (!life) throw new TypeError('fetch failed: nothing listens')
    return life
  }
  const remember = (): void => {
    for (const [verdict, count] of Object.entries(life?.outgoing.counts() ?? {})) past.set(verdict, (past.get(verdict) ?? 0) + count)
  }
  const end = (): void => {
    if (!life) return
    remember()
    clock.kill(name())
    life.ledger.close()
    life = undefined
  }

  return {
    ledger: () => living().ledger,
    isUp: () => life !== undefined,
    async webhook(envelope) {
      const { receiver } = living()
      return clock.as(name(), () => receiver.one(envelope))
    },
    async post(path, body) {
      const { outgoing } = living()
      const headers = { 'content-type': 'application/json', 'x-webhook-secret': config.WEBHOOK_SECRET[0] ?? '' }
      const response = await clock.as(name(), () => outgoing.routes.request(path, { method: 'POST', headers, body: JSON.stringify(body) }))
      const parsed: unknown = await response.json()
      return { status: response.status, body: typeof parsed === 'object' ? { ...parsed } : {} }
    },
    crash: end,
    start() {
      if (life) return
      lives += 1
      life = clock.as(name(), () => boot(config))
    },
    counts: () => {
      const own = Object.entries(life?.outgoing.counts() ?? {}).map(([verdict, count]) => [verdict, count + (past.get(verdict) ?? 0)] as const)
      return { ...Object.fromEntries(past), ...Object.fromEntries(own) }
    },
    close: end
  }
}
