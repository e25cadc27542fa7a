import type { Ledger } from '../../ledger/ledger.ts'
import type { ShopEvent } from '../../sync/shop-event.ts'
import { parseEvent } from '../event.ts'
import type { Gate, Submission } from '../gate.ts'
import type { Judged } from './judged.ts'
import type { Reader } from './pages.ts'
import type { ShopZone } from './window.ts'

type Data = Readonly<Record<string, unknown>>

/** A look at the shop of which nobody is told. */
export interface Glance {
  readonly ledger: Ledger
  readonly client: Reader
  readonly zone: ShopZone
  /** Our clock, as the shop's zone shows it. */
  readonly shopNow: () => string
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** One round's look at the shop: all that its parts share. */
export interface Look extends Glance {
  readonly gate: Pick<Gate, 'submit'>
  readonly judged: Judged
  /** Whether this round looks further back than the cursors tell. */
  readonly goesBack: boolean
  /** Whether ids are kept for a sweep. */
  readonly sweeps: boolean
  /** Counts rows that were read. */
  readonly count: (resource: string, rows: number) => void
}

/**
 * An event of ours as the gate takes it.
 * @param readAt when the reading of the record that it tells of began, milliseconds since 1970
 */
export const submission = (made: Omit<ShopEvent, 'after_data'> & { readonly after_data: Data | null }, readAt?: number): Submission => {
  const parsed = parseEvent(made)
  if ('issues' in parsed) throw new Error(`an event is not as it must be: ${parsed.issues.map(({ path }) => path).join(', ')}`)
  return { event: parsed.event, source: 'poll', ...(readAt === undefined ? {} : { readAt }) }
}

/** Hands events to the gate; without any the ledger is left alone. */
export const submit = (submissions: readonly Submission[], { gate }: Pick<Look, 'gate'>): void => {
  if (submissions.length > 0) gate.submit(submissions)
}
