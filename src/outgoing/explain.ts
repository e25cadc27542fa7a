import type { KnownValue } from '../ledger/known-values.ts'
import type { OwnWrite } from '../ledger/own-writes.ts'
import { toldAt } from '../ledger/outbox.ts'
import type { SeenRecord } from '../ledger/seen-records.ts'
import { shopClockMs } from '../prestashop/time.ts'
import type { Subject } from './subject.ts'

/** What the ledger holds of a record. */
export interface RecordView {
  readonly known: ReadonlyMap<string, KnownValue>
  readonly seen: SeenRecord | undefined
  /** Our own writes, the latest first; also creations that have not told their id and go by the same name. */
  readonly writes: readonly OwnWrite[]
}

export interface Circumstances {
  readonly source: 'relay' | 'poll'
  /** When the reading of the record began, if the event was made of it: milliseconds since 1970. */
  readonly readAt?: number | undefined
  /** Keyed hash of a canonical value, for a record of this id. */
  readonly fingerprint: (shopId: number, field: string, text: string) => Buffer
  /** A moment on the shop's own clock, as `shopClockMs`. */
  readonly shopClock: (milliseconds: number) => number
}

/** How far the clocks of the shop and of this machine may be apart, and a hook's from its own row. */
const SLACK_MS = 2_000

/** Fields of an order that follow from its state. */
const FOLLOWS_STATE = new Set([
  'valid',
  'invoice_number',
  'invoice_date',
  'delivery_number',
  'delivery_date',
  'total_paid_real'
])

/** A write's own date on the shop's clock: one that it has not moved, as a tracking number does not, is of something else. */
const dateOf = ({ date_upd, read_date_upd }: OwnWrite): number | undefined =>
  date_upd === read_date_upd ? undefined : shopClockMs(date_upd ?? '')

/** The end of a write on the shop's clock. */
export const endOf = (write: OwnWrite, shopClock: Circumstances['shopClock']): number =>
  dateOf(write) ?? shopClock(write.ended_at ?? write.started_at)

/** The earliest moment on the shop's clock at which an event counts as within a write. */
const startOf = (write: OwnWrite, shopClock: Circumstances['shopClock']): number => {
  const { started_at, ended_at } = write
  const stored = dateOf(write)
  const own = shopClock(started_at) - SLACK_MS
  return stored === undefined || ended_at === null ? own : Math.min(own, stored - (ended_at - started_at + SLACK_MS / 2))
}

/** Whether a write can have changed a field: it writes it, or the shop does in its course. */
const isOf = ({ entity_type, action, fields }: OwnWrite, field: string): boolean => {
  if (Object.hasOwn(fields, field)) return true
  const setsState = entity_type === 'order' && (action === 'created' || Object.hasOwn(fields, 'current_state'))
  return setsState && (field === 'current_state' || FOLLOWS_STATE.has(field))
}

/** Whether the event happened within one of our own writes. */
const isInside = (write: OwnWrite, { operationId, eventAt, hasBefore, changed, action }: Subject, shopClock: Circumstances['shopClock']): boolean => {
  if (operationId === write.operation_id) return true
  // Somebody else's change in the same second has none of our fields, nor what follows from them.
  if (hasBefore && action === 'updated' && write.action !== 'deleted' && ![...changed].some((field) => isOf(write, field))) return false
  if (eventAt === undefined) return write.state === 'writing'
  const { started_at, ended_at } = write
  if (eventAt >= shopClock(started_at) - SLACK_MS && (ended_at === null || eventAt <= shopClock(ended_at) + SLACK_MS)) return true
  // Where the clocks differ, the shop's own tells.
  const stored = dateOf(write)
  if (stored === undefined || ended_at === null) return false
  const length = ended_at - started_at + SLACK_MS / 2
  return eventAt >= stored - length && eventAt <= stored + length
}

/** A list without rows, or a further parcel without a number. */
const isNothing = (field: string, text: string): boolean => text === '[]' || (text === '' && field.startsWith('tracking_number.'))

