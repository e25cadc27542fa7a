import * as v from 'valibot'
import type { KnownValue } from '../ledger/known-values.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Surroundings } from './entity.ts'
import type { WantedValue } from './translate.ts'

/** From what a counter was to be moved, and to what. */
type Moves = Readonly<Record<string, { readonly from: number; readonly to: number }>>

const progressSchema = v.object({ moves: v.record(v.string(), v.object({ from: v.number(), to: v.number() })) })

/** The shop counts down meanwhile, so only the direction tells. */
const isMade = ({ from, to }: Moves[string], now: number): boolean => (to > from ? now > from : now <= to)

/**
 * What Odoo is known to hold, for `decide`: a difference that an earlier attempt brought into the shop, though its
 * answer was lost, counts as known, so that it is not added twice.
 */
export const withMovesMade = (
  known: ReadonlyMap<string, KnownValue>,
  wanted: ReadonlyMap<string, WantedValue>,
  shopValue: (field: string) => string,
  progress: unknown
): ReadonlyMap<string, KnownValue> => {
  const { success, output } = v.safeParse(progressSchema, progress)
  if (!success) return known
  const settled = new Map(known)
  for (const [field, move] of Object.entries(output.moves)) {
    const last = known.get(field)
    const value = wanted.get(field)?.value
    if (last && value !== undefined && isMade(move, Number(shopValue(field)))) settled.set(field, { ...last, value })
  }
  return settled
}

const isRefused = (error: unknown): boolean =>
  error instanceof PrestashopError &&
  (!error.sent || error.kind === 'permanent' || error.blocked !== undefined || error.status === 429)

/**
 * Writes, and notes before which counters that moves: a difference written twice would count twice.
 * @param counters the counters among the fields to write, with their new values
 */
export const writeMoves = async <Written>(
  counters: ReadonlyMap<string, string>,
  shopValue: (field: string) => string,
  write: () => Promise<Written>,
  { ledger, call }: Surroundings
): Promise<Written> => {
  const moves: Moves = Object.fromEntries(
    [...counters]
      .filter(([field, to]) => to !== '' && shopValue(field) !== '')
      .map(([field, to]) => [field, { from: Number(shopValue(field)), to: Number(to) }])
  )
  if (Object.keys(moves).length === 0) return write()
  ledger.setProgress(call.operationId, { moves })
  try {
    return await write()
  } catch (error) {
    // Surely not done: a retry much later must not mistake somebody else's change for ours.
    if (isRefused(error)) ledger.setProgress(call.operationId, {})
    throw error
  }
}
