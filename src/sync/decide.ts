import type { ConflictPolicy } from '../config.ts'
import type { KnownValue } from '../ledger/known-values.ts'
import type { WantedValue } from './translate.ts'

export interface Question {
  /** What Odoo wants, by field. */
  readonly wanted: ReadonlyMap<string, WantedValue>
  /** The canonical value of a field in the shop. */
  readonly shopValue: (field: string) => string
  /** Whether the shop counts the field down itself. */
  readonly isCounter: (field: string) => boolean
  /** What Odoo is known to hold, by field. */
  readonly known: ReadonlyMap<string, KnownValue>
  /** The hash of a canonical value of a field, as in `KnownValue`. */
  readonly fingerprint: (field: string, value: string) => Buffer
  readonly policy: ConflictPolicy
  /** When somebody else last changed a field in the shop, milliseconds since 1970; `undefined` = not known. */
  readonly changedInShopAt: (field: string) => number | undefined
  /** Whether somebody in the shop has changed it after Odoo's value was there, though nothing is known of that write. */
  readonly isChangedSince?: (field: string) => boolean
  /** Whether the shop has what a write of ours put there, though its answer was lost. */
  readonly isOwn?: (field: string) => boolean
  /** Whether it is what Odoo held before an event that had not reached it then: it did not change it. */
  readonly isResent?: (field: string, wanted: WantedValue) => boolean
  /** Whether Odoo may nevertheless hold it again. */
  readonly isDoubtful?: (field: string, wanted: WantedValue) => boolean
  /** Whether Odoo has changed it before it heard of the known value, which is the shop's. */
  readonly isCrossed?: (field: string, wanted: WantedValue) => boolean
  /** `operations retry --force`: as with the policy `odoo-wins`. */
  readonly forced: boolean
}

/** What is to be done with each field that Odoo wants something of. */
export interface Decision {
  /** To be written; a counter has the value that Odoo's difference makes of the shop's. */
  readonly write: ReadonlyMap<string, WantedValue>
  /** The shop has the value already, or Odoo did not change it. */
  readonly unchanged: readonly string[]
  /** A later value of Odoo is known. */
  readonly stale: readonly string[]
  /** The shop's own later change stays. */
  readonly kept: readonly string[]
  /** Odoo may have it again, though it has been told the shop's: it is to be told anew. */
  readonly doubtful: readonly string[]
  /** Fields whose wanted value Odoo is now known to hold, once the write is done. */
  readonly learnt: ReadonlyMap<string, WantedValue>
  /** Of those, the fields in which Odoo's value counts though an event has told it a later one. */
  readonly won: readonly string[]
}

type Verdict = 'write' | 'unchanged' | 'resent' | 'doubtful' | 'stale' | 'kept'

/**
 * Decides field by field, so that a webhook which resends every field neither reverts what a human did in the shop
 * nor repeats what is there, and the later of two changes of the same field wins (DESIGN §3.3).
 */
export const decide = (question: Question): Decision => {
  const verdicts = new Map([...question.wanted].map(([field, wanted]) => [field, judge(field, wanted, question)]))
  const having = (verdict: Verdict) => [...verdicts].flatMap(([field, own]) => (own === verdict ? [field] : []))
  const valuesOf = (fields: readonly string[]) => new Map(fields.map((field) => [field, question.wanted.get(field)!]))
  const moved = ([field, wanted]: [string, WantedValue]): [string, WantedValue] => [
    field,
    { ...wanted, value: moveCounter(field, wanted.value, question) ?? wanted.value }
  ]
  const write = having('write')
  const unchanged = having('unchanged')
  return {
    write: new Map([...valuesOf(write)].map(moved)),
    unchanged: [...unchanged, ...having('resent')],
    stale: having('stale'),
    kept: having('kept'),
    doubtful: having('doubtful'),
    learnt: valuesOf([...write, ...unchanged]),
    won: [...write, ...unchanged].filter((field) => question.policy === 'odoo-wins' && isCrossed(field, question.wanted.get(field)!, question))
  }
}

const judge = (field: string, wanted: WantedValue, question: Question): Verdict => {
  const { shopValue, fingerprint, policy, forced } = question
  const inShop = shopValue(field)
  const known = question.known.get(field)
  const target = moveCounter(field, wanted.value, question)
  const odooWins = forced || policy === 'odoo-wins'
  if (!forced && question.isResent?.(field, wanted)) return question.isDoubtful?.(field, wanted) ? 'doubtful' : 'resent'
  if (inShop === (target ?? wanted.value)) return 'unchanged'
  const isChangedSince = question.isChangedSince?.(field) === true
  // Nothing is known: the field is Odoo's to set.
  if (!known) return isChangedSince ? contest(field, wanted, question) : 'write'
  const isKnown = (value: string): boolean => fingerprint(field, value).equals(known.value_hash)
  if (isKnown(wanted.value) && !odooWins) return 'unchanged'
  if (policy !== 'last-write-wins' && isCrossed(field, wanted, question)) return contest(field, wanted, question)
  if (wanted.sourceTime < known.source_time) return 'stale'
  // A difference does not undo what the shop counted.
  const isOurs = isKnown(inShop) || question.isOwn?.(field) === true
  if (target !== undefined || (isOurs && !isChangedSince)) return 'write'
  return contest(field, wanted, question)
}

const isCrossed = (field: string, wanted: WantedValue, question: Question): boolean =>
  !question.isCounter(field) && question.isCrossed?.(field, wanted) === true

/** Both sides have changed the field. */
const contest = (field: string, { sourceTime }: WantedValue, { policy, forced, changedInShopAt }: Question): Verdict => {
  if (forced || policy === 'odoo-wins') return 'write'
  if (policy === 'shop-wins') return 'kept'
  return (changedInShopAt(field) ?? 0) > sourceTime ? 'kept' : 'write'
}

/**
 * What a counter becomes: the shop's value moved by Odoo's difference, never below zero. `undefined` when it is no
 * counter, nothing is known yet, or one of the values means "unlimited".
 */
const moveCounter = (field: string, wanted: string, { isCounter, known, shopValue, forced }: Question): string | undefined => {
  const last = known.get(field)?.value ?? ''
  const inShop = shopValue(field)
  if (!isCounter(field) || forced || last === '' || wanted === '' || inShop === '') return undefined
  return String(Math.max(0, Number(inShop) + Number(wanted) - Number(last)))
}
