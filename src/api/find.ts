import { setImmediate as turn } from 'node:timers/promises'
import type * as v from 'valibot'
import type { Ledger } from '../ledger/ledger.ts'
import type { Operation, OperationFilter } from '../ledger/operation.ts'
import { filterOf, type listSchema } from './filters.ts'

/** How many operations are taken from the ledger, or tried again, in one go. */
const BATCH = 500

/** Which failed operations are meant; without a key, all of them. */
export type FailedFilter = Omit<OperationFilter, 'status' | 'outcome' | 'before' | 'limit'>

export interface OperationPage {
  readonly operations: readonly Operation[]
  /** Where the next page begins; `null`: this is the last one. */
  readonly nextCursor: string | null
}

/** Texts of a payload are found once they have been looked at; webhooks come in between. */
const list = async (ledger: Ledger, filter: OperationFilter): Promise<Operation[]> => {
  if (filter.text !== undefined) while (ledger.catchUpSearch()) await turn()
  return ledger.list(filter)
}

/** One page of operations, newest first. */
export const pageOf = async (ledger: Ledger, asked: v.InferOutput<typeof listSchema>): Promise<OperationPage> => {
  const { status, outcome, cursor: before, limit } = asked
  const found = await list(ledger, {
    ...filterOf(asked),
    ...(status === undefined ? {} : { status }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(before === undefined ? {} : { before }),
    // One more tells whether there is another page.
    limit: limit + 1
  })
  const operations = found.slice(0, limit)
  const last = operations.at(-1)
  return { operations, nextCursor: found.length > limit && last ? `${last.received_at}-${last.sequence}` : null }
}

/** The ids of all failed operations that match, newest first. */
export const failedIds = async (ledger: Ledger, filter: FailedFilter): Promise<string[]> => {
  const failed = { ...filter, status: 'failed', limit: BATCH } as const
  const ids: string[] = []
  for (let page = await list(ledger, failed); page.length > 0; page = await list(ledger, { ...failed, before: page.at(-1)! })) {
    ids.push(...page.map(({ operation_id }) => operation_id))
    await turn()
  }
  return ids
}

/**
 * Tries all failed operations again that match.
 * @returns how many
 */
export const retryFailed = async (ledger: Ledger, filter: FailedFilter, force = false): Promise<number> => {
  // From the oldest on, so that those of one record keep their order.
  const oldestFirst = (await failedIds(ledger, filter)).toReversed()
  let retried = 0
  for (let start = 0; start < oldestFirst.length; start += BATCH) {
    retried += ledger.retryAll(oldestFirst.slice(start, start + BATCH), { force })
    await turn()
  }
  return retried
}
