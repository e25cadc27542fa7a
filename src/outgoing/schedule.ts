const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** As the shop's module waits between attempts. */
const EVENT_DELAYS = [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR]
const FIRST_PAUSE = SECOND
const LONGEST_PAUSE = 5 * MINUTE
/** Who asks for more has made a mistake. */
const LONGEST_RETRY_AFTER = HOUR

/**
 * Milliseconds before an event that Odoo refused is tried again; `undefined` = it is given up.
 * @param attempts how often it was refused, the last time included
 */
export const eventDelay = (attempts: number): number | undefined => EVENT_DELAYS[attempts - 1]

/**
 * Milliseconds for which nothing is sent, because Odoo as a whole takes nothing.
 * @param tries requests in a row that found it so, the last one included
 */
export const pauseFor = (tries: number, retryAfterMs = 0): number =>
  Math.max(Math.min(FIRST_PAUSE * 2 ** Math.min(tries - 1, 30), LONGEST_PAUSE), Math.min(retryAfterMs, LONGEST_RETRY_AFTER))
