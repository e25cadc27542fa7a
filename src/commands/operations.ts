import { Command, Option } from 'commander'
import type { Operation, Status } from '../ledger/operation.ts'
import { FAILED, rowCount, table, withLedger } from './ledger.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** An operation without its payload, which holds personal data. */
const publicPart = ({ source_payload: _payload, payload_hash: _hash, sequence: _sequence, ...rest }: Operation) => ({
  ...rest,
  result_data: rest.result_data === null ? null : (JSON.parse(rest.result_data) as unknown),
  ...Object.fromEntries(
    (['received_at', 'source_timestamp', 'date_add', 'date_upd'] as const).map((name) => [name, time(rest[name])])
  ),
  next_attempt_at: rest.next_attempt_at === 0 ? null : time(rest.next_attempt_at)
})

/** `operations list | show | retry` */
export const operationsCommand = (print: (line: string) => void): Command => {
  const command = new Command('operations').description('what became of the webhooks')

  command
    .command('list')
    .description('the newest operations')
    .addOption(new Option('--status <status>', 'only these').choices(['pending', 'processing', 'success', 'failed']))
    .addOption(new Option('--limit <rows>', 'how many').default(20).argParser(rowCount))
    .option('--json', 'for programs', false)
    .action(({ status, limit, json }: { status?: Status; limit: number; json: boolean }) => {
      const operations = withLedger((ledger) => ledger.list({ limit, ...(status ? { status } : {}) }))
      if (json) return print(JSON.stringify(operations.map(publicPart)))
      print(
        table([
          ['RECEIVED', 'OPERATION', 'WHAT', 'STATUS', 'OUTCOME'],
          ...operations.map((operation) => [
            time(operation.received_at),
            operation.operation_id,
            `${operation.entity_type} ${operation.odoo_id} ${operation.action_type}`,
            operation.status,
            operation.outcome ?? operation.error_message ?? ''
          ])
        ])
      )
    })

  command
    .command('show <operation_id>')
    .description('one operation, without its payload')
    .action((operationId: string) => {
      const operation = withLedger((ledger) => ledger.find(operationId))
      if (operation) print(JSON.stringify(publicPart(operation), null, 2))
      else command.error(`There is no operation ${operationId}.`, FAILED)
    })

  command
    .command('retry <operation_id>')
    .description('try a failed operation again; a running server takes it up at once')
    .option('--force', "write Odoo's values whatever is known of them, also for one that succeeded (a shop restored from a backup)", false)
    .action((operationId: string, { force }: { force: boolean }) => {
      if (!withLedger((ledger) => ledger.retry(operationId, { force }))) {
        command.error(`${operationId} cannot be tried again: it is not there, not failed, or its payload is gone.`, FAILED)
      }
      print(`${operationId} is pending again.`)
    })

  return command
}
