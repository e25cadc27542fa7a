import type { Ledger, OutgoingTables } from '../../ledger/ledger.ts'
import { shopClockMs, shopClockText, shopTimeToUtc, utcToShopTime } from '../../prestashop/time.ts'
import { creationKey } from '../../sync/marks.ts'
import type { OutgoingEvent } from '../event.ts'
import type { RecordView } from '../explain.ts'
import { judge, type Judgement } from '../judge.ts'
import type { News } from '../learn.ts'
import { fingerprintOf, newsOf } from '../news.ts'
import { identityOf } from '../passing.ts'
import type { ShopFacts } from '../shop-facts.ts'
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

/** What an event of the poller says has changed: what Odoo does not know. Nobody else has said it before. */
export const summaryOf = (source: string, verdict: Verdict): { readonly change_summary?: string } =>
  source === 'poll' && verdict.emit && verdict.fields.length > 0 ? { change_summary: verdict.fields.join(', ') } : {}

/** Judges by what the ledger holds of the record, within the caller's transaction. */
export interface Judging {
  /** What an event is about; `undefined` when it cannot be an echo. */
  read(event: OutgoingEvent): Subject | undefined
  event(submission: Submission, tables: OutgoingTables): Judged
  /** @param readAt when the record was read that the subject was made of, milliseconds since 1970 */
  subject(subject: Subject, source: Submission['source'], readAt: number | undefined, tables: OutgoingTables, by?: typeof judge): Judgement
  /** What an event tells as news, and since when it has been so. */
  newsFrom(verdict: Verdict, subject: Subject, tables: OutgoingTables): News
  /** When it happened, by our clock: milliseconds since 1970. */
  timeOf(subject: Subject): number
  /** Whether one of our own writes to the record goes on. */
  isBeingWritten(subject: Subject, tables: OutgoingTables): boolean
}

export const createJudging = (ledger: Ledger, { zone, language }: Pick<ShopFacts, 'zone' | 'language'>): Judging => {
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
      fingerprint: fingerprintOf(subject, tables)
    })

  const timeOf: Judging['timeOf'] = ({ eventAt }) => {
    const utc = eventAt === undefined ? undefined : shopTimeToUtc(shopClockText(eventAt), zone())?.earliest.getTime()
    return Math.min(utc ?? Date.now(), Date.now())
  }

  const newsFrom: Judging['newsFrom'] = (verdict, subject, tables) => ({
    ...newsOf(verdict, subject, viewOf(subject, tables), fingerprintOf(subject, tables)),
    at: timeOf(subject)
  })

  const read: Judging['read'] = (event) => subjectOf(event, language)

  return {
    read,
    event: ({ event, source, readAt }, tables) => {
      const subject = read(event)
      if (!subject) return { subject, judgement: { verdict: judgePassing(event, source, tables), isLate: false } }
      return { subject, judgement: judgeSubject(subject, source, readAt, tables) }
    },
    subject: judgeSubject,
    newsFrom,
    timeOf,
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
