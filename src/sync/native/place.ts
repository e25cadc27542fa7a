import { asOdooId, type OdooId } from '../../ledger/ids.ts'
import type { ToldValues } from '../../ledger/odoo-values.ts'
import type { Country } from '../../prestashop/reference.ts'
import type { Surroundings } from '../entity.ts'
import { SyncError } from '../errors.ts'
import { text, type Rule, type Told } from './rules.ts'

/** @throws SyncError `validation` when the shop has no such country */
const countryOf = async (told: Told, { reference }: Surroundings): Promise<Country | undefined> => {
  const code = text(told('country_code'))
  if (code === '') return undefined
  const country = await reference.countryByIso(code)
  if (country) return country
  throw new SyncError(
    'validation',
    `The shop has no country ${code}: add it in the back office (International, Locations), or correct the address in Odoo`,
    'country_code'
  )
}

/** The country's code where a webhook tells only Odoo's own id of it, and Odoo can be asked. @throws OdooError */
export const withCountryCode = async (values: ToldValues, { odoo }: Surroundings): Promise<ToldValues> => {
  const country = values.get('country_id')
  const id = asOdooId(country?.value)
  if (!odoo || !country || id === undefined || values.has('country_code')) return values
  const code = await odoo.countryCode(id)
  return code === undefined ? values : new Map([...values, ['country_code', { ...country, value: code }]])
}

/** Why no state of the shop is meant, in words that tell what to do. */
const nameless = (id: OdooId, country: Country, inOdoo: string | undefined, mapped: string | undefined): string => {
  if (mapped !== undefined) return `ODOO_STATE_MAP says that state ${id} is ${mapped}, but the shop's country ${country.iso} has no such state`
  const why = inOdoo === undefined ? 'Odoo tells only its own id of it' : `the shop has none with Odoo's code ${inOdoo}`
  return `Addresses in ${country.iso} have a state, and ${why}: add ${id}=<ISO code> to ODOO_STATE_MAP`
}

/**
 * A webhook tells Odoo's own id of a state and no code: Odoo's API does where it is configured, else `ODOO_STATE_MAP`.
 * @throws SyncError `validation` when neither names a state of the shop's country, and that has states
 * @throws OdooError
 */
const stateOf = async (told: Told, surroundings: Surroundings): Promise<number | undefined> => {
  const { settings, odoo, reference } = surroundings
  const country = await countryOf(told, surroundings)
  if (!country) return undefined
  const id = asOdooId(told('state_id'))
  if (id === undefined || !country.containsStates) return 0
  const inOdoo = (await odoo?.state(id))?.code
  const mapped = settings.ODOO_STATE_MAP?.[String(id)]
  for (const code of [inOdoo, mapped]) {
    const state = code === undefined ? undefined : await reference.stateByIso(country.id, code)
    if (state) return state.id
  }
  throw new SyncError('validation', nameless(id, country, inOdoo, mapped), 'state_id')
}

/** The rules that make the place of an address. */
export const placeRules: readonly Rule[] = [
  { field: 'address1', from: ['street'], make: (told) => text(told('street')) },
  { field: 'address2', from: ['street2'], make: (told) => text(told('street2')) },
  { field: 'postcode', from: ['zip'], make: (told) => text(told('zip')) },
  { field: 'city', from: ['city'], make: (told) => text(told('city')) },
  {
    field: 'id_country',
    from: ['country_code'],
    how: "the shop's country of that ISO code",
    make: async (told, surroundings) => (await countryOf(told, surroundings))?.id
  },
  {
    field: 'id_state',
    from: ['state_id', 'country_code'],
    how: "Odoo's API or `ODOO_STATE_MAP` names the state; none where the country has no states in the shop",
    make: stateOf
  }
]
