import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { sendAsOdoo } from '../support/odoo-sender.ts'
import { bridgeEnvironment } from './environment.ts'
import { type Folder, fsyncTime } from './folder.ts'
import type { Plan } from './plan.ts'
import { startHelper } from './processes.ts'
import { judge, print, title, whole } from './report.ts'
import { SECRET } from './webhooks.ts'

const RECORDINGS = join(import.meta.dirname, '..', '..', 'fixtures', 'recordings', 'odoo')
const LIMIT_MS = 250
/** Without "When updating" fields a new partner is told so often. */
const REQUESTS_PER_PARTNER = 11

const bridgeSchema = v.object({ url: v.string() })

/** The bodies of the recorded import of 40 partners, each as often as Odoo 19 sends it. */
const importedPartners = (): string[] =>
  readdirSync(RECORDINGS)
    .filter((name) => name.startsWith('19_tf-import-of-40-partners-load_'))
    .toSorted()
    .flatMap((name) => {
      const text = readFileSync(join(RECORDINGS, name), 'utf8')
      const body = text.slice(text.indexOf('\n\n') + 2).trim()
      return Array.from({ length: REQUESTS_PER_PARTNER }, () => body)
    })

/** How long the user of Odoo waits for us: each webhook in turn, the shop down, one second of patience, no second try. */
export const measureNative = async (plan: Plan, folder: Folder): Promise<void> => {
  title(`Native webhooks: the import of 40 partners as Odoo sends it, an fsync takes ${fsyncTime(folder).toFixed(2)} ms`)
  const bridge = startHelper('bridge', {
    environment: await bridgeEnvironment({ ledgerPath: folder.path('native.db') }),
    logFile: folder.path('native.log')
  })
  const load = startHelper('load')
  try {
    const { url } = await bridge.ask(bridgeSchema, 'address')
    await measure(url, 'with nothing pending')
    const port = Number(new URL(url).port)
    await load.ask(v.unknown(), 'run', { port, connections: 32, requests: plan.pending, status: 202 })
    await measure(url, `with ${whole(plan.pending)} webhooks pending`)
  } finally {
    await load.stop()
    await bridge.stop()
  }
}

const measure = async (url: string, when: string): Promise<void> => {
  const authorization = `Basic ${Buffer.from(`odoo:${SECRET}`).toString('base64')}`
  const { delivered, lost, times } = await sendAsOdoo(`${url}/webhooks/odoo/automation`, { authorization }, importedPartners())
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Infinity
  const sum = times.reduce((total, time) => total + time, 0)
  judge({
    meaning: `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, slowest ${at(1).toFixed(1)} ms ${when}`,
    goal: `p99 ≤ ${LIMIT_MS} ms`,
    met: at(0.99) <= LIMIT_MS
  })
  judge({ meaning: `${lost} of ${delivered + lost} lost ${when}`, goal: 'none lost', met: lost === 0 })
  print(`  The user who imports waits ${whole(sum)} ms for all of them.`)
}
