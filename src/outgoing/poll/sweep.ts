import { asShopId, type ShopRecord } from '../../prestashop/record.ts'
import { address } from '../../sync/address.ts'
import { customer } from '../../sync/customer.ts'
import type { Entity } from '../../sync/entity.ts'
import { type Glance, type Look, submit } from './look.ts'
import { type Page, pagesOf } from './pages.ts'
import { deletionEvent, isNobodys } from './record-event.ts'

/** An address goes before its customer. */
const SWEPT: readonly Entity[] = [address, customer]

const IDS_PER_PAGE = 500
/** How much of a sweep is done in one round, so that changes are not kept waiting. */
const PAGES_PER_ROUND = 20
/** Every id that is missing is asked for: a list that is not whole deletes nobody. */
const QUESTIONS_PER_ROUND = 100

const HIGHEST = Number.MAX_SAFE_INTEGER

const idsOf = ({ resource }: Entity): string => `${resource} ids`
const sweptAt = ({ resource }: Entity): string => `${resource} swept`
const sweepingAt = ({ resource }: Entity): string => `${resource} sweeping`

const isDeleted = ({ fields }: ShopRecord): boolean => fields.deleted === '1'

/** What is kept of a row beside its id: of an address, whose it is. */
const markOf = (record: ShopRecord): Buffer => Buffer.from(record.fields.id_customer ?? '')

/** Notes records that a sweep is to miss when they are gone; one that is marked as deleted has been told of. */
export const keepIds = (entity: Entity, records: readonly ShopRecord[], { ledger, now }: Glance): void => {
  if (!SWEPT.includes(entity)) return
  const name = idsOf(entity)
  const kept = ledger.outgoing.read(({ poll }) => new Map(records.map((record) => [record, poll.digestOf(name, record.id)])))
  const isNews = (record: ShopRecord): boolean => !isNobodys(entity, record) && kept.get(record)?.equals(markOf(record)) !== true
  const gone = records.filter((record) => isDeleted(record) && kept.get(record) !== undefined)
  const living = records.filter((record) => !isDeleted(record) && isNews(record))
  if (gone.length + living.length === 0) return
  ledger.outgoing.write(({ poll }) => {
    for (const { id } of gone) poll.removeRow(name, id)
    for (const record of living) poll.setRow(name, record.id, markOf(record), now())
  })
}

/** What is left for one round to do. */
interface Budget {
  pages: number
  questions: number
}

/**
 * Compares all ids of customers and addresses with those of the last time, and tells of the records that are gone; a
 * sweep that is long goes on in the next round.
 * @param everyMs from the end of one sweep to the begin of the next
 * @throws PrestashopError, LedgerUnavailableError; it goes on where it was
 */
export const sweep = async (everyMs: number, look: Look): Promise<void> => {
  const budget: Budget = { pages: PAGES_PER_ROUND, questions: QUESTIONS_PER_ROUND }
  for (const entity of SWEPT) {
    const last = look.ledger.outgoing.read(({ poll }) => poll.cursor(sweptAt(entity)))
    const isDue = last === undefined || look.now() - Number(last) >= everyMs
    if (isDue) await sweepTable(entity, budget, look)
  }
}

const sweepTable = async (entity: Entity, budget: Budget, look: Look): Promise<void> => {
  const { ledger, client, signal, now } = look
  const { resource } = entity
  let after = Number(ledger.outgoing.read(({ poll }) => poll.cursor(sweepingAt(entity))) ?? 0)
  if (budget.pages <= 0 || budget.questions <= 0) return
  const display = entity === address ? ['id', 'id_customer'] : ['id']
  for await (const page of pagesOf(client, { resource, filter: { deleted: '0' }, display, after, size: IDS_PER_PAGE, signal, now })) {
    look.count(`${resource} ids`, page.records.length)
    budget.pages -= 1
    const end = await compare(entity, page, after, budget, look)
    if (end === HIGHEST) {
      ledger.outgoing.write(({ poll }) => {
        poll.setCursor(sweepingAt(entity), '0')
        poll.setCursor(sweptAt(entity), String(now()))
      })
      return
    }
    after = end
    ledger.outgoing.write(({ poll }) => poll.setCursor(sweepingAt(entity), String(end)))
    if (budget.pages <= 0 || budget.questions <= 0) return
  }
}

/**
 * Compares a page with what is remembered of its ids.
 * @returns the id up to which all is compared
 */
const compare = async (entity: Entity, { records, readAt, isLast }: Page, after: number, budget: Budget, look: Look): Promise<number> => {
  const upTo = isLast ? HIGHEST : (records.at(-1)?.id ?? HIGHEST)
  const present = new Set<number>(records.map(({ id }) => id))
  let from = after
  for (;;) {
    const remembered = look.ledger.outgoing.read(({ poll }) => poll.rows(idsOf(entity), { after: from, upTo, limit: IDS_PER_PAGE }))
    for (const { id, digest } of remembered) {
      if (!present.has(id)) {
        if (budget.questions <= 0) return id - 1
        budget.questions -= 1
        await ask(entity, id, digest.toString(), readAt, look)
      }
    }
    const last = remembered.at(-1)
    if (remembered.length < IDS_PER_PAGE || !last) break
    from = last.id
  }
  keepIds(entity, records, look)
  return upTo
}

/** Asks for a record that a list left out; only one that the shop says is not there is gone. */
const ask = async (entity: Entity, id: number, customerId: string, readAt: number, look: Look): Promise<void> => {
  const { ledger, client, signal, shopNow } = look
  const record = await client.get(entity.resource, id, { signal })
  if (record && !isDeleted(record)) return
  const shopId = asShopId(id)
  if (shopId === undefined) return
  const fields = { id: String(id), ...(entity === address ? { id_customer: customerId } : {}) }
  submit([deletionEvent(entity, { id: shopId, fields, languages: {}, associations: {} }, record?.fields.date_upd ?? shopNow(), readAt)], look)
  ledger.outgoing.write(({ poll }) => poll.removeRow(idsOf(entity), id))
}
