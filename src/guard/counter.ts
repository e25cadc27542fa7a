import { RateLimiterMemory } from 'rate-limiter-flexible'

const WINDOW_SECONDS = 60

/** What somebody did in the minute that runs for them. */
export interface Count {
  readonly times: number
  /** Until the minute is over; at least 1. */
  readonly seconds: number
}

export interface Counter {
  /** Counts one more. */
  count(client: string): Promise<Count>
  read(client: string): Promise<Count>
}

/**
 * Counts by client and minute, in memory. Of more clients than `most`, those whose minute began first are forgotten:
 * the library itself would keep however many come.
 */
export const createCounter = (most = 20_000): Counter => {
  const counts = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_SECONDS })
  /** In the order in which their minutes began. */
  const clients = new Set<string>()

  const remember = async (client: string): Promise<void> => {
    clients.delete(client)
    clients.add(client)
    if (clients.size <= most) return
    const [first = ''] = clients
    clients.delete(first)
    await counts.delete(first)
  }

  return {
    async count(client) {
      const { consumedPoints, msBeforeNext, isFirstInDuration } = await counts.consume(client)
      if (isFirstInDuration) await remember(client)
      return { times: consumedPoints, seconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) }
    },
    async read(client) {
      const kept = await counts.get(client)
      // A minute that is over may still be there for a moment.
      if (!kept || kept.msBeforeNext <= 0) return { times: 0, seconds: WINDOW_SECONDS }
      return { times: kept.consumedPoints, seconds: Math.ceil(kept.msBeforeNext / 1_000) }
    }
  }
}
