import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { account, polledShop } from '../support/poller.ts'

type Step =
  | { readonly do: 'wait'; readonly seconds: number }
  /** Becomes visible that much after its own date. */
  | { readonly do: 'change'; readonly customer: number; readonly late: number }
  | { readonly do: 'look' }
  /** A new process, whose gate fails at that submission, if it gets that far. */
  | { readonly do: 'restart'; readonly failsAt: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.oneof(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 5_400 })) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('change' as const), customer: fc.nat({ max: 3 }), late: fc.integer({ min: 0, max: 110 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), failsAt: fc.nat({ max: 3 }) }) }
)

test('Whatever the order of changes, looks, restarts and failures, in the night in which the clock is set back: the last state of every record is told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.constantFrom('2026-10-24T23:30:00Z', '2026-10-25T00:40:00Z', '2026-10-25T01:30:00Z'),
      fc.integer({ min: -100, max: 600 }),
      async (steps, clock, ahead) => {
        const { poller, shop, gate, clocks, wait, told, close } = polledShop({ clock, shop: { timeZone: 'Europe/Paris' } })
        clocks.shopAhead = ahead * 1_000
        const ids = [1, ...['a', 'b', 'c'].map((name) => shop.backOffice.create('customers', account(`${name}@example.com`)))]
        let one = poller()
        await one.round()
        const names = new Map<number, string>()
        for (const [index, move] of steps.entries()) {
          if (move.do === 'wait') wait(move.seconds)
          if (move.do === 'look') await one.round()
          if (move.do === 'change') {
            const id = ids[move.customer]!
            names.set(id, `Name ${'x'.repeat(index)}`)
            clocks.shopAhead = (ahead - move.late) * 1_000
            shop.backOffice.update('customers', id, { firstname: names.get(id)! })
            clocks.shopAhead = ahead * 1_000
          }
          if (move.do === 'restart') {
            let submissions = 0
            gate.before = () => {
              submissions += 1
              if (submissions > move.failsAt) throw new Error('the end')
            }
            one = poller()
            await one.round()
            gate.before = () => {}
          }
        }
        await one.round()
        const last = new Map(told().map(({ entity_id, after_data }) => [entity_id, after_data?.['firstname']]))
        close()
        for (const [id, name] of names) expect(last.get(id)).toBe(name)
      }
    ),
    { numRuns: 12, endOnFailure: true }
  )
}, 120_000)
