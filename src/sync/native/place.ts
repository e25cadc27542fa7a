import { asShopId } from '../../prestashop/record.ts'
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

/**
 * Odoo tells its own id of a state and no code, so the configuration names it.
 * @throws SyncError `validation` when it does not, and the shop's country has states
 */
const stateOf = async (told: Told, surroundings: Surroundings): Promise<number | undefined> => {
  const country = await countryOf(told, surroundings)
  if (!country) return undefined
  const odooState = asShopId(String(told('state_id')))
  if (odooState === undefined || !country.containsStates) return 0
  const code = surroundings.settings.ODOO_STATE_MAP?.[String(odooState)]
  const state = code === undefined ? undefined : await surroundings.reference.stateByIso(country.id, code)
  if (state) return state.id
  throw new SyncError(
    'validation',
    code === undefined
      ? `Addresses in ${country.iso} have a state, and Odoo tells only its own id of it: add ${odooState}=<ISO code> to ODOO_STATE_MAP`
      : `ODOO_STATE_MAP says that state ${odooState} is ${code}, but the shop's country ${country.iso} has no such state`,
    'state_id'
  )
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
    how: '`ODOO_STATE_MAP` names the state; none where the country has no states in the shop',
    make: stateOf
  }
]
