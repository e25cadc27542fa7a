import type { KnownValue } from '../ledger/known-values.ts'
import type { OwnWrite } from '../ledger/own-writes.ts'
import { toldAt } from '../ledger/outbox.ts'
import type { SeenRecord } from '../ledger/seen-records.ts'
import { shopClockMs } from '../prestashop/time.ts'
import type { Subject } from './subject.ts'
import type { Verdict } from './verdict.ts'

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

export interface Judgement {
  readonly verdict: Verdict
  /** Whether the record may hold something else by now: to be read afresh before anything is sent. */
  readonly isLate: boolean
}

/** How far the clocks of the shop and of this machine may be apart, and a hook's from its own row. */
const SLACK_MS = 2_000

/** Operations of Odoo, as `newOperationId` names them. */
const isOperation = (id: string): boolean => id.startsWith('op_')

/** Fields of an order that follow from its state. */
const FOLLOWS_STATE = new Set([
  'valid',
  'invoice_number',
  'invoice_date',
  'delivery_number',
  'delivery_date',
  'total_paid_real'
])

/**
 * The verdict (DESIGN §4): an event is an echo if and only if all that changed is what Odoo is known to hold, or what
 * our own writes explain.
 */
export const judge = (subject: Subject, view: RecordView, circumstances: Circumstances): Judgement => {
  const { known, seen, writes } = view
  const isTouched = known.size > 0 || seen !== undefined || writes.length > 0
  if (subject.action === 'deleted') return { verdict: judgeDeletion(isTouched, view), isLate: false }
  if (!isTouched) return { verdict: { emit: true, reason: 'untouched', fields: [...subject.changed] }, isLate: false }
  if (subject.texts.size + subject.others.size === 0) return { verdict: { emit: true, reason: 'passed', fields: [] }, isLate: false }

  const explain = explainer(subject, view, circumstances)
  const causes: string[] = []
  const news: string[] = []
  for (const field of subject.changed) {
    const cause = subject.texts.has(field) ? explain.synced(field) : explain.other(field)
    if (cause === undefined) news.push(field)
    else causes.push(cause)
  }
  if (news.length > 0) return { verdict: { emit: true, reason: 'change', fields: news }, isLate: isLate(subject, view, circumstances) || isUndecided(news, subject, view, circumstances) }
  const operation = causes.find(isOperation) ?? explain.insideOperation()
  return {
    verdict: operation === undefined ? { emit: false, reason: 'known' } : { emit: false, reason: 'echo', operation_id: operation },
    isLate: false
  }
}

/** Odoo is told what the record holds now, whatever it seems to hold already. */
export const judgeOvertaken = (subject: Subject, view: RecordView, circumstances: Circumstances): Judgement => ({
  verdict: { emit: true, reason: 'overtaken', fields: [] },
  isLate: isLate(subject, view, circumstances)
})

/** Only a deletion of our own can be an echo; one that Odoo was told of is known. */
const judgeDeletion = (isTouched: boolean, { seen, writes: [last] }: RecordView): Verdict => {
  if (last?.action === 'deleted') return { emit: false, reason: 'echo', operation_id: last.operation_id }
  if (seen && Object.hasOwn(seen.told, DELETED)) return { emit: false, reason: 'known' }
  return { emit: true, reason: isTouched ? 'change' : 'untouched', fields: [] }
}

/** Noted when Odoo is told of a deletion. */
export const DELETED = '*deleted'

/** The end of a write on the shop's clock. */
const endOf = (write: OwnWrite, shopClock: Circumstances['shopClock']): number =>
  shopClockMs(write.date_upd ?? '') ?? shopClock(write.ended_at ?? write.started_at)

