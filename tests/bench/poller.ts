import { statSync } from 'node:fs'
import * as v from 'valibot'
import { readConfig } from '../../src/config.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { createLogger } from '../../src/log.ts'
import { createGate } from '../../src/outgoing/gate.ts'
import { pagesOf } from '../../src/outgoing/poll/pages.ts'
import { createPoller } from '../../src/outgoing/poller.ts'
import { createClient } from '../../src/prestashop/client.ts'
import { createReference } from '../../src/prestashop/reference.ts'
import { bridgeEnvironment } from './environment.ts'
import type { Folder } from './folder.ts'
import type { Plan } from './plan.ts'
import { judge, print, table, title, whole } from './report.ts'
import { startShop } from './shop.ts'

const ROWS = 10_000
const MEGABYTE = 1_048_576

interface Cost {
  readonly ms: number
  /** Processor time of this process. */
  readonly cpu: number
  /** Bodies of the shop's answers. */
  readonly bytes: number
}

/** Counts the bytes of all answers from now on. */
const countBytes = (): { readonly read: () => number; readonly end: () => void } => {
  const plain = globalThis.fetch
  let bytes = 0
  globalThis.fetch = async (...request) => {
    const response = await plain(...request)
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength
        controller.enqueue(chunk)
      }
    })
    return new Response(response.body?.pipeThrough(counter) ?? null, response)
  }
  return {
    read: () => bytes,
    end: () => {
      globalThis.fetch = plain
    }
  }
}

/** What it costs to poll customers, beside what it costs to list them and do nothing. */
export const measurePoller = async (plan: Plan, folder: Folder): Promise<void> => {
  title(`Poller: ${whole(plan.polledRows)} changed customers, figures for ${whole(ROWS)}`)
  const { shop, address } = await startShop()
  const counted = countBytes()
  const path = folder.path('poller.db')
  const ledger = openLedger({ path, as: 'server' })
  try {
    const client = createClient({ url: address.url, key: address.key, timeoutMs: 30_000 })
    const config = readConfig(await bridgeEnvironment({ ledgerPath: path, shop: address }))
    const gate = createGate({ ledger, facts: { zone: () => 'UTC', language: () => '1' } })
    const log = createLogger({ level: 'silent', format: 'json' })
    const round = async (): Promise<void> => {
      const poller = createPoller({ ledger, client, reference: createReference(client), gate, log, config })
      await poller.round()
      if (poller.stats().rounds !== 1) throw new Error('the round did not work')
    }
    const cost = async (work: () => Promise<unknown>): Promise<Cost> => {
      const [started, cpu, bytes] = [performance.now(), process.cpuUsage(), counted.read()]
      await work()
      const { user, system } = process.cpuUsage(cpu)
      const share = ROWS / plan.polledRows
      return { ms: (performance.now() - started) * share, cpu: ((user + system) / 1_000) * share, bytes: (counted.read() - bytes) * share }
    }
    const list = async (): Promise<void> => {
      let rows = 0
      for await (const { records } of pagesOf(client, { resource: 'customers', signal: new AbortController().signal, now: Date.now })) {
        rows += records.length
      }
      if (rows < plan.polledRows) throw new Error(`only ${rows} customers were listed`)
    }
    const size = (): number => [path, `${path}-wal`].reduce((sum, file) => sum + statSync(file).size, 0)

    await round()
    await shop.ask(v.undefined(), 'customers', plan.polledRows)
    await list()
    const listed = await cost(list)
    const before = size()
    const told = await cost(round)
    const grown = ((size() - before) * ROWS) / plan.polledRows
    const again = await cost(round)

    const row = (name: string, { ms, cpu, bytes }: Cost): string[] => [
      name,
      `${whole(ms)} ms`,
      `${whole(cpu)} ms of processor`,
      `${(bytes / MEGABYTE).toFixed(1)} MB read`
    ]
    table([row('listed only', listed), row('polled: each goes into the outbox', told), row('polled again: nothing is new', again)])
    print(`  The ledger grows by ${(grown / MEGABYTE).toFixed(1)} MB for events and known values, ${whole(grown / ROWS)} bytes a customer.`)
    compare('new', told, listed, 4.5)
    compare('known', again, listed, 3.5)
  } finally {
    counted.end()
    ledger.close()
    await shop.stop()
  }
}

/** By processor time: how long the shop takes is not ours. */
const compare = (what: string, polled: Cost, listed: Cost, limit: number): void => {
  const ratio = polled.cpu / listed.cpu
  judge({
    meaning: `${ratio.toFixed(2)} – a ${what} row costs ${((polled.cpu - listed.cpu) / ROWS).toFixed(2)} ms of processor more than one that is only listed`,
    goal: `${what} rows ≤ ${limit.toFixed(1)} × listing`,
    met: ratio <= limit
  })
  const bytes = polled.bytes / listed.bytes
  judge({ meaning: bytes.toFixed(3), goal: `bytes read for ${what} rows ≤ 1.2 × listing`, met: bytes <= 1.2 })
}
