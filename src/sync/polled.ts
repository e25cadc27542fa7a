import type { Ledger } from '../ledger/ledger.ts'
import type { ShopRecord } from '../prestashop/record.ts'

/** The rows that were there when the poller first started, near the newest date of then. */
export const oldRowsOf = (resource: string): string => `${resource} at start`

/** Everything that distinguishes one state of a row from another. */
export const rowDigest = (resource: string, record: ShopRecord, { known }: Pick<Ledger, 'known'>): Buffer =>
  known.fingerprint(resource, record.id, 'row', JSON.stringify([record.fields, record.languages, record.associations]))

/** Whether a record is as it was when the poller first started: nobody's news. */
export const isAsAtStart = (resource: string, record: ShopRecord, ledger: Pick<Ledger, 'known' | 'outgoing'>): boolean =>
  ledger.outgoing.read(({ poll }) => poll.digestOf(oldRowsOf(resource), record.id))?.equals(rowDigest(resource, record, ledger)) === true
