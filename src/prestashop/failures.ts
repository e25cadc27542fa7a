import { connectionFailure } from '../http/connection-failure.ts'
import type { Call } from './classify.ts'
import { PrestashopError } from './errors.ts'

/** The error of a call that brought no whole answer; the cause stays behind, since it holds the request. */
export const classifyFailure = (call: Call, cause: unknown): PrestashopError => {
  const { what, ...details } = connectionFailure(cause, 'the shop')
  const { method, resource, id } = call
  return new PrestashopError(what, { ...details, method, resource, id })
}
