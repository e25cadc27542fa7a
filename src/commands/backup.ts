import { Command } from 'commander'
import { backupLedger } from '../ledger/backup.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import type { Progress } from './terminal.ts'
import type { Shell } from './shell.ts'
import { byteSize } from './text.ts'

/** `backup FILE` */
export const backupCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('backup')
    .argument('<file>', 'where the copy goes; never overwritten')
    .description('copy the ledger, also while the server runs, and check the copy')
    .addOption(jsonOption())
    .action(async (file: string, { json }: JsonOption) => {
      const { LEDGER_PATH: ledger } = shell.config()
      let bar: Progress | undefined
      let shown = 0
      const bytes = await backupLedger(ledger, file, (copied, all) => {
        bar ??= terminal.progress('backup', all)
        bar.add(copied - shown)
        shown = copied
      }).finally(() => bar?.stop())
      if (json) return terminal.print(JSON.stringify({ file, bytes, integrity: 'ok' }))
      terminal.print(`${file}: ${byteSize(bytes)}, checked. It holds personal data: keep it as safe as the ledger.`)
      terminal.print(`To restore it: stop the server, remove ${ledger}, ${ledger}-wal and ${ledger}-shm, copy ${file} to ${ledger}, start the server.`)
    })
  return examples(command, [
    ['backup ledger-2026-01-31.db', 'a copy as of now'],
    ['backup /backups/ledger-$(date +%F).db', 'every night, from cron']
  ])
}
