import type { AttemptResult } from '../ledger/attempts.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Ending, Lane, Operation } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import type { Applied } from './applied.ts'
import type { Breaker } from './breaker.ts'
import { runLength } from './coalesce.ts'
import { customer } from './customer.ts'
import { ANY_EMAIL, bindingName, MissingRecordError } from './customer-of.ts'
import { entities } from './entities.ts'
import { type FailureKind, StoppedError } from './errors.ts'
import { isCovered, isNative } from './native/run.ts'
import { describeFailure, type Failure, react, stackOf } from './retry.ts'

export interface WorkerOptions {
  readonly ledger: Ledger
  readonly breaker: Breaker
  readonly log: Logger
  readonly concurrency: number
  readonly maxAttempts: number
  /** While it says no, no work is taken; `pump` when it says yes again. */
  readonly isOn: () => boolean
  /** Applies operations of one record as one write, and has the result settled before it lets go of the record. */
  readonly apply: (run: readonly Operation[], signal: AbortSignal, settle: (done: Done) => Promise<void>) => Promise<void>
}

/** What became of a run. */
export interface Done extends Applied {
  /** Keys of the payload that meant nothing. */
  readonly ignored: readonly string[]
  /** What else the result tells. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Names that operations may be waiting for, beside the record's own. */
  readonly wakes?: readonly string[]
}

/** How soon work is seen that another process (the command line) put into the ledger. */
const LOOK_AGAIN_MS = 1_000

/**
 * Takes operations from the ledger and has them applied: one run per record at a time, `concurrency` records at once.
 */
