import type { CallContext } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'
import type { Surroundings } from './entity.ts'

/** The context of a write that the customer may be mailed about: only with `SEND_ORDER_MAIL` does the shop do so. */
export const mailingCall = ({ settings, call }: Surroundings): CallContext =>
  settings.SEND_ORDER_MAIL ? { ...call, query: { ...call.query, sendemail: '1' } } : call

/**
 * Writes, and looks again when the shop answers with an exception: a mail server that cannot be reached makes one
 * after the work is done (`mail-broken-order_histories-post-sendemail.txt`).
 * @param look what the shop holds when the write was done all the same, else `undefined`
 */
export const doneDespiteException = async <Result>(
  write: () => Promise<Result>,
  look: () => Promise<Result | undefined>
): Promise<Result> => {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof PrestashopError && error.kind === 'uncaught')) throw error
    const found = await look()
    if (found === undefined) throw error
    return found
  }
}
