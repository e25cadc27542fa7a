import { isDeepStrictEqual } from 'node:util'
import type { OdooRecord, OdooVersion } from './client.ts'
import { announcesAfterCommit } from './version.ts'

/** What a webhook told of a record, and when. */
export interface Announcement {
  readonly model: string
  readonly id: number
  /** The webhook is one of a rule "On deletion". */
  readonly deleted: boolean
  /** The webhook's `write_date`; without it the values alone tell whether the record is read too early. */
  readonly writeDate?: string | undefined
  /** The webhook's own values by field. */
  readonly values?: Readonly<Record<string, unknown>> | undefined
  /** The fields to read; those of the automation rules, and those that the webhook carries, unless told. */
  readonly fields?: readonly string[] | undefined
  /** Milliseconds since the webhook came; 0 unless told. */
  readonly ageMs?: number | undefined
}

/**
 * How long a transaction of Odoo that has already sent its webhooks may take to commit when nothing but the values tells
 * that it has not: afterwards the record is right and the webhook was an intermediate one.
 */
const COMMIT_MS = 60_000

const isTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/

/** To whole seconds: all that the API tells. Text of this form sorts by time; `''` = no time. */
const second = (time: unknown): string => (typeof time === 'string' && isTime.test(time) ? time.slice(0, 19) : '')

const comparable = (value: unknown): unknown => second(value) || value

/** Changed by every write, or not a field at all. */
const isBeside = (field: string): boolean => field === 'write_date' || field === 'create_date' || field.startsWith('_')

const differs = (record: OdooRecord, values: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(values).some(
    ([field, value]) => field in record && !isBeside(field) && !isDeepStrictEqual(comparable(record[field]), comparable(value))
  )

/**
 * Whether a record that was just read already is what the webhook announced. 17 and 18 announce before the commit, and
 * `write_date` is the same for all writes of a transaction, or even that of the one before: where it does not tell, a
 * record that still differs from a young webhook is not there yet.
 */
export const isSettled = (record: OdooRecord, { writeDate, values = {}, ageMs = 0 }: Announcement, version: OdooVersion): boolean => {
  const [read, told] = [second(record['write_date']), second(writeDate)]
  if (told !== '' && read < told) return false
  if (announcesAfterCommit(version) || (told !== '' && read > told)) return true
  return ageMs >= COMMIT_MS || !differs(record, values)
}
