import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shopTimeToUtc, utcToShopTime } from '../../src/prestashop/time.ts'
import { recording } from '../support/recordings.ts'

const utc = (text: string, zone: string): string[] | undefined => {
  const moments = shopTimeToUtc(text, zone)
  return moments && [moments.earliest.toISOString(), moments.latest.toISOString()]
}

describe('a time of the shop', () => {
  it('is one moment', () => {
    expect(utc('2026-07-01 12:00:00', 'Europe/Paris')).toEqual(['2026-07-01T10:00:00.000Z', '2026-07-01T10:00:00.000Z'])
    expect(utc('2026-07-01 12:00:00', 'UTC')).toEqual(['2026-07-01T12:00:00.000Z', '2026-07-01T12:00:00.000Z'])
  })

  it('is read from a record (timezone-customers-post.txt, at 21:14:58 UTC)', () => {
    const { body } = recording('timezone-customers-post').response
    const added = /<date_add><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? ''
    expect(utc(added, 'America/New_York')?.[0]).toBe('2026-11-22T21:14:58.000Z')
  })

  it('is two moments in the hour that a clock set back shows twice', () => {
    expect(utc('2026-10-25 02:30:00', 'Europe/Paris')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
    expect(utc('2026-11-01 01:30:00', 'America/New_York')).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T06:30:00.000Z'
    ])
  })

  it('moves forward in the hour that a clock set forward leaves out', () => {
    expect(utc('2026-03-29 02:30:00', 'Europe/Paris')).toEqual(['2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.000Z'])
  })

  it('of a day is its midnight', () => {
    expect(utc('2026-07-01', 'Europe/Paris')?.[0]).toBe('2026-06-30T22:00:00.000Z')
  })

  it.each(['0000-00-00 00:00:00', '0000-00-00', '', 'soon', '2026-02-30 00:00:00', '2026-01-01T00:00:00Z'])(
    'is none when it is %j',
    (text) => {
      expect(shopTimeToUtc(text, 'UTC')).toBeUndefined()
    }
  )

  it('is none in an unknown zone', () => {
    expect(shopTimeToUtc('2026-01-01 00:00:00', 'Mars/Olympus')).toBeUndefined()
  })
})

describe('a moment', () => {
  it('is shown by the clock of the shop, without fractions', () => {
    expect(utcToShopTime(new Date('2026-07-01T10:00:00.999Z'), 'Europe/Paris')).toBe('2026-07-01 12:00:00')
  })

  it('comes back among the moments its time can mean, everywhere and always', () => {
    const names = ['UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Caracas']
    const zones = fc.constantFrom(...names)
    const seconds = fc.integer({ min: 946_684_800, max: 2_208_988_800 })
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const moments = shopTimeToUtc(utcToShopTime(new Date(second * 1000), zone), zone)
        expect([moments?.earliest.getTime(), moments?.latest.getTime()]).toContain(second * 1000)
      }),
      { numRuns: 1000 }
    )
  })

  it('cannot be shown in an unknown zone', () => {
    expect(() => utcToShopTime(new Date(), 'Mars/Olympus')).toThrow(RangeError)
  })
})
