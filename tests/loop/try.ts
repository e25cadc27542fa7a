import * as fc from 'fast-check'
import { plan } from './plan.ts'
import { simulate } from './simulate.ts'
const [runs = '20', seed = '1', style = 'whole', skew = '0', path] = process.argv.slice(2)
const setting = { style: style as 'whole', skew: Number(skew) }
const t = performance.now()
let n = 0
const r = await fc.check(fc.asyncProperty(plan({ minLength: 1, maxLength: 25 }), async (p) => {
  n++
  const o = await simulate(p, setting)
  if (o.faults.length) throw new Error(o.faults[0])
}), { numRuns: Number(runs), seed: Number(seed), ...(path ? { path, endOnFailure: true } : {}), interruptAfterTimeLimit: 60_000 })
console.log('runs', r.numRuns, 'total', n, Math.round(performance.now() - t), 'ms')
if (r.failed) {
  const [p] = r.counterexample!
  console.log('path', r.counterexamplePath, 'shrinks', r.numShrinks)
  console.log(JSON.stringify(p))
  const o = await simulate(p, { ...setting, trace: (l) => console.log(l) })
  console.log(o)
}
