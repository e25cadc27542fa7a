import { statSync } from 'node:fs'
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts'
import { parseEvent } from '../../src/outgoing/event.ts'
import { createGate, type Gate } from '../../src/outgoing/gate.ts'
import { createJudging } from '../../src/outgoing/gate/judging.ts'
import type { Folder } from './folder.ts'
import type { Plan } from './plan.ts'
import { judge, table, title, whole } from './report.ts'

/** Fields of a customer that Odoo knows in this ledger. */
const FIELDS = ['email', 'firstname', 'lastname', 'active', 'newsletter', 'optin', 'company', 'siret', 'website', 'note'] as const
const RECORDS_PER_TRANSACTION = 5_000

const facts = { zone: (): string => 'Europe/Paris', language: (): string => '1' }

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

const fill = (ledger: Ledger, records: number): void => {
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
}

/**
 * What a verdict costs beside a large ledger, by itself and with the commit that remembers it; the same beside an empty
 * one is what it is compared with.
 */
export const measureGate = (plan: Plan, folder: Folder): void => {
  title(`A verdict of the gate beside ${whole(plan.knownValues)} known values`)
  const rows: string[][] = [['ledger', 'what', 'p50 ms', 'p99 ms', 'MB']]
  const figures = [100, plan.knownValues].map((values) => {
    const path = folder.path(`gate-${values}.db`)
    const ledger = openLedger({ path, as: 'server' })
    const records = Math.ceil(values / FIELDS.length)
    fill(ledger, records)
    const gate: Gate = createGate({ ledger, facts })
    const judging = createJudging(ledger, facts)
    const anyId = (turn: number): number => ((turn * 7_919) % records) + 1
    const known = (turn: number): string => valueOf(anyId(turn), 'firstname')
    const { verdicts } = plan
    const look = (turn: number, firstname: string) =>
      ledger.outgoing.read((tables) => judging.event({ event: eventOf(anyId(turn), firstname, turn), source: 'relay' }, tables))
    const submit = (turn: number, firstname: string) => gate.submit([{ event: eventOf(anyId(turn), firstname, turn), source: 'relay' }])
    timed(verdicts / 10, (turn) => submit(turn, known(turn)))
    const measured = {
      'echo, the verdict alone': timed(verdicts, (turn) => look(turn, known(turn))),
      'change, the verdict alone': timed(verdicts, (turn) => look(turn, `New ${turn}`)),
      'echo, with its commit': timed(verdicts, (turn) => submit(turn + verdicts, known(turn + verdicts))),
      'change, with its commit': timed(verdicts, (turn) => submit(turn + 2 * verdicts, `New ${turn}`))
    }
    ledger.close()
    const megabytes = (statSync(path).size / 1e6).toFixed(1)
    for (const [what, times] of Object.entries(measured)) {
      rows.push([whole(values), what, percentile(times, 0.5).toFixed(3), percentile(times, 0.99).toFixed(3), megabytes])
    }
    return measured
  })
  table(rows)
  const large = figures[1]!
  for (const what of ['echo, the verdict alone', 'echo, with its commit'] as const) {
    const p99 = percentile(large[what], 0.99)
    judge({ meaning: `${what}: ${p99.toFixed(3)} ms at its 99th percentile`, goal: '< 1 ms', met: p99 < 1 })
  }
}
