import type { Config } from '../config.ts'
import type { Ledger, OutgoingTables } from '../ledger/ledger.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Reference } from '../prestashop/reference.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { shopTimeToUtc, utcToShopTime } from '../prestashop/time.ts'
import type { Entity } from '../sync/entity.ts'
import { order } from '../sync/order.ts'
import { learnTold } from './learn.ts'
import type { Glance } from './poll/look.ts'
import { firstOf, type Page, pagesOf, type Reader } from './poll/pages.ts'
import { isNobodys, recordEvent } from './poll/record-event.ts'
import { passOver, type PolledTable, tables } from './poll/tables.ts'
import { subjectOf } from './subject.ts'

/** Who set a known value, in place of an operation. */
const SETTER = 'baseline'

export interface BaselineOptions {
  readonly ledger: Ledger
  readonly client: Reader
  readonly reference: Pick<Reference, 'timeZone'>
  readonly config: Pick<Config, 'SHOP_TIMEZONE'>
  /** Only this one; `undefined` = all. */
  readonly entityType: string | undefined
  /** Reads and counts, and changes nothing. */
  readonly isDry: boolean
  /** How far a resource is read: the id of the last record, and the highest there is. */
  readonly onProgress?: (resource: string, id: number, highest: number) => void
}

/** What was taken of one resource. */
export interface Taken {
  readonly resource: string
  /** Records whose values Odoo is known to hold now. */
  readonly records: number
  /** Values of synced fields. */
  readonly values: number
  /** Records that an operation was just writing: what it writes is known anyway. */
  readonly skipped: number
  /** Why the resource could not be read. */
  readonly trouble?: string
}

const nothing = { records: 0, values: 0, skipped: 0 }

/**
 * Takes what the shop has now as known to Odoo: none of it is told to Odoo, and a webhook that merely repeats it
 * changes nothing. The poller tells of what changes from now on. Works beside a running server, a page a transaction.
 * @throws PrestashopError when the shop cannot be worked with, LedgerUnavailableError; to be run again then
 */
export const takeBaseline = async ({ ledger, client, reference, config, entityType, isDry, onProgress }: BaselineOptions): Promise<Taken[]> => {
  const zone = await reference.timeZone(config.SHOP_TIMEZONE ?? '')
  const name = zone === '' ? 'UTC' : zone
  const glance: Glance = {
    ledger,
    client,
    zone: { name, isKnown: zone !== '' },
    shopNow: () => utcToShopTime(new Date(), name),
    now: Date.now,
    signal: new AbortController().signal
  }
  const wanted = tables.filter((table) => entityType === undefined || typeOf(table) === entityType)
  const taken: Taken[] = []
  for (const table of wanted) {
    try {
      // Before anything is read, so that the poller finds what changes meanwhile.
      if (!isDry) await passOver(table, glance)
      if (table.by === 'date_upd') taken.push(await takeTable(table.entity, glance, isDry, onProgress))
    } catch (error) {
      if (!(error instanceof PrestashopError) || !error.blocked) throw error
      taken.push({ resource: table.resource, ...nothing, trouble: error.message })
    }
  }
  return taken
}

const typeOf = (table: PolledTable): string => (table.by === 'date_upd' ? table.entity.type : order.type)

const takeTable = async (entity: Entity, glance: Glance, isDry: boolean, onProgress: BaselineOptions['onProgress']): Promise<Taken> => {
  const { resource } = entity
  const { client, signal, now } = glance
  const highest = await firstOf(client, { resource, sort: 'id_DESC', signal })
  let taken: Taken = { resource, ...nothing }
  for await (const page of pagesOf(client, { resource, signal, now })) {
    const read = takePage(entity, page, glance, isDry)
    taken = { resource, records: taken.records + read.records, values: taken.values + read.values, skipped: taken.skipped + read.skipped }
    const last = page.records.at(-1)
    if (last && highest) onProgress?.(resource, last.id, Math.max(last.id, highest.id))
  }
  return taken
}

const takePage = (entity: Entity, { records, readAt }: Page, glance: Glance, isDry: boolean): Omit<Taken, 'resource'> => {
  const living = records.filter((record) => record.fields.deleted !== '1' && !isNobodys(entity, record))
  const take = (outgoing: OutgoingTables): Omit<Taken, 'resource'> => {
    const quiet = living.filter(({ id }) => !isBeingWritten(entity, id, readAt, outgoing))
    const values = quiet.map((record) => {
      const { event } = recordEvent(entity, record, readAt, glance)
      const subject = subjectOf(event)
      if (!subject) return 0
      if (!isDry) learnTold(subject, SETTER, { fields: [...subject.texts.keys()], at: sourceTime(record, glance) }, outgoing)
      return subject.texts.size
    })
    return { records: quiet.length, values: values.reduce((sum, count) => sum + count, 0), skipped: living.length - quiet.length }
  }
  return isDry ? glance.ledger.outgoing.read(take) : glance.ledger.outgoing.write(take)
}

/** Whether one of our own writes was made since the record was read, or goes on. */
const isBeingWritten = (entity: Entity, id: number, readAt: number, { ownWrites }: OutgoingTables): boolean =>
  ownWrites.of(entity.type, id).some(({ state, ended_at }) => state === 'writing' || (ended_at ?? 0) >= readAt)

/** When the record got the values it has; never after now, so that no webhook of Odoo's is taken for older. */
const sourceTime = ({ fields }: ShopRecord, { zone }: Glance): number =>
  Math.min(shopTimeToUtc(fields.date_upd ?? '', zone.name)?.earliest.getTime() ?? Date.now(), Date.now())
