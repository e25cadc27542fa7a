import { DateTime } from 'luxon'

/** The shop's own format; it knows no zone (`timezone-customers-post.txt`). */
const format = 'yyyy-MM-dd HH:mm:ss'

/**
 * The moments a time of the shop can mean: one, or two in the hour that a clock set back shows twice. In the hour that
 * a clock set forward leaves out, the moment is as much later as the clock was moved.
 *
 * @param text `YYYY-MM-DD HH:MM:SS`, or `YYYY-MM-DD` for midnight
 * @param zone IANA name, such as `Europe/Paris`
 * @returns `undefined` for `0000-00-00 00:00:00`, for what is no time and for an unknown zone
 */
export const shopTimeToUtc = (text: string, zone: string): { earliest: Date; latest: Date } | undefined => {
  const local = DateTime.fromFormat(text.length === 10 ? `${text} 00:00:00` : text, format, { zone })
  if (!local.isValid) return undefined
  const moments = local.getPossibleOffsets().map((moment) => moment.toMillis())
  return { earliest: new Date(Math.min(...moments)), latest: new Date(Math.max(...moments)) }
}

/**
 * The shop's clock at a moment, `YYYY-MM-DD HH:MM:SS`, without fractions of the second.
 *
 * @throws RangeError for an unknown zone or an invalid date
 */
export const utcToShopTime = (date: Date, zone: string): string => {
  const local = DateTime.fromJSDate(date, { zone })
  if (!local.isValid) throw new RangeError('not a moment in a known time zone')
  return local.toFormat(format)
}

/**
 * A time of the shop on its own clock, in milliseconds as if that clock showed UTC: two of them can be compared and
 * subtracted without knowing the zone. `undefined` for what is no time.
 *
 * @param text `YYYY-MM-DD HH:MM:SS`, or `YYYY-MM-DD` for midnight
 */
export const shopClockMs = (text: string): number | undefined => {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text)
  const milliseconds = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

/** The inverse of `shopClockMs`: `YYYY-MM-DD HH:MM:SS`. */
export const shopClockText = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
