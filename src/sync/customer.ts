import { randomInt } from 'node:crypto'
import type { ShopRecord } from '../prestashop/record.ts'
import type { Entity, Surroundings } from './entity.ts'
import { SyncError } from './errors.ts'

const PASSWORD_LENGTH = 32
const PASSWORD_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A password nobody knows: the customer asks the shop for a new one. Never stored, never logged. */
const randomPassword = (): string =>
  Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_CHARACTERS[randomInt(PASSWORD_CHARACTERS.length)]).join('')

const sameEmail = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** An account: not deleted, and no guest, who may share its email with others (`customers-post-duplicate-email-guest.txt`). */
const isAccount = ({ fields }: ShopRecord): boolean => fields.deleted !== '1' && fields.is_guest !== '1'

const groupRows = (ids: readonly string[]): { id: string }[] => [...new Set(ids)].map((id) => ({ id }))

/** Live accounts with this email; the shop's filter is looser than we are, so it is compared again. */
export const findAccountsByEmail = async (email: string, { shop, call }: Surroundings): Promise<ShopRecord[]> => {
  const found = await shop.list('customers', { filter: { email } }, call)
  return found.filter((record) => isAccount(record) && sameEmail(record.fields.email ?? '', email))
}

/** Customers: res.partner in Odoo. */
export const customer: Entity = {
  type: 'customer',
  label: 'customer',
  resource: 'customers',
  odooModel: 'res.partner',
  naturalKey: ['email'],
  fields: {
    email: {},
    firstname: {},
    lastname: {},
    active: { initial: '1' },
    newsletter: { initial: '0' },
    optin: { initial: '0' },
    company: { initial: '' },
    siret: { initial: '' },
    ape: { initial: '' },
    website: { initial: '' },
    birthday: { initial: '' },
    id_gender: { initial: '0' },
    note: { initial: '' },
    id_default_group: {},
    id_lang: {},
    id_shop: {}
  },
  belongsToCustomer: false,
  needsCustomer: false,
  deletion: { active: '0' },

  isLive: (record) => record.fields.deleted !== '1',

  naturalLock: ({ given }) => {
    const email = given.get('email')
    return email === undefined ? undefined : `email ${email.toLowerCase()}`
  },

  creationName: (value) => value('email')?.toLowerCase(),

  findByNaturalKey: async ({ translation }, _customer, surroundings) => {
    const email = translation.given.get('email')
    return email === undefined ? [] : findAccountsByEmail(email, surroundings)
  },

  contradiction: ({ given }, _customer, record) => {
    const email = given.get('email')
    return email !== undefined && !sameEmail(email, record.fields.email ?? '') ? 'email' : undefined
  },

  async checkReferences(fields, record, { shop, reference, call }) {
    const group = fields.get('id_default_group')
    if (group !== undefined && !(await reference.group(Number(group)))) {
      throw new SyncError('validation', 'id_default_group names no customer group of the shop', 'id_default_group')
    }
    const language = fields.get('id_lang')
    if (language !== undefined && !(await reference.languages()).some(({ id }) => String(id) === language)) {
      throw new SyncError('validation', 'id_lang names no active language of the shop', 'id_lang')
    }
    const shopId = fields.get('id_shop')
    // A customer of shop 0, or of a shop that is not there, vanishes from every list (`customers-put-minimal-list.txt`).
    if (shopId !== undefined && shopId !== record?.fields.id_shop && !(await shop.get('shops', Number(shopId), call))) {
      throw new SyncError('validation', 'id_shop names no shop', 'id_shop')
    }
  },

  inputOf: (fields, record) => {
    const input = { fields: Object.fromEntries(fields) }
    const group = fields.get('id_default_group')
    if (group === undefined) return Promise.resolve(input)
    const groups = (record?.associations.groups ?? []).flatMap(({ id }) => (id === undefined ? [] : [id]))
    return Promise.resolve({ ...input, associations: { groups: groupRows([...groups, group]) } })
  },

  // A minimal POST makes an inactive customer in no group (`customers-post-201-get.txt`).
  async completeCreation({ reference }) {
    const group = String(await reference.defaultCustomerGroup())
    return {
      fields: { active: '1', newsletter: '0', optin: '0', id_default_group: group, passwd: randomPassword() },
      associations: { groups: groupRows([group]) }
    }
  }
}
