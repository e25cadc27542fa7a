import type { Ledger, OutgoingTables } from '../ledger/ledger.ts'
import { newOutboxId, OVERTAKEN, type OutboxEntry } from '../ledger/outbox.ts'
import type { ShopRecord } from '../prestashop/record.ts'
import { shopClockMs, shopClockText, shopTimeToUtc, utcToShopTime } from '../prestashop/time.ts'
import { creationKey } from '../sync/marks.ts'
import { type OutgoingEvent, parseEvent } from './event.ts'
import { freshen, freshJson } from './freshen.ts'
import { DELETED, judge, type Judgement, judgeOvertaken, type RecordView } from './judge.ts'
import { learnTold, takeBack } from './learn.ts'
import { identityOf } from './passing.ts'
import { announcedState, type Subject, subjectOf } from './subject.ts'
import { parseVerdict, type Remembered, type Verdict } from './verdict.ts'

/** An event that a source has seen. */
export interface Submission {
  readonly event: OutgoingEvent
  /** The event as it came, if it is to go on just so. */
  readonly raw?: unknown
  readonly source: 'relay' | 'poll'
  /** Of an event made from a record that we read: when its reading began, milliseconds since 1970. */
  readonly readAt?: number
}

/** What became of a submission. */
export interface Submitted {
  /** `held`: in the outbox, to be read afresh in the shop before anything is sent: it may be out of date. */
  readonly verdict: Verdict | 'held'
  /** The same event was judged before. */
  readonly isDuplicate: boolean
}

/** The answer to a check. */
export interface Checked {
  readonly verdict: Verdict
  readonly isDuplicate: boolean
  /** The event may be out of date: what the record holds now decides. */
  readonly isLate: boolean
}

/** The answer to a check of a late event. */
export interface CheckedLate {
  readonly verdict: Verdict
  /** As it is to be sent, with the values of now; `undefined` when they are not known. */
  readonly fresh?: OutgoingEvent
}

/** Tells echoes from changes. Never waits, and never calls the shop: the shop may be waiting for us. */
export interface Gate {
  /** Judges events and puts what Odoo is to hear of into the outbox, all in one transaction. */
  submit(submissions: readonly Submission[]): Submitted[]
  /** Judges events for somebody else who sends them to Odoo; what is let through counts as told. */
  check(events: readonly OutgoingEvent[]): Checked[]
  /**
   * Judges a late event once more by what the record holds now; `undefined` = nobody knows, it goes on as it stands.
   * Whoever asks again about an event that was let through gets the first verdict, and the values of now.
   * @param readAt when its reading began, milliseconds since 1970
   */
  checkLate(event: OutgoingEvent, record: ShopRecord | undefined, readAt: number): CheckedLate
  /**
   * Judges a held entry by what the record holds now; `undefined` = it is gone.
   * @returns what became of the entry; `again` when it must be read once more
   */
  release(entry: OutboxEntry, record: ShopRecord | undefined, readAt: number): 'pending' | 'suppressed' | 'again'
}

export interface GateOptions {
  readonly ledger: Ledger
  /** IANA name of the shop's zone. */
  readonly zone: () => string
  /** Told of every verdict, after the commit. */
  readonly onVerdict?: (verdict: Verdict | 'held', entityType: string) => void
  /** Told of every event that goes on, as it is sent, after the commit. */
  readonly onEmit?: (event: OutgoingEvent) => void
}

/** How long after its announcement a status may take to be written. */
const ANNOUNCED_MS = 10_000

/** Whether a hook told of a status that the shop has not written yet. */
const isYetToCome = (event: OutgoingEvent, { fields }: ShopRecord): boolean => {
  const state = announcedState(event)
  return state !== undefined && fields['current_state'] !== String(state)
}

interface Judged {
  readonly subject: Subject | undefined
  readonly judgement: Judgement
}

