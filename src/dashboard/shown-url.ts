import { MASK } from '../notify/mask.ts'

/** Long parts with a digit are rather keys than words. */
const looksSecret = (part: string): boolean => part.length >= 16 && /\d/.test(part)

/**
 * An address that things are sent to, fit to be shown: whatever of its path or query may be a key is masked, since Odoo's
 * own rules, for example, are called by an address that only those who may call it know.
 */
export const shownUrl = (text: string): string => {
  const { origin, pathname, searchParams } = new URL(text)
  const path = pathname.split('/').map((part) => (looksSecret(part) ? MASK : part))
  const query = Array.from(searchParams.keys(), (name) => `${name}=${MASK}`)
  return `${origin}${path.join('/')}${query.length === 0 ? '' : `?${query.join('&')}`}`
}
