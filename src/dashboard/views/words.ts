import type { Operation } from '../../ledger/operation.ts'
import type { OutboxEntry } from '../../ledger/outbox.ts'
import { fieldName } from '../../outgoing/learn.ts'
import { badge, type Html, type Tone } from './parts.ts'

/** A word with a capital. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ')

/** Outcomes that changed something in the shop. */
const CHANGING = new Set(['created', 'updated', 'deleted'])

const toneOf = ({ status, outcome }: Pick<Operation, 'status' | 'outcome'>): Tone => {
  if (status === 'failed') return 'bad'
  if (status !== 'success') return 'wait'
  return outcome !== null && CHANGING.has(outcome) ? 'good' : 'idle'
}

/** How an operation is: its outcome when it succeeded, its status otherwise. */
export const stateBadge = (operation: Pick<Operation, 'status' | 'outcome'>): Html =>
  badge(toneOf(operation), capital(operation.status === 'success' ? (operation.outcome ?? 'success') : operation.status))

export const outboxTones: Readonly<Record<OutboxEntry['status'], Tone>> = {
  held: 'wait',
  pending: 'wait',
  delivered: 'good',
  suppressed: 'idle',
  failed: 'bad'
}

export const outboxMeanings: Readonly<Record<OutboxEntry['status'], string>> = {
  held: 'to be read afresh in the shop first',
  pending: 'to be delivered',
  delivered: 'Odoo took it',
  suppressed: 'read afresh, it was none of Odoo’s business any more',
  failed: 'given up: retry it when the cause is gone'
}

export const outboxBadge = ({ status }: Pick<OutboxEntry, 'status'>): Html => badge(outboxTones[status], capital(status))

export const outboxSources: Readonly<Record<OutboxEntry['source'], string>> = {
  relay: 'the shop’s module',
  poll: 'the poller',
  conflict: 'a conflict: the shop’s value was kept'
}

/** What the gate decided and why, by the names that it counts under. */
export const verdicts: Readonly<Record<string, { readonly tone: Tone; readonly label: string; readonly meaning: string }>> = {
  'emitted.change': { tone: 'good', label: 'Change', meaning: 'told to Odoo: something that Odoo did not know' },
  'emitted.untouched': { tone: 'good', label: 'New record', meaning: 'told to Odoo: a record that the bridge had never seen' },
  'emitted.passed': { tone: 'good', label: 'Passed', meaning: 'told to Odoo: it cannot be an echo, such as an invoice' },
  'emitted.overtaken': { tone: 'good', label: 'Overtaken', meaning: 'told to Odoo again: Odoo changed the record meanwhile' },
  'suppressed.echo': { tone: 'idle', label: 'Echo', meaning: 'not told: a change that Odoo itself had made' },
  'suppressed.known': { tone: 'idle', label: 'Known', meaning: 'not told: Odoo held it already' },
  held: { tone: 'wait', label: 'Held', meaning: 'came late: read afresh in the shop first' },
  read_afresh: { tone: 'idle', label: 'Read afresh', meaning: 'records read again in the shop for an event that came late' }
}

/** Why an event goes to Odoo, as the verdicts call it. */
export const reasonOf = ({ reason }: Pick<OutboxEntry, 'reason'>): string | undefined =>
  reason === null ? undefined : (verdicts[`emitted.${reason}`]?.label ?? capital(reason))

/** The fields that Odoo is taken to hold by an event; the mark of those that are not synced is of no use to a reader. */
export const fieldsOf = ({ fields }: Pick<OutboxEntry, 'fields'>): string | undefined =>
  fields.length === 0 ? undefined : fields.map(fieldName).join(', ')

/** What an error is about, without its words: those may quote a payload. */
export const errorGist = (code: string | null, field: string | null): string =>
  [code === null ? '' : capital(code), field === null ? '' : `field ${field}`].filter((part) => part !== '').join(', ')
