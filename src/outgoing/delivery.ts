import type { Config } from '../config.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { OutboxEntry } from '../ledger/outbox.ts'
import type { Logger } from '../log.ts'
import { stackOf } from '../sync/retry.ts'
import type { EventAnswer } from './answer.ts'
import { createOdoo, type Exchange } from './odoo.ts'
import { inspect, loadOf, MAX_EVENTS } from './load.ts'
import { nameOf } from './log-names.ts'
import type { Parcel } from './parcel.ts'
import { createPause, type DeliveryState } from './pause.ts'
import { settle, type Settled } from './settle.ts'

export interface DeliveryOptions {
  readonly ledger: Ledger
  readonly log: Logger
  readonly config: Pick<Config, 'ODOO_WEBHOOK_URL' | 'ODOO_WEBHOOK_SECRET' | 'ODOO_DELIVERY'>
  /** Told of every event that Odoo said something about, after it is noted. */
  readonly onResult?: (result: DeliveryResult) => void
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number
}

export interface DeliveryResult {
  readonly entry: OutboxEntry
  /** `refused` is tried again, `failed` is given up. */
  readonly status: 'delivered' | 'refused' | 'failed'
}

/** Counts since the start. */
export interface DeliveryStats {
  readonly delivered: number
  /** Refusals after which the event is tried again. */
  readonly refused: number
  /** Events given up. */
  readonly failed: number
  /** Requests that Odoo as a whole did not take. */
  readonly paused: number
}

export interface Delivery {
  /** Begins to deliver; without `ODOO_WEBHOOK_URL` nothing is delivered. */
  start(): void
  /** Sends nothing new and waits for the request in flight, for some seconds; what is not answered is sent again after the next start. */
  stop(): Promise<void>
  /** Looks for events now. */
  pump(): void
  state(): DeliveryState
  stats(): DeliveryStats
}

const TIMEOUT_MS = 10_000
/** How long the request in flight may take when the server stops. */
const GRACE_MS = 5_000
/** How soon is seen what another process (the command line) put into the ledger. */
const LOOK_AGAIN_MS = 1_000

/**
 * Delivers the outbox to Odoo: one request at a time, the oldest event of each record first. An event that Odoo refuses
 * waits and holds back only its own record; an Odoo that takes nothing holds back everything and costs no attempt.
 */