/** The earliest moment on the shop's clock at which an event counts as within a write. */
const startOf = ({ started_at, ended_at, date_upd }: OwnWrite, shopClock: Circumstances['shopClock']): number => {
  const stored = shopClockMs(date_upd ?? '')
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
  const { started_at, ended_at, date_upd } = write
  if (eventAt >= shopClock(started_at) - SLACK_MS && (ended_at === null || eventAt <= shopClock(ended_at) + SLACK_MS)) return true
  // Where the clocks differ, the shop's own tells.
  const stored = shopClockMs(date_upd ?? '')
  if (stored === undefined || ended_at === null) return false
  const length = ended_at - started_at + SLACK_MS / 2
  return eventAt >= stored - length && eventAt <= stored + length
}

/** A list without rows, or a further parcel without a number. */
const isNothing = (field: string, text: string): boolean => text === '[]' || (text === '' && field.startsWith('tracking_number.'))

const explainer = (subject: Subject, { known, seen, writes }: RecordView, { source, fingerprint, shopClock }: Circumstances) => {
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

  /** Somebody has set back what our write, which goes on, has just put there: it is not known any more. */
  const isSetBack = (field: string): boolean => {
    const text = texts.get(field) ?? ''
    const old = subject.before.get(field)
    return writes.some((write) => {
      const written = write.fields[field]
      if (write.action !== 'updated' || write.state === 'done' || written === undefined || written === hashOf(field, text)) return false
      return hasBefore ? old !== undefined && written === hashOf(field, old) : source === 'relay'
    })
  }

  const synced = (field: string): string | undefined => {
    if (isSetBack(field)) return undefined
    const text = texts.get(field) ?? ''
    const holders = knownFor(field)
    const holder = holders.find((value) => fingerprint(id, value.field, text).equals(value.value_hash))
    if (holder) return holder.operation_id
    const names = (write: OwnWrite): string[] =>
      Object.keys(write.fields).filter((name) => name === field || name.startsWith(`${field}.`))
    const isStillMeant = (write: OwnWrite): boolean =>
      write.state === 'done'
        ? // A counter holds something else than Odoo's own count.
          inside.includes(write) && holders.every(({ operation_id }) => operation_id === write.operation_id)
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

/**
 * An event that is not later than what we know of the record tells of a state that may be gone: after one of our own
 * writes, after another event, or beside a write in flight.
 */
const isLate = (subject: Subject, { known, seen, writes }: RecordView, circumstances: Circumstances): boolean => {
  const { eventAt } = subject
  const { readAt, shopClock } = circumstances
  if (writes.some((write) => write.state === 'writing' && !isReplaced(write, subject, circumstances))) return true
  if (readAt !== undefined) {
    const isToldSince = [...known.values()].some(({ operation_id }) => (toldAt(operation_id) ?? 0) >= readAt)
    return isToldSince || writes.some(({ ended_at }) => (ended_at ?? 0) >= readAt)
  }
  if (eventAt === undefined) return false
  if (eventAt <= (seen?.last_event_at ?? Number.NEGATIVE_INFINITY)) return true
  return writes.some((write) => eventAt <= endOf(write, shopClock))
}

/**
 * All that is new in a record read afresh is what a write of ours was to change whose answer was lost: whether somebody
 * has set it back, or it was never made, the next attempt finds out, unless the event tells that it was there.
 */
const isUndecided = (news: readonly string[], subject: Subject, { writes }: RecordView, circumstances: Circumstances): boolean =>
  circumstances.readAt !== undefined && lostWrites(subject, writes, circumstances).some(({ fields }) => news.every((field) => Object.hasOwn(fields, field)))

/** Our writes of which nobody knows whether they were made. */
export const lostWrites = (subject: Subject, writes: readonly OwnWrite[], by: Pick<Circumstances, 'fingerprint'>): OwnWrite[] =>
  writes.filter((write) => write.state === 'unknown' && !isReplaced(write, subject, by))

/** Whether an event tells that somebody has replaced what our write had put there: it has been made. */
const isReplaced = ({ fields, as_read }: OwnWrite, { id, before }: Subject, { fingerprint }: Pick<Circumstances, 'fingerprint'>): boolean =>
  Object.entries(fields).some(([field, written]) => {
    const text = before.get(field)
    return text !== undefined && written !== as_read[field] && written === fingerprint(id, field, text).toString('base64')
  })
