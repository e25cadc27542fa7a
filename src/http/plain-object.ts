import * as v from 'valibot'

/** A JSON object whose keys are the sender's: no list, no `null`. */
export const plainObject = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object'
)
