import { DateTime } from 'luxon'

/** The shop's own time: local to its zone, no offset, one second grain (`timezone-customers-post.txt`). */
export interface Clock {
  /** `YYYY-MM-DD HH:MM:SS`, that many minutes ago. */
  now(minutesAgo?: number): string
}

/** A clock of the shop. Throws on a zone that does not exist. */
export const createClock = (zone: string, now: () => Date): Clock => {
  if (!DateTime.local({ zone }).isValid) throw new Error(`${zone} is not an IANA time zone`)
  // Asked many times a second, for each row.
  let last = { second: Number.NaN, text: '' }
  return {
    now: (minutesAgo = 0) => {
      const second = Math.floor(now().getTime() / 1_000) - minutesAgo * 60
      if (second !== last.second) last = { second, text: DateTime.fromSeconds(second, { zone }).toFormat('yyyy-MM-dd HH:mm:ss') }
      return last.text
    }
  }
}
