import { type AttemptNote, type CallNote, KEPT_PER_OPERATION } from './attempts.ts'

/** An attempt on its way into the ledger. */
export interface PendingNote {
  readonly attempt: AttemptNote
  readonly togetherWith: string | null
  readonly calls: readonly CallNote[]
}

interface Named {
  readonly operation_id: string
}

/**
 * Attempts and calls that wait, in memory, for the transaction that ends or postpones their operation: a note costs
 * no write of its own. What a crash takes away is told by the recovery.
 */
export const createTrail = () => {
  const calls = new Map<string, CallNote[]>()
  const notes = new Map<string, PendingNote[]>()

  const callsOf = (operationId: string): readonly CallNote[] => {
    const made = calls.get(operationId) ?? []
    calls.delete(operationId)
    return made
  }

  return {
    /** Notes a call that was made for an operation. */
    call: (operationId: string, call: CallNote): void => {
      const made = calls.get(operationId) ?? []
      made.push(call)
      if (made.length > KEPT_PER_OPERATION) made.shift()
      calls.set(operationId, made)
    },

    /**
     * Notes an attempt of operations that were worked on together: the calls are those of the last one. One that was
     * said to have an outcome and is still here could not be written down: this one stands for it.
     */
    attempt: (run: readonly Named[], attempt: AttemptNote): void => {
      const last = run.at(-1)!.operation_id
      const made = callsOf(last)
      for (const { operation_id } of run) {
        const own = notes.get(operation_id) ?? []
        const unwritten = own.at(-1)?.attempt.outcome === undefined ? undefined : own.pop()
        const isLast = operation_id === last
        own.push({ attempt, togetherWith: isLast ? null : last, calls: isLast ? [...(unwritten?.calls ?? []), ...made] : [] })
        notes.set(operation_id, own)
      }
    },

    /** What has been noted about an operation since the last transaction. */
    of: (operationId: string): readonly PendingNote[] => notes.get(operationId) ?? [],

    /** After the transaction. */
    forget: (operations: readonly Named[]): void => {
      for (const { operation_id } of operations) notes.delete(operation_id)
    }
  }
}
