import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'

const EVERY_MS = 1_000
/** How much of that time it takes. */
const SHARE_MS = 20

/**
 * Makes new operations be found by the texts of their payload, a few batches a second: webhooks and the shop come
 * first, and whoever searches has the rest done at once.
 * @returns a function that ends it
 */
export const keepSearchable = (ledger: Ledger, log: Logger): (() => void) => {
  const timer = setInterval(() => {
    try {
      const end = performance.now() + SHARE_MS
      while (ledger.catchUpSearch() && performance.now() < end);
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
      log.error({ code: error.code }, error.message)
    }
  }, EVERY_MS)
  return () => clearInterval(timer)
}
