import * as fc from 'fast-check'
import { type KindName, kindNames } from './kinds.ts'
import { plan } from './plan.ts'
import { type Outcome, type Setting, simulate } from './simulate.ts'
import type { Tells } from './world.ts'

/** Steps that are played in each world. */
export const STEPS_PER_WORLD = 60

/** One of the endless worlds of a seed. */
export interface Choice extends Pick<Setting, 'policy' | 'kinds' | 'trace'> {
  readonly seed: number
  readonly world: number
  /** Every shop is polled, half of them have no module. */
  readonly poll?: boolean
}

/** Most shops have the module, some are only polled, some both. */
const tellsOf = (world: number): Tells => (world % 10 === 4 ? 'poller' : world % 10 === 9 ? 'both' : 'module')

/** In most worlds one kind of records, each with its own ways to go wrong; in the others all of them. */
const MIXES: readonly (readonly KindName[])[] = [['customer'], ['address'], ['coupon'], ['order'], kindNames]

/** Each of them with every way to tell of the shop. */
const kindsOf = (world: number): readonly KindName[] => MIXES[Math.floor(world / 5) % MIXES.length]!

/** Plays a world: always the same for the same choice. */
export const playWorld = ({ seed, world, poll = false, kinds = kindsOf(world), ...rest }: Choice): Promise<Outcome> => {
  const [scenario] = fc.sample(plan({ minLength: STEPS_PER_WORLD, maxLength: STEPS_PER_WORLD }), { seed: seed + world, numRuns: 1 })
  return simulate(scenario!, {
    ...rest,
    kinds,
    style: world % 2 === 0 ? 'whole' : 'field',
    skew: [0, 700, -1_500][world % 3]!,
    tells: poll ? (world % 4 < 2 ? 'poller' : 'both') : tellsOf(world)
  })
}
