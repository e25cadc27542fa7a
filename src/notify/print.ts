import type { styleText } from 'node:util'
import type { Event } from './delivery.ts'
import { type Glance, glanceAt, originOf, routeOf } from './glance.ts'
import { printableJson } from './printable.ts'

/** `styleText` for the stream that is written to. */
export type Style = (format: Format, text: string) => string
type Format = Parameters<typeof styleText>[0]

/** An event that came in. */
export interface Received {
  /** Counted from 1. */
  readonly number: number
  readonly receivedAt: Date
  readonly batchId?: string | number
  readonly event: Event
}

/** One event as the lines that are written of it. */
export type Printer = (received: Received) => string

const marks: Readonly<Record<Glance['kind'], { readonly text: string; readonly format: Format }>> = {
  reverse: { text: 'REVERSE SYNC', format: ['bold', 'magenta'] },
  event: { text: 'EVENT', format: ['bold', 'cyan'] },
  test: { text: 'TEST', format: ['bold', 'yellow'] }
}
const MARK_WIDTH = marks.reverse.text.length
const ROUTE_WIDTH = 'odoo → prestashop'.length
/** As wide as the time and what parts it from the mark. */
const INDENT = ' '.repeat(10)

const resultOf = ({ result }: Glance, style: Style): string => {
  if (!result) return ''
  return result.success ? style('green', `✓ ${result.text}`) : style(['bold', 'red'], `✗ ${result.text}`)
}

/** For people: a line that tells what happened, one that tells more, and with `full` the whole payload. */
export const printForPeople = (options: { readonly full: boolean; readonly style: Style }): Printer => {
  const { full, style } = options
  return ({ receivedAt, batchId, event }) => {
    const glance = glanceAt(event, batchId)
    const { text, format } = marks[glance.kind]
    const time = receivedAt.toTimeString().slice(0, 8)
    const head = [
      style('dim', time),
      style(format, text.padEnd(MARK_WIDTH)),
      glance.route.padEnd(ROUTE_WIDTH),
      style('bold', glance.what),
      resultOf(glance, style)
    ]
    const origin = originOf(glance).join('  ')
    const details = [origin && style('dim', origin), glance.summary ?? '', ...(full ? printableJson(event, 2).split('\n') : [])]
    return [head.filter((part) => part !== '').join('  '), ...details.filter((line) => line !== '').map((line) => INDENT + line)].join('\n')
  }
}

const KEYS = [
  'event_id',
  'entity_type',
  'entity_id',
  'entity_name',
  'action_type',
  'hook_name',
  'timestamp',
  'hook_timestamp',
  'change_summary',
  'result'
] as const

/** For programs: one JSON object a line; with `full` the whole payload under `event`. */
export const printForPrograms = ({ full }: { readonly full: boolean }): Printer => {
  return ({ receivedAt, batchId, event }) =>
    printableJson({
      received_at: receivedAt.toISOString(),
      ...(batchId === undefined ? {} : { batch_id: batchId }),
      ...routeOf(event),
      ...Object.fromEntries(KEYS.filter((key) => Object.hasOwn(event, key)).map((key) => [key, event[key]])),
      ...(full ? { event } : {})
    })
}
