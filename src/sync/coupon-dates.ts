import { DateTime } from 'luxon'
import type { Reference } from '../prestashop/reference.ts'
import { checkField } from '../prestashop/resources.ts'
import { utcToShopTime } from '../prestashop/time.ts'
import { SyncError } from './errors.ts'
import type { Settings } from './settings.ts'

const SHOP_FORMAT = 'yyyy-MM-dd HH:mm:ss'

/** A date alone is the whole day, as in Odoo: the end counts in. */
const TIME_OF_DAY = { date_from: '00:00:00', date_to: '23:59:59' } as const

export type DateField = keyof typeof TIME_OF_DAY

export const isDateField = (field: string): field is DateField => Object.hasOwn(TIME_OF_DAY, field)

const shopTime = (text: string): string | undefined => {
  const moment = DateTime.fromFormat(text, SHOP_FORMAT, { zone: 'utc' })
  return moment.isValid ? moment.toFormat(SHOP_FORMAT) : undefined
}

const instant = (text: string): string | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined
  return DateTime.fromISO(text, { zone: 'utc' }).toISO() ?? undefined
}

/**
 * How a payload tells a start or an end: `YYYY-MM-DD HH:MM:SS` by the shop's clock, `YYYY-MM-DD`, or ISO 8601 with a
 * zone. ISO 8601 without one is refused: Odoo means UTC by it, others their own clock.
 */
export const readDate = (field: DateField) => ({
  parse: (value: unknown): string | undefined => {
    if (typeof value !== 'string') return undefined
    return value.length === 10 ? shopTime(`${value} ${TIME_OF_DAY[field]}`) : (shopTime(value) ?? instant(value))
  },
  expected:
    'must be a time such as "2026-12-31 23:59:59" by the shop\'s clock, "2026-12-31", or with a zone "2026-12-31T22:59:59Z"'
})

/**
 * The shop's local time, `YYYY-MM-DD HH:MM:SS`, of a text that `readDate` made.
 * @throws SyncError `validation` when the shop cannot hold it
 */
export const resolveDate = async (
  field: DateField,
  text: string,
  reference: Reference,
  settings: Settings
): Promise<string> => {
  const local = text.endsWith('Z')
    ? utcToShopTime(new Date(text), await reference.timeZone(settings.SHOP_TIMEZONE))
    : text
  const problem = checkField('cart_rules', field, local)
  if (problem !== undefined) throw new SyncError('validation', `${field} ${problem}`, field)
  return local
}

/** The shop's clock now, and the same time of the year after: how long a coupon counts that says nothing about it. */
export const defaultDates = async (
  given: { readonly date_from: string | undefined; readonly date_to: string | undefined },
  reference: Reference,
  settings: Settings
): Promise<Record<DateField, string>> => {
  const from = given.date_from ?? utcToShopTime(new Date(), await reference.timeZone(settings.SHOP_TIMEZONE))
  const to = given.date_to ?? DateTime.fromFormat(from, SHOP_FORMAT, { zone: 'utc' }).plus({ years: 1 }).toFormat(SHOP_FORMAT)
  return { date_from: from, date_to: to }
}
