import { newOutboxId } from '../../ledger/outbox.ts'
import { asShopId, type ShopId, type ShopRecord } from '../../prestashop/record.ts'
import { OVERLAP_MS } from '../../sync/marks.ts'
import { order } from '../../sync/order.ts'
import { eventOf, type Named } from '../../sync/shop-event.ts'
import type { Submission } from '../gate.ts'
import { type Glance, type Look, submission, submit } from './look.ts'
import { type Page, pagesOf, PAGE_SIZE } from './pages.ts'
import { isNew, recordEvent } from './record-event.ts'

/** A table whose rows are written once: each is told of once. */
export interface RowTable {
  readonly resource: string
  /** The events of a page of rows that nobody has told of yet, in order of their ids. */
  readonly events: (rows: readonly ShopRecord[], readAt: number, look: Look) => Promise<Submission[]>
}

/** Nothing but that a row was seen is kept of it. */
const SEEN = Buffer.alloc(0)

/** How many rows before the last one are looked at again after the first start: ids may become visible out of order. */
const OVERLAP_ROWS = 200

/**
 * Tells of the rows that are new. Ids are given in order, but become visible when their transactions end: the cursor
 * passes an id only when no earlier one can turn up any more.
 * @throws PrestashopError, LedgerUnavailableError; what was told is not told again
 */
export const readRows = async ({ resource, events }: RowTable, look: Look): Promise<void> => {
  const { ledger, client, signal, now } = look
  const position = ledger.outgoing.read(({ poll }) => poll.cursor(resource))
  if (position === undefined) return begin(resource, look)
  const startedAt = now()
  for await (const { records, readAt } of pagesOf(client, { resource, after: Number(position), signal, now })) {
    const fresh = ledger.outgoing.read(({ poll }) => records.filter(({ id }) => poll.digestOf(resource, id) === undefined))
    look.count(resource, fresh.length)
    if (fresh.length === 0) continue
    submit(await events(fresh, readAt, look), look)
    remember(resource, { records: fresh, readAt }, look)
  }
  const settled = ledger.outgoing.read(({ poll }) => poll.lastSeenBy(resource, startedAt - OVERLAP_MS))
  if (settled === undefined) return
  ledger.outgoing.write(({ poll }) => {
    poll.setCursor(resource, String(settled))
    poll.removeRowsUpTo(resource, settled)
  })
}

/** Notes rows as told. */
const remember = (resource: string, { records, readAt }: Pick<Page, 'records' | 'readAt'>, { ledger }: Glance): void =>
  ledger.outgoing.write(({ poll }) => {
    for (const { id } of records) poll.setRow(resource, id, SEEN, readAt)
  })

/** The first start: the rows that are there are nobody's news. */
const begin = async (resource: string, { ledger, client, signal, now }: Glance): Promise<void> => {
  const readAt = now()
  const query = { display: ['id'], sort: ['id_DESC'], limit: OVERLAP_ROWS }
  const records = await client.list(resource, query, { signal })
  const lowest = records.length < OVERLAP_ROWS ? 0 : Math.min(...records.map(({ id }) => id)) - 1
  ledger.outgoing.write(({ poll }) => {
    for (const { id } of records) poll.setRow(resource, id, SEEN, readAt)
    poll.setCursor(resource, String(lowest))
  })
}

/**
 * Notes all rows that are there now as told.
 * @throws PrestashopError, LedgerUnavailableError
 */
export const rememberRows = async (resource: string, look: Glance): Promise<void> => {
  const { ledger, client, signal, now } = look
  const position = ledger.outgoing.read(({ poll }) => poll.cursor(resource))
  if (position === undefined) return begin(resource, look)
  for await (const page of pagesOf(client, { resource, display: ['id'], after: Number(position), signal, now })) remember(resource, page, look)
}

interface RowEvent {
  readonly named: Named
  /** What the event is about; the row itself unless told. */
  readonly record: ShopRecord
  readonly action: string
  readonly context?: Readonly<Record<string, unknown>>
  readonly changed?: readonly string[]
  readonly at: string
}

const rowEvent = ({ named, record, action, context, changed = [], at }: RowEvent, readAt?: number): Submission => {
  const eventId = newOutboxId()
  const occasion = { eventId, action, hookName: 'poll', at, correlationId: eventId, fields: changed }
  return submission(eventOf(named, record, { ...occasion, ...(context === undefined ? {} : { context }) }), readAt)
}

/** A table of records that only the shop makes: every row is the creation of one. */
export const creations = (resource: string, named: Named): RowTable => ({
  resource,
  events: (rows, readAt) =>
    Promise.resolve(
      rows.map((record) => rowEvent({ named, record, action: 'created', at: record.fields.date_add ?? '' }, readAt))
    )
})

const orderOf = ({ fields }: ShopRecord): ShopId | undefined => asShopId(fields.id_order ?? '')

/** Without a time of reading: what was read is a row of the past, not the order as it is. */
const statusEvent = (row: ShopRecord, id: ShopId): Submission => {
  const state = row.fields.id_order_state ?? ''
  const record = { id, fields: { id: String(id), current_state: state, id_order_state: state }, languages: {}, associations: {} }
  const context = { id_order_history: row.id, new_status_id: Number(state), id_employee: Number(row.fields.id_employee ?? 0) }
  return rowEvent({ named: order, record, action: 'status_changed', context, changed: ['current_state'], at: row.fields.date_add ?? '' })
}

/**
 * The states that orders went through. An order that Odoo has not heard of is told first, as it is: the states that
 * led there are part of it.
 */
export const orderStates: RowTable = {
  resource: 'order_histories',
  async events(rows, _rowsReadAt, look) {
    const ids = new Set(rows.flatMap((row) => orderOf(row) ?? []))
    const unknown = look.ledger.outgoing.read(({ known }) => [...ids].filter((id) => known.of(order.type, id).size === 0))
    const readAt = look.now()
    const made: ShopRecord[] = []
    for (let index = 0; index < unknown.length; index += PAGE_SIZE) {
      const oneOf = unknown.slice(index, index + PAGE_SIZE)
      const found = await look.client.list(order.resource, { filter: { id: { oneOf } } }, { signal: look.signal })
      made.push(...found.filter((record) => isNew(order, record, look)))
    }
    const madeIds = new Set(made.map(({ id }) => id))
    const later = rows.flatMap((row) => {
      const id = orderOf(row)
      return id === undefined || madeIds.has(id) ? [] : [statusEvent(row, id)]
    })
    return [...made.map((record) => recordEvent(order, record, readAt, look)), ...later]
  }
}
