import type { Call } from './classify.ts'

/** The arguments of a model's method. */
export interface Arguments {
  /** The records it is called on; left out for a method of the model itself. */
  readonly ids?: readonly number[]
  /** What `create` and `write` store. */
  readonly values?: unknown
  /** All others, by their Python names; `context` among them. */
  readonly named?: Readonly<Record<string, unknown>>
}

/** Calls a method of a model and resolves with what it returned. @throws OdooError */
export type Execute = (call: Call, parameters: Arguments) => Promise<unknown>
