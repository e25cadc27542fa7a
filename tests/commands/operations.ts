import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Ending, NewOperation } from '../../src/ledger/operation.ts'
import { newOperation, odooId, temporaryLedger, temporaryLedgerPath } from '../support/ledger.ts'
import { commandLine, type CommandLine } from './command-line.ts'

export interface Beside {
  readonly ledger: Ledger
  readonly path: string
  /** Of the webhooks, in their order. */
  readonly ids: string[]
  readonly command: CommandLine
}

/** A ledger that holds these webhooks, of the Odoo ids 1, 2, … unless told, and the command line beside it. */
export const withOperations = async (webhooks: readonly Partial<NewOperation>[], columns?: number): Promise<Beside> => {
  const path = temporaryLedgerPath()
  const ledger = temporaryLedger(path)
  const ids: string[] = []
  const start = Date.now() - webhooks.length
  for (const [index, webhook] of webhooks.entries()) {
    const { operation_id } = await ledger.accept(newOperation({ odoo_id: odooId(index + 1), received_at: start + index, ...webhook }))
    ids.push(operation_id)
  }
  const command = commandLine({ environment: { LEDGER_PATH: path }, ...(columns === undefined ? {} : { columns }) })
  return { ledger, path, ids, command }
}

/** Ends the first operations that wait. */
export const endNext = (ledger: Ledger, ...endings: readonly Omit<Ending, 'operation_id' | 'processing_time_ms'>[]): void => {
  for (const ending of endings) {
    const [taken] = ledger.take(1, () => 1)
    if (!taken) throw new Error('no operation waits')
    ledger.conclude(taken.lane, {
      endings: taken.run.map(({ operation_id }) => ({ operation_id, processing_time_ms: 5, ...ending }))
    })
  }
}
