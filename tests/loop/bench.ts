import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { plan } from './plan.ts'
import { type Outcome, simulate } from './simulate.ts'

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } }
})
const wanted = Number(values.steps)
const seed = Number(values.seed)
const PLAN_STEPS = 60

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** What people and fate do, in worlds of sixty steps each, one after the other. */
const run = async (): Promise<void> => {
  const began = performance.now()
  const total = { steps: 0, worlds: 0, edits: 0, messages: 0, leaks: 0, lost: 0, corrections: 0, earlier: 0 }
  const verdicts = new Map<string, number>()
  const add = (steps: number, outcome: Outcome): void => {
    total.steps += steps
    total.worlds += 1
    for (const name of ['edits', 'messages', 'leaks', 'lost', 'corrections', 'earlier'] as const) total[name] += outcome[name]
    for (const [name, count] of Object.entries(outcome.verdicts)) verdicts.set(name, (verdicts.get(name) ?? 0) + count)
  }
  print(`seed ${seed}, ${wanted} steps`)
  for (let world = 0; total.steps < wanted; world += 1) {
    const [one] = fc.sample(plan({ minLength: PLAN_STEPS, maxLength: PLAN_STEPS }), { seed: seed + world, numRuns: 1 })
    const style = world % 2 === 0 ? 'whole' : 'field'
    const outcome = await simulate(one!, { style, skew: [0, 700, -1_500][world % 3]! })
    add(one!.steps.length, outcome)
    for (const fault of outcome.faults) print(`world ${world} (seed ${seed + world}, module ${style}): ${fault}`)
    if (outcome.faults.length > 0) process.exitCode = 1
  }
  const seconds = (performance.now() - began) / 1_000
  const rows: [string, number | string][] = [
    ['worlds', total.worlds],
    ['steps', total.steps],
    ['edits by people', total.edits],
    ['messages', total.messages],
    ...[...verdicts].toSorted(([one], [other]) => one.localeCompare(other)),
    ['told again to be sure', total.corrections],
    ['conflicts to the earlier', total.earlier],
    ['echoes leaked', total.leaks],
    ['genuine changes lost', total.lost],
    ['seconds', seconds.toFixed(0)]
  ]
  for (const [name, count] of rows) print(`${name.padEnd(28)} ${String(count).padStart(10)}`)
}

await run()
