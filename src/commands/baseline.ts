import { Command, Option } from 'commander'
import { takeBaseline } from '../outgoing/baseline.ts'
import { createClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { createReference } from '../prestashop/reference.ts'
import { entities } from '../sync/entities.ts'
import { withLedger } from './ledger.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import { CommandFailure, type Shell } from './shell.ts'
import { table } from './table.ts'
import type { Progress } from './terminal.ts'

interface Choice extends JsonOption {
  readonly entity?: string
  readonly dryRun: boolean
}

/** Shows how far each resource is read, by its ids. */
const progressOf = ({ terminal }: Shell) => {
  let bar: Progress | undefined
  let shown = { resource: '', id: 0 }
  return {
    show: (resource: string, id: number, highest: number): void => {
      if (shown.resource !== resource) {
        bar?.stop()
        bar = terminal.progress(resource, highest)
        shown = { resource, id: 0 }
      }
      bar?.add(id - shown.id)
      shown = { resource, id }
    },
    stop: (): void => bar?.stop()
  }
}

/** `baseline`: Odoo already has what the shop has now. */
export const baselineCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('baseline')
    .description('Odoo already has what the shop has now: none of it is told to Odoo; a running server may go on')
    .addOption(new Option('--entity <type>', 'only this one').choices(Object.keys(entities)))
    .option('--dry-run', 'read and count, change nothing', false)
    .addOption(jsonOption())
    .action(async ({ entity, dryRun, json }: Choice) => {
      const config = shell.config()
      const client = createClient({ url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs: config.PRESTASHOP_TIMEOUT_MS })
      const bar = progressOf(shell)
      try {
        const taken = await withLedger(shell, { mustExist: false }, (ledger) =>
          takeBaseline({ ledger, client, reference: createReference(client), config, entityType: entity, isDry: dryRun, onProgress: bar.show })
        )
        bar.stop()
        if (json) terminal.print(JSON.stringify(taken))
        else {
          const columns = [
            { head: 'RESOURCE', cell: ({ resource }: (typeof taken)[number]) => resource },
            { head: 'RECORDS', cell: ({ records }: (typeof taken)[number]) => String(records) },
            { head: 'VALUES', cell: ({ values }: (typeof taken)[number]) => String(values) },
            { head: 'BEING WRITTEN', cell: ({ skipped }: (typeof taken)[number]) => String(skipped) }
          ]
          terminal.print(table(terminal, columns, taken))
          terminal.print(dryRun ? 'Nothing was changed: without --dry-run Odoo counts as knowing these.' : 'Odoo counts as knowing these now.')
        }
        const troubles = taken.flatMap(({ trouble }) => trouble ?? [])
        if (troubles.length > 0) throw new CommandFailure(`Not read:\n${troubles.join('\n')}`)
      } catch (error) {
        if (!(error instanceof PrestashopError)) throw error
        throw new CommandFailure(`${error.message}\nWhat was read until then counts; run it again to have the rest.`)
      } finally {
        bar.stop()
      }
    })
  return examples(command, [
    ['baseline --dry-run', 'what would count as known'],
    ['baseline --entity customer', 'only the customers']
  ])
}
