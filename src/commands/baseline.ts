import { Presets, SingleBar } from 'cli-progress'
import { Command, Option } from 'commander'
import { loadConfig } from '../config.ts'
import { LedgerUnavailableError } from '../ledger/errors.ts'
import { openLedger } from '../ledger/ledger.ts'
import { takeBaseline } from '../outgoing/baseline.ts'
import { createClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import { createReference } from '../prestashop/reference.ts'
import { entities } from '../sync/entities.ts'
import { FAILED, table } from './ledger.ts'

/** A bar on the terminal, nothing elsewhere. */
const progressBar = (isShown: boolean) => {
  const bar = isShown
    ? new SingleBar({ format: '{resource} [{bar}] {percentage}%', hideCursor: true, clearOnComplete: true }, Presets.legacy)
    : undefined
  let isStarted = false
  return {
    show: (resource: string, id: number, highest: number): void => {
      if (!isStarted) bar?.start(highest, id, { resource })
      isStarted = true
      bar?.setTotal(highest)
      bar?.update(id, { resource })
    },
    end: (): void => bar?.stop()
  }
}

interface Choice {
  readonly entity?: string
  readonly dryRun: boolean
  readonly json: boolean
}

/** `baseline` */
export const baselineCommand = (print: (line: string) => void): Command => {
  const command = new Command('baseline')
    .description('Odoo already has what the shop has now: none of it is told to Odoo; a running server may go on')
    .addOption(new Option('--entity <type>', 'only this one').choices(Object.keys(entities)))
    .option('--dry-run', 'read and count, change nothing', false)
    .option('--json', 'for programs', false)

  return command.action(async ({ entity, dryRun, json }: Choice) => {
    const config = loadConfig()
    const client = createClient({ url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs: config.PRESTASHOP_TIMEOUT_MS })
    const ledger = openLedger({ path: config.LEDGER_PATH, as: 'tool' })
    const bar = progressBar(process.stderr.isTTY && !json)
    try {
      const reference = createReference(client)
      const taken = await takeBaseline({ ledger, client, reference, config, entityType: entity, isDry: dryRun, onProgress: bar.show })
      bar.end()
      const troubles = taken.flatMap(({ trouble }) => trouble ?? [])
      if (json) print(JSON.stringify(taken))
      else {
        print(
          table([
            ['RESOURCE', 'RECORDS', 'VALUES', 'BEING WRITTEN'],
            ...taken.map(({ resource, records, values, skipped }) => [resource, String(records), String(values), String(skipped)])
          ])
        )
        print(dryRun ? 'Nothing was changed: without --dry-run Odoo counts as knowing these.' : 'Odoo counts as knowing these now.')
      }
      if (troubles.length > 0) command.error(`Not read:\n${troubles.join('\n')}`, FAILED)
    } catch (error) {
      bar.end()
      const isForeseen = error instanceof PrestashopError || error instanceof LedgerUnavailableError
      if (!isForeseen) throw error
      command.error(`${error.message}\nWhat was read until then counts; run it again to have the rest.`, FAILED)
    } finally {
      ledger.close()
    }
  })
}
