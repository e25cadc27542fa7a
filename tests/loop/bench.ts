import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { POLICIES } from '../../src/config.ts'
import { kindOf } from './kinds.ts'
import type { Outcome } from './simulate.ts'
import { playWorld, STEPS_PER_WORLD } from './worlds.ts'

/**
 * Worlds of sixty steps each, one after the other, until that many steps are done. `--world <n>` plays only that one of
 * a seed, and tells all that happens in it; `--poll`: every shop is polled, half of them have no module; `--policy`: a
 * value of CONFLICT_POLICY; `--kinds customer,address`: what people work with in every world.
 */
const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    world: { type: 'string' },
    poll: { type: 'boolean', default: false },
    policy: { type: 'string', default: 'last-write-wins' },
    kinds: { type: 'string' }
  }
})
const wanted = Number(values.steps)
const seed = Number(values.seed)
const kinds = values.kinds?.split(',').map((name) => kindOf(name).type)
const policy = v.parse(v.picklist(POLICIES), values.policy)
/** How often the bench tells how far it is. */
const EVERY_MS = 60_000

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const play = async (world: number, trace?: (line: string) => void): Promise<Outcome> => {
  const outcome = await playWorld({ seed, world, poll: values.poll, policy, ...(kinds ? { kinds } : {}), trace })
  for (const fault of outcome.faults) print(`world ${world}: ${fault}`)
  if (outcome.faults.length > 0) process.exitCode = 1
  return outcome
}

const counted = ['edits', 'messages', 'corrections', 'earlier', 'leaks', 'lost'] as const

const add = (sums: Map<string, number>, name: string, count: number): void => void sums.set(name, (sums.get(name) ?? 0) + count)

const playAll = async (): Promise<void> => {
  const began = performance.now()
  const worlds = Math.ceil(wanted / STEPS_PER_WORLD)
  const total = new Map<string, number>()
  const verdicts = new Map<string, number>()
  print(`seed ${seed}: ${worlds} worlds of ${STEPS_PER_WORLD} steps`)
  let told = began
  for (let world = 0; world < worlds; world += 1) {
    if (performance.now() - told > EVERY_MS) {
      print(`${world} worlds played`)
      told = performance.now()
    }
    const outcome = await play(world)
    for (const name of counted) add(total, name, outcome[name])
    for (const [name, count] of Object.entries(outcome.verdicts)) add(verdicts, name, count)
  }
  const rows: [string, number][] = [
    ['steps', worlds * STEPS_PER_WORLD],
    ['changes made by people', total.get('edits') ?? 0],
    ['messages', total.get('messages') ?? 0],
    ...[...verdicts].toSorted(([one], [other]) => one.localeCompare(other)),
    ['told again to be sure', total.get('corrections') ?? 0],
    ['conflicts to the earlier', total.get('earlier') ?? 0],
    ['echoes leaked', total.get('leaks') ?? 0],
    ['genuine changes lost', total.get('lost') ?? 0],
    ['seconds', Math.round((performance.now() - began) / 1_000)]
  ]
  for (const [name, count] of rows) print(`${name.padEnd(28)} ${String(count).padStart(10)}`)
}

if (values.world === undefined) await playAll()
else await play(Number(values.world), print)
