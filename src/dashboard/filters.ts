import * as v from 'valibot'
import { filterOf, listSchema } from '../api/filters.ts'
import type { FailedFilter } from '../api/find.ts'

/** The filters of the list of operations, as its address has them. */
const names = ['status', 'entity_type', 'outcome', 'text', 'received_from', 'received_to'] as const
type Name = (typeof names)[number]

/** What was asked for, in the words of the address; for the form and for links. */
export type Given = Readonly<Partial<Record<Name, string>>>

export interface Filters {
  readonly given: Given
  readonly asked: v.InferOutput<typeof listSchema>
  /** Those of the failed operations that are meant. */
  readonly failed: FailedFilter
}

/** A form sends its empty fields as well, and a time without seconds and zone: it is meant in UTC. */
const isoTime = (text: string): string => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(text)) return text
  return text.length === 16 ? `${text}:00Z` : `${text}Z`
}

const isTime = (name: string): boolean => name.startsWith('received_')

/**
 * Reads the filters of an address, or of a form that carries them on; empty ones are none.
 * @returns `problem` when one of them is not understood
 */
export const readFilters = (query: Readonly<Record<string, string>>): Filters | { readonly problem: string } => {
  const entries = [...names, 'cursor' as const].flatMap((name) => {
    const text = query[name]?.trim() ?? ''
    return text === '' ? [] : [[name, text] as const]
  })
  const parsed = v.safeParse(listSchema, Object.fromEntries(entries.map(([name, text]) => [name, isTime(name) ? isoTime(text) : text])))
  if (!parsed.success) {
    return { problem: parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'a filter'} ${issue.message}`).join('; ') }
  }
  const given: Given = Object.fromEntries(entries.filter(([name]) => name !== 'cursor'))
  return { given, asked: parsed.output, failed: filterOf(parsed.output) }
}