export const createDelivery = ({ ledger, log, config, onResult, timeoutMs = TIMEOUT_MS }: DeliveryOptions): Delivery => {
  const { ODOO_WEBHOOK_URL: url, ODOO_WEBHOOK_SECRET: secret, ODOO_DELIVERY: delivery } = config
  const send = url === undefined ? undefined : createOdoo({ url, secret, delivery, timeoutMs })
  const pause = createPause(log)
  const stats = { delivered: 0, refused: 0, failed: 0, paused: 0 }
  const callOff = new AbortController()
  /** Events for which Odoo refused a whole request: with others they would take these down again. */
  const loners = new Set<string>()
  let running = false
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  /** Somebody told of events since the work began. */
  let isWanted = false

  const pump = (): void => {
    if (!running) return
    clearTimeout(timer)
    isWanted = true
    working ??= round().finally(() => {
      working = undefined
      if (isWanted) pump()
      else if (running) timer = setTimeout(pump, pause.left() || LOOK_AGAIN_MS)
    })
  }

  const round = async (): Promise<void> => {
    // `working` is set from here on: what `work` tells others makes them call `pump`.
    await Promise.resolve()
    isWanted = false
    try {
      await work()
    } catch (error) {
      if (error instanceof LedgerUnavailableError) log.error({ code: error.code }, error.message)
      else log.error({ stack: stackOf(error) }, 'delivering events failed unexpectedly')
    }
  }

  const isFree = (): boolean => running && pause.left() === 0

  const work = async (): Promise<void> => {
    while (isFree()) {
      const due = ledger.outgoing.read(({ outbox }) => outbox.due('pending', delivery === 'batch' ? MAX_EVENTS : 1))
      if (due.length === 0) return forgetPause()
      const [first, ...others] = ready(loadOf(due, loners))
      if (first) await deliver([first, ...others])
    }
  }

  /** Nobody will find out that Odoo is back while there is nothing to send. What is read afresh now may be sent yet. */
  const forgetPause = (): void => {
    if (pause.state().open && ledger.outgoing.read(({ outbox }) => outbox.due('held', 1)).length === 0) pause.forget()
  }

  /** Those of the events that can be sent as they are. */
  const ready = (entries: readonly OutboxEntry[]): Parcel[] => {
    const { parcels, held, unreadable } = inspect(ledger, entries)
    for (const entry of unreadable) report(entry, 'failed', { attempts: entry.attempts + 1 })
    if (held.length > 0) ledger.events.emit('told')
    return parcels
  }

  const deliver = async (parcels: readonly [Parcel, ...Parcel[]]): Promise<void> => {
    const exchange = await send!(parcels, callOff.signal)
    const { answer } = exchange
    if (answer === undefined) return
    if (answer.kind === 'unavailable' || answer.kind === 'misconfigured') {
      stats.paused += 1
      if (answer.sent === false) unsend(parcels)
      pause.begin(answer)
      return
    }
    pause.end()
    if (answer.kind === 'answered') await conclude(parcels, answer.events, exchange)
    else if (parcels.length > 1) await oneByOne(parcels, exchange)
    else {
      loners.add(parcels[0].entry.outbox_id)
      await conclude(parcels, [{ delivered: false, message: answer.message }], exchange)
    }
  }

  /** What an earlier request may have brought stays in doubt. */
  const unsend = (parcels: readonly Parcel[]): void =>
    ledger.outgoing.write(({ outbox }) => {
      for (const { entry } of parcels) if (entry.is_sent === 0) outbox.unsend(entry.outbox_id)
    })

  /** One poisonous event must not hold back the others. */
  const oneByOne = async (parcels: readonly Parcel[], { webhookId, status, ms }: Exchange): Promise<void> => {
    log.warn({ webhook_id: webhookId, status, ms, events: parcels.length }, 'Odoo refused a batch: its events are sent one by one')
    for (const { entry } of parcels) {
      if (!isFree()) return
      const [parcel] = ready([entry])
      if (parcel) await deliver([parcel])
    }
  }

  const conclude = async (parcels: readonly Parcel[], answers: readonly EventAnswer[], { webhookId, status, ms }: Exchange): Promise<void> => {
    const settled = await untilWritten(() => settle(ledger, parcels, answers))
    const count = (wanted: Settled['status']): number => settled.filter((one) => one.status === wanted).length
    const counts = { delivered: count('delivered'), refused: count('refused') + count('failed'), unanswered: count('unanswered') }
    log.info({ webhook_id: webhookId, status, ms, events: parcels.length, ...counts }, 'events sent')
    for (const one of settled) {
      const { entry } = one.parcel
      if (one.status === 'unanswered') continue
      if (one.status === 'delivered') {
        report(entry, 'delivered', {})
        const { bound, contradiction } = one.learnt
        if (bound) ledger.events.emit('bound', bound)
        if (contradiction) log.warn({ ...entryName(entry), ...contradiction }, 'Odoo told an id that is not bound: one of the two is bound otherwise')
      } else if (one.status === 'refused') report(entry, 'refused', { attempts: one.attempts, retry_in_ms: one.delay })
      else report(entry, 'failed', { attempts: one.attempts })
    }
    if (settled.some((one) => one.status === 'delivered' && one.isAwaited)) ledger.events.emit('told')
  }

  const report = (entry: OutboxEntry, status: DeliveryResult['status'], details: Readonly<Record<string, unknown>>): void => {
    stats[status] += 1
    if (status !== 'refused') loners.delete(entry.outbox_id)
    const line = { ...entryName(entry), ...details }
    // Odoo's own words are in the outbox: they may quote anything.
    if (status === 'failed') log.error(line, 'event given up: see `outbox show`, and `outbox retry` when the cause is gone')
    else if (status === 'refused') log.warn(line, 'Odoo refused an event: it will be tried again')
    else log.debug(line, 'event delivered')
    onResult?.({ entry, status })
  }

  /** What Odoo has taken must get into the ledger, however long the disk is full: otherwise it is sent again. */
  const untilWritten = async <Result>(write: () => Result): Promise<Result> => {
    for (;;) {
      try {
        return write()
      } catch (error) {
        if (!(error instanceof LedgerUnavailableError) || !running) throw error
        log.error({ code: error.code }, error.message)
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
    }
  }

  return {
    start(): void {
      if (!send || running) return
      running = true
      ledger.events.on('told', pump)
      pump()
    },
    async stop(): Promise<void> {
      running = false
      ledger.events.off('told', pump)
      clearTimeout(timer)
      const hurry = setTimeout(() => callOff.abort(), GRACE_MS)
      await working
      clearTimeout(hurry)
    },
    pump,
    state: pause.state,
    stats: () => ({ ...stats })
  }
}

/** An entry as log lines name it. */
const entryName = (entry: OutboxEntry) => ({ outbox_id: entry.outbox_id, ...nameOf(entry) })
