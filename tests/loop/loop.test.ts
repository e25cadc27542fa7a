import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ModuleStyle } from '../support/module.ts'
import { plan } from './plan.ts'
import { simulate } from './simulate.ts'

/** A run that failed is repeated with its numbers: `LOOP_SEED=… LOOP_PATH=… npx vitest run tests/loop`. */
const { LOOP_SEED, LOOP_PATH, LOOP_RUNS = '60' } = process.env

const given = {
  numRuns: Number(LOOP_RUNS),
  ...(LOOP_SEED === undefined ? {} : { seed: Number(LOOP_SEED) }),
  ...(LOOP_PATH === undefined ? {} : { path: LOOP_PATH, endOnFailure: true })
}

/** More than what a few edits set off, much less than a loop would. */
const MESSAGES_PER_EDIT = 40

const styles: readonly ModuleStyle[] = ['whole', 'field']

describe.each(styles)('Two sides that tell each other everything (module: %s)', (style) => {
  test.each([0, 700, -1_500])(
    "come to rest and agree, no echo gets through, and no change is lost, with the shop's clock %i ms ahead",
    async (skew) => {
      await fc.assert(
        fc.asyncProperty(plan({ minLength: 1, maxLength: 20 }), async (one) => {
          const { faults, messagesAfter, edits } = await simulate(one, { style, skew })
          expect(faults).toEqual([])
          expect(messagesAfter).toBeLessThanOrEqual(MESSAGES_PER_EDIT * edits)
        }),
        given
      )
    },
    120_000
  )
})
