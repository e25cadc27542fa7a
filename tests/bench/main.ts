import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { measureAcceptance } from './acceptance.ts'
import { measureBacklog } from './backlog.ts'
import { measureCalls } from './calls.ts'
import { measureDrain } from './drain.ts'
import { measureGate } from './gate.ts'
import { makeFolder } from './folder.ts'
import { measureNative } from './native.ts'
import { full, quick } from './plan.ts'
import { measurePoller } from './poller.ts'
import { stopHelpers } from './processes.ts'
import { print } from './report.ts'

/** `npm run bench [-- --quick] [section…]`; a profile of each process by `node --cpu-prof tests/bench/main.ts`. */
const sections = {
  acceptance: measureAcceptance,
  drain: measureDrain,
  backlog: measureBacklog,
  native: measureNative,
  calls: (_plan: unknown, folder: ReturnType<typeof makeFolder>) => measureCalls(folder),
  gate: measureGate,
  poller: measurePoller
} as const

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true
})
const unknown = positionals.find((name) => !Object.hasOwn(sections, name))
if (unknown !== undefined) {
  print(`There is no section ${unknown}; there are ${Object.keys(sections).join(', ')}.`)
  process.exit(2)
}
const plan = values.quick ? quick : full
const [load = 0] = loadavg()
if (load > 1) {
  const where = `load ${load.toFixed(1)} on ${availableParallelism()} processors`
  print(`Other programs are at work here (${where}): expect worse figures.`)
}
const folder = makeFolder()
try {
  for (const [name, measure] of Object.entries(sections)) {
    if (positionals.length === 0 || positionals.includes(name)) await measure(plan, folder)
  }
} catch (error) {
  print(`\nThe benchmark did not work: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await stopHelpers()
  folder.remove()
}
