import { type Config, loadConfig, unknownNames } from '../config.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** What a command has around it. */
export interface Shell {
  readonly terminal: Terminal
  /** @throws ConfigError */
  readonly config: () => Config
  /** The names in `.env` that no variable has. */
  readonly unknownNames: () => readonly string[]
}

/** Ends a command that was understood but did not come to a good end; the message may be empty when all is told. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(message: string, exitCode = FAILURE) {
    super(message)
    this.exitCode = exitCode
  }
}

export const FAILURE = 1
/** Wrong usage or configuration. */
export const MISUSE = 2

/** The process's own. */
export const processShell = (): Shell => ({
  terminal: createTerminal(process.stdout, process.stderr),
  config: loadConfig,
  unknownNames
})
