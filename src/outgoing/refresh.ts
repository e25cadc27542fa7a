import type { Ledger } from '../ledger/ledger.ts'
import type { OutboxEntry } from '../ledger/outbox.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Logger } from '../log.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { asShopId, type ShopRecord } from '../prestashop/record.ts'
import { entities } from '../sync/entities.ts'
import type { Gate } from './gate.ts'

/** How many held events are looked at together; one request reads all records of a resource. */
const TOGETHER = 100
/** A write in flight ends soon; one whose answer was lost is tried again later and later. */
const AGAIN_MS = 500
const LONGEST_AGAIN_MS = 30_000

/** An event that has waited for long is looked at less and less often. */
const againIn = ({ date_add }: OutboxEntry): number => Math.min(Math.max((Date.now() - date_add) / 8, AGAIN_MS), LONGEST_AGAIN_MS)

const FIRST_DELAY_MS = 2_000
const LONGEST_DELAY_MS = 60_000
/** Another process, such as the command line, may have put events back. */
const LOOK_AGAIN_MS = 1_000

export interface RefreshOptions {
  readonly ledger: Ledger
  readonly client: Pick<PrestashopClient, 'list'>
  readonly gate: Gate
  readonly log: Logger
}

/** An exception in the shop that nobody caught may have been about something else: it is asked so often. */
const UNCAUGHT_ATTEMPTS = 3

const listRecords = async (resource: string, ids: readonly number[], client: RefreshOptions['client']): Promise<ShopRecord[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.list(resource, { filter: { id: { oneOf: ids } } })
    } catch (error) {
      if (!(error instanceof PrestashopError) || error.kind !== 'uncaught' || attempt === UNCAUGHT_ATTEMPTS) throw error
    }
  }
}

/**
 * Reads the records of events that may be out of date, all of a resource in one request.
 * @returns entity type → id → record; what is not there is gone from the shop
 * @throws PrestashopError
 */
export const readRecords = async (
  names: readonly { readonly entity_type: string; readonly entity_id: number }[],
  client: RefreshOptions['client']
): Promise<(entityType: string, id: number) => ShopRecord | undefined> => {
  const found = new Map<string, ShopRecord>()
  for (const [type, entity] of Object.entries(entities)) {
    const ids = [...new Set(names.filter(({ entity_type }) => entity_type === type).map(({ entity_id }) => entity_id))]
    if (ids.length === 0) continue
    try {
      for (const record of await listRecords(entity.resource, ids, client)) found.set(`${type} ${record.id}`, record)
    } catch (error) {
      // What the key may not read, or the shop cannot tell, goes on as it stands and holds back nothing else.
      const isOfResource = error instanceof PrestashopError && (error.blocked !== undefined || error.kind === 'permanent' || error.kind === 'uncaught')
      if (!isOfResource) throw error
    }
  }
  return (entityType, id) => {
    const record = asShopId(id) === undefined ? undefined : found.get(`${entityType} ${id}`)
    return record && entities[entityType]?.isLive(record) ? record : undefined
  }
}

/**
 * Reads the records of held events afresh and lets the gate decide what becomes of them. While the shop is away they
 * stay where they are.
 */
export const createRefresh = ({ ledger, client, gate, log }: RefreshOptions) => {
  let running = false
  let timer: NodeJS.Timeout | undefined
  let active: Promise<void> | undefined
  let delay = 0
  let read = 0

  const look = async (): Promise<number> => {
    const held = ledger.outgoing.read(({ outbox }) => outbox.due('held', TOGETHER))
    if (held.length === 0) return LOOK_AGAIN_MS
    const readAt = Date.now()
    const recordOf = await readRecords(held, client)
    read += held.length
    const again = held.filter((entry) => gate.release(entry, recordOf(entry.entity_type, entry.entity_id), readAt) === 'again')
    if (again.length > 0) postpone(again)
    delay = 0
    return again.length === held.length ? AGAIN_MS : 0
  }

  const postpone = (entries: readonly OutboxEntry[]): void =>
    ledger.outgoing.write(({ outbox }) => {
      for (const entry of entries) outbox.postpone(entry.outbox_id, Math.round(Date.now() + againIn(entry)), 'a write to the record goes on', false)
    })

  const round = async (): Promise<void> => {
    let next = LOOK_AGAIN_MS
    try {
      next = await look()
    } catch (error) {
      if (!(error instanceof PrestashopError) && !(error instanceof LedgerUnavailableError)) throw error
      if (delay === 0) log.warn({ error: error.message }, 'events cannot be read afresh in the shop: they wait')
      delay = Math.min(Math.max(delay * 2, FIRST_DELAY_MS), LONGEST_DELAY_MS)
      next = delay
    }
    if (running) timer = setTimeout(pump, next)
  }

  const pump = (): void => {
    // Whoever is at work sets the next time: cleared now, it would never come.
    if (!running || active) return
    clearTimeout(timer)
    active = round()
      .catch((error: unknown) => {
        log.error({ error: error instanceof Error ? error.name : typeof error }, 'events could not be read afresh')
        if (running) timer = setTimeout(pump, LONGEST_DELAY_MS)
      })
      .finally(() => {
        active = undefined
      })
  }

  /** New events wait for the shop's next chance like the others. */
  const hurry = (): void => {
    if (delay === 0) pump()
  }

  return {
    start(): void {
      running = true
      ledger.events.on('told', hurry)
      pump()
    },
    /** Waits for the request in flight. */
    async stop(): Promise<void> {
      running = false
      ledger.events.off('told', hurry)
      clearTimeout(timer)
      await active
    },
    /** How many events were read afresh. */
    count: (): number => read
  }
}

export type Refresh = ReturnType<typeof createRefresh>
