import { isServerRunning } from '../ledger/database.ts'
import { type Ledger, openLedger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import { type LedgerReader, openLedgerReader } from '../ledger/reader.ts'
import { CommandFailure, type Shell } from './shell.ts'

/** What `command.error` ends with when the command was understood but could not be done. */
export const FAILED = { exitCode: 1, code: 'failed' } as const

/** Looks at the configured ledger, beside a server that may be running; changes nothing. */
export const withReader = <Result>({ config }: Shell, work: (ledger: LedgerReader) => Result): Result => {
  const ledger = openLedgerReader(config().LEDGER_PATH)
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

/** Works on the configured ledger, beside a server that may be running. */
export const withLedger = async <Result>(
  { config }: Shell,
  { mustExist }: { readonly mustExist: boolean },
  work: (ledger: Ledger) => Result | Promise<Result>
): Promise<Result> => {
  const ledger = openLedger({ path: config().LEDGER_PATH, as: 'tool', mustExist })
  try {
    return await work(ledger)
  } finally {
    ledger.close()
  }
}

/**
 * The whole id of the operation that is meant: people may give its beginning, as a narrow terminal shows it.
 * @throws CommandFailure when there is none, or more than one
 */
export const wholeId = ({ startingWith }: Pick<Ledger, 'startingWith'>, given: string): string => {
  const beginning = given.replace(/…$/, '')
  const [first, second] = startingWith(beginning)
  if (first === undefined) throw new CommandFailure(`There is no operation ${beginning}.`)
  if (first === beginning || second === undefined) return first
  throw new CommandFailure(`Several operations begin with ${beginning}: give more of the id.`)
}

/**
 * The operation that is meant by an id or its beginning.
 * @throws CommandFailure when there is none, or more than one
 */
export const operationOf = (ledger: Pick<Ledger, 'startingWith' | 'find'>, given: string): Operation => {
  const operation = ledger.find(wholeId(ledger, given))
  if (operation) return operation
  throw new CommandFailure(`There is no operation ${given}.`)
}

/** Who will work on what is pending now. */
export const whoWorks = ({ config }: Shell): string =>
  isServerRunning(config().LEDGER_PATH) ? 'the server takes them up within a second' : 'no server runs on this ledger: start it'
