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
