import type { ShopRecord } from '../prestashop/record.ts'
import type { Entity } from './entity.ts'
import { SyncError } from './errors.ts'
import { madeByLostCreation } from './lost-creation.ts'

/** What makes an address the same address, beside its customer. */
const KEY = ['alias', 'address1', 'address2', 'postcode', 'city', 'id_country'] as const
/** Without these a payload has no natural key. */
const NEEDED = ['alias', 'address1', 'city', 'id_country'] as const

const isOf = (customer: string, { fields }: ShopRecord): boolean => fields.id_customer === customer

const nameOf = (customer: string, alias: string): string => `${customer} ${alias}`

/** Addresses: res.partner in Odoo, a contact of its own or a child of one. */
export const address: Entity = {
  type: 'address',
  label: 'address',
  resource: 'addresses',
  odooModel: 'res.partner',
  naturalKey: KEY,
  fields: {
    id_customer: {},
    alias: {},
    company: { initial: '' },
    firstname: {},
    lastname: {},
    vat_number: { initial: '' },
    dni: { initial: '' },
    address1: {},
    address2: { initial: '' },
    postcode: { initial: '' },
    city: {},
    id_country: {},
    id_state: { initial: '0' },
    phone: { initial: '' },
    phone_mobile: { initial: '' },
    other: { initial: '' }
  },
  belongsToCustomer: true,
  needsCustomer: true,
  deletion: 'remove',

  // An address that an order uses is only marked as deleted, and still listed (`addresses-delete-used-list.txt`).
  isLive: (record) => record.fields.deleted !== '1',

  naturalLock: (_translation, customer) => (customer === undefined ? undefined : `addresses of ${customer}`),

  creationName: (value) => {
    const [customer, alias] = [value('id_customer'), value('alias')]
    return customer === undefined || alias === undefined ? undefined : nameOf(customer, alias)
  },

  async findByNaturalKey(task, customer, surroundings) {
    const { action, translation: { given } } = task
    if (customer === undefined || NEEDED.some((field) => !given.has(field))) return []
    const filter = { id_customer: String(customer), deleted: '0' }
    const found = (await surroundings.shop.list('addresses', { filter }, surroundings.call)).filter((record) => isOf(filter.id_customer, record))
    const alike = found.filter((record) =>
      KEY.every((field) => {
        const value = given.get(field)
        // A new address without a postcode is not the one with a postcode; a change may leave it out.
        if (value === undefined && action !== 'created') return true
        return (record.fields[field] ?? '') === (value ?? '')
      })
    )
    if (alike.length > 0) return alike
    const alias = given.get('alias') ?? ''
    const named = found.filter(({ fields }) => fields.alias === alias)
    return madeByLostCreation(address, task, nameOf(filter.id_customer, alias), named, surroundings)
  },

  contradiction: (_translation, customer, record) =>
    customer !== undefined && !isOf(String(customer), record) ? 'id_customer' : undefined,

  // Unknown countries and states of other countries are stored without a word (`addresses-post-bad-country.txt`).
  async checkReferences(fields, record, { reference }) {
    const country = fields.get('id_country') ?? record?.fields.id_country ?? ''
    if (fields.has('id_country') && !(await reference.country(Number(country)))) {
      throw new SyncError('validation', 'id_country names no country of the shop', 'id_country')
    }
    if (!fields.has('id_country') && !fields.has('id_state')) return
    const state = fields.get('id_state') ?? record?.fields.id_state ?? ''
    if (state === '' || state === '0') return
    const found = await reference.state(Number(state))
    if (found && String(found.countryId) === country) return
    if (!fields.has('id_state')) {
      throw new SyncError(
        'validation',
        `id_country changes, but the address's id_state ${state} is not of that country: send id_state too, null for none`,
        'id_state'
      )
    }
    throw new SyncError(
      'validation',
      found ? `id_state names a state of another country than id_country ${country}` : 'id_state names no state of the shop',
      'id_state'
    )
  },

  completeCreation: () => Promise.resolve({})
}
