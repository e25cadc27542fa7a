import type { Surroundings } from '../entity.ts'
import { plainText } from './html.ts'
import { placeRules } from './place.ts'
import { splitName } from './person-name.ts'
import { copy, type Rule, text, type Told } from './rules.ts'

/** What the shop refuses in the name of a company (its rule isGenericName) becomes a blank. */
const companyName = (name: unknown): string => text(name).replaceAll(/[<>={}]/g, ' ').replaceAll(/\s+/g, ' ').trim()

/** `commercial_company_name` of Odoo is the company that a contact belongs to, `company_name` one without a record. */
const companyRule: Rule = {
  field: 'company',
  from: ['name', 'is_company'],
  uses: ['company_name', 'commercial_company_name'],
  how: 'the name of a company; else the company that the contact belongs to',
  make: (told) => {
    if (told('is_company') === true) return companyName(told('name'))
    const others = [told('company_name'), told('commercial_company_name')]
    if (others.every((name) => name === undefined)) return undefined
    return others.map(companyName).find((name) => name !== '') ?? ''
  }
}

/** Of `Jane <jane@example.com>, …` the first address. */
export const emailOf = (told: Told): string => {
  const normalized = text(told('email_normalized'))
  if (normalized !== '') return normalized
  const [first = ''] = text(told('email')).split(/[,;]/)
  return (/<([^<>]*)>/.exec(first)?.[1] ?? first).trim()
}

/** Odoo's `pt_BR` or `sr@latin`: the shop's language of that region, else of that language. */
const languageOf = async (told: Told, { reference }: Surroundings): Promise<number | undefined> => {
  const [locale = ''] = text(told('lang')).replace('_', '-').toLowerCase().split('@')
  const [iso = ''] = locale.split('-')
  if (iso === '') return undefined
  return ((await reference.languages()).find(({ code }) => code === locale) ?? (await reference.languageByIso(iso)))?.id
}

const SPLIT = 'first word, and the rest; a single word stands for both; stays as it is in the shop where that is the same name'

/** A name is split only when there is one: an address may go without. */
const nameRules = (whose: readonly string[], isNeeded: boolean): readonly Rule[] =>
  (['firstname', 'lastname'] as const).map((field) => ({
    field,
    from: ['name'],
    uses: whose,
    how: SPLIT,
    make: (told) => (isNeeded || text(told('name')) !== '' ? splitName(told('name'), told('email'))[field] : undefined)
  }))

export const customerRules: readonly Rule[] = [
  {
    field: 'email',
    from: ['email'],
    uses: ['email_normalized'],
    how: 'the first one; stays as it is when Odoo has none',
    make: (told) => emailOf(told) || undefined
  },
  ...nameRules(['email'], true),
  companyRule,
  { field: 'active', from: ['active'], make: (told) => told('active') },
  { field: 'note', from: ['comment'], how: 'as plain text', make: (told) => plainText(told('comment')) },
  { field: 'id_lang', from: ['lang'], how: "the shop's language of that code, if it has one", make: languageOf }
]

/** What both kinds of addresses have. */
export const addressRules: readonly Rule[] = [
  ...placeRules,
  ...nameRules([], false),
  companyRule,
  copy('vat', 'vat_number'),
  copy('phone', 'phone'),
  { ...copy('mobile', 'phone_mobile'), how: 'Odoo 17 and 18' }
]

/** The alias of an address that is a record of its own. */
export const aliasOf = (type: string): string =>
  type === 'delivery' ? 'Delivery' : type === 'invoice' ? 'Invoice' : 'Other'

export const OWN_ALIAS = 'Odoo'

export const ownAddressRules: readonly Rule[] = [
  { field: 'alias', from: [], how: `always "${OWN_ALIAS}"`, make: () => OWN_ALIAS },
  { field: 'customer_odoo_id', from: ['id'], how: 'the customer made of the same contact', make: (told) => told('id') },
  ...addressRules
]

export const childAddressRules: readonly Rule[] = [
  { field: 'alias', from: ['type'], how: '"Delivery", "Invoice" or "Other"', make: (told) => aliasOf(text(told('type'))) },
  {
    field: 'customer_odoo_id',
    from: ['parent_id'],
    how: 'the customer made of the parent',
    make: (told) => told('parent_id') || undefined
  },
  ...addressRules,
  {
    field: 'other',
    from: ['comment'],
    how: 'as plain text',
    // What the shop refuses in it (its rule isMessage) becomes a blank.
    make: (told) => plainText(told('comment')).replaceAll(/[<>{}]/g, ' ').trim()
  }
]
