import { DateTime } from 'luxon'

/** The shop's own time: local to its zone, no offset, one second grain (`timezone-customers-post.txt`). */
export interface Clock {
  /** `YYYY-MM-DD HH:MM:SS`, that many minutes ago. */
  now(minutesAgo?: number): string
}

/** A clock of the shop. Throws on a zone that does not exist. */
export const createClock = (zone: string, now: () => Date): Clock => {
  if (!DateTime.local({ zone }).isValid) throw new Error(`${zone} is not an IANA time zone`)
  return {
    now: (minutesAgo = 0) =>
      DateTime.fromJSDate(now(), { zone }).minus({ minutes: minutesAgo }).toFormat('yyyy-MM-dd HH:mm:ss')
  }
}
