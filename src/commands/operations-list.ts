import { Command, Option } from 'commander'
import type { Operation, Outcome, Status } from '../ledger/operation.ts'
import { entities } from '../sync/entities.ts'
import { modelNames } from '../sync/native/models.ts'
import { operationOf, withReader } from './ledger.ts'
import { publicPart, styleOf, whatOf } from './operation-view.ts'
import { examples, type JsonOption, jsonOption, limitOption, moment } from './options.ts'
import type { Shell } from './shell.ts'
import { type Column, table } from './table.ts'
import { isoTime, localTime } from './text.ts'

const outcomes = ['created', 'updated', 'unchanged', 'deleted', 'stale', 'superseded'] as const satisfies readonly Outcome[]

/** What operations can be chosen by, for `list` and `retry --all`. */
export interface Criteria {
  readonly entity?: string
  readonly outcome?: Outcome
  readonly since?: number
  readonly text?: string
}

export const withCriteria = (command: Command): Command =>
  command
    .addOption(new Option('--entity <type>', 'only of this entity, or of this model of Odoo').choices([...Object.keys(entities), ...modelNames]))
    .addOption(new Option('--outcome <outcome>', 'only with this outcome').choices(outcomes))
    .addOption(new Option('--since <time>', 'only received since then: 2026-01-31T12:00, or 90m, 24h, 7d ago').argParser(moment))
    .option('--text <text>', 'only with this id (of the operation, the event, in Odoo, in the shop), order reference, coupon code or email')

/** The criteria as the ledger takes them. */
export const filterOf = ({ entity, outcome, since, text }: Criteria) => ({
  ...(entity === undefined ? {} : { entity_type: entity }),
  ...(outcome === undefined ? {} : { outcome }),
  ...(since === undefined ? {} : { received_from: since }),
  ...(text === undefined ? {} : { text })
})

const columns = (isForPeople: boolean): readonly Column<Operation>[] => [
  { head: 'RECEIVED', cell: ({ received_at }) => (isForPeople ? localTime(received_at) : isoTime(received_at)) },
  { head: 'OPERATION', cell: ({ operation_id }) => operation_id, least: 16 },
  { head: 'WHAT', cell: whatOf, least: 14 },
  { head: 'STATUS', cell: ({ status }) => status, style: styleOf },
  { head: 'OUTCOME', cell: ({ status, outcome, error_message }) => (status === 'success' ? (outcome ?? '') : (error_message ?? '')), least: 12 }
]

interface ListOptions extends Criteria, JsonOption {
  readonly status?: Status
  readonly limit: number
  readonly before?: string
}

/** `operations list` */
export const operationsList = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('list')
    .description('the newest operations')
    .addOption(new Option('--status <status>', 'only these').choices(['pending', 'processing', 'success', 'failed']))
  withCriteria(command)
    .addOption(limitOption(20))
    .option('--before <operation_id>', 'only received before this one: the next page')
    .addOption(jsonOption())
    .action(({ status, limit, before, json, ...criteria }: ListOptions) => {
      const found = withReader(shell, (ledger) =>
        ledger.list({
          ...filterOf(criteria),
          ...(status === undefined ? {} : { status }),
          ...(before === undefined ? {} : { before: operationOf(ledger, before) }),
          // One more tells whether there is another page.
          limit: limit + 1
        })
      )
      const operations = found.slice(0, limit)
      if (json) return terminal.print(JSON.stringify(operations.map(publicPart)))
      const isForPeople = terminal.columns !== undefined
      if (operations.length === 0 && isForPeople) return terminal.print('No operation matches.')
      terminal.print(table(terminal, columns(isForPeople), operations))
      if (found.length > limit && isForPeople) terminal.print(`\nMore with: --before ${operations.at(-1)!.operation_id}`)
    })
  return examples(command, [
    ['operations list --status failed', 'what needs somebody'],
    ['operations list --since 24h --entity order', 'the orders of the last day'],
    ['operations list --text XKBKNABJK', 'all about one order, by its reference'],
    ['npm run --silent cli -- operations list --json --limit 1000', 'for programs; the next page is --before the last operation_id']
  ])
}
