import { statSync } from 'node:fs'
import { openLedger } from '../../src/ledger/ledger.ts'
import { parseEvent } from '../../src/outgoing/event.ts'
import { createGate, type Gate } from '../../src/outgoing/gate.ts'
import type { Folder } from './folder.ts'
import type { Plan } from './plan.ts'
import { judge, table, title, whole } from './report.ts'

/** Fields of a customer that Odoo knows in this ledger. */
const FIELDS = ['email', 'firstname', 'lastname', 'active', 'newsletter', 'optin', 'company', 'siret', 'website', 'note'] as const
const RECORDS_PER_TRANSACTION = 5_000

const valueOf = (id: number, field: string): string =>
  field === 'active' || field === 'newsletter' || field === 'optin' ? '1' : `${field}-${id}@example.com`

const eventOf = (id: number, firstname: string, at: number) => {
  const data = Object.fromEntries(FIELDS.map((field) => [field, valueOf(id, field)]))
  const parsed = parseEvent({
    event_id: at,
    entity_type: 'customer',
    entity_id: id,
    action_type: 'updated',
    hook_timestamp: '2026-01-01 10:00:00',
    before_data: null,
    after_data: { ...data, firstname }
  })
  if ('issues' in parsed) throw new Error('the event is not valid')
  return parsed.event
}

const percentile = (times: readonly number[], share: number): number =>
  times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * share))]!

const timed = (count: number, ask: (turn: number) => void): number[] =>
  Array.from({ length: count }, (_none, turn) => {
    const started = performance.now()
    ask(turn)
    return performance.now() - started
  })

/** What a verdict costs beside a large ledger; the same beside an empty one is what it is compared with. */
export const measureGate = (plan: Plan, folder: Folder): void => {
  title(`A verdict of the gate beside ${whole(plan.knownValues)} known values`)
  const rows: string[][] = [['ledger', 'echo p50 ms', 'echo p99 ms', 'change p50 ms', 'change p99 ms', 'MB']]
  const figures = [100, plan.knownValues].map((values) => {
    const path = folder.path(`gate-${values}.db`)
    const ledger = openLedger({ path, as: 'server' })
    const records = Math.ceil(values / FIELDS.length)
    for (let first = 1; first <= records; first += RECORDS_PER_TRANSACTION) {
      ledger.outgoing.write(({ known }) => {
        for (let id = first; id < Math.min(first + RECORDS_PER_TRANSACTION, records + 1); id += 1) {
          for (const field of FIELDS) {
            const value_hash = known.fingerprint('customer', id, field, valueOf(id, field))
            known.tell('customer', id, { field, value_hash, value: null, source_time: 1, operation_id: 'op_00000000000000000000000000000' })
          }
        }
      })
    }
    const gate: Gate = createGate({ ledger, zone: () => 'Europe/Paris' })
    const anyId = (turn: number): number => ((turn * 7_919) % records) + 1
    const verdicts = plan.verdicts
    const submit = (turn: number, firstname: string) => gate.submit([{ event: eventOf(anyId(turn), firstname, turn), source: 'relay' }])
    timed(verdicts / 10, (turn) => submit(turn, valueOf(anyId(turn), 'firstname')))
    const echo = timed(verdicts, (turn) => submit(turn + verdicts, valueOf(anyId(turn), 'firstname')))
    const change = timed(verdicts, (turn) => submit(turn + 2 * verdicts, `New ${turn}`))
    ledger.close()
    const megabytes = statSync(path).size / 1e6
    const figure = { echo: [percentile(echo, 0.5), percentile(echo, 0.99)], change: [percentile(change, 0.5), percentile(change, 0.99)], megabytes }
    rows.push([whole(values), ...[...figure.echo, ...figure.change].map((ms) => ms.toFixed(3)), megabytes.toFixed(1)])
    return figure
  })
  table(rows)
  const p99 = figures[1]!.echo[1]!
  judge({ meaning: `a verdict takes ${p99.toFixed(3)} ms at its 99th percentile, its commit included`, goal: '< 1 ms', met: p99 < 1 })
}
