import * as v from 'valibot'

/** Whether it is a JSON object: no list, no `null`. */
export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object whose keys are the sender's. */
export const plainObject = v.custom<Readonly<Record<string, unknown>>>(isPlainObject, 'must be an object')
