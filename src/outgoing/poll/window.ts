import { IANAZone } from 'luxon'
import { shopClockMs, shopClockText, shopTimeToUtc, utcToShopTime } from '../../prestashop/time.ts'
import { OVERLAP_MS } from '../../sync/marks.ts'

/** How far an occasional longer look goes back, for what no cursor can foresee: a corrected clock, a wrong time zone. */
export const LOOK_BACK_MS = 10_800_000
/** How often. */
export const LOOK_BACK_EVERY_MS = 3_600_000
/** What a clock may be set back by in a zone that nobody told us. */
const UNKNOWN_ZONE_MS = 3_600_000

/** The cursor of a table in which nothing has ever changed. */
export const NEVER = '1970-01-01 00:00:00'

/** The zone of the shop's clock, as far as anybody told. */
export interface ShopZone {
  /** IANA name; `UTC` when nobody told. */
  readonly name: string
  readonly isKnown: boolean
}

const earlier = (time: string, milliseconds: number): string => shopClockText((shopClockMs(time) ?? 0) - milliseconds)
const earliest = (one: string, other: string): string => (one < other ? one : other)
const latest = (one: string, other: string): string => (one > other ? one : other)

/** A time in the hour that a clock set back shows twice may be either: the hour's begin stands for both. */
const outsideRepeatedHour = (time: string, { name }: ShopZone): string => {
  const moments = shopTimeToUtc(time, name)
  if (!moments || moments.earliest.getTime() === moments.latest.getTime()) return time
  const zone = IANAZone.create(name)
  let [before, after] = [moments.earliest.getTime() / 1_000, moments.latest.getTime() / 1_000]
  const offset = zone.offset(before * 1_000)
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (zone.offset(middle * 1_000) === offset) before = middle
    else after = middle
  }
  return utcToShopTime(new Date(after * 1_000), name)
}

/**
 * The cursor after a reading of all rows of a table from the cursor's overlap on. It is driven by the rows' own dates,
 * so that the two clocks need not agree, but never ahead of ours: a row may bear a date of the far future.
 * @param position the cursor before; `undefined` at the first start
 * @param newest the newest date that rows bore when the reading began and that is not after `now`; `undefined` = none
 * @param now our clock, as the shop's zone shows it
 * @returns shop time: every change before it, less `OVERLAP_MS`, has been read
 */
export const cursorAfter = (position: string | undefined, newest: string | undefined, now: string, zone: ShopZone): string => {
  const seen = newest === undefined ? NEVER : zone.isKnown ? newest : earlier(newest, UNKNOWN_ZONE_MS)
  // Our clock, or the shop's zone, may have been set back.
  return outsideRepeatedHour(latest(earliest(position ?? seen, now), seen), zone)
}

/** Where a reading begins, included: what became visible after it had been passed is found by the overlap. */
export const readingFrom = (position: string, now: string, goesBack: boolean): string =>
  earlier(earliest(position, now), OVERLAP_MS + (goesBack ? LOOK_BACK_MS : 0))

/** The earliest date that any later reading asks for. */
export const floorOf = (start: string): string => earlier(start, OVERLAP_MS + LOOK_BACK_MS + UNKNOWN_ZONE_MS)

/** The shop's filters are strict, their grain is a second (`filter-date-gt-time.txt`). */
export const justBefore = (time: string): string => earlier(time, 1_000)

export { latest }
