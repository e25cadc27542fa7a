import { Command } from 'commander'
import { operationsList } from './operations-list.ts'
import { operationsRetry } from './operations-retry.ts'
import { operationsShow } from './operations-show.ts'
import type { Shell } from './shell.ts'

/** `operations list | show | retry` */
export const operationsCommand = (shell: Shell): Command =>
  new Command('operations')
    .description('what became of the webhooks')
    .addCommand(operationsList(shell))
    .addCommand(operationsShow(shell))
    .addCommand(operationsRetry(shell))
