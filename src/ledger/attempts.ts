import type { Db } from './database.ts'
import type { Outcome } from './operation.ts'

/**
 * What became of an attempt: `applied`; `failed` for good; `split`: refused together with others, tried one by one;
 * `postponed` to a later attempt; `interrupted`: the program stopped, or could not use its ledger.
 */
export type AttemptResult = 'applied' | 'failed' | 'split' | 'postponed' | 'interrupted'

/** One call of the shop's Webservice that an attempt made; no values. */
export interface CallNote {
  /** When it was over, milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly resource: string
  readonly id: number | null
  /** `null`: no answer. */
  readonly status: number | null
  readonly ms: number
  readonly error_kind: string | null
}

/** One time that an operation was worked on. */
export interface AttemptNote {
  readonly started_at: number
  readonly ms: number
  readonly result: AttemptResult
  readonly outcome?: Outcome
  readonly error?: { readonly message: string; readonly kind: string; readonly field?: string }
}

/** An attempt as the ledger keeps it. */
export interface Attempt {
  /** From 1 on, of all attempts; also of those that do not count towards `MAX_ATTEMPTS`. */
  readonly number: number
  readonly started_at: number
  /** `null`: the program ended meanwhile. */
  readonly ms: number | null
  readonly result: AttemptResult
  readonly outcome: Outcome | null
  readonly error_message: string | null
  readonly error_kind: string | null
  readonly error_field: string | null
  /** The operation that it was written together with: the calls are there. */
  readonly together_with: string | null
}

interface CallRow extends CallNote {
  readonly attempt: number
}

/** How many attempts, and how many calls, are kept of one operation: the last ones. */
export const KEPT_PER_OPERATION = 50

const KILLED = 'The program ended before the attempt did: what was done in the shop is looked up by the next one'

/** What an operation went through. Every function is one step inside the caller's transaction. */
export const attemptsTable = (db: Db) => {
  const lastAttempt = db.prepare<[number], { number: number }>(
    'SELECT number FROM attempts WHERE operation = ? ORDER BY number DESC LIMIT 1'
  )
  const lastCall = db.prepare<[number], { number: number }>(
    'SELECT number FROM shop_calls WHERE operation = ? ORDER BY number DESC LIMIT 1'
  )
  const addAttempt = db.prepare(`
    INSERT INTO attempts (operation, number, started_at, ms, result, outcome, error_message, error_kind, error_field, together_with)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const addCall = db.prepare(`
    INSERT INTO shop_calls (operation, number, attempt, at, method, resource, id, status, ms, error_kind)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const dropAttempts = db.prepare('DELETE FROM attempts WHERE operation = ? AND number <= ?')
  const dropCalls = db.prepare('DELETE FROM shop_calls WHERE operation = ? AND number <= ?')
  const attemptsOf = db.prepare<[number], Attempt>(`
    SELECT number, started_at, ms, result, outcome, error_message, error_kind, error_field, together_with
    FROM attempts WHERE operation = ? ORDER BY number`)
  const callsOf = db.prepare<[number], CallRow>(
    'SELECT attempt, at, method, resource, id, status, ms, error_kind FROM shop_calls WHERE operation = ? ORDER BY number'
  )
  const interrupt = db.prepare(`
    INSERT INTO attempts (operation, number, started_at, result, error_message)
    SELECT sequence, 1 + coalesce((SELECT max(number) FROM attempts WHERE operation = sequence), 0), date_upd, 'interrupted', ?
    FROM operations WHERE status IN ('pending', 'processing') AND status = 'processing'`)

  return {
    /** Adds an attempt of the operation with that sequence, and the calls that it made; the oldest go. */
    add(operation: number, attempt: AttemptNote, togetherWith: string | null, calls: readonly CallNote[]): void {
      const number = (lastAttempt.get(operation)?.number ?? 0) + 1
      const { started_at, ms, result, outcome = null, error } = attempt
      const errorFields = [error?.message ?? null, error?.kind ?? null, error?.field ?? null]
      addAttempt.run(operation, number, started_at, ms, result, outcome, ...errorFields, togetherWith)
      if (number > KEPT_PER_OPERATION) dropAttempts.run(operation, number - KEPT_PER_OPERATION)
      if (calls.length === 0) return
      let call = lastCall.get(operation)?.number ?? 0
      for (const made of calls) {
        call += 1
        addCall.run(operation, call, number, made.at, made.method, made.resource, made.id, made.status, made.ms, made.error_kind)
      }
      if (call > KEPT_PER_OPERATION) dropCalls.run(operation, call - KEPT_PER_OPERATION)
    },

    /** All that is kept, from the first attempt on, each with its calls. */
    of(operation: number): (Attempt & { readonly calls: readonly CallNote[] })[] {
      const calls = callsOf.all(operation)
      return attemptsOf.all(operation).map((attempt) => ({
        ...attempt,
        calls: calls.filter((call) => call.attempt === attempt.number).map(({ attempt: _attempt, ...call }) => call)
      }))
    },

    /** Before a recovery: what is still being worked on was interrupted. */
    interrupt: (): void => {
      interrupt.run(KILLED)
    }
  }
}

export type AttemptsTable = ReturnType<typeof attemptsTable>
