import { addressClass } from './objects/address.ts'
import { customerClass } from './objects/customer.ts'
import type { ObjectClass } from './objects/object-class.ts'
import type { ShopRecord } from './record.ts'
import { type Described, type FieldDetails, readSynopsis } from './schema.ts'

/** One resource of the Webservice: its schema, and all in which it differs from the others. */
export interface Resource extends Described {
  /** Its name in the URL, `customers`. */
  readonly name: string
  /** The shop's class, named in error messages and hooks, `Customer`. */
  readonly className: string
  /** The text of the root document (`general-root.txt`). */
  readonly description: string
  /** What the shop's class does besides storing. */
  readonly objectClass: ObjectClass
  /** Whether a record appears in lists; without it all do. */
  readonly listed?: (record: ShopRecord) => boolean
  /** The fields whose index the database reads the table by when no sort is asked for; the id follows. */
  readonly order: readonly string[]
}

interface Definition {
  readonly className: string
  readonly description: string
  readonly fields?: Readonly<Record<string, FieldDetails>>
  readonly associations?: Described['associations']
  readonly objectClass?: ObjectClass
  readonly listed?: (record: ShopRecord) => boolean
  readonly order?: readonly string[]
}

const to = (resource: string): FieldDetails => ({ xlink: resource })

const definitions: Readonly<Record<string, Definition>> = {
  addresses: {
    className: 'Address',
    description: 'The Customer, Brand and Customer addresses',
    fields: {
      id_customer: to('customers'),
      id_manufacturer: to('manufacturers'),
      id_supplier: to('suppliers'),
      id_country: to('countries'),
      id_state: to('states'),
      id_warehouse: to('warehouse')
    },
    objectClass: addressClass,
    order: ['id_customer']
  },
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
  customers: {
    className: 'Customer',
    description: "The e-shop's customers",
    fields: {
      id_default_group: { column: 'integer', xlink: 'groups' },
      id_lang: to('languages'),
      newsletter_date_add: { column: 'datetime' },
      last_passwd_gen: { column: 'datetime', nullIsNow: true }
    },
    associations: [{ name: 'groups', nodeType: 'group', api: 'groups' }],
    objectClass: customerClass,
    // A customer of no shop is readable by id only (`customers-put-minimal-list.txt`).
    listed: (record) => record.values['id_shop'] === '1'
  },
  groups: { className: 'Group', description: "The customer's groups", fields: { reduction: { scale: 2 } } },
  languages: { className: 'Language', description: 'Shop languages' },
  shops: {
    className: 'Shop',
    description: 'Shops from multi-shop feature',
    fields: { id_shop_group: { column: 'integer', xlink: 'shop_groups' }, id_category: { column: 'integer' } }
  },
  states: {
    className: 'State',
    description: 'The available states of countries',
    fields: { id_zone: to('zones'), id_country: to('countries') },
    order: ['id_country']
  },
  zones: { className: 'Zone', description: 'The Countries zones' }
}

/** The resources the sandbox serves, by name, in the order of the root document. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  Object.entries(definitions).map(([name, { fields = {}, ...definition }]) => [
    name,
    {
      name,
      associations: [],
      order: [],
      objectClass: {},
      ...definition,
      ...readSynopsis(`${name}-schema.xml`, fields)
    }
  ])
)

/** A resource by name. Throws when the sandbox does not serve it. */
export const resourceNamed = (name: string): Resource => {
  const resource = resources.get(name)
  if (!resource) throw new Error(`The sandbox does not serve ${name}`)
  return resource
}
