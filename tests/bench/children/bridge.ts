import * as v from 'valibot'
import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/log.ts'
import { startServer } from '../../../src/server.ts'
import { answerCommands } from '../processes.ts'

/** The bridge as `npm start` runs it. */
const config = readConfig(process.env)
const server = await startServer(config, createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT }))
const readyAfter = performance.now()

let drained: Promise<number> = Promise.resolve(0)

/** Takes the time from the next acceptance until so many operations have ended. */
const watch = (operations: number): Promise<number> => {
  const { events } = server.ledger
  const { promise, resolve } = Promise.withResolvers<number>()
  let started = 0
  let ended = 0
  events.once('accepted', () => {
    started = performance.now()
  })
  const count = (): void => {
    ended += 1
    if (ended < operations) return
    events.off('ended', count)
    resolve(performance.now() - started)
  }
  events.on('ended', count)
  return promise
}

answerCommands(
  {
    /** `readyAfter`: milliseconds since the process began. */
    address: () => ({ url: server.url, readyAfter }),
    watch: (given) => {
      drained = watch(v.parse(v.number(), given))
    },
    /** Milliseconds. */
    drained: () => drained,
    pending: () => server.ledger.backlog().pending,
    hasFailures: () => server.ledger.list({ status: 'failed', limit: 1 }).length > 0,
    /** Bytes: now, and the most it ever was. */
    memory: () => ({ rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1_024 })
  },
  () => server.close()
)
