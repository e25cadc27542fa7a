import type { ToldValues } from '../../ledger/odoo-values.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'

/** A field's value as Odoo told it; `undefined` = not ticked, so not known. */
export type Told = (field: string) => unknown

/** How one field of a record of the shop is made of what Odoo tells. */
export interface Rule {
  /** The shop's field. */
  readonly field: string
  /** Odoo's fields; where one is not ticked, nothing is said about the shop's field. */
  readonly from: readonly string[]
  /** Odoo's fields that are looked at too, where they are ticked. */
  readonly uses?: readonly string[]
  /** How, in words for the documentation; left out = as it is. */
  readonly how?: string
  /** The value under the shop's name; `undefined` = nothing is said. Throws SyncError. */
  readonly make: (told: Told, surroundings: Surroundings) => unknown
}

/** What the rules made: values under the shop's names, and when Odoo told the latest of what each is made of. */
export interface Made {
  readonly data: Readonly<Record<string, unknown>>
  readonly times: ReadonlyMap<string, number>
}

export const tellerOf =
  (values: ToldValues): Told =>
  (field) =>
    values.get(field)?.value

/** @throws SyncError of a rule */
export const applyRules = async (rules: readonly Rule[], values: ToldValues, surroundings: Surroundings): Promise<Made> => {
  const data: Record<string, unknown> = {}
  const times = new Map<string, number>()
  for (const { field, from, uses = [], make } of rules) {
    if (from.some((name) => !values.has(name))) continue
    const value = await make(tellerOf(values), surroundings)
    if (value === undefined) continue
    data[field] = value
    const told = [...from, ...uses].flatMap((name) => values.get(name)?.at ?? [])
    if (told.length > 0) times.set(field, Math.max(...told))
  }
  return { data, times }
}

/** Odoo's empty text is `false` or `''`; texts are not trimmed by Odoo. */
export const text = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''

/** A rule that takes a text as it is. */
export const copy = (from: string, field: string, how?: string): Rule => ({
  field,
  from: [from],
  ...(how === undefined ? {} : { how }),
  make: (told) => text(told(from))
})

/** @throws SyncError `validation` that names the fields to tick in Odoo */
export const refuseUnticked = (model: string, told: Told, needed: readonly string[], why: string): void => {
  const [first, ...others] = needed.filter((field) => told(field) === undefined)
  if (first === undefined) return
  throw new SyncError(
    'validation',
    `${why}: in Odoo, open the automation rule for ${model}, and in its "Send Webhook Notification" action ` +
      `add to "Fields": ${[first, ...others].join(', ')}`,
    first
  )
}
