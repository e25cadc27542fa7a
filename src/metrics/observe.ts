import type { Ledger } from '../ledger/ledger.ts'
import type { NotifierStats } from '../notify/notifier.ts'
import type { OutgoingOptions } from '../outgoing/outgoing.ts'
import type { ShopCall } from '../prestashop/client.ts'
import type { Sync } from '../sync/sync.ts'
import type { Metrics } from './metrics.ts'

const MS = 1_000
/** The kinds of errors that the breaker opens for. */
const BREAKING = ['unavailable', 'misconfigured', 'transient'] as const

/** Counts a call of the shop. */
export const observeCall = ({ shopCalls }: Metrics, { resource, method, status, ms }: ShopCall): void =>
  shopCalls.observe({ resource: resource === '' ? 'permissions' : resource, method, status: status ?? 'none' }, ms / MS)

/** Counts what happens in the ledger from now on, and reads backlog and breaker at each scrape. */
export const observe = (metrics: Metrics, ledger: Ledger, sync: Sync): void => {
  ledger.events.on('concluded', ({ entity_type: entity }, ended) => {
    for (const { received_at, ending } of ended) {
      const { status, outcome = 'none', error } = ending
      metrics.operations.inc({ entity, outcome: status === 'failed' ? status : outcome, kind: error?.kind ?? 'none' })
      metrics.operationSeconds.observe({ entity }, (Date.now() - received_at) / MS)
      if (outcome === 'superseded') metrics.coalesced.inc({ entity })
    }
  })
  ledger.events.on('postponed', ({ entity_type: entity }, run, { error }) => {
    metrics.retries.inc({ entity, kind: error.kind }, run.length)
  })
  metrics.beforeScrape(() => {
    const { open, reason } = sync.breaker()
    for (const kind of BREAKING) metrics.breakerOpen.set({ kind }, open && reason?.kind === kind ? 1 : 0)
    metrics.missingRights.set({}, sync.missingRights().length)
  })
  metrics.beforeScrape(() => {
    const counts = ledger.counts()
    for (const status of ['pending', 'processing']) {
      const own = counts.filter(({ state }) => state === status)
      metrics.backlog.set({ status }, own.reduce((sum, { operations }) => sum + operations, 0))
    }
    const { oldest } = ledger.backlog()
    metrics.backlogOldest.set({}, oldest === null ? 0 : (Date.now() - oldest) / MS)
  })
}

/** What the outgoing side tells of verdicts and of the poller. */
export const observing = (metrics: Metrics): Required<Pick<OutgoingOptions, 'onVerdict' | 'onLook'>> => ({
  onVerdict: (reason) => metrics.gateVerdicts.inc({ reason }),
  onLook: (resource, result) => metrics.pollRounds.inc({ resource, result })
})

/** Reads the outbox at each scrape. */
export const observeOutbox = (metrics: Metrics, ledger: Ledger): void =>
  metrics.beforeScrape(() => {
    const { counts, oldest } = ledger.outgoing.read(({ outbox }) => outbox.undelivered())
    for (const status of ['held', 'pending', 'failed']) {
      metrics.outboxEvents.set({ status }, counts.find((row) => row.status === status)?.count ?? 0)
    }
    metrics.outboxOldest.set({}, oldest === undefined ? 0 : (Date.now() - oldest) / MS)
  })

/** Takes over what the notifier has counted, at each scrape. */
export const observeNotifications = (metrics: Metrics, stats: () => NotifierStats): void => {
  let told: NotifierStats = { sent: 0, failed: 0, dropped: 0 }
  metrics.beforeScrape(() => {
    const now = stats()
    for (const result of ['sent', 'failed', 'dropped'] as const) metrics.debugNotifications.inc({ result }, now[result] - told[result])
    told = { ...now }
  })
}
