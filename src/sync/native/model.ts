import type { OdooId } from '../../ledger/ids.ts'
import type { ActionType, Lane } from '../../ledger/operation.ts'
import type { Entity, Surroundings, Task } from '../entity.ts'
import type { SyncError } from '../errors.ts'
import type { Made, Rule } from './rules.ts'
import type { NativeRecord } from './run.ts'

/** One record of the shop that a native webhook is about. */
export interface NativeTask extends Made {
  readonly entity: Entity
  readonly lane: Lane
  readonly action: ActionType
  readonly adapt?: Task['adapt']
  readonly mayRepeat?: Task['mayRepeat']
  /** Why the webhook is left alone when the shop has no such record. */
  readonly ifMissing?: string
  /** The record of Odoo that it belongs to: where that is left alone, so is this, until that is not. */
  readonly follows?: OdooId
}

/** A record of the shop that the webhook could not be applied to, though others could. */
export interface Refused {
  readonly entity: Entity
  readonly refused: SyncError
}

/** A record of the shop that the webhook is not about after all. */
export interface LeftOut {
  readonly entity: Entity
  readonly reason: string
}

/** What a native webhook means: nothing, for a reason, or records of the shop in the order of their writing. */
export type Plan =
  (
    | { readonly ignored: string; readonly parts?: undefined }
    | { readonly ignored?: undefined; readonly parts: readonly (NativeTask | Refused | LeftOut)[] }
  ) & {
    /** Notes in the ledger what counts as told once all is done, if a record of the shop was there; safe to repeat. */
    readonly remember?: (isDone: boolean) => void
    /**
     * What is to be done when all is written; safe to repeat.
     * @param updated the shop's fields that were written
     */
    readonly afterwards?: (updated: readonly string[]) => Promise<void>
  }

/** One kind of record that a model's webhooks become. */
export interface Becomes {
  readonly entity: Entity
  /** Which records of Odoo, in words for the documentation. */
  readonly when: string
  readonly rules: readonly Rule[]
}

/** What one model of Odoo means to the shop: the table that works, and that the documentation is printed from. */
export interface Model {
  /** Odoo's name, such as `res.partner`. */
  readonly name: string
  /** As Odoo's screens call it. */
  readonly label: string
  /** Fields without which nothing can be told of a record that is not linked yet. */
  readonly needs: readonly string[]
  /** Fields that nothing is made of, but that may be a reason to refuse. */
  readonly looksAt?: readonly string[]
  readonly becomes: readonly Becomes[]
  /** What is left alone or refused, in words for the documentation. */
  readonly remarks: readonly string[]
  /**
   * @throws SyncError when it means something that cannot be done; `dependency` when something is not there yet
   */
  plan(record: NativeRecord, surroundings: Surroundings): Promise<Plan>
}

/** Odoo's fields that a model's webhooks should carry, in the order of the documentation; `id` comes by itself. */
export const fieldsToTick = ({ name, needs, looksAt = [], becomes }: Pick<Model, 'name' | 'needs' | 'looksAt' | 'becomes'>): string[] => {
  const made = becomes.flatMap(({ rules }) => rules.flatMap(({ from, uses = [] }) => [...from, ...uses]))
  // A rule that is fed by several models names each field with its model.
  const own = made.flatMap((field) => {
    if (field.startsWith(`${name}:`)) return [field.slice(name.length + 1)]
    return field.includes(':') ? [] : [field]
  })
  return [...new Set([...needs, ...own, ...looksAt])].filter((field) => field !== 'id')
}
