import { Command, Option } from 'commander'
import type { OutboxStatus } from '../ledger/outbox.ts'
import { outboxStatuses, retryAll, retryEvent, withEvent, withoutEvent } from '../outgoing/outbox.ts'
import { FAILED, rowCount, table, withLedger } from './ledger.ts'

/** `outbox list | show | retry` */
export const outboxCommand = (print: (line: string) => void): Command => {
  const command = new Command('outbox').description('what became of the events for Odoo')

  command
    .command('list')
    .description('the newest events')
    .addOption(new Option('--status <status>', 'only these').choices(outboxStatuses))
    .addOption(new Option('--limit <rows>', 'how many').default(20).argParser(rowCount))
    .option('--json', 'for programs', false)
    .action(({ status, limit, json }: { status?: OutboxStatus; limit: number; json: boolean }) => {
      const entries = withLedger((ledger) => ledger.outgoing.read(({ outbox }) => outbox.list({ status, limit }))).map(withoutEvent)
      if (json) return print(JSON.stringify(entries))
      print(
        table([
          ['ADDED', 'EVENT', 'WHAT', 'FROM', 'STATUS', 'ATTEMPTS', ''],
          ...entries.map((entry) => [
            entry.date_add,
            entry.outbox_id,
            `${entry.entity_type} ${entry.entity_id}`,
            entry.source,
            entry.status,
            String(entry.attempts),
            entry.error_message ?? entry.reason ?? ''
          ])
        ])
      )
    })

  command
    .command('show <outbox_id>')
    .description('one event, with the personal data that it tells')
    .action((outboxId: string) => {
      const entry = withLedger((ledger) => ledger.outgoing.read(({ outbox }) => outbox.find(outboxId)))
      if (entry) print(JSON.stringify(withEvent(entry), null, 2))
      else command.error(`There is no event ${outboxId} in the outbox.`, FAILED)
    })

  command
    .command('retry [outbox_id]')
    .description('try an event again that failed or waits for its next attempt; a running server takes it up at once')
    .option('--all', 'all of them', false)
    .action((outboxId: string | undefined, { all }: { all: boolean }) => {
      if (all === (outboxId !== undefined)) command.error('Name one event, or give --all.', { exitCode: 2, code: 'usage' })
      if (outboxId === undefined) return print(`${withLedger(retryAll)} events are tried again.`)
      if (!withLedger((ledger) => retryEvent(ledger, outboxId))) {
        command.error(`${outboxId} cannot be tried again: it is not there, on its way already, or delivered.`, FAILED)
      }
      print(`${outboxId} is tried again.`)
    })

  return command
}
