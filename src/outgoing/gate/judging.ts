import type { Ledger, OutgoingTables } from '../../ledger/ledger.ts'
import { OVERTAKEN } from '../../ledger/outbox.ts'
import { shopClockMs, shopClockText, shopTimeToUtc, utcToShopTime } from '../../prestashop/time.ts'
import { creationKey } from '../../sync/marks.ts'
import type { OutgoingEvent } from '../event.ts'
import { judge, type Judgement, type RecordView } from '../judge.ts'
import type { News } from '../learn.ts'
import { identityOf } from '../passing.ts'
import { type Subject, subjectOf } from '../subject.ts'
import type { Verdict } from '../verdict.ts'

/** An event that a source has seen. */
export interface Submission {
  readonly event: OutgoingEvent
  /** The event as it came, if it is to go on just so. */
  readonly raw?: unknown
  readonly source: 'relay' | 'poll'
  /** Of an event made from a record that we read: when its reading began, milliseconds since 1970. */
  readonly readAt?: number
}

export interface Judged {
  /** `undefined`: the event cannot be an echo. */
  readonly subject: Subject | undefined
  readonly judgement: Judgement
}

/** Judges by what the ledger holds of the record, within the caller's transaction. */
export interface Judging {
  event(submission: Submission, tables: OutgoingTables): Judged
  /** @param readAt when the record was read that the subject was made of, milliseconds since 1970 */
  subject(subject: Subject, source: Submission['source'], readAt: number | undefined, tables: OutgoingTables, by?: typeof judge): Judgement
  /**
   * What an event tells that somebody in the shop has changed: also what Odoo is not known to hold, though another event
   * is to tell of that. What Odoo said itself is no later for being told again.
   */
  newsOf(verdict: Verdict, subject: Subject, tables: OutgoingTables): News
  /** Whether one of our own writes to the record goes on. */
  isBeingWritten(subject: Subject, tables: OutgoingTables): boolean
}

/** @param zone IANA name of the shop's zone */
export const createJudging = (ledger: Ledger, zone: () => string): Judging => {
  const shopClock = (milliseconds: number): number => shopClockMs(utcToShopTime(new Date(milliseconds), zone())) ?? milliseconds

  const viewOf = ({ entity, id, creationName }: Subject, { known, seen, ownWrites }: OutgoingTables): RecordView => {
    const nameless = creationName === undefined ? [] : ownWrites.namelessBy(entity.type, creationKey(entity, creationName, { ledger }))
    return { known: known.of(entity.type, id), seen: seen.of(entity.type, id), writes: [...ownWrites.of(entity.type, id), ...nameless] }
  }

  const judgeSubject: Judging['subject'] = (subject, source, readAt, tables, by = judge) =>
    by(subject, viewOf(subject, tables), {
      source,
      readAt,
      shopClock,
      fingerprint: (shopId, field, text) => tables.known.fingerprint(subject.entity.type, shopId, field, text)
    })

  /** When it happened, by our clock: milliseconds since 1970. */
  const timeOf = ({ eventAt }: Subject): number => {
    const utc = eventAt === undefined ? undefined : shopTimeToUtc(shopClockText(eventAt), zone())?.earliest.getTime()
    return Math.min(utc ?? Date.now(), Date.now())
  }

  const newsOf: Judging['newsOf'] = (verdict, subject, tables) => {
    const { entity, id, texts } = subject
    const { known, writes } = viewOf(subject, tables)
    const open = writes.filter(({ state, action }) => state !== 'done' && action === 'updated')
    const isAnothers = ([field, text]: [string, string]): boolean => {
      const hash = tables.known.fingerprint(entity.type, id, field, text)
      const holder = known.get(field)
      return holder !== undefined && !holder.value_hash.equals(hash) && !open.some(({ fields }) => fields[field] === hash.toString('base64'))
    }
    const others = (): string[] => [...texts].filter(isAnothers).map(([field]) => field)
    const fields = !verdict.emit || verdict.reason === OVERTAKEN ? [] : [...verdict.fields, ...others()]
    return { fields, at: timeOf(subject) }
  }

  return {
    event: ({ event, source, readAt }, tables) => {
      const subject = subjectOf(event)
      if (!subject) return { subject, judgement: { verdict: judgePassing(event, source, tables), isLate: false } }
      return { subject, judgement: judgeSubject(subject, source, readAt, tables) }
    },
    subject: judgeSubject,
    newsOf,
    isBeingWritten: (subject, tables) => viewOf(subject, tables).writes.some(({ state }) => state === 'writing')
  }
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
