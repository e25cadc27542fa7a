import type { Filter } from '../../prestashop/client.ts'
import type { ShopRecord } from '../../prestashop/record.ts'
import type { Entity } from '../../sync/entity.ts'
import { isAsAtStart, oldRowsOf, rowDigest } from '../../sync/polled.ts'
import { type Glance, type Look, submit } from './look.ts'
import { firstOf, type Page, pagesOf } from './pages.ts'
import { isNobodys, recordEvent, startOf } from './record-event.ts'
import { keepIds } from './sweep.ts'
import { cursorAfter, floorOf, justBefore, latest, NEVER, readingFrom } from './window.ts'

const since = (time: string): Readonly<Record<string, Filter>> => ({ date_upd: { greaterThan: justBefore(time) } })

const dateOf = ({ fields }: ShopRecord): string => fields.date_upd ?? ''

/** The newest date that is not after our clock, `now`. */
const newestIn = (records: readonly ShopRecord[], now: string): string | undefined =>
  records.map(dateOf).filter((date) => date > NEVER && date <= now).toSorted().at(-1)

const newestInShop = async (resource: string, from: string, now: string, { client, signal }: Glance): Promise<string | undefined> => {
  const filter = { date_upd: { from, to: latest(from, now) } }
  const record = await firstOf(client, { resource, filter, display: ['date_upd'], sort: 'date_upd_DESC', signal })
  return record && newestIn([record], now)
}

/**
 * Tells of the rows of a table that have changed since the cursor, a page at a time, and moves the cursor.
 * @throws PrestashopError, LedgerUnavailableError; the cursor stays where it was
 */
export const readChanges = async (entity: Entity, look: Look): Promise<void> => {
  const { resource } = entity
  const { ledger, client, signal, now, zone } = look
  const read = ledger.outgoing.read(({ poll }) => ({ position: poll.cursor(resource), start: poll.cursor(startOf(resource)) }))
  if (read.position === undefined || read.start === undefined) return beginChanges(entity, look)
  const shopNow = look.shopNow()
  const from = latest(readingFrom(read.position, shopNow, look.goesBack), floorOf(read.start))
  const wanted = { resource, filter: since(from), signal, now }

  const first = await pagesOf(client, wanted).next()
  if (first.done) return
  // While further pages are read the first of them change: then the newest date is asked for before all of them.
  const newest = first.value.isLast ? newestIn(first.value.records, shopNow) : await newestInShop(resource, from, shopNow, look)
  if (first.value.isLast) tell(entity, first.value, look)
  // From the start again: what the first page told may be older than that date.
  else for await (const page of pagesOf(client, wanted)) tell(entity, page, look)

  const position = cursorAfter(read.position, newest, shopNow, zone)
  if (position !== read.position) ledger.outgoing.write(({ poll }) => poll.setCursor(resource, position))
}

const tell = (entity: Entity, { records, readAt, isLast }: Page, look: Look): void => {
  const isOld = (record: ShopRecord): boolean => isAsAtStart(entity.resource, record, look.ledger)
  const changed = records.filter((record) => !isNobodys(entity, record) && !look.judged.has(entity, record) && !isOld(record))
  look.count(entity.resource, records.length)
  submit(changed.map((record) => recordEvent(entity, record, readAt, look)), look)
  // Of a long list only the end comes again.
  if (isLast) for (const record of changed) look.judged.note(entity, record)
  if (look.sweeps) keepIds(entity, changed, look)
}

/**
 * The first start: what is in the shop now is nobody's news. The cursor starts at the newest date; rows that later
 * readings meet again are remembered as they are. Where there is a cursor already nothing happens.
 * @throws PrestashopError, LedgerUnavailableError
 */
export const beginChanges = async (entity: Entity, look: Glance): Promise<void> => {
  const { resource } = entity
  const { ledger, client, signal, now, zone } = look
  if (ledger.outgoing.read(({ poll }) => poll.cursor(resource)) !== undefined) return
  const shopNow = look.shopNow()
  // A first start that was cut off goes on.
  const begun = ledger.outgoing.read(({ poll }) => poll.cursor(startOf(resource)))
  const start = begun ?? (await newestInShop(resource, NEVER, shopNow, look)) ?? NEVER
  ledger.outgoing.write(({ poll }) => poll.setCursor(startOf(resource), start))
  for await (const { records } of pagesOf(client, { resource, filter: since(floorOf(start)), signal, now })) {
    ledger.outgoing.write(({ poll }) => {
      for (const record of records) {
        const date = dateOf(record)
        const isThereAlready = date <= start || date > shopNow
        if (isThereAlready) poll.setRow(oldRowsOf(resource), record.id, rowDigest(resource, record, ledger), now())
      }
    })
  }
  ledger.outgoing.write(({ poll }) => poll.setCursor(resource, cursorAfter(undefined, start, shopNow, zone)))
}
