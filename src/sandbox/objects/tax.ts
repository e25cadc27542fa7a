import { floatOf, intOf, isOn, type ShopRecord } from '../record.ts'
import { sum } from './money.ts'
import type { ShopContext } from './object-class.ts'

/** The taxes of a group of tax rules at an address: Florida's 6 % in the seeded shop (`orders-post-201-get.txt`). */
export const taxesOf = (
  idTaxRulesGroup: number,
  address: ShopRecord | undefined,
  shop: ShopContext
): readonly ShopRecord[] => {
  if (!address) return []
  const applies = (rule: ShopRecord): boolean =>
    intOf(rule, 'id_country') === intOf(address, 'id_country') &&
    (!isOn(rule, 'id_state') || intOf(rule, 'id_state') === intOf(address, 'id_state'))
  const rules = shop.where('tax_rules', 'id_tax_rules_group', idTaxRulesGroup).filter(applies)
  return rules.flatMap((rule) => shop.find('taxes', intOf(rule, 'id_tax')) ?? [])
}

/** In percent. */
export const rateOf = (taxes: readonly ShopRecord[]): number => sum(taxes.map((tax) => floatOf(tax, 'rate')))
