import type { Context, MiddlewareHandler } from 'hono'
import type { Logger } from '../log.ts'
import { type ClientAddress, clientOf } from './address.ts'
import { createCounter } from './counter.ts'

export interface RateLimitOptions {
  /** Requests per client; 0 = no limit. */
  readonly perMinute: number
  readonly address: ClientAddress
  readonly log: Logger
  /** Told of each request that is refused. */
  readonly onRefused: (context: Context) => void
}

/** Answers 429 to whoever asks too often, before the body is read. */
export const rateLimit = ({ perMinute, address, log, onRefused }: RateLimitOptions): MiddlewareHandler => {
  if (perMinute === 0) return (_context, next) => next()
  const counter = createCounter()

  return async (context, next) => {
    const client = address(context)
    const { times, seconds } = await counter.count(clientOf(client))
    if (times <= perMinute) return next()
    onRefused(context)
    // Once a minute: a flood of requests must not become a flood of lines.
    if (times === perMinute + 1) log.warn({ address: client, per_minute: perMinute }, 'requests refused: more than RATE_LIMIT_PER_MINUTE')
    context.header('Retry-After', String(seconds))
    return context.json({ success: false, error: `Too many requests: try again in ${seconds} s` }, 429)
  }
}
