import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { bridgeEnvironment } from './environment.ts'
import type { Folder } from './folder.ts'
import type { Plan } from './plan.ts'
import { type Helper, startHelper } from './processes.ts'
import { judge, print, title, whole } from './report.ts'
import { beSlow, callTime, startShop } from './shop.ts'

const LIMIT = 200
const CONCURRENCY = 4
const MEGABYTE = 1_048_576

const bridgeSchema = v.object({ url: v.string(), readyAfter: v.number() })
const memorySchema = v.object({ rss: v.number(), peak: v.number() })

/** What a long absence of the shop costs: memory, the time of the next start, and speed when the shop is back. */
export const measureBacklog = async (plan: Plan, folder: Folder): Promise<void> => {
  title(`Backlog: ${whole(plan.pending)} webhooks pending, the shop is down`)
  const ledgerPath = folder.path('backlog.db')
  const logFile = folder.path('backlog.log')
  const environment = await bridgeEnvironment({ ledgerPath })
  const start = (): Helper => startHelper('bridge', { environment, logFile })

  const first = start()
  const load = startHelper('load')
  let emptyStart = 0
  try {
    const { url, readyAfter } = await first.ask(bridgeSchema, 'address')
    emptyStart = readyAfter
    const port = Number(new URL(url).port)
    await load.ask(v.unknown(), 'run', { port, connections: 32, requests: plan.pending, status: 202 })
    const { peak } = await first.ask(memorySchema, 'memory')
    limit(peak, 'at its highest while they were accepted')
    await sleep(plan.idleSeconds * 1_000)
    const { rss } = await first.ask(memorySchema, 'memory')
    limit(rss, 'afterwards, idle')
  } finally {
    await load.stop()
    await first.stop()
  }

  const second = start()
  try {
    const { readyAfter } = await second.ask(bridgeSchema, 'address')
    const pending = await second.ask(v.number(), 'pending')
    if (pending !== plan.pending) throw new Error(`${pending} of ${plan.pending} webhooks are in the ledger`)
    await sleep(plan.idleSeconds * 1_000)
    const { peak } = await second.ask(memorySchema, 'memory')
    limit(peak, 'after a restart, idle')
    print(`  It starts in ${whole(readyAfter)} ms with that backlog, in ${whole(emptyStart)} ms with an empty ledger.`)
  } finally {
    await second.stop()
  }

  const { shop, address } = await startShop()
  await beSlow(shop)
  const ideal = (CONCURRENCY * 1_000) / (await callTime(address, CONCURRENCY, plan.comparedUpdates))
  const third = startHelper('bridge', {
    environment: await bridgeEnvironment({ ledgerPath, shop: address, concurrency: CONCURRENCY }),
    logFile
  })
  try {
    await third.ask(bridgeSchema, 'address')
    await sleep(plan.roundSeconds * 1_000)
    await shop.ask(v.number(), 'calls')
    const started = performance.now()
    await sleep(plan.roundSeconds * 1_000)
    const rate = ((await shop.ask(v.number(), 'calls')) / (performance.now() - started)) * 1_000
    judge({
      meaning:
        `${(rate / ideal).toFixed(2)} – with the whole backlog waiting, ${whole(rate)} calls/s reach the shop; ` +
        `a client with nothing else to do makes ${whole(ideal)}`,
      goal: '≥ 0.90 of the ideal when the shop is back',
      met: rate / ideal >= 0.9
    })
  } finally {
    await third.stop()
    await shop.stop()
  }
}

const limit = (bytes: number, when: string): void => {
  const megabytes = bytes / MEGABYTE
  judge({ meaning: `${whole(megabytes)} MB ${when}`, goal: `RSS < ${LIMIT} MB`, met: megabytes < LIMIT })
}
