import { expect, test } from 'vitest'
import { playWorld } from './worlds.ts'

/** Worlds of the bench that once ended with a fault, and what was wrong. */
test.each([
  { seed: 1, world: 1144, about: 'an attempt that is made once more, after an event was read afresh, makes that event old' },
  { seed: 2, world: 124, about: 'what somebody in the shop has put in place of a lost write is as old as the event that told of it' },
  { seed: 2, world: 822, about: 'an older change does not come over a newer one whose answer was lost' },
  { seed: 2, world: 1116, about: 'what another write of ours has brought is no sign that a lost one was made' }
])('$about (seed $seed, world $world)', async ({ seed, world }) => {
  expect((await playWorld({ seed, world })).faults).toEqual([])
})
