import { setImmediate as nextTurn } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { withLedger } from './ledger.ts'
import { examples, type JsonOption, jsonOption, wholeNumber } from './options.ts'
import type { Shell } from './shell.ts'
import { count } from './text.ts'

/** `prune`: the retention, at once; the server does the same every hour. */
export const pruneCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('prune')
    .description('do the retention now: payloads of operations that succeeded go after some days, the operations after twice that time')
    .addOption(new Option('--days <number>', 'instead of RETENTION_DAYS').argParser(wholeNumber(1, 3_650)))
    .addOption(jsonOption())
    .action(async ({ days = shell.config().RETENTION_DAYS, json }: { readonly days?: number } & JsonOption) => {
      const { payloads, operations } = await withLedger(shell, { mustExist: true }, async (ledger) => {
        const work = ledger.prunable(days)
        let left = work.payloads + work.operations
        const bar = terminal.progress('prune', left)
        try {
          for (let done = ledger.prune(days); done > 0; done = ledger.prune(days)) {
            // Rows that belong to operations go as well, and were not counted before.
            bar.add(Math.min(done, left))
            left -= Math.min(done, left)
            await nextTurn()
          }
        } finally {
          bar.stop()
        }
        return work
      })
      if (json) return terminal.print(JSON.stringify({ days, payloads_removed: payloads, operations_removed: operations }))
      terminal.print(
        `${count(operations, 'operation')} removed, and ${count(payloads, 'payload')} of later ones; what failed stays. ` +
          'The file keeps its size: the room is used for what comes.'
      )
    })
  return examples(command, [
    ['prune', 'what the server would do within the hour'],
    ['prune --days 7', 'keep the payloads of the last week only']
  ])
}