export const createWorker = ({ ledger, breaker, log, concurrency, maxAttempts, isOn, apply }: WorkerOptions) => {
  let running = false
  let timer: NodeJS.Timeout | undefined
  const active = new Set<Promise<void>>()
  const stopping = new AbortController()
  /** Failures by operation and kind. */
  const strikes = new Map<string, Map<FailureKind, number>>()
  /** Lanes that wait for a binding, by its name. */
  const waiting = new Map<string, Map<string, Lane>>()

  const pump = (): void => {
    clearTimeout(timer)
    if (!running || !isOn() || breaker.state().open) return
    let next = LOOK_AGAIN_MS
    try {
      const free = concurrency - active.size
      const taken = free > 0 ? ledger.take(free, (lane, open) => runLength(entities[lane.entity_type], open, ledger.bindings.find(lane) !== undefined)) : []
      for (const { lane, run } of taken) begin(lane, run)
      const due = active.size < concurrency ? ledger.nextDueAt() : undefined
      if (due !== undefined) next = Math.min(Math.max(due - Date.now(), 1), LOOK_AGAIN_MS)
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
      log.error({ code: error.code }, error.message)
    }
    timer = setTimeout(pump, next)
  }

  const begin = (lane: Lane, run: readonly Operation[]): void => {
    const work: Promise<void> = attempt(lane, run)
      .catch((error: unknown) => log.fatal({ ...lane, error: describeFailure(error).message }, 'a record is stuck until the next start'))
      .finally(() => {
        active.delete(work)
        pump()
      })
    active.add(work)
  }

  const attempt = async (lane: Lane, run: readonly Operation[]): Promise<void> => {
    const startedAt = Date.now()
    try {
      await apply(run, stopping.signal, (done) => conclude(lane, run, done, startedAt))
    } catch (error) {
      await failed(lane, run, error, startedAt)
    }
  }

  const conclude = async (
    lane: Lane,
    run: readonly Operation[],
    { outcome, entityId, updated, stale, kept, ignored, problem, learnt, details, wakes = [] }: Done,
    startedAt: number
  ): Promise<void> => {
    const ms = Date.now() - startedAt
    const last = run.at(-1)!
    const endings = run.map((operation): Ending => ({
      operation_id: operation.operation_id,
      status: problem && !isCovered(operation, run) ? 'failed' : 'success',
      outcome: operation === last ? outcome : 'superseded',
      ...(problem && !isCovered(operation, run) ? { error: { message: problem.message, kind: 'permanent' } } : {}),
      ...(entityId === undefined ? {} : { entity_id: entityId }),
      ...(operation === last ? {} : { superseded_by: last.operation_id }),
      result_data: {
        updated_fields: updated,
        ...(stale.length > 0 ? { stale_fields: stale } : {}),
        ...(kept.length > 0 ? { kept_fields: kept } : {}),
        ...(ignored.length > 0 ? { ignored_fields: ignored } : {}),
        ...(problem ? { code: problem.code, ...problem.details } : {}),
        ...details
      },
      processing_time_ms: ms
    }))
    ledger.trail.attempt(run, {
      started_at: startedAt,
      ms,
      result: problem ? 'failed' : 'applied',
      outcome,
      ...(problem ? { error: { message: problem.message, kind: 'permanent' } } : {})
    })
    await untilWritten(() => ledger.conclude(lane, { endings, ...learnt }))
    for (const { operation_id } of run) {
      strikes.delete(operation_id)
      log.info({ operation_id, outcome: operation_id === last.operation_id ? outcome : 'superseded', ...lane, entity_id: entityId, fields: updated, ms }, 'operation applied')
    }
    await wake(bindingName(lane.entity_type, lane.odoo_id))
    for (const name of wakes) await wake(name)
    if (lane.entity_type === customer.type && updated.includes('email')) await wake(ANY_EMAIL)
  }

  const failed = async (lane: Lane, run: readonly Operation[], error: unknown, startedAt: number): Promise<void> => {
    const ms = Date.now() - startedAt
    const note = (result: AttemptResult, failure?: Failure): void =>
      ledger.trail.attempt(run, { started_at: startedAt, ms, result, ...(failure ? { error: failure } : {}) })
    if (error instanceof StoppedError || stopping.signal.aborted) {
      note('interrupted')
      await untilWritten(() => ledger.release(lane, run))
      return
    }
    if (error instanceof LedgerUnavailableError) {
      log.error({ code: error.code }, error.message)
      note('interrupted', { kind: 'transient', message: error.message })
      await untilWritten(() => ledger.release(lane, run))
      return
    }
    const failure = describeFailure(error)
    const first = run[0]!
    const struck = strike(first, failure.kind)
    const reaction = react(
      error,
      failure,
      { attempts: first.attempts + 1, strikes: struck, waitedMs: first.waited_ms },
      maxAttempts
    )
    if (failure.isUnexpected) log.error({ operation_id: first.operation_id, stack: stackOf(error) }, 'an unexpected error')
    const line = { operation_id: first.operation_id, ...lane, kind: failure.kind, error: failure.message, field: failure.field, ms }
    if (reaction.do === 'fail' && run.length > 1 && !isNative(first)) {
      // What fails together may be fine one by one.
      note('split', failure)
      await oneByOne(lane, run)
      return
    }
    note(reaction.do === 'fail' ? 'failed' : 'postponed', failure)
    if (reaction.do === 'fail') {
      await untilWritten(() => ledger.conclude(lane, { endings: run.map((operation) => failedEnding(operation, run, failure, ms)) }))
      for (const { operation_id } of run) strikes.delete(operation_id)
      log.error(line, 'operation failed')
      return
    }
    if (reaction.do === 'break') breaker.trip(failure)
    if (error instanceof MissingRecordError && error.awaited !== undefined) wait(error.awaited, lane)
    const postponement = {
      next_attempt_at: reaction.delay === 0 ? 0 : Date.now() + reaction.delay,
      burnt: reaction.burnt,
      waited_ms: reaction.do === 'retry' ? (reaction.waitedMs ?? 0) : 0,
      error: failure
    }
    await untilWritten(() => ledger.postpone(lane, run, postponement))
    log.warn({ ...line, retry_in_ms: Math.round(reaction.delay) }, 'operation will be tried again')
  }

  const strike = ({ operation_id }: Operation, kind: FailureKind): number => {
    const kinds = strikes.get(operation_id) ?? new Map<FailureKind, number>()
    const count = (kinds.get(kind) ?? 0) + 1
    strikes.set(operation_id, kinds.set(kind, count))
    return count
  }

  /** The lane stays taken until the last of the run has ended: order is kept. */
  const oneByOne = async (lane: Lane, run: readonly Operation[]): Promise<void> => {
    // What they went through together counts for each.
    const together = strikes.get(run[0]!.operation_id) ?? new Map<FailureKind, number>()
    for (const { operation_id } of run) strikes.set(operation_id, new Map(together))
    for (const [index, operation] of run.entries()) {
      if (stopping.signal.aborted) {
        await untilWritten(() => ledger.release(lane, run.slice(index)))
        return
      }
      await attempt(lane, [operation])
      const ended = ledger.find(operation.operation_id)
      if (ended?.status === 'success' || ended?.status === 'failed') continue
      await untilWritten(() => ledger.release(lane, run.slice(index + 1)))
      return
    }
  }

  const wake = async (name: string): Promise<void> => {
    const lanes = [...(waiting.get(name)?.values() ?? [])]
    waiting.delete(name)
    if (lanes.length > 0) await untilWritten(() => lanes.forEach((lane) => ledger.hasten(lane)))
  }

  const wakeFor = ({ entity_type, odoo_id }: Lane): void => {
    void wake(bindingName(entity_type, odoo_id)).then(pump)
  }

  const wait = (name: string, lane: Lane): void => {
    const lanes = waiting.get(name) ?? new Map<string, Lane>()
    lanes.set(JSON.stringify(lane), lane)
    waiting.set(name, lanes)
  }

  /** What was done in the shop must get into the ledger, however long the disk is full. */
  const untilWritten = async (work: () => void): Promise<void> => {
    for (;;) {
      try {
        work()
        return
      } catch (error) {
        if (!(error instanceof LedgerUnavailableError)) throw error
        log.error({ code: error.code }, error.message)
        if (!running) return
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      }
    }
  }

  return {
    start(): void {
      const recovered = ledger.recover()
      if (recovered > 0) log.info({ operations: recovered }, 'operations that were being worked on are taken up again')
      running = true
      ledger.events.on('accepted', pump)
      ledger.events.on('bound', wakeFor)
      pump()
    },
    /** Looks for work now; for the breaker and the switch, when they let it go on. */
    pump,
    /**
     * Takes no new work and waits for the calls in flight; what is not done stays pending.
     * Safe to call twice.
     */
    async stop(): Promise<void> {
      running = false
      ledger.events.off('accepted', pump)
      ledger.events.off('bound', wakeFor)
      clearTimeout(timer)
      stopping.abort()
      await Promise.all(active)
    }
  }
}

const failedEnding = (operation: Operation, run: readonly Operation[], failure: Failure, ms: number): Ending => {
  const ending = { operation_id: operation.operation_id, processing_time_ms: ms }
  if (isCovered(operation, run)) {
    return { ...ending, status: 'success', outcome: 'superseded', superseded_by: run.at(-1)!.operation_id }
  }
  const result = failure.code === undefined ? {} : { result_data: { code: failure.code } }
  return { ...ending, status: 'failed', error: failure, ...result }
}

export type Worker = ReturnType<typeof createWorker>
