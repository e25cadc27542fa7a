import { type Permissions, authenticate } from './authenticate.ts'
import { refuse, refuseDelete, refuseList, refuseXml } from './errors.ts'
import { displayOf } from './display.ts'
import { listOf } from './list.ts'
import { listDocument, type OutputContext, recordsDocument } from './output.ts'
import { phpInt } from './record.ts'
import { type Resource, resources } from './resources.ts'
import { resourceNames, rootDocument } from './root.ts'
import { save } from './save.ts'
import { schemaDocument } from './schema.ts'
import type { Store } from './store.ts'
import { didYouMean } from './suggestion.ts'
import type { Change, Work } from './work.ts'
import { parseXml, xmlDocument } from './xml.ts'

/** The shop as the Webservice sees it. */
export interface Shop {
  readonly url: string
  readonly store: Store
  readonly keys: Readonly<Record<string, Permissions>>
  readonly methods: readonly string[]
  readonly allWritable: boolean
  readonly begin: (sendEmail: boolean) => Work
  /** Fires hooks, resolves when the listeners are done. */
  readonly fire: (changes: readonly Change[]) => Promise<void>
}

/** A request to `/api`, as PHP's dispatcher takes it apart. */
export interface ApiRequest {
  readonly method: string
  /** The path below `/api/`; more than two segments are ignored (`url-three-segments.txt`). */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly body: Uint8Array
  readonly key: string
}

/** The document to answer, or nothing to say: an empty 200 after DELETE, an empty 404 (`id-not-found.txt`). */
export interface Answer {
  readonly status: 200 | 201 | 404
  readonly document?: string
}

const languagesOf = (query: URLSearchParams, store: Store): readonly string[] => {
  const asked = query.get('language')
  const installed = store.languages()
  if (asked === null) return installed
  const ids = (/^\[(.*)\]$/.exec(asked)?.[1] ?? asked).split(/[|,]/)
  const languages = installed.filter((id) => ids.includes(id))
  if (languages.length === 0) throw refuse(400, 81, 'language is not available')
  return languages
}

const resourceFor = ({ segments: [name = ''], method }: ApiRequest, permissions: Permissions, shop: Shop): Resource => {
  if (!resourceNames.includes(name)) {
    throw refuse(400, 27, didYouMean(`Resource of type "${name}" does not exists`, name, resourceNames))
  }
  const resource = resources.get(name)
  const methods = permissions[name]
  if (!resource || !methods) {
    throw refuse(401, 26, `Resource of type "${name}" is not allowed with this authentication key`)
  }
  checkMethod(method, shop)
  if (resource.forbidden.includes(method)) {
    throw refuse(405, 101, `Method ${method} is not allowed for the resource ${name}`)
  }
  if (!methods.includes(method)) {
    throw refuse(405, 25, `Method ${method} is not allowed for the resource ${name} with this authentication key`)
  }
  return resource
}

const checkMethod = (method: string, { methods }: Shop): void => {
  if (!methods.includes(method)) throw refuse(405, 23, `Method ${method} is not valid`)
}

const badSchema =
  "Please select a schema of type 'synopsis' to get the whole schema informations (which fields are required, which " +
  "kind of content...) or 'blank' to get an empty schema to fill before using POST request"

const getSchema = (schema: string, resource: Resource, { allWritable }: Shop, { languages, url }: OutputContext): Answer => {
  if (schema !== 'blank' && schema !== 'synopsis') throw refuseList(28, badSchema)
  const content = schemaDocument(resource, { synopsis: schema === 'synopsis', allWritable, languages, url })
  return { status: 200, document: xmlDocument(content) }
}

const getList = (query: URLSearchParams, resource: Resource, { store }: Shop, output: OutputContext): Answer => {
  const display = displayOf(resource, query, 'minimum')
  const records = listOf(resource, query, store)
  return { status: 200, document: listDocument(records, resource, display, output) }
}

const get = (request: ApiRequest, resource: Resource, shop: Shop, output: OutputContext): Answer => {
  const { segments, query } = request
  const id = segments[1] ?? ''
  const schema = query.get('schema')
  if (id === '') return schema === null ? getList(query, resource, shop, output) : getSchema(schema, resource, shop, output)
  const display = displayOf(resource, query, 'full')
  const record = shop.store.find(resource.name, phpInt(id))
  return record ? { status: 200, document: recordsDocument([record], resource, display, output) } : { status: 404 }
}

const write = async (request: ApiRequest, resource: Resource, shop: Shop, output: OutputContext): Promise<Answer> => {
  const { method, body, query } = request
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH') {
    throw refuse(405, 23, `Method ${method} is not valid`)
  }
  const document = parseXml(decodeUtf8(body) ?? '')
  if (!document) throw refuseXml(new TextDecoder().decode(body), body.length)
  const sendEmail = !['', '0'].includes(query.get('sendemail') ?? '')
  const objects = await save(document, resource, method, { ...shop, begin: () => shop.begin(sendEmail) })
  const display = displayOf(resource, query, 'full')
  return { status: method === 'POST' ? 201 : 200, document: recordsDocument(objects, resource, display, output) }
}

/** `undefined` for bytes that are no UTF-8 (`xml-latin1-bytes.txt`). */
const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** One id of the path, or `?id=[2,3]`; when one is unknown none is removed (`customers-delete-several.txt`). */
const remove = async ({ segments, query }: ApiRequest, resource: Resource, shop: Shop): Promise<Answer> => {
  const list = /^\[(.*)\]$/.exec(query.get('id') ?? '')?.[1]
  const ids = list?.split(',') ?? [String(phpInt(segments[1] ?? ''))]
  const unknown = ids.filter((id) => !shop.store.find(resource.name, phpInt(id)))
  if (unknown.length > 0) throw refuseDelete(unknown, list === undefined && segments[1] === undefined)
  for (const id of ids) {
    const work = shop.begin(false)
    work.remove(resource.name, phpInt(id))
    await shop.fire(work.changes)
  }
  return { status: 200 }
}

/** Answers one request of a shop whose Webservice is on. Throws `WebserviceError`. */
export const answer = async (request: ApiRequest, shop: Shop): Promise<Answer> => {
  const { store, url } = shop
  const permissions = authenticate(request.key, shop.keys)
  const languages = languagesOf(request.query, store)
  if ((request.segments[0] ?? '') === '') {
    checkMethod(request.method, shop)
    return { status: 200, document: rootDocument(url, store.configuration('PS_SHOP_NAME'), permissions, shop.methods) }
  }
  const resource = resourceFor(request, permissions, shop)
  const output = { url, languages, shop: store }
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return get(request, resource, shop, output)
    case 'DELETE':
      return remove(request, resource, shop)
    default:
      return write(request, resource, shop, output)
  }
}
