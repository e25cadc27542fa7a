import { Command } from 'commander'
import type { Operation } from '../ledger/operation.ts'
import { adviceBy } from '../sync/advice.ts'
import { entities } from '../sync/entities.ts'
import { operationOf, withReader } from './ledger.ts'
import { keysOf, payloadOf, publicPart, styleOf, whatOf } from './operation-view.ts'
import { examples, type JsonOption, jsonOption } from './options.ts'
import type { Shell } from './shell.ts'
import { list } from './table.ts'
import { duration, localTime, visible } from './text.ts'

type Entry = readonly [name: string, value: string]

const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const fieldsSent = (operation: Operation): string => {
  if (operation.source_payload === null) return 'the payload is gone, as RETENTION_DAYS says'
  const { data } = keysOf(operation.source_payload)
  return typeof data === 'object' && data !== null ? Object.keys(data).join(', ') || 'none' : 'none'
}

const adviceFor = (operation: Operation): string | undefined => {
  const { status, error_kind: kind, source_payload: payload, operation_id: id } = operation
  const code = textOf(keysOf(operation.result_data)['code'] ?? '')
  if (status === 'pending') return kind === null ? undefined : (adviceBy[kind] ?? 'nothing: it is tried again by itself')
  if (status !== 'failed') return undefined
  if (payload === null) return 'have Odoo send it again: without its payload it cannot be tried again'
  return adviceBy[code] ?? adviceBy[kind ?? ''] ?? `remove the cause, then: npm run cli -- operations retry ${id}`
}

/** @param first the open operation of the same record that comes first */
const storyOf = (operation: Operation, first: Operation | undefined): Entry[] => {
  const { status, outcome, source, received_at: received, source_timestamp: changed, entity_id: shopId } = operation
  const resource = entities[operation.entity_type]?.resource ?? operation.entity_type
  const entries: readonly (Entry | false)[] = [
    ['status', outcome === null || status !== 'success' ? status : `${status}: ${outcome}`],
    ['received', `${localTime(received)}, ${duration(Date.now() - received)} ago, from ${source}`],
    operation.event_id !== null && ['event', `${operation.event_id}${operation.event_id_reused ? ' (an id that another webhook had before)' : ''}`],
    changed !== received && ['changed in Odoo', localTime(changed)],
    ['record in Odoo', `${operation.odoo_model} ${operation.odoo_id}`],
    ['record in the shop', shopId === null ? 'not known' : `${resource} ${shopId}`],
    ['fields sent', fieldsSent(operation)],
    ...Object.entries(keysOf(operation.result_data)).map(([key, value]): Entry => [key.replaceAll('_', ' '), textOf(value)]),
    ...Object.entries(keysOf(operation.progress)).map(([key, value]): Entry => [`so far: ${key}`, textOf(value)]),
    ['attempts', `${operation.attempts}${operation.forced ? ", forced: Odoo's values count" : ''}`],
    operation.waited_ms > 0 && ['waited', `${duration(operation.waited_ms)} for another record`],
    operation.processing_time_ms !== null && ['took', duration(operation.processing_time_ms)],
    operation.error_message !== null && [status === 'failed' ? 'error' : 'last error', operation.error_message],
    operation.error_kind !== null && ['kind of error', operation.error_kind],
    operation.error_field !== null && ['field', operation.error_field],
    status === 'pending' && operation.next_attempt_at > Date.now() && ['next attempt', localTime(operation.next_attempt_at)],
    first !== undefined && first.operation_id !== operation.operation_id && ['comes after', `${first.operation_id} of the same record, ${first.status}`],
    operation.superseded_by !== null && ['written with', operation.superseded_by],
    ['last change', localTime(operation.date_upd)]
  ]
  const advice = adviceFor(operation)
  return [...entries.filter((entry) => entry !== false), ...(advice === undefined ? [] : [['what to do', advice] as const])]
}

interface ShowOptions extends JsonOption {
  readonly payload?: boolean
}

/** `operations show` */
export const operationsShow = (shell: Shell): Command => {
  const { terminal } = shell
  const command = new Command('show')
    .argument('<operation_id>', 'the id, or its beginning')
    .description('the whole story of one operation')
    .option('--payload', 'also the webhook itself: personal data; secrets are masked')
    .addOption(jsonOption())
    .action((given: string, { payload, json }: ShowOptions) => {
      const { operation, first } = withReader(shell, (ledger) => {
        const found = operationOf(ledger, given)
        return { operation: found, first: found.status === 'pending' ? ledger.firstOf(found) : undefined }
      })
      if (json) return terminal.print(JSON.stringify({ ...publicPart(operation), ...(payload ? { source_payload: payloadOf(operation) } : {}) }))
      terminal.print(`${terminal.style('bold', operation.operation_id)}  ${terminal.style(styleOf(operation), whatOf(operation))}`)
      terminal.print(list(terminal, storyOf(operation, first)))
      if (payload) terminal.print(JSON.stringify(payloadOf(operation), null, 2).split('\n').map(visible).join('\n'))
    })
  return examples(command, [
    ['operations show op_0mh2k9x1b4f7', 'the beginning of an id will do'],
    ['operations show op_0mh2k9x1b4f7 --payload', 'with what Odoo sent']
  ])
}
