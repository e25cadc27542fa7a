import type { Command } from 'commander'
import { backupCommand } from './backup.ts'
import { baselineCommand } from './baseline.ts'
import { bindingsCommand } from './bindings.ts'
import { checkCommand } from './check.ts'
import { operationsCommand } from './operations.ts'
import { outboxCommand } from './outbox.ts'
import { pruneCommand } from './prune.ts'
import type { Shell } from './shell.ts'
import { disableCommand, enableCommand } from './switch.ts'

/** What the operator has beside the server. */
export const operatorCommands = (shell: Shell): Command[] =>
  [checkCommand, operationsCommand, bindingsCommand, outboxCommand, baselineCommand, enableCommand, disableCommand, pruneCommand, backupCommand].map(
    (command) => command(shell)
  )
