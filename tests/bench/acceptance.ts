import * as v from 'valibot'
import { bridgeEnvironment } from './environment.ts'
import { type Folder, fsyncTime, makeFolderInMemory } from './folder.ts'
import type { Plan } from './plan.ts'
import { type Helper, startHelper } from './processes.ts'
import { judge, median, print, table, title, whole } from './report.ts'

const CONNECTIONS = 32

const addressSchema = v.object({ url: v.string() })
const loadSchema = v.object({ requests: v.number(), perSecond: v.number(), p99: v.number(), busy: v.number() })

interface Measure extends v.InferOutput<typeof loadSchema> {
  /** Processor time of the server, microseconds per request. */
  readonly cpu: number
}

const labels = {
  server: 'the server: every webhook on disk before its answer',
  inMemory: 'the same server, no disk to wait for (ledger in memory)',
  withoutCommit: 'the same server, only the commit left out',
  bare: 'a bare Hono handler: parses the JSON, stores nothing'
} as const
type Variant = keyof typeof labels

/** Starts each variant in a process of its own; without a file system in memory there is one less. */
const startVariants = async (folder: Folder, memory: Folder | undefined): Promise<ReadonlyMap<Variant, Helper>> => {
  const environment = (name: string, place = folder) => bridgeEnvironment({ ledgerPath: place.path(`${name}.db`) })
  const logFile = folder.path('acceptance.log')
  const variants = new Map<Variant, Helper>()
  variants.set('server', startHelper('bridge', { environment: await environment('server'), logFile }))
  if (memory) variants.set('inMemory', startHelper('bridge', { environment: await environment('server', memory), logFile }))
  const withoutCommit = { ...(await environment('without')), VARIANT: 'without-commit' }
  variants.set('withoutCommit', startHelper('baseline', { environment: withoutCommit, logFile }))
  variants.set('bare', startHelper('baseline', { environment: { VARIANT: 'bare' }, logFile }))
  return variants
}

/** Webhooks accepted per second, with the shop down so that nothing but acceptance goes on. */
export const measureAcceptance = async (plan: Plan, folder: Folder): Promise<void> => {
  const fsync = `an fsync takes ${fsyncTime(folder).toFixed(2)} ms on this disk`
  title(`Acceptance: ${CONNECTIONS} connections, the sample customer, ${fsync}`)
  const memory = makeFolderInMemory()
  const variants = await startVariants(folder, memory)
  const load = startHelper('load')
  try {
    const run = async (server: Helper, seconds: number): Promise<Measure> => {
      const { url } = await server.ask(addressSchema, 'address')
      const before = await server.cpu()
      const port = Number(new URL(url).port)
      const measured = await load.ask(loadSchema, 'run', { port, connections: CONNECTIONS, seconds, status: 202 })
      return { ...measured, cpu: (((await server.cpu()) - before) * 1_000) / measured.requests }
    }
    for (const server of variants.values()) await run(server, plan.warmUpSeconds)
    const measures = new Map<Variant, Measure[]>(Array.from(variants.keys(), (variant) => [variant, []]))
    // In turn, so that whatever else the machine does meets all of them.
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const [variant, server] of variants) measures.get(variant)?.push(await run(server, plan.roundSeconds))
    }
    report(measures)
  } finally {
    await Promise.all([load, ...variants.values()].map((helper) => helper.stop()))
    memory?.remove()
  }
}

const report = (measures: ReadonlyMap<Variant, readonly Measure[]>): void => {
  const middle = (variant: Variant, figure: keyof Measure): number =>
    median((measures.get(variant) ?? []).map((measure) => measure[figure]))
  table(
    Array.from(measures.keys(), (variant) => [
      labels[variant],
      `${whole(middle(variant, 'perSecond'))} requests/s`,
      `p99 ${middle(variant, 'p99').toFixed(1)} ms`,
      `${whole(middle(variant, 'cpu'))} µs of processor each`
    ])
  )
  /** Of the same round each, so that a slow moment of the machine does not count. */
  const ratio = (variant: Variant): number => {
    const others = measures.get(variant) ?? []
    return median((measures.get('server') ?? []).map(({ perSecond }, round) => perSecond / others[round]!.perSecond))
  }
  const commit = ratio('withoutCommit')
  const disk = measures.has('inMemory') ? `, waiting for the disk alone ${whole((1 - ratio('inMemory')) * 100)} %` : ''
  judge({
    meaning:
      `${commit.toFixed(2)} – storing every webhook safe from a power cut costs ${whole((1 - commit) * 100)} % ` +
      `of the throughput${disk}`,
    goal: '≥ 0.80 of the server without the commit',
    met: commit >= 0.8
  })
  const bare = ratio('bare')
  judge({
    meaning:
      `${bare.toFixed(2)} – all we do with a webhook (check, hash, store, log) costs ${whole((1 - bare) * 100)} % ` +
      'of what Hono could do',
    goal: '≥ 0.60 of the bare handler',
    met: bare >= 0.6
  })
  const busy = middle('bare', 'busy')
  if (busy > 0.9) {
    print(`  The load generator was busy ${whole(busy * 100)} % of the time: the bare handler may be quicker than shown.`)
  }
}
