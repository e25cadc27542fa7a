import { languageClass } from '../objects/language.ts'
import { type Definition, decimal, integer, to } from './definition.ts'

/** What the shop is set up with. */
export const reference: Readonly<Record<string, Definition>> = {
  configurations: {
    className: 'Configuration',
    description: 'Shop configuration',
    fields: { id_shop_group: { nullable: true }, id_shop: { nullable: true } }
  },
  countries: {
    className: 'Country',
    description: 'The countries',
    fields: { id_zone: to('zones'), id_currency: to('currencies') }
  },
  currencies: { className: 'Currency', description: 'The currencies' },
  languages: { className: 'Language', description: 'Shop languages', objectClass: languageClass },
  shops: {
    className: 'Shop',
    description: 'Shops from multi-shop feature',
    fields: { id_shop_group: { ...integer, ...to('shop_groups') }, id_category: integer }
  },
  states: {
    className: 'State',
    description: 'The available states of countries',
    fields: { id_zone: to('zones'), id_country: to('countries') },
    order: ['id_country']
  },
  tax_rules: {
    className: 'TaxRule',
    description: 'Tax rules entity',
    fields: {
      id_tax_rules_group: to('tax_rule_groups'),
      id_state: to('states'),
      id_country: to('countries'),
      id_tax: to('taxes'),
      zipcode_from: integer,
      zipcode_to: integer
    }
  },
  taxes: {
    className: 'Tax',
    description: 'The tax rate',
    fields: { rate: decimal(3), active: integer, deleted: integer }
  },
  zones: { className: 'Zone', description: 'The Countries zones' }
}
