import { readFileSync } from 'node:fs'
import type { Operation } from '../../../src/ledger/operation.ts'
import { allRecordings, type NativeBridge, readRecording, startNative } from '../../support/native.ts'

const index = readFileSync(new URL('../../../fixtures/recordings/odoo/INDEX.md', import.meta.url), 'utf8')

/** How an operation of the index is written in the names of its files. */
const fileName = (operation: string): string => operation.replaceAll(/[^A-Za-z0-9.]+/g, '-').replaceAll(/^-|-$/g, '')

/** What one operation in Odoo came to, in words. */
export interface Came {
  /** Status of the answers, each once. */
  readonly answers: readonly number[]
  /** What was written into the shop: `3 × POST customers`. */
  readonly writes: readonly string[]
  /** What became of each record: `res.partner: created`. */
  readonly results: readonly string[]
}

/** `a, a, b` → `2 × a, b`, in the order of the alphabet. */
const counted = (texts: readonly string[]): string[] =>
  [...new Set(texts)].toSorted().map((text) => {
    const count = texts.filter((other) => other === text).length
    return count === 1 ? text : `${count} × ${text}`
  })

const resultOf = ({ status, outcome, error_message, result_data }: Operation): string => {
  if (status === 'pending') return 'waits'
  if (status === 'failed') return `refused, ${error_message ?? ''}`
  const result: unknown = JSON.parse(result_data ?? '{}')
  const reason = typeof result === 'object' && result !== null && 'reason' in result ? `, ${String(result.reason)}` : ''
  return `${outcome ?? ''}${reason}`
}

/** Which of the parts of a coupon comes last, and so makes it, is chance: what tells most stands for all of them. */
const ranking = ['created', 'updated', 'refused', 'deleted', 'ignored', 'unchanged', 'waits']

const isPart = ({ odoo_model }: Operation): boolean => /^loyalty\.(?:program|rule|reward)$/.test(odoo_model)

const resultsOf = (operations: readonly Operation[]): string[] => {
  const [told] = operations
    .filter(isPart)
    .map(resultOf)
    .toSorted((one, other) => ranking.indexOf(/^\w+/.exec(one)![0]) - ranking.indexOf(/^\w+/.exec(other)![0]))
  const others = operations.filter((operation) => !isPart(operation)).map((one) => `${one.odoo_model}: ${resultOf(one)}`)
  return [...counted(others), ...(told === undefined ? [] : [`coupon: ${told}`])]
}

/** The shop's orders that the recorded ones are about, by their reference in Odoo. */
const references: Readonly<Record<string, number>> = { TRIG213531: 2, TRIG213636: 2, 'SHOP-1001-B': 4, TRIG213546: 5 }

/** Sends all requests of a version of Odoo in the order they were recorded, operation by operation. */
export const replayAll = async (version: '17' | '19'): Promise<{ bridge: NativeBridge; came: Map<string, Came>; sent: number }> => {
  const bridge = await startNative({ config: { ODOO_STATE_MAP: '13=CA', ODOO_QUIET_MS: '5000' } })
  const ofVersion = version === '17' ? 'TRIG213636' : 'TRIG213531'
  for (const [reference, order] of Object.entries(references)) {
    if (order !== 2 || reference === ofVersion) bridge.shop.backOffice.update('orders', order, { reference })
  }
  const files = allRecordings()
  const came = new Map<string, Came>()
  let sent = 0
  for (const [, operation = ''] of index.matchAll(new RegExp(`^\\| ${version} ([^|]+) \\|`, 'gm'))) {
    const names = files.filter((file) => file.startsWith(`${version}_${fileName(operation.trim())}_`))
    // Redirects that lost the body are no webhooks.
    const webhooks = names.filter((name) => readRecording(name).body.length > 0)
    if (webhooks.length === 0) continue
    const answers: number[] = []
    const before = bridge.server.ledger.list({ limit: 100_000 }).length
    bridge.calls()
    for (const name of webhooks) {
      const isDeletion = readRecording(name).path.includes('/deleted/')
      const [reply] = await bridge.replay([name], isDeletion ? '?event=deleted' : '')
      answers.push(reply!.status)
    }
    sent += webhooks.length
    bridge.quiet()
    await bridge.settled()
    const writes = bridge.writes().map((call) => call.replace(/\/\d+$/, ''))
    const operations = bridge.server.ledger.list({ limit: 100_000 })
    const own = operations.slice(0, operations.length - before).filter(({ outcome }) => outcome !== 'superseded')
    came.set(operation.trim(), {
      answers: [...new Set(answers)].toSorted((one, other) => one - other),
      writes: counted(writes),
      results: resultsOf(own)
    })
  }
  return { bridge, came, sent }
}
