import type { Attempt, AttemptsTable, CallNote } from './attempts.ts'
import { guarded } from './database.ts'
import type { Lists } from './listing.ts'
import type { Operation, OperationFilter } from './operation.ts'
import type { SearchTermsTable } from './search-terms.ts'
import type { MinuteCount, StateCount, StatisticsTable } from './statistics.ts'

interface OverviewOptions {
  readonly lists: Lists
  readonly attempts: AttemptsTable
  readonly statistics: StatisticsTable
  readonly searchTerms: SearchTermsTable
  /** Does a piece of work in one transaction. */
  readonly write: (work: () => void) => void
}

export interface Backlog {
  readonly pending: number
  /** When the oldest was received, milliseconds since 1970. */
  readonly oldest: number | null
}

export const backlogOf = (lists: Pick<Lists, 'openCounts' | 'oldestOpen'>): Backlog => ({
  pending: lists.openCounts().reduce((sum, { operations }) => sum + operations, 0),
  oldest: lists.oldestOpen()
})

/** What people are told of the operations: lists, stories and figures. */
export const overview = ({ lists, attempts, statistics, searchTerms, write }: OverviewOptions) => ({
  list: (filter: OperationFilter): Operation[] => guarded(() => lists.list(filter)),
  /** The attempts of an operation, each with its calls; of many, the last ones. */
  attemptsOf: ({ sequence }: Operation): (Attempt & { readonly calls: readonly CallNote[] })[] => guarded(() => attempts.of(sequence)),
  /** How many operations are open, and when the oldest of them was received. */
  backlog: (): Backlog => guarded(() => backlogOf(lists)),
  /** How many operations there are, by state and entity. */
  counts: (): StateCount[] => guarded(() => [...lists.openCounts(), ...statistics.counts()]),
  /** What happened in the minutes from this time on, of at most the last two hours. */
  minutesSince: (time: number): MinuteCount[] => guarded(() => statistics.since(time)),
  /**
   * Makes operations be found by the texts of their payload, one short transaction a batch.
   * @returns whether there is more to do
   */
  catchUpSearch: (): boolean => {
    if (!guarded(() => searchTerms.isBehind())) return false
    write(() => searchTerms.catchUp())
    return guarded(() => searchTerms.isBehind())
  }
})