/** One gate for one ledger. */
export const createGate = ({ ledger, zone, onVerdict, onEmit }: GateOptions): Gate => {
  const shopClock = (milliseconds: number): number => shopClockMs(utcToShopTime(new Date(milliseconds), zone())) ?? milliseconds

  const eventTime = ({ eventAt }: Subject): number => {
    const utc = eventAt === undefined ? undefined : shopTimeToUtc(shopClockText(eventAt), zone())?.earliest.getTime()
    return Math.min(utc ?? Date.now(), Date.now())
  }

  const viewOf = ({ entity, id, creationName }: Subject, { known, seen, ownWrites }: OutgoingTables): RecordView => {
    const nameless = creationName === undefined ? [] : ownWrites.namelessBy(entity.type, creationKey(entity, creationName, { ledger }))
    return { known: known.of(entity.type, id), seen: seen.of(entity.type, id), writes: [...ownWrites.of(entity.type, id), ...nameless] }
  }

  const isBeingWritten = (subject: Subject | undefined, tables: OutgoingTables): boolean =>
    subject !== undefined && viewOf(subject, tables).writes.some(({ state }) => state === 'writing')

  const judgeSubject = (
    subject: Subject,
    source: Submission['source'],
    readAt: number | undefined,
    tables: OutgoingTables,
    by: typeof judge = judge
  ): Judgement =>
    by(subject, viewOf(subject, tables), {
      source,
      readAt,
      shopClock,
      fingerprint: (shopId, field, text) => tables.known.fingerprint(subject.entity.type, shopId, field, text)
    })

  const judgeEvent = ({ event, source, readAt }: Submission, tables: OutgoingTables): Judged => {
    const subject = subjectOf(event)
    if (!subject) return { subject, judgement: { verdict: judgePassing(event, source, tables), isLate: false } }
    return { subject, judgement: judgeSubject(subject, source, readAt, tables) }
  }

  /** Events that can be told from each other get the first answer when they come again. */
  const hashOf = (event: OutgoingEvent, by: 'relay' | 'check'): Buffer | undefined => {
    const names = [event.event_id, event.transaction_hash, event.hook_timestamp]
    if (names.every((name) => name === undefined || name === null)) return undefined
    // The hash that a module gives is not enough: it may be the same for two changes within seconds.
    return Buffer.from(ledger.payloadHash(`${by} ${JSON.stringify(event)}`))
  }

  const putIntoOutbox = (submission: Submission, { subject, judgement: { verdict, isLate } }: Judged, tables: OutgoingTables): void => {
    const { event, source, raw = event } = submission
    if (!verdict.emit) return
    const outboxId = newOutboxId()
    const [entityType, id] = subject ? [subject.entity.type, subject.id] : [event.entity_type, event.entity_id]
    const told = subject && !isLate ? learnTold(subject, outboxId, eventTime(subject), tables) : []
    const change = source === 'poll' && verdict.fields.length > 0 ? { change_summary: verdict.fields.join(', ') } : {}
    tables.outbox.put({
      outbox_id: outboxId,
      entity_type: entityType,
      entity_id: id,
      source,
      event: JSON.stringify(typeof raw === 'object' ? { ...raw, ...change } : event),
      status: isLate ? 'held' : 'pending',
      reason: verdict.reason,
      fields: told,
      own_write: tables.ownWrites.lastOf(entityType, id)
    })
  }

  /** Judges within the caller's transaction; an event that comes again gets its first verdict. */
  const once = (event: OutgoingEvent, tables: OutgoingTables, first: () => Verdict | 'held'): Submitted => {
    const hash = hashOf(event, 'relay')
    const before = hash && tables.seen.verdict(hash)
    if (before !== undefined) return { verdict: parseVerdict(before), isDuplicate: true }
    const verdict = first()
    if (hash) tables.seen.rememberVerdict(hash, JSON.stringify(verdict))
    return { verdict, isDuplicate: false }
  }

  const checkedBefore = (event: OutgoingEvent, { seen }: OutgoingTables): Exclude<Remembered, 'held'> | undefined => {
    const hash = hashOf(event, 'check')
    const json = hash && seen.verdict(hash)
    const remembered = json === undefined ? 'held' : parseVerdict(json)
    return remembered === 'held' ? undefined : remembered
  }

  const rememberCheck = (event: OutgoingEvent, remembered: Remembered, { seen }: OutgoingTables): void => {
    const hash = hashOf(event, 'check')
    if (hash) seen.rememberVerdict(hash, JSON.stringify(remembered))
  }

  /** A check that let an event through counts as told; who relays it all the same means us to send it. */
  const allowedBefore = ({ event, source }: Submission, tables: OutgoingTables): Judged | undefined => {
    const checked = source === 'relay' ? checkedBefore(event, tables) : undefined
    if (!checked?.emit || checked.late === 'open') return undefined
    // What was let through is what the record held by then.
    const { late, ...verdict } = checked
    return { subject: subjectOf(event), judgement: late === 'told' ? { verdict: { ...verdict, reason: OVERTAKEN }, isLate: true } : { verdict, isLate: false } }
  }

  const submitOne = (submission: Submission, tables: OutgoingTables): Submitted => {
    const work = (): Verdict | 'held' => {
      const judged = allowedBefore(submission, tables) ?? judgeEvent(submission, tables)
      putIntoOutbox(submission, judged, tables)
      if (judged.subject) noteTime(judged.subject, tables)
      const { verdict, isLate } = judged.judgement
      return verdict.emit && isLate ? 'held' : verdict
    }
    // A row that is read again is judged again: known values tell.
    return submission.source === 'poll' ? { verdict: work(), isDuplicate: false } : once(submission.event, tables, work)
  }

  /** Who asks sends it at once: how long it takes to reach Odoo is not known here. */
  const learnAllowed = (subject: Subject, tables: OutgoingTables): void => {
    const setter = newOutboxId()
    learnTold(subject, setter, eventTime(subject), tables)
    tables.known.tells.deliver(setter, Date.now())
  }

  const checkOne = (event: OutgoingEvent, tables: OutgoingTables): Checked => {
    const before = checkedBefore(event, tables)
    if (before) return { verdict: verdictOf(before), isDuplicate: true, isLate: before.emit && before.late !== undefined }
    const { subject, judgement } = judgeEvent({ event, source: 'relay' }, tables)
    const { verdict } = judgement
    // What a hook announces is not in the shop yet, nor what is being written.
    const isLate = verdict.emit && judgement.isLate && announcedState(event) === undefined && !isBeingWritten(subject, tables)
    if (subject && verdict.emit && !isLate) learnAllowed(subject, tables)
    if (subject) noteTime(subject, tables)
    rememberCheck(event, isLate ? { ...verdict, late: 'open' } : verdict, tables)
    return { verdict, isDuplicate: false, isLate }
  }

  interface CheckedAgain extends CheckedLate {
    readonly isDuplicate: boolean
  }

  const checkLate = (event: OutgoingEvent, record: ShopRecord | undefined, readAt: number, tables: OutgoingTables): CheckedAgain => {
    const before = checkedBefore(event, tables)
    const subject = subjectOf(event)
    const isDuplicate = before?.late === 'told'
    if (!subject || !record) {
      return { verdict: before ? verdictOf(before) : judgeEvent({ event, source: 'relay' }, tables).judgement.verdict, isDuplicate }
    }
    const fresh = freshen(event, subject, record)
    const now = subjectOf(fresh) ?? subject
    const verdict = before && isDuplicate ? verdictOf(before) : judgeSubject(now, 'relay', readAt, tables).verdict
    if (verdict.emit) learnAllowed(now, tables)
    rememberCheck(event, verdict.emit ? { ...verdict, late: 'told' } : verdict, tables)
    return { verdict, fresh, isDuplicate }
  }

  const report = ({ verdict, isDuplicate }: Submitted, event: OutgoingEvent): void => {
    onVerdict?.(verdict, event.entity_type)
    if (verdict !== 'held' && verdict.emit && !isDuplicate) onEmit?.(event)
  }

  interface Released {
    readonly result: ReturnType<Gate['release']>
    readonly event?: OutgoingEvent
  }

  const release = (entry: OutboxEntry, record: ShopRecord | undefined, readAt: number): Released =>
    ledger.outgoing.write((tables) => {
      const parsed = parseEvent(JSON.parse(entry.event ?? '{}'))
      const subject = 'event' in parsed ? subjectOf(parsed.event) : undefined
      const own_write = tables.ownWrites.lastOf(entry.entity_type, entry.entity_id)
      if (subject && !record && Object.hasOwn(tables.seen.of(entry.entity_type, entry.entity_id)?.told ?? {}, DELETED)) {
        // Odoo was told that the record is gone: what was before must not bring it back.
        tables.outbox.settle(entry.outbox_id, 'suppressed', null)
        return { result: 'suppressed' }
      }
      if (!('event' in parsed) || !subject || !record) {
        tables.outbox.judge(entry.outbox_id, { status: 'pending', reason: entry.reason, event: entry.event ?? '{}', fields: entry.fields, own_write })
        return 'event' in parsed ? { result: 'pending', event: parsed.event } : { result: 'pending' }
      }
      if (Date.now() - entry.date_add < ANNOUNCED_MS && isYetToCome(parsed.event, record)) return { result: 'again' }
      const taken = takeBack(entry, tables)
      const event = freshen(parsed.event, subject, record)
      const now = subjectOf(event) ?? subject
      // Other events ended here because this one would tell all of it.
      const untold = taken.filter((field) => now.texts.has(field))
      const fresh = { ...now, changed: new Set([...now.changed, ...untold]), ...keptOnly(entry, event, subject) }
      const by = entry.reason === OVERTAKEN ? judgeOvertaken : judge
      const { verdict, isLate } = judgeSubject(fresh, entry.source === 'poll' ? 'poll' : 'relay', readAt, tables, by)
      const judged = { event: freshJson(entry.event ?? '{}', event, readAt), own_write }
      if (!verdict.emit) {
        tables.outbox.judge(entry.outbox_id, { ...judged, status: 'suppressed', reason: verdict.reason, fields: [] })
        return { result: 'suppressed' }
      }
      if (isLate) {
        tables.outbox.judge(entry.outbox_id, { ...judged, event: entry.event ?? '{}', status: 'held', reason: verdict.reason, fields: [] })
        return { result: 'again' }
      }
      // What Odoo said itself is no later for being told again.
      const sourceTime = verdict.reason === OVERTAKEN ? 0 : eventTime(fresh)
      const fields = learnTold(fresh, entry.outbox_id, sourceTime, tables)
      tables.outbox.judge(entry.outbox_id, { ...judged, status: 'pending', reason: verdict.reason, fields })
      return { result: 'pending', event }
    })

  return {
    submit: (submissions) => {
      const submitted = ledger.outgoing.write((tables) => submissions.map((submission) => submitOne(submission, tables)))
      for (const [index, one] of submitted.entries()) report(one, submissions[index]!.event)
      if (told(submitted.map(({ verdict }) => verdict))) ledger.events.emit('told')
      return submitted
    },
    check: (events) => {
      const checked = ledger.outgoing.write((tables) => events.map((event) => checkOne(event, tables)))
      for (const [index, one] of checked.entries()) if (!one.isLate) report(one, events[index]!)
      return checked
    },
    checkLate: (event, record, readAt) => {
      const { isDuplicate, ...checked } = ledger.outgoing.write((tables) => checkLate(event, record, readAt, tables))
      report({ verdict: checked.verdict, isDuplicate }, checked.fresh ?? event)
      return checked
    },
    release: (entry, record, readAt) => {
      const { result, event } = release(entry, record, readAt)
      if (result === 'pending') {
        if (event) onEmit?.(event)
        ledger.events.emit('told')
      }
      return result
    }
  }
}

