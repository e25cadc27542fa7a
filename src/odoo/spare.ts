import { OdooError } from './errors.ts'
import type { Send } from './wire.ts'

/**
 * Spares an Odoo that gives no answer: for `restMs` no call is made, then one, and while that is under way none. Who
 * waits for Odoo fails at once meanwhile, and does not keep those waiting who need no Odoo.
 * @throws OdooError as `send`; `unavailable`, not sent, for a call that is not made
 */
export const spare = (send: Send, restMs: number): Send => {
  /** `performance.now()`; 0 = Odoo answers. */
  let restsUntil = 0
  let isTried = false
  return async (call, request) => {
    const isTrial = restsUntil > 0
    if (isTrial && (isTried || performance.now() < restsUntil)) {
      throw new OdooError('gave no answer a moment ago, and is not asked again yet', { ...call, kind: 'unavailable', sent: false })
    }
    isTried = isTrial
    try {
      const answer = await send(call, request)
      restsUntil = 0
      return answer
    } catch (error) {
      if (error instanceof OdooError && error.kind === 'unavailable') restsUntil = performance.now() + restMs
      throw error
    } finally {
      if (isTrial) isTried = false
    }
  }
}
