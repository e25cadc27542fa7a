import * as fc from 'fast-check'
import { expect } from 'vitest'
import { plan } from './plan.ts'
import { type Setting, simulate } from './simulate.ts'

/**
 * `LOOP_SEED=… LOOP_PATH=…` repeat the run that failed, `LOOP_SEED` alone looks at other scenarios, `LOOP_RUNS` at more
 * of them: `LOOP_SEED=$RANDOM LOOP_RUNS=500 npx vitest run tests/loop`.
 */
const { LOOP_SEED = '1', LOOP_PATH, LOOP_RUNS = '30' } = process.env

/** Above what a few edits set off, far below what a loop would. */
const MESSAGES_PER_EDIT = 40

/** In every scenario all comes to rest, both sides agree, no echo gets through, and no change is lost. */
export const holds = (setting: Setting, runs = LOOP_RUNS): Promise<void> =>
  fc.assert(
    fc.asyncProperty(plan({ minLength: 1, maxLength: 20 }), async (scenario) => {
      const { faults, messagesAfter, edits } = await simulate(scenario, setting)
      expect(faults).toEqual([])
      expect(messagesAfter).toBeLessThanOrEqual(MESSAGES_PER_EDIT * edits)
    }),
    {
      numRuns: Number(runs),
      seed: Number(LOOP_SEED),
      ...(LOOP_PATH === undefined ? {} : { path: LOOP_PATH, endOnFailure: true })
    }
  )

/** Milliseconds that the shop's clock is ahead. */
export const skews = [0, 700, -1_500]
export const PATIENCE_MS = 300_000
