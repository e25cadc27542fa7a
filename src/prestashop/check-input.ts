import { unwritableField } from './codec.ts'
import { PrestashopError } from './errors.ts'
import type { RecordInput } from './record.ts'

/**
 * Refuses, before anything is sent, what XML cannot carry and what must never be written: the shop accepts an empty
 * `passwd` and sets it (`customers-put-empty-passwd.txt`).
 *
 * @throws PrestashopError `permanent`, naming the field
 */
export const checkInput = (method: string, resource: string, id: number | undefined, input: RecordInput): void => {
  const unwritable = unwritableField(input)
  const field = unwritable ?? (input.fields?.['passwd'] === '' ? 'passwd' : undefined)
  if (field === undefined) return
  const what = unwritable === undefined ? 'would be an empty password' : 'holds characters that XML cannot carry'
  throw new PrestashopError(`${field} ${what}`, { method, resource, id, kind: 'permanent', field, sent: false })
}
