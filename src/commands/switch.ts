import { Command } from 'commander'
import { withLedger } from './ledger.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import type { Shell } from './shell.ts'

/** The name under which the ledger remembers the switch: `true` or `false`. */
const SETTING = 'reverse_sync_enabled'

const switchCommand = (shell: Shell, name: string, enabled: boolean, meaning: string): Command => {
  const { terminal } = shell
  return new Command(name).addOption(jsonOption()).action(async ({ json }: JsonOption) => {
    await withLedger(shell, { mustExist: true }, (ledger) => ledger.settings.set(SETTING, String(enabled)))
    if (json) return terminal.print(JSON.stringify({ reverse_sync_enabled: enabled }))
    terminal.print(`Reverse sync is ${terminal.style(enabled ? 'green' : 'yellow', enabled ? 'on' : 'off')}: ${meaning}`)
  })
}

/** `enable` */
export const enableCommand = (shell: Shell): Command => {
  const command = switchCommand(shell, 'enable', true, 'webhooks are accepted, and what waited is worked on.')
  return examples(command.description('switch the reverse sync on; the ledger remembers it'), [['enable', 'go on after disable']])
}

/** `disable` */
export const disableCommand = (shell: Shell): Command => {
  const command = switchCommand(
    shell,
    'disable',
    false,
    'nothing more is written into the shop. Nothing is lost; `npm run cli -- enable` goes on.'
  )
  return examples(command.description('switch the reverse sync off; the ledger remembers it'), [['disable', 'nothing more is written into the shop']])
}
