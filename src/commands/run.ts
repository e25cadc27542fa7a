import { type Command, CommanderError } from 'commander'
import { ConfigError, unknownNames } from '../config.ts'
import { BackupError } from '../ledger/backup.ts'
import { LedgerOpenError, LedgerUnavailableError } from '../ledger/errors.ts'
import { CommandFailure, FAILURE, MISUSE } from './shell.ts'
import type { Terminal } from './terminal.ts'

/** Has a command and those below it throw instead of ending the process, and write to the terminal. */
const prepare = (command: Command, terminal: Terminal): void => {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.print(text.trimEnd()),
    writeErr: (text) => terminal.complain(text.trimEnd())
  })
  for (const subcommand of command.commands) prepare(subcommand, terminal)
}

/** What is said about an error, and what the process ends with; `undefined` for one that nobody foresaw. */
const endingFor = (error: unknown): { readonly message: string; readonly exitCode: number } | undefined => {
  if (error instanceof CommanderError) {
    // commander has said it already; its own complaints are about the usage.
    return { message: '', exitCode: error.exitCode !== 0 && error.code.startsWith('commander.') ? MISUSE : error.exitCode }
  }
  if (error instanceof CommandFailure) return error
  if (error instanceof ConfigError) {
    const misspelt = unknownNames()
    const note = misspelt.length === 0 ? '' : `\n  in .env, but no variable of this program (misspelt?): ${misspelt.join(', ')}`
    return {
      message: `${error.message}${note}\n\nPut these into .env (see .env.example), or try it without a shop: npm run sandbox`,
      exitCode: MISUSE
    }
  }
  if (error instanceof LedgerOpenError || error instanceof LedgerUnavailableError || error instanceof BackupError) {
    return { message: error.message, exitCode: FAILURE }
  }
  if (!(error instanceof Error)) return undefined
  if ('code' in error && error.code === 'EADDRINUSE') {
    return { message: 'The port is in use already: stop the other program, or choose another PORT.', exitCode: FAILURE }
  }
  if ('syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo')) {
    const message = `HOST and PORT cannot be listened on (${error.message}): check that HOST is an address of this machine.`
    return { message, exitCode: FAILURE }
  }
  return undefined
}

/**
 * Runs the command that the parameters name.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration
 * @throws what nobody foresaw
 */
export const run = async (program: Command, parameters: readonly string[], terminal: Terminal): Promise<number> => {
  prepare(program, terminal)
  try {
    await program.parseAsync(parameters, { from: 'user' })
    return 0
  } catch (error) {
    const ending = endingFor(error)
    if (!ending) throw error
    if (ending.message !== '') terminal.complain(ending.message)
    return ending.exitCode
  }
}