/** What explains each field of an event: an operation of Odoo, an event before, or the shop's own course; `undefined` = news. */
export const explainer = (subject: Subject, { known, seen, writes }: RecordView, { source, fingerprint, shopClock }: Circumstances) => {
  const { entity, id, texts, others, hasBefore, eventAt } = subject
  const inside = writes.filter((write) => isInside(write, subject, shopClock))
  /**
   * Whether the record as we read it held nothing that nobody has told yet: for a poller what it has seen itself, for
   * a module what is older than any event that could pass for our own.
   */
  const isTrusted = (write: OwnWrite): boolean => {
    if (source === 'poll') return write.is_polled
    if (write.is_sequel) return writes.slice(writes.indexOf(write) + 1, writes.indexOf(write) + 2).every(isTrusted)
    return (shopClockMs(write.read_date_upd ?? '') ?? Number.NEGATIVE_INFINITY) < startOf(write, shopClock)
  }
  const bystanders = hasBefore ? [] : inside.filter(isTrusted)
  /** What a write read before it; of an earlier one its sequel's reading tells: nobody had changed anything between. */
  const readBy = (write: OwnWrite): OwnWrite['as_read'] => {
    let at = writes.indexOf(write)
    while (at > 0 && Object.keys(writes[at]!.as_read).length === 0 && writes[at - 1]!.is_sequel) at -= 1
    return writes[at]?.as_read ?? {}
  }
  const hashFor = (write: OwnWrite, field: string, text: string): string =>
    fingerprint(write.action === 'created' ? 0 : id, field, text).toString('base64')
  const hashOf = (field: string, text: string): string => fingerprint(id, field, text).toString('base64')

  /** The known values that a field can mean: a name without a language is that of any, unless it was told since. */
  const knownFor = (field: string): KnownValue[] => {
    const own = known.get(field)
    const byLanguage = [...known.values()].filter((value) => value.field.startsWith(`${field}.`))
    if (own && byLanguage.every(({ source_time }) => source_time <= own.source_time)) return [own]
    return byLanguage
  }

  /** An earlier write of ours has made just this change, by the time of the event. */
  const isEchoOf = (write: OwnWrite, field: string, old: string, text: string): boolean => {
    const { state, fields, as_read } = write
    if (state !== 'done' || fields[field] !== hashOf(field, text) || as_read[field] !== hashOf(field, old)) return false
    return subject.eventAt !== undefined && subject.eventAt <= endOf(write, shopClock)
  }

  /** Somebody has set back what our write, which goes on, has just put there: it is not known any more. */
  const isSetBack = (field: string): boolean => {
    const text = texts.get(field) ?? ''
    const old = subject.before.get(field)
    if (old !== undefined && writes.some((write) => isEchoOf(write, field, old, text))) return false
    return writes.some((write) => {
      const written = write.fields[field]
      if (write.action !== 'updated' || write.state === 'done' || written === undefined || written === hashOf(field, text)) return false
      return hasBefore ? old !== undefined && written === hashOf(field, old) : source === 'relay'
    })
  }

  /** Odoo's own state, or one of after the event, that Odoo was told with the order itself: that is read before its history. */
  const isLaterState = ({ operation_id, source_time }: KnownValue): boolean =>
    toldAt(operation_id) === undefined || shopClock(source_time) >= (eventAt ?? 0)

  const synced = (field: string): string | undefined => {
    if (isSetBack(field)) return undefined
    const text = texts.get(field) ?? ''
    const holders = knownFor(field)
    const holder = holders.find((value) => fingerprint(id, value.field, text).equals(value.value_hash))
    if (holder) return holder.operation_id
    const names = (write: OwnWrite): string[] =>
      Object.keys(write.fields).filter((name) => name === field || name.startsWith(`${field}.`))
    const isRowOfHistory = source === 'poll' && subject.isStatus && field === 'current_state' && holders.every(isLaterState)
    const isStillMeant = (write: OwnWrite): boolean =>
      write.state === 'done'
        ? // A counter holds something else than Odoo's own count; and a row of an order's history stays ours, though a later one came.
          inside.includes(write) && (isRowOfHistory || holders.every(({ operation_id }) => operation_id === write.operation_id))
        : !holders.some(({ operation_id }) => (toldAt(operation_id) ?? 0) >= write.started_at)
    const writer = writes.find(
      (write) => names(write).some((name) => write.fields[name] === hashFor(write, name, text)) && isStillMeant(write)
    )
    if (writer) return writer.operation_id
    const isStateOfNewOrder = (write: OwnWrite): boolean => entity.type === 'order' && field === 'current_state' && write.action === 'created'
    // What a new record has beside what we gave it is the shop's own; a new order goes through states of its own.
    const maker = inside.find((write) => write.action === 'created' && (names(write).length === 0 || isStateOfNewOrder(write)))
    if (maker) return maker.operation_id
    // Odoo holds something else.
    if (hasBefore || holders.length > 0) return undefined
    const bystander = bystanders.find((write) => names(write).length === 0 && readBy(write)[field] === hashOf(field, text))
    return bystander?.operation_id ?? unchangedSince(field, text)
  }

  /** For a poller each row is a look at the whole record: what is as we last read it has not changed. */
  const unchangedSince = (field: string, text: string): string | undefined => {
    const [last] = writes
    if (source !== 'poll' || last?.is_polled !== true || last.state !== 'done') return undefined
    return last.as_read[field] === hashOf(field, text) && !Object.hasOwn(last.fields, field) ? 'shop' : undefined
  }

  const other = (field: string): string | undefined => {
    const text = others.get(field) ?? ''
    const told = seen?.told[field]
    if (told === hashOf(field, text)) return 'told'
    const followsState = entity.type === 'order' && FOLLOWS_STATE.has(field)
    const [first] = inside
    // None of our writes touches a list: what is not as Odoo was told, somebody else has changed.
    if (first && (hasBefore || told === undefined || !subject.nested.has(field))) return first.operation_id
    if (followsState) {
      if (!hasBefore) return 'state'
      const cause = subject.changed.has('current_state') ? synced('current_state') : undefined
      if (cause !== undefined) return cause
    }
    if (hasBefore) return undefined
    // Nothing tells whether it changed at all: only the synced fields count.
    if (eventAt === undefined || (told === undefined && isNothing(field, text))) return 'unknown'
    const last = seen?.last_event_at ?? null
    // The same change again, seen from another side.
    const isSame = source === 'relay' && last !== null && Math.abs(eventAt - last) <= SLACK_MS
    if (isSame && told === undefined) return 'told'
    return unchangedSince(field, text)
  }

  return { synced, other, insideOperation: (): string | undefined => inside[0]?.operation_id }
}
