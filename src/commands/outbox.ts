import { Command, Option } from 'commander'
import type { OutboxEntry, OutboxStatus } from '../ledger/outbox.ts'
import { outboxStatuses, retryAll, retryEvent, withEvent, withoutEvent } from '../outgoing/outbox.ts'
import { withLedger, withReader } from './ledger.ts'
import { examples, type JsonOption, jsonOption, limitOption } from './options.ts'
import { CommandFailure, MISUSE, type Shell } from './shell.ts'
import { type Column, table } from './table.ts'
import { isoTime, localTime } from './text.ts'

const columns = (isForPeople: boolean): readonly Column<OutboxEntry>[] => [
  { head: 'ADDED', cell: ({ date_add }) => (isForPeople ? localTime(date_add) : isoTime(date_add)) },
  { head: 'EVENT', cell: ({ outbox_id }) => outbox_id },
  { head: 'WHAT', cell: ({ entity_type, entity_id }) => `${entity_type} ${entity_id}`, least: 12 },
  { head: 'FROM', cell: ({ source }) => source },
  { head: 'STATUS', cell: ({ status }) => status },
  { head: 'ATTEMPTS', cell: ({ attempts }) => String(attempts) },
  { head: 'WHY', cell: ({ error_message, reason }) => error_message ?? reason ?? '', least: 12 }
]

const listCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('list')
    .description('the newest events')
    .addOption(new Option('--status <status>', 'only these').choices(outboxStatuses))
    .addOption(limitOption(20))
    .addOption(jsonOption())
    .action(({ status, limit, json }: { status?: OutboxStatus; limit: number } & JsonOption) => {
      const entries = withReader(shell, (ledger) => ledger.outbox.list({ status, limit }))
      if (json) return terminal.print(JSON.stringify(entries.map(withoutEvent)))
      const isForPeople = terminal.columns !== undefined
      if (entries.length === 0 && isForPeople) return terminal.print('No event matches.')
      terminal.print(table(terminal, columns(isForPeople), entries))
    })
  return examples(command, [['outbox list --status failed', 'what Odoo was not told']])
}

const showCommand = (shell: Shell): Command => {
  const command = new Command('show')
    .argument('<outbox_id>')
    .description('one event, with the personal data that it tells')
    .action((outboxId: string) => {
      const entry = withReader(shell, (ledger) => ledger.outbox.find(outboxId))
      if (!entry) throw new CommandFailure(`There is no event ${outboxId} in the outbox.`)
      shell.terminal.print(JSON.stringify(withEvent(entry), null, 2))
    })
  return examples(command, [['outbox show out_0mh2k9x1b4f7c49691cb6e43d9', 'what Odoo is told, as JSON']])
}

const retryCommand = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('retry')
    .argument('[outbox_id]')
    .description('try an event again that failed or waits for its next attempt; a running server takes it up at once')
    .option('--all', 'all of them')
    .action(async (outboxId: string | undefined, { all = false }: { all?: boolean }) => {
      if (all === (outboxId !== undefined)) throw new CommandFailure('Name one event, or give --all.', MISUSE)
      await withLedger(shell, { mustExist: true }, (ledger) => {
        if (outboxId === undefined) return terminal.print(`${retryAll(ledger)} events are tried again.`)
        if (retryEvent(ledger, outboxId)) return terminal.print(`${outboxId} is tried again.`)
        throw new CommandFailure(`${outboxId} cannot be tried again: it is not there, on its way already, or delivered.`)
      })
    })
  return examples(command, [['outbox retry --all', 'Odoo is back, and shall not wait for the next attempt']])
}

/** `outbox list | show | retry` */
export const outboxCommand = (shell: Shell): Command =>
  new Command('outbox')
    .description('what became of the events for Odoo')
    .addCommand(listCommand(shell))
    .addCommand(showCommand(shell))
    .addCommand(retryCommand(shell))