const verdictOf = ({ late: _late, ...verdict }: Exclude<Remembered, 'held'>): Verdict => verdict

/** A conflict is about the fields that the shop kept, and no others. */
const keptOnly = ({ source }: OutboxEntry, { context_data }: OutgoingEvent, { texts }: Subject): Partial<Subject> => {
  if (source !== 'conflict') return {}
  const named = context_data?.['kept_fields']
  const kept = Array.isArray(named) ? named.map(String) : [...texts.keys()]
  return { changed: new Set(kept.filter((field) => texts.has(field))) }
}

/** An event that cannot be an echo passes; an invoice or payment once, whoever tells of it. */
const judgePassing = (event: OutgoingEvent, source: Submission['source'], { known, seen }: OutgoingTables): Verdict => {
  const { entity_type, entity_id } = event
  const identity = identityOf(event, (field, text) => known.fingerprint(entity_type, entity_id, field, text))
  if (!identity) return { emit: true, reason: 'passed', fields: [] }
  const told = seen.of(entity_type, entity_id)?.told ?? {}
  const bySomebodyElse = told[`*${source}`] === undefined
  const isTold = Object.entries(identity).every(([field, hash]) => told[field] === hash)
  if (isTold && (bySomebodyElse || source === 'poll')) return { emit: false, reason: 'known' }
  seen.see(entity_type, entity_id, { ...identity, [`*${source}`]: '' }, null)
  return { emit: true, reason: 'passed', fields: [] }
}

/** Keeps the latest time that an event of a record told. */
const noteTime = ({ entity, id, eventAt }: Subject, { seen, known }: OutgoingTables): void => {
  const isTouched = seen.of(entity.type, id) !== undefined || known.of(entity.type, id).size > 0
  if (eventAt !== undefined && isTouched) seen.see(entity.type, id, {}, eventAt)
}

const told = (verdicts: readonly (Verdict | 'held')[]): boolean => verdicts.some((verdict) => verdict === 'held' || verdict.emit)
