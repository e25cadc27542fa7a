import { loadConfig } from '../config.ts'
import { type Ledger, openLedger } from '../ledger/ledger.ts'

/** Runs a command on the configured ledger, beside a server that may be running. */
export const withLedger = <Result>(work: (ledger: Ledger) => Result): Result => {
  const ledger = openLedger({ path: loadConfig().LEDGER_PATH, as: 'tool' })
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

/** A number of rows, from an option. */
export const rowCount = (text: string): number => Math.max(1, Math.min(Number.parseInt(text, 10) || 0, 10_000))

/** Columns under each other, for a terminal. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n')
}

/** What `command.error` ends with when the command was understood but could not be done. */
export const FAILED = { exitCode: 1, code: 'failed' } as const
