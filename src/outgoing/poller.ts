import type { Config } from '../config.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Reference } from '../prestashop/reference.ts'
import { utcToShopTime } from '../prestashop/time.ts'
import { backoff, describeFailure, stackOf } from '../sync/retry.ts'
import type { Gate } from './gate.ts'
import { createJudged } from './poll/judged.ts'
import type { Look } from './poll/look.ts'
import type { Reader } from './poll/pages.ts'
import { sweep } from './poll/sweep.ts'
import { readTable, tables } from './poll/tables.ts'
import { LOOK_BACK_EVERY_MS, type ShopZone } from './poll/window.ts'

export interface PollerOptions {
  readonly ledger: Ledger
  readonly client: Reader
  readonly reference: Pick<Reference, 'timeZone'>
  readonly gate: Pick<Gate, 'submit'>
  readonly log: Logger
  readonly config: Pick<Config, 'OUTGOING_POLL_SECONDS' | 'OUTGOING_SWEEP_HOURS' | 'SHOP_TIMEZONE'>
  /** Our clock, milliseconds since 1970. */
  readonly now?: () => number
  /** Told of each look at one resource: `trouble` is its own, `failed` ended the round. */
  readonly onLook?: (resource: string, result: 'ok' | 'trouble' | 'failed') => void
}

/** What the poller has done since it was made. */
export interface PollerStats {
  /** Rounds that read all they could. */
  readonly rounds: number
  /** Rounds in a row that the shop or the ledger cut off. */
  readonly failures: number
  /** When the last whole round ended, milliseconds since 1970, and how long it took. */
  readonly lastRoundAt: number | undefined
  readonly lastRoundMs: number | undefined
  /** Resource → rows read. */
  readonly rows: Readonly<Record<string, number>>
  /** Resource → why it cannot be read. */
  readonly troubles: Readonly<Record<string, string>>
}

export interface Poller {
  /** Looks at the shop every `OUTGOING_POLL_SECONDS`; 0 = never. */
  start(): void
  /** Ends the call in flight, for good; another poller goes on from the cursors. Safe to call twice. */
  stop(): Promise<void>
  /** One look at everything, after the one that may be under way. Never rejects: `stats` tells what went wrong. */
  round(): Promise<void>
  stats(): PollerStats
}

const SWEEP = 'sweep'
const HOUR_MS = 3_600_000
const LONGEST_PAUSE_MS = 300_000

/** Whether the shop answered, and only this resource is in trouble, so that the others go on. */
const isOfResource = (error: unknown): error is PrestashopError =>
  error instanceof PrestashopError &&
  (error.blocked !== undefined ||
    error.kind === 'permanent' ||
    error.kind === 'uncaught' ||
    (error.kind === 'transient' && error.status !== undefined && error.status >= 500))

/**
 * Looks at a shop that has no module of ours, again and again, and hands what has changed to the gate. Rounds never
 * overlap, and a round that fails is made again: the cursors move only when what they pass is told.
 */
export const createPoller = (options: PollerOptions): Poller => {
  const { ledger, client, reference, gate, log, config, now = Date.now, onLook } = options
  const stopping = new AbortController()
  const judged = createJudged(ledger)
  const rows = new Map<string, number>()
  const troubles = new Map<string, string>()
  let [rounds, failures] = [0, 0]
  let last: { readonly at: number; readonly ms: number } | undefined
  let lookedBackAt: number | undefined
  let isZoneToldMissing = false
  let retryAfterMs = 0
  let active: Promise<void> = Promise.resolve()
  let running = false
  let timer: NodeJS.Timeout | undefined

  const zoneOfShop = async (): Promise<ShopZone> => {
    const name = await reference.timeZone(config.SHOP_TIMEZONE ?? '')
    if (name !== '') return { name, isKnown: true }
    if (!isZoneToldMissing) log.warn('nobody told the time zone of the shop: set SHOP_TIMEZONE, or let the key read configurations')
    isZoneToldMissing = true
    return { name: 'UTC', isKnown: false }
  }

  /** Keeps the trouble of one resource from the others; tells it once. */
  const apart = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      onLook?.(name, 'ok')
      if (troubles.delete(name)) log.info({ resource: name }, 'the shop can be polled for this again')
    } catch (error) {
      onLook?.(name, isOfResource(error) ? 'trouble' : 'failed')
      if (!isOfResource(error)) throw error
      if (troubles.get(name) !== error.message) log.warn({ resource: name, kind: error.kind, error: error.message }, 'the shop cannot be polled for this: the rest goes on')
      troubles.set(name, error.message)
    }
  }

  const lookAtAll = async (): Promise<void> => {
    const startedAt = now()
    const zone = await zoneOfShop()
    const goesBack = lookedBackAt === undefined || startedAt - lookedBackAt >= LOOK_BACK_EVERY_MS
    const look: Look = {
      ledger,
      client,
      gate,
      judged,
      zone,
      shopNow: () => utcToShopTime(new Date(now()), zone.name),
      now,
      goesBack,
      sweeps: config.OUTGOING_SWEEP_HOURS > 0,
      signal: stopping.signal,
      count: (resource, read) => rows.set(resource, (rows.get(resource) ?? 0) + read)
    }
    for (const table of tables) await apart(table.resource, () => readTable(table, look))
    if (look.sweeps) await apart(SWEEP, () => sweep(config.OUTGOING_SWEEP_HOURS * HOUR_MS, look))
    if (goesBack) lookedBackAt = startedAt
    last = { at: now(), ms: now() - startedAt }
    rounds += 1
  }

  const failed = (error: unknown): void => {
    failures += 1
    retryAfterMs = error instanceof PrestashopError ? (error.retryAfterMs ?? 0) : 0
    const foreseen = error instanceof PrestashopError || error instanceof LedgerUnavailableError
    const message = foreseen ? error.message : describeFailure(error).message
    if (failures > 1) log.debug({ error: message, failures }, 'the shop still cannot be polled')
    else if (foreseen) log.warn({ error: message }, 'the shop cannot be polled now: tried again until it can, nothing is lost')
    else log.error({ error: message, stack: stackOf(error) }, 'polling the shop failed unexpectedly')
  }

  const guardedRound = async (): Promise<void> => {
    if (stopping.signal.aborted) return
    try {
      await lookAtAll()
      if (failures > 0) log.info({ failures }, 'the shop can be polled again')
      failures = 0
    } catch (error) {
      if (!stopping.signal.aborted) failed(error)
    }
  }

  const round = (): Promise<void> => {
    active = active.then(guardedRound)
    return active
  }

  const pump = async (): Promise<void> => {
    await round()
    if (!running) return
    const regular = config.OUTGOING_POLL_SECONDS * 1_000
    const pause = failures === 0 ? regular : Math.max(regular, Math.min(backoff(failures), LONGEST_PAUSE_MS), retryAfterMs)
    timer = setTimeout(() => void pump(), pause)
  }

  return {
    start(): void {
      if (running || config.OUTGOING_POLL_SECONDS === 0) return
      running = true
      void pump()
    },
    async stop(): Promise<void> {
      running = false
      clearTimeout(timer)
      stopping.abort()
      await active
    },
    round,
    stats: () => ({
      rounds,
      failures,
      lastRoundAt: last?.at,
      lastRoundMs: last?.ms,
      rows: Object.fromEntries(rows),
      troubles: Object.fromEntries(troubles)
    })
  }
}
