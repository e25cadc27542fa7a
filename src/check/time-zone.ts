import { IANAZone } from 'luxon'
import type { Reference } from '../prestashop/reference.ts'
import { type Finding, ok, warning } from './finding.ts'

/** Which time zone the shop's dates are read in, and who says so. */
export const checkTimeZone = async (reference: Reference, configured: string | undefined): Promise<Finding[]> => {
  const told = await reference.configuration('PS_TIMEZONE')
  const zone = await reference.timeZone(configured)
  if (told !== undefined && IANAZone.isValidZone(told)) {
    if (configured === undefined || configured === told) return [ok('time zone', `${zone}, from the shop's configurations`)]
    return [warning('time zone', `${zone}, from the shop's configurations: SHOP_TIMEZONE=${configured} does not count`, 'Take SHOP_TIMEZONE out, or correct the time zone of the shop')]
  }
  if (configured !== undefined) return [ok('time zone', `${zone}, from SHOP_TIMEZONE`)]
  return [
    warning(
      'time zone',
      `${zone} is assumed: neither the shop's configurations nor SHOP_TIMEZONE tell`,
      'Give the key GET on configurations, or set SHOP_TIMEZONE: a wrong zone lets the wrong one of two changes count'
    )
  ]
}
