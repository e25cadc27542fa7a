import * as fc from 'fast-check'
import type { Side } from './journal.ts'

/** One thing that people or fate do; the numbers choose among what is there. */
export type Step =
  | { readonly do: 'create'; readonly side: Side; readonly kind: number; readonly wait: number }
  | { readonly do: 'edit'; readonly side: Side; readonly record: number; readonly field: number; readonly wait: number }
  /** A value that the field has had before. */
  | { readonly do: 'restore'; readonly side: Side; readonly record: number; readonly field: number; readonly wait: number }
  | { readonly do: 'crash'; readonly down: number; readonly wait: number }
  | { readonly do: 'away'; readonly side: Side; readonly down: number; readonly wait: number }
  | { readonly do: 'fault'; readonly method: 'GET' | 'POST' | 'PATCH'; readonly answer: Fault; readonly wait: number }
  | { readonly do: 'lose'; readonly side: Side; readonly wait: number }

export type Fault = 'drop' | 'drop-after-write' | 'empty-500-after-write' | 'half-answer' | 'hang-after-write'

/** A scenario: what is done, and the chance of everything else. */
export interface Plan {
  readonly seed: number
  readonly steps: readonly Step[]
}

/** Milliseconds until the next step: often none, mostly moments. */
const wait = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 4, arbitrary: fc.integer({ min: 300, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3_000, max: 15_000 }) }
)
const side = fc.constantFrom<Side>('odoo', 'shop')
const choice = fc.nat(11)
const down = fc.oneof(fc.integer({ min: 100, max: 3_000 }), fc.integer({ min: 3_000, max: 20_000 }))

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: fc.record({ do: fc.constant('edit' as const), side, record: choice, field: choice, wait }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restore' as const), side, record: choice, field: choice, wait }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create' as const), side, kind: choice, wait }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), down, wait }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('away' as const), side, down, wait }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      method: fc.constantFrom('GET' as const, 'POST' as const, 'PATCH' as const),
      answer: fc.constantFrom<Fault>('drop', 'drop-after-write', 'empty-500-after-write', 'half-answer', 'hang-after-write'),
      wait
    })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), side, wait }) }
)

export const plan = (length: { readonly minLength: number; readonly maxLength: number }): fc.Arbitrary<Plan> =>
  fc.record({ seed: fc.integer({ min: 1, max: 0x7fffffff }), steps: fc.array(step, length) })
