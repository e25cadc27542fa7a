import type { ShopRecord } from '../prestashop/record.ts'
import type { Surroundings } from './entity.ts'

/** What customers type: case does not count, accents do. */
export const foldCode = (code: string): string => code.normalize('NFC').toLowerCase()

/** Coupons with this code; the shop's filter is looser than we are, and its codes are not unique. */
export const findCoupons = async (code: string, { shop, call }: Surroundings): Promise<ShopRecord[]> => {
  const found = await shop.list('cart_rules', { filter: { code } }, call)
  return found.filter(({ fields }) => foldCode(fields.code ?? '') === foldCode(code))
}

/**
 * What is wrong with a code, beyond the shop's own rule: it must be there, since a coupon without one applies to every
 * cart (`cart_rules-put-omit-optional-get.txt`), and be something that a customer can see and type.
 */
export const checkCode = (code: string): string | undefined => {
  if (code === '') return 'must not be empty: a coupon without a code would apply to every cart'
  if (/^ | $|(?! )[\p{C}\p{Z}]|[<>{}\\]/u.test(code)) {
    return 'must hold visible characters only, no < > { } \\ and no space at either end, as in "WELCOME10"'
  }
  return undefined
}
