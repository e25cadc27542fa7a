import { asShopId, type ShopRecord } from '../../prestashop/record.ts'
import { shopClockMs, shopClockText } from '../../prestashop/time.ts'
import { order } from '../../sync/order.ts'
import type { Submission } from '../gate.ts'
import { type Glance, type Look, submit } from './look.ts'
import { type Page, pagesOf } from './pages.ts'
import { recordEvent } from './record-event.ts'
import { justBefore } from './window.ts'

const RESOURCE = 'order_carriers'
const FIELDS = ['id', 'id_order', 'tracking_number']
/** Orders as old as this have arrived. */
const DAY_MS = 86_400_000
const DAYS = 60

const numberOf = ({ fields }: ShopRecord): string => fields.tracking_number ?? ''

const digestOf = (row: ShopRecord, { ledger }: Glance): Buffer =>
  ledger.known.fingerprint(RESOURCE, row.id, 'tracking_number', numberOf(row))

const youngRows = ({ client, shopNow, signal, now }: Glance): AsyncGenerator<Page, void, void> => {
  const oldest = shopClockText((shopClockMs(shopNow()) ?? 0) - DAYS * DAY_MS)
  const filter = { date_add: { greaterThan: justBefore(oldest) } }
  return pagesOf(client, { resource: RESOURCE, filter, display: FIELDS, signal, now })
}

/**
 * Tells of tracking numbers: they move no date (`date_upd-order_carriers-put.txt`), so the rows of young orders are
 * compared with what they were.
 * @throws PrestashopError, LedgerUnavailableError; what was not told is told the next time
 */
export const readTracking = async (look: Look): Promise<void> => {
  const { ledger } = look
  const isFirst = ledger.outgoing.read(({ poll }) => poll.cursor(RESOURCE)) === undefined
  if (isFirst) return rememberTracking(look)
  let youngest: number | undefined
  for await (const { records } of youngRows(look)) {
    youngest ??= records[0]?.id
    look.count(RESOURCE, records.length)
    const changed = changedRows(records, look)
    if (changed.length === 0) continue
    // A new row that has no number yet says nothing beside its order.
    const isKept = ({ id }: ShopRecord): boolean => ledger.outgoing.read(({ poll }) => poll.digestOf(RESOURCE, id)) !== undefined
    const isNews = (row: ShopRecord): boolean => numberOf(row) !== '' || isKept(row)
    submit(await eventsOf(changed.filter(isNews), look), look)
    remember(changed, look)
  }
  if (youngest !== undefined) forgetBefore(youngest, look)
}

/**
 * Remembers the tracking numbers that are there now.
 * @throws PrestashopError, LedgerUnavailableError
 */
export const rememberTracking = async (look: Glance): Promise<void> => {
  for await (const { records } of youngRows(look)) remember(changedRows(records, look), look)
  look.ledger.outgoing.write(({ poll }) => poll.setCursor(RESOURCE, 'remembered'))
}

const changedRows = (rows: readonly ShopRecord[], look: Glance): ShopRecord[] =>
  look.ledger.outgoing.read(({ poll }) => rows.filter((row) => poll.digestOf(RESOURCE, row.id)?.equals(digestOf(row, look)) !== true))

const remember = (rows: readonly ShopRecord[], look: Glance): void => {
  if (rows.length === 0) return
  look.ledger.outgoing.write(({ poll }) => {
    for (const row of rows) poll.setRow(RESOURCE, row.id, digestOf(row, look), look.now())
  })
}

/** Rows that have grown old are not read any more. */
const forgetBefore = (id: number, { ledger }: Glance): void => {
  const isAny = ledger.outgoing.read(({ poll }) => poll.rows(RESOURCE, { after: 0, upTo: id - 1, limit: 1 })).length > 0
  if (isAny) ledger.outgoing.write(({ poll }) => poll.removeRowsUpTo(RESOURCE, id - 1))
}

/** An order shows the number of its first row (`order_carriers-post-201-order-get.txt`); any other has a name of its own. */
const eventsOf = async (rows: readonly ShopRecord[], { client, signal, ...look }: Look): Promise<Submission[]> => {
  const ids = [...new Set(rows.flatMap(({ fields }) => asShopId(fields.id_order ?? '') ?? []))]
  const of = { filter: { id_order: { oneOf: ids } }, display: ['id', 'id_order'] }
  const siblings = await client.list(RESOURCE, of, { signal })
  const readAt = look.now()
  const orders = new Map((await client.list(order.resource, { filter: { id: { oneOf: ids } } }, { signal })).map((record) => [String(record.id), record]))
  return rows.flatMap((row) => {
    const record = orders.get(row.fields.id_order ?? '')
    if (!record) return []
    const first = siblings.find(({ fields }) => fields.id_order === row.fields.id_order)
    const number = numberOf(row)
    const isShown = first === undefined || first.id === row.id
    const field = isShown ? 'shipping_number' : `tracking_number.${row.id}`
    const context = { change_type: 'tracking', id_order_carrier: row.id, tracking_number: number }
    const fields = isShown ? {} : { [field]: number }
    return [recordEvent(order, record, readAt, look, { context, fields, changed: [field] })]
  })
}
