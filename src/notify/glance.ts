import * as v from 'valibot'
import type { Event } from './delivery.ts'
import { printable, shortened } from './printable.ts'

/** What is seen of an event at a glance; every text is safe for a terminal. */
export interface Glance {
  /** `reverse`: from Odoo to the shop; `event`: from the shop to Odoo; `test`: somebody tries the connection. */
  readonly kind: 'reverse' | 'event' | 'test'
  /** `odoo → prestashop` */
  readonly route: string
  /** `customer 42 updated` */
  readonly what: string
  readonly id: string | undefined
  readonly hook: string | undefined
  /** What became of it, where the event tells. */
  readonly result: { readonly success: boolean; readonly text: string } | undefined
  readonly summary: string | undefined
  /** Of the batch that brought it. */
  readonly batch: string | undefined
}

const LONGEST = 300

/** Anybody may send anything: what is not as expected is as good as not there. */
const lenient = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined)

const text = lenient(
  v.pipe(
    v.union([v.pipe(v.string(), v.nonEmpty()), v.number()]),
    v.transform((value) => printable(shortened(String(value), LONGEST)))
  )
)
const truth = lenient(v.boolean())

const glanceSchema = v.object({
  event_id: text,
  entity_type: text,
  entity_id: text,
  entity_name: text,
  action_type: text,
  hook_name: text,
  reverse_sync: truth,
  test: truth,
  source: text,
  destination: text,
  change_summary: text,
  result: lenient(v.object({ success: truth, outcome: text, code: text, message: text, error: text }))
})

/** Between which systems an event goes; those from the shop's module do not tell. */
export const routeOf = ({ reverse_sync, source, destination }: Event) =>
  reverse_sync === true
    ? { reverse_sync, source: source ?? 'odoo', destination: destination ?? 'prestashop' }
    : { reverse_sync: false, source: source ?? 'prestashop', destination: destination ?? 'odoo' }

const words = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(' ')

/** Where the event comes from, in a few words: its id, its hook, its batch. */
export const originOf = ({ id, hook, batch }: Glance): string[] =>
  [id, hook, batch === undefined ? undefined : `batch ${batch}`].filter((part) => part !== undefined)

export const glanceAt = (event: Event, batchId?: string | number): Glance => {
  const seen = v.parse(glanceSchema, { ...event, ...routeOf(event) })
  const { result } = seen
  const failure = result?.code === undefined ? 'failed' : `failed: ${result.code}`
  const isTest = seen.test === true && seen.entity_type === undefined
  return {
    kind: seen.reverse_sync === true ? 'reverse' : isTest ? 'test' : 'event',
    route: `${seen.source ?? '?'} → ${seen.destination ?? '?'}`,
    what: words(seen.entity_type, seen.entity_id, seen.entity_name && `(${seen.entity_name})`, seen.action_type) || (isTest ? 'connection test' : 'no entity'),
    id: seen.event_id,
    hook: seen.hook_name,
    result: result?.success === undefined ? undefined : { success: result.success, text: result.success ? (result.outcome ?? 'done') : failure },
    summary: seen.change_summary ?? result?.message ?? result?.error,
    batch: v.parse(text, batchId)
  }
}
