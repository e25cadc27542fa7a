import type { Db } from './database.ts'
import type { Operation, OperationFilter, Status } from './operation.ts'
import type { SearchTermsTable } from './search-terms.ts'
import type { StateCount } from './statistics.ts'

/**
 * An operation's state: its outcome when it succeeded, its status otherwise. A query uses the index of it only when it
 * repeats the expression word by word.
 */
const STATE = "CASE status WHEN 'success' THEN coalesce(outcome, status) ELSE status END"

/** Each must find its rows by an index: a ledger may hold a million operations. */
export const queries = {
  nextState: `SELECT ${STATE} AS state FROM operations WHERE ${STATE} > ? ORDER BY ${STATE} LIMIT 1`,
  nextEntity: `SELECT entity_type FROM operations WHERE ${STATE} = ? AND entity_type > ? ORDER BY entity_type LIMIT 1`,
  page: `
    SELECT received_at, sequence FROM operations
    WHERE ${STATE} = ? AND entity_type = ? AND received_at >= ? AND (received_at, sequence) < (?, ?)
    ORDER BY received_at DESC, sequence DESC LIMIT ?`,
  count: `SELECT count(*) AS operations FROM operations WHERE ${STATE} = ? AND entity_type = ?`,
  oldest: `SELECT received_at FROM operations WHERE ${STATE} = ? AND entity_type = ? ORDER BY received_at LIMIT 1`,
  found: `
    SELECT received_at, sequence FROM operations
    WHERE sequence IN (
        SELECT operation FROM search_terms WHERE hash = :hash
        UNION SELECT sequence FROM operations WHERE operation_id = :text
        UNION SELECT sequence FROM operations WHERE event_id = :text
        UNION SELECT value FROM json_each(:unmarked))
      AND (:status IS NULL OR status = :status) AND (:outcome IS NULL OR (status = 'success' AND outcome = :outcome))
      AND (:entity_type IS NULL OR entity_type = :entity_type)
      AND received_at >= :from AND (received_at, sequence) < (:before_time, :before_sequence)
    ORDER BY received_at DESC, sequence DESC LIMIT :limit`,
  bySequence: 'SELECT * FROM operations WHERE sequence = ?',
  idOf: 'SELECT operation_id FROM operations WHERE sequence = ?'
} as const

/** Where a page ends: the next one begins behind it. */
export type Position = Pick<Operation, 'received_at' | 'sequence'>

/** One range of the index. */
interface Range {
  readonly state: string
  readonly entity_type: string
}

const statusOf = (state: string): Status =>
  state === 'pending' || state === 'processing' || state === 'failed' ? state : 'success'

const isAsked = ({ state, entity_type }: Range, filter: OperationFilter): boolean =>
  (filter.status === undefined || statusOf(state) === filter.status) &&
  (filter.outcome === undefined || state === filter.outcome) &&
  (filter.entity_type === undefined || entity_type === filter.entity_type)

const newestFirst = (one: Position, other: Position): number => other.received_at - one.received_at || other.sequence - one.sequence

/** Where the list begins: behind a position, and behind all that was received later than asked for. */
const beginning = ({ before, received_to: to = Number.MAX_SAFE_INTEGER }: OperationFilter): Position => {
  const behindLater = { received_at: to + 1, sequence: 0 }
  return before && newestFirst(before, behindLater) > 0 ? before : behindLater
}

/**
 * Lists of operations, newest first, by any combination of filters: each state and entity is a range of one index, and
 * the pages of the ranges that are asked for are merged.
 */
export const listing = (db: Db, searchTerms: Pick<SearchTermsTable, 'hash' | 'unmarked'>) => {
  const nextState = db.prepare<[string], { state: string }>(queries.nextState)
  const nextEntity = db.prepare<[string, string], { entity_type: string }>(queries.nextEntity)
  const page = db.prepare<[string, string, number, number, number, number], Position>(queries.page)
  const count = db.prepare<[string, string], { operations: number }>(queries.count)
  const oldest = db.prepare<[string, string], { received_at: number }>(queries.oldest)
  const found = db.prepare<[Readonly<Record<string, unknown>>], Position>(queries.found)
  const bySequence = db.prepare<[number], Operation>(queries.bySequence)
  const idOf = db.prepare<[number], Pick<Operation, 'operation_id'>>(queries.idOf)

  /** All states and entities that there are: as many look-ups as there are of them. */
  const ranges = (): Range[] => {
    const all: Range[] = []
    for (let state = nextState.get('')?.state; state !== undefined; state = nextState.get(state)?.state) {
      let entity = nextEntity.get(state, '')?.entity_type
      for (; entity !== undefined; entity = nextEntity.get(state, entity)?.entity_type) all.push({ state, entity_type: entity })
    }
    return all
  }

  const open = (): Range[] => ranges().filter(({ state }) => state === 'pending' || state === 'processing')

  const positions = (filter: OperationFilter): Position[] => {
    const { received_from: from = 0, limit } = filter
    const before = beginning(filter)
    if (filter.text !== undefined) {
      const { status = null, outcome = null, entity_type = null, text } = filter
      const position = { before_time: before.received_at, before_sequence: before.sequence }
      const unmarked = JSON.stringify(searchTerms.unmarked(text))
      return found.all({ hash: searchTerms.hash(text), unmarked, text: text.trim(), status, outcome, entity_type, from, ...position, limit })
    }
    return ranges()
      .filter((range) => isAsked(range, filter))
      .flatMap(({ state, entity_type }) => page.all(state, entity_type, from, before.received_at, before.sequence, limit))
      .sort(newestFirst)
      .slice(0, limit)
  }

  return {
    list: (filter: OperationFilter): Operation[] => positions(filter).flatMap(({ sequence }) => bySequence.get(sequence) ?? []),
    /** The ids of all that match, the oldest first. */
    ids: (criteria: Omit<OperationFilter, 'limit'>): string[] =>
      positions({ ...criteria, limit: Number.MAX_SAFE_INTEGER })
        .toReversed()
        .flatMap(({ sequence }) => idOf.get(sequence)?.operation_id ?? []),
    /** How many operations are open, by state and entity. */
    openCounts: (): StateCount[] =>
      open().map((range) => ({ ...range, operations: count.get(range.state, range.entity_type)?.operations ?? 0 })),
    /** When the oldest open operation was received. */
    oldestOpen: (): number | null =>
      open()
        .map(({ state, entity_type }) => oldest.get(state, entity_type)?.received_at)
        .reduce<number | null>((least, time) => (time !== undefined && (least === null || time < least) ? time : least), null)
  }
}

export type Lists = ReturnType<typeof listing>
