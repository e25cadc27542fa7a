import * as v from 'valibot'

/** ISO 8601 with a zone, of a day in the calendar: `Date.parse` takes the 30th of February for the 2nd of March. */
export const isTimestamp = (text: string): boolean => {
  const day = text.slice(0, 10)
  return v.ISO_TIMESTAMP_REGEX.test(text) && !Number.isNaN(Date.parse(text)) && new Date(day).toISOString().startsWith(day)
}
