import { createTable } from '../snapshot.ts'
import type { OdooClient, OdooRecord } from './client.ts'

export interface OdooState {
  /** The part of an ISO 3166-2 code after the country's, such as `CA`; Odoo's own code where ISO has none. */
  readonly code: string
  readonly countryId: number | undefined
}

/** The names behind ids of Odoo; `undefined` for an id that is not there. They rarely change, and are kept for a while. */
export interface OdooNames {
  /** ISO 3166-1, two letters. @throws OdooError */
  countryCode(id: number): Promise<string | undefined>
  /** @throws OdooError */
  state(id: number): Promise<OdooState | undefined>
  /** ISO 4217, three letters. @throws OdooError */
  currencyCode(id: number): Promise<string | undefined>
  /** The name of a delivery method. @throws OdooError */
  carrierName(id: number): Promise<string | undefined>
  /** The email of a contact; `''` when it has none. Not kept. @throws OdooError */
  partnerEmail(id: number): Promise<string | undefined>
}

const KEPT_MS = 3_600_000

/** Archived ones are named too: old records point to them. */
const everything = { context: { active_test: false, lang: 'en_US' } }

export const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
export const idOf = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined)

const text = (record: OdooRecord | undefined, field: string): string | undefined => textOf(record?.[field]) || undefined

export const createNames = (odoo: OdooClient): OdooNames => {
  const table = (model: string, fields: readonly string[]) => {
    const records = createTable(() => odoo.searchRead(model, [], fields, everything), KEPT_MS)
    return (id: number): Promise<OdooRecord | undefined> => records.find((record) => record.id === id)
  }
  const country = table('res.country', ['code'])
  const state = table('res.country.state', ['code', 'country_id'])
  const currency = table('res.currency', ['name'])
  const carrier = table('delivery.carrier', ['name'])

  return {
    countryCode: async (id) => text(await country(id), 'code'),
    state: async (id) => {
      const found = await state(id)
      const code = text(found, 'code')
      return code === undefined ? undefined : { code, countryId: idOf(found?.['country_id']) }
    },
    currencyCode: async (id) => text(await currency(id), 'name'),
    carrierName: async (id) => text(await carrier(id), 'name'),
    partnerEmail: async (id) => {
      const [partner] = await odoo.read('res.partner', [id], ['email'])
      return partner && textOf(partner['email'])
    }
  }
}
