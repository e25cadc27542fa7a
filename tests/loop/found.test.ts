import { expect, test } from 'vitest'
import { type Choice, playWorld } from './worlds.ts'

/** Worlds of the bench that once ended with a fault, and what was wrong. */
test.each<Choice & { about: string }>([
  { seed: 1, world: 1144, kinds: ['customer'], about: 'an attempt that is made once more, after an event was read afresh, makes that event old' },
  { seed: 2, world: 124, kinds: ['customer'], about: 'what somebody in the shop has put in place of a lost write is as old as the event that told of it' },
  { seed: 2, world: 822, kinds: ['customer'], about: 'an older change does not come over a newer one whose answer was lost' },
  { seed: 2, world: 1116, kinds: ['customer'], about: 'what another write of ours has brought is no sign that a lost one was made' },
  { seed: 100001, world: 1127, kinds: ['customer'], about: 'a correction is told already only when all is that it was for' },
  { seed: 5, world: 7, kinds: ['address'], about: 'the same of a write that was dropped' },
  { seed: 105, world: 24, kinds: ['address'], about: 'an address whose creation lost its answer is not made again for a webhook that says more of it' },
  { seed: 1, world: 57, kinds: ['address'], about: 'nor when Odoo has named it in its answer to an event meanwhile' },
  { seed: 100001, world: 144, kinds: ['order'], about: 'a state that was told with another one behind it is what Odoo holds until that one comes' },
  { seed: 205, world: 33, kinds: ['coupon'], about: 'a coupon whose creation lost its answer is not set back to what it was made with' }
])('$about (seed $seed, world $world)', async ({ about: _about, ...choice }) => {
  expect((await playWorld(choice)).faults).toEqual([])
})
