import type { KnownValue, RecordDates } from '../ledger/known-values.ts'
import { shopTimeToUtc } from '../prestashop/time.ts'

export interface Look {
  /** The record's `date_upd` now, in the shop's own time. */
  readonly dateUpd: string | undefined
  /** What the ledger kept of the last look. */
  readonly kept: RecordDates
  /** Fields of which Odoo is known to hold a value. */
  readonly known: ReadonlyMap<string, KnownValue>
  /** Whether the shop has the value that Odoo is known to hold. */
  readonly isKnown: (field: string, known: KnownValue) => boolean
  /** Whether the shop has what it had when our last write read it. */
  readonly isAsRead: (field: string) => boolean
}

/**
 * Tells our own changes of a record from those of others, though the shop has one `date_upd` for both: a field that
 * differs from its known value was changed by somebody else, at the latest at `date_upd` – unless that is our own
 * write's, and the field differed before it already: then at the latest at the time that was seen then.
 */
export const readDates = ({ dateUpd = '', kept, known, isKnown, isAsRead }: Look) => {
  const isOurs = dateUpd === kept.own_date_upd
  const foreignFields = [...known].filter(([field, value]) => !isKnown(field, value)).map(([field]) => field)
  const isOld = (field: string): boolean => isOurs && kept.foreign_fields.includes(field) && isAsRead(field)
  const foreignDate = foreignFields.every(isOld) ? (isOurs ? kept.foreign_date_upd : dateUpd) : dateUpd

  return {
    /** The fields that somebody else has changed. */
    foreignFields,
    /** When somebody else last changed the field, at the latest: milliseconds since 1970. */
    changedInShopAt: (field: string, timeZone: string): number | undefined =>
      lastInstant((isOld(field) ? kept.foreign_date_upd : dateUpd) ?? '', timeZone),
    /** What to keep of this look, and of our write if there was one. */
    after: (ownDateUpd: string | null, written: ReadonlySet<string>): RecordDates => ({
      own_date_upd: ownDateUpd,
      foreign_date_upd: foreignDate,
      foreign_fields: foreignFields.filter((field) => !written.has(field))
    })
  }
}

/** The latest instant that a time of the shop can mean; the repeated hour in autumn has two, the future is none of them. */
const lastInstant = (shopTime: string, timeZone: string): number | undefined => {
  const instants = shopTimeToUtc(shopTime, timeZone)
  if (!instants) return undefined
  const latest = instants.latest.getTime()
  return latest > Date.now() ? instants.earliest.getTime() : latest
}
