import { catalogue } from './definitions/catalogue.ts'
import { customers } from './definitions/customers.ts'
import type { Definition } from './definitions/definition.ts'
import { orders } from './definitions/orders.ts'
import { reference } from './definitions/reference.ts'
import { type Described, readSynopsis } from './schema.ts'

/** One resource of the Webservice: its schema, and all in which it differs from the others. */
export interface Resource extends Described, Required<Omit<Definition, 'fields'>> {
  /** Its name in the URL, `customers`. */
  readonly name: string
}

const toResource = (name: string, { fields = {}, ...definition }: Definition): Resource => ({
  name,
  order: [],
  forbidden: [],
  entryLinks: {},
  keyedLinks: '',
  objectClass: {},
  listed: () => true,
  ...definition,
  ...readSynopsis(`${name}-schema.xml`, fields)
})

/** The resources the sandbox serves, by name, in the order of the root document. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  Object.entries({ ...catalogue, ...customers, ...orders, ...reference })
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, definition]) => [name, toResource(name, definition)])
)

/** A resource by name. Throws when the sandbox does not serve it. */
export const resourceNamed = (name: string): Resource => {
  const resource = resources.get(name)
  if (!resource) throw new Error(`The sandbox does not serve ${name}`)
  return resource
}
