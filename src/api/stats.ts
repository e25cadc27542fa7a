import { Hono } from 'hono'
import * as v from 'valibot'
import type { Ledger } from '../ledger/ledger.ts'
import { outcomes } from '../ledger/operation.ts'
import { MINUTE_MS, type MinuteCount, type MinuteEvent, type StateCount } from '../ledger/statistics.ts'
import { describe, ledgerUnavailable } from '../openapi/describe.ts'
import { time } from './operation.ts'

const MINUTES = 60

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const timeSchema = v.pipe(v.string(), v.isoTimestamp())
const latency = (share: string) => v.pipe(v.nullable(v.number()), v.description(`milliseconds from receipt to end, ${share}; a fifth coarse`))

const periodEntries = {
  received: count,
  succeeded: count,
  failed: count,
  latency_p50_ms: latency('the median'),
  latency_p95_ms: latency('of all but the slowest twentieth')
} as const

const countsSchema = v.strictObject({
  pending: count,
  processing: count,
  success: count,
  failed: count,
  outcomes: v.pipe(
    v.strictObject(v.entriesFromList(outcomes, count)),
    v.description('of those that succeeded')
  )
})

/** The figures of `GET /api/stats`. */
export const statsSchema = v.strictObject({
  operations: countsSchema,
  entities: v.pipe(v.record(v.string(), countsSchema), v.description('the same by entity')),
  backlog: v.strictObject({ operations: count, oldest: v.nullable(timeSchema), oldest_seconds: v.nullable(v.number()) }),
  last_hour: v.strictObject({
    ...periodEntries,
    minutes: v.pipe(
      v.array(v.strictObject({ minute: timeSchema, ...periodEntries })),
      v.description(`${MINUTES} minutes, the current one last`)
    )
  })
})

type Counts = v.InferOutput<typeof countsSchema>
type Period = Pick<v.InferOutput<typeof statsSchema>['last_hour'], keyof typeof periodEntries>

const sum = (rows: readonly { readonly operations: number }[]): number => rows.reduce((total, { operations }) => total + operations, 0)

const countsOf = (rows: readonly StateCount[]): Counts => {
  const of = (...states: string[]): number => sum(rows.filter(({ state }) => states.includes(state)))
  const notSuccess = new Set(['pending', 'processing', 'failed'])
  return {
    pending: of('pending'),
    processing: of('processing'),
    success: sum(rows.filter(({ state }) => !notSuccess.has(state))),
    failed: of('failed'),
    outcomes: {
      created: of('created'),
      updated: of('updated'),
      unchanged: of('unchanged'),
      deleted: of('deleted'),
      stale: of('stale'),
      superseded: of('superseded'),
      ignored: of('ignored')
    }
  }
}

/** The latency that this share of the operations did not exceed. */
const percentile = (ended: readonly MinuteCount[], share: number): number | null => {
  const wanted = sum(ended) * share
  let reached = 0
  for (const { operations, latency_ms } of ended.toSorted((one, other) => one.latency_ms - other.latency_ms)) {
    reached += operations
    if (reached >= wanted) return latency_ms
  }
  return null
}

const periodOf = (rows: readonly MinuteCount[]): Period => {
  const of = (event: MinuteEvent): MinuteCount[] => rows.filter((row) => row.event === event)
  const ended = [...of('success'), ...of('failed')]
  return {
    received: sum(of('received')),
    succeeded: sum(of('success')),
    failed: sum(of('failed')),
    latency_p50_ms: percentile(ended, 0.5),
    latency_p95_ms: percentile(ended, 0.95)
  }
}

/** `GET /api/stats`: from the ledger, so that a restart forgets nothing. */
export const statsOf = (ledger: Ledger, now = Date.now()): v.InferOutput<typeof statsSchema> => {
  const counts = ledger.counts()
  const byEntity = Map.groupBy(counts, ({ entity_type }) => entity_type)
  const { pending, oldest } = ledger.backlog()
  const current = now - (now % MINUTE_MS)
  const first = current - (MINUTES - 1) * MINUTE_MS
  const rows = ledger.minutesSince(first)
  const byMinute = Map.groupBy(rows, ({ minute }) => minute)
  const minutes = Array.from({ length: MINUTES }, (_, index) => first + index * MINUTE_MS)
  return {
    operations: countsOf(counts),
    entities: Object.fromEntries(Array.from(byEntity, ([entity, own]) => [entity, countsOf(own)])),
    backlog: {
      operations: pending,
      oldest: oldest === null ? null : time(oldest),
      oldest_seconds: oldest === null ? null : Math.round((now - oldest) / 1_000)
    },
    last_hour: {
      ...periodOf(rows),
      minutes: minutes.map((minute) => ({ minute: time(minute), ...periodOf(byMinute.get(minute) ?? []) }))
    }
  }
}

export const statsRoutes = (ledger: Ledger): Hono =>
  new Hono().get(
    '/api/stats',
    describe({
      summary: 'Count operations, and tell throughput and latency of the last hour',
      tag: 'server',
      access: 'admin',
      answers: { 200: { description: 'the figures', schema: statsSchema }, 503: ledgerUnavailable }
    }),
    (context) => context.json(statsOf(ledger))
  )
