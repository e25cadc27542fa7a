import type { Db } from './database.ts'

export const MINUTE_MS = 60_000
/** How long a minute is remembered. */
const KEPT_MS = 2 * 3_600_000

export type MinuteEvent = 'received' | 'success' | 'failed'

/** How many operations had one event in one minute. */
export interface MinuteCount {
  /** Its beginning, milliseconds since 1970. */
  readonly minute: number
  readonly event: MinuteEvent
  /** From receipt to end: the upper end of a step, a fifth wide; 0 for what was received. */
  readonly latency_ms: number
  readonly operations: number
}

/** How many operations are in one state; the state is the outcome of those that succeeded, the status of the others. */
export interface StateCount {
  readonly state: string
  readonly entity_type: string
  readonly operations: number
}

/** Steps of a fifth: enough for a percentile, few enough for a row each. */
const stepOf = (ms: number): number => Math.round(2 ** (Math.ceil(Math.log2(Math.max(ms, 1)) * 4) / 4))

const minuteOf = (time: number): number => time - (time % MINUTE_MS)

/** What happened lately, and how much there is. Every function is one step inside the caller's transaction. */
export const statisticsTable = (db: Db) => {
  const add = db.prepare(`
    INSERT INTO minutes (minute, event, latency_ms, operations) VALUES (?, ?, ?, ?)
    ON CONFLICT (minute, event, latency_ms) DO UPDATE SET operations = operations + excluded.operations`)
  const since = db.prepare<[number], MinuteCount>(
    'SELECT minute, event, latency_ms, operations FROM minutes WHERE minute >= ? ORDER BY minute, event, latency_ms'
  )
  const prune = db.prepare('DELETE FROM minutes WHERE minute < ?')
  const ended = db.prepare<[], StateCount>('SELECT state, entity_type, operations FROM operation_counts WHERE operations > 0')

  return {
    received: (operations: number): void => {
      if (operations > 0) add.run(minuteOf(Date.now()), 'received', 0, operations)
    },
    ended(status: 'success' | 'failed', receivedAt: number): void {
      const now = Date.now()
      add.run(minuteOf(now), status, stepOf(now - receivedAt), 1)
    },
    /** The minutes from this time on, of at most the last two hours. */
    since: (time: number): MinuteCount[] => since.all(minuteOf(time)),
    /** Operations that have ended. */
    counts: (): StateCount[] => ended.all(),
    prune: (): void => {
      prune.run(Date.now() - KEPT_MS)
    }
  }
}

export type StatisticsTable = ReturnType<typeof statisticsTable>
