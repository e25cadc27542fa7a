import * as v from 'valibot'
import { createSnapshot } from '../snapshot.ts'
import { OdooError } from './errors.ts'
import { createJson2 } from './json2.ts'
import { createJsonRpc } from './json-rpc.ts'
import type { Arguments } from './protocol.ts'
import { spare } from './spare.ts'
import { hasJson2, type OdooVersion, readVersion } from './version.ts'
import { createWire, type OdooConnection } from './wire.ts'

export type { OdooCall, OdooConnection } from './wire.ts'
export type { OdooVersion } from './version.ts'

/** Odoo's search domain: triples, and `'&'`, `'|'`, `'!'` before them. */
export type Domain = readonly (readonly [field: string, operator: string, value: unknown] | '&' | '|' | '!')[]

/**
 * A record as it was read: a many2one is a bare id, a list of records the ids, nothing is `false`. A date and time is
 * `YYYY-MM-DD HH:MM:SS` in UTC, whole seconds even where a webhook carries microseconds (odoo/tools/date_utils.py,
 * `json_default`).
 */
export type OdooRecord = { readonly id: number } & Readonly<Record<string, unknown>>

const recordSchema = v.objectWithRest({ id: v.number() }, v.unknown())
const recordsSchema = v.array(recordSchema)
const idsSchema = v.array(v.number())

const fieldSchema = v.object({ type: v.string(), relation: v.optional(v.string()), store: v.optional(v.boolean(), true) })
const fieldsSchema = v.record(v.string(), fieldSchema)

/** What a model's field is: `char`, `many2one` …, the model it points to, and whether it is in the database. */
export type OdooField = v.InferOutput<typeof fieldSchema>

/** Values by field, as `create` and `write` take them; x2many fields as lists of commands. */
export type OdooValues = Readonly<Record<string, unknown>>

export interface ReadOptions {
  /** Odoo's context, such as `{ lang: 'en_US' }`. */
  readonly context?: Readonly<Record<string, unknown>>
  readonly limit?: number
  readonly order?: string
}

/** The external API of one Odoo database. Every failure is an `OdooError`; its `kind` tells what to do with it. */
export interface OdooClient {
  /** Asked once, and again after an hour. */
  version(): Promise<OdooVersion>
  /** The records that are there, archived ones too; one that is missing is left out (odoo/models.py, `_read_format`). */
  read(model: string, ids: readonly number[], fields: readonly string[], options?: ReadOptions): Promise<OdooRecord[]>
  /** The records that match; archived ones only with `active_test: false` in the context. */
  searchRead(model: string, domain: Domain, fields: readonly string[], options?: ReadOptions): Promise<OdooRecord[]>
  /** The fields that the user of the key may read. */
  fieldsGet(model: string): Promise<Readonly<Record<string, OdooField>>>
  /** The ids of the new records, in order. */
  create(model: string, values: readonly OdooValues[], options?: Pick<ReadOptions, 'context'>): Promise<number[]>
  write(model: string, ids: readonly number[], values: OdooValues): Promise<void>
  unlink(model: string, ids: readonly number[]): Promise<void>
  /** The cheapest call that proves Odoo reachable and the key valid. */
  probe(): Promise<void>
}

const VERSION_KEPT_MS = 3_600_000

const givenOf = ({ context, limit, order }: ReadOptions): Record<string, unknown> => ({
  ...(context === undefined ? {} : { context }),
  ...(limit === undefined ? {} : { limit }),
  ...(order === undefined ? {} : { order })
})

/**
 * A client for one Odoo, 17 or later. It finds the version out by itself and speaks JSON-2 from 19 on, JSON-RPC before.
 *
 * @example
 * const odoo = createOdooClient({ url: 'https://mycompany.odoo.com', db: 'mycompany', user: 'bridge', key, timeoutMs: 10_000 })
 * const [jane] = await odoo.searchRead('res.partner', [['email', '=', 'jane@example.com']], ['name'])
 */
export const createOdooClient = (connection: OdooConnection): OdooClient => {
  const wire = createWire(connection)
  const send = connection.restMs === undefined ? wire : spare(wire, connection.restMs)
  const observe = async <Result>(about: { model: string; method: string }, work: () => Promise<Result>): Promise<Result> => {
    const started = performance.now()
    const report = (error?: OdooError): void =>
      connection.onCall?.({
        ...about,
        ms: performance.now() - started,
        ...(error?.status === undefined ? {} : { status: error.status }),
        ...(error === undefined ? {} : { error: error.kind })
      })
    try {
      const result = await work()
      report()
      return result
    } catch (error) {
      if (error instanceof OdooError) report(error)
      throw error
    }
  }
  const version = createSnapshot(
    () => observe({ model: 'common', method: 'version' }, () => readVersion(send)),
    VERSION_KEPT_MS
  )
  const json2 = createJson2(connection, send)
  const jsonRpc = createJsonRpc(connection, send)

  const call = async <Schema extends v.GenericSchema>(
    schema: Schema,
    model: string,
    method: string,
    parameters: Arguments
  ): Promise<v.InferOutput<Schema>> => {
    const execute = hasJson2(await version.read()) ? json2 : jsonRpc
    return observe({ model, method }, async () => {
      const parsed = v.safeParse(schema, await execute({ model, method }, parameters))
      if (parsed.success) return parsed.output
      throw new OdooError('answered in a form that is not known', { model, method, kind: 'transient' })
    })
  }

  return {
    version: () => version.read(),

    read: async (model, ids, fields, options = {}) =>
      // Without `load` a many2one would come with its name, which needs a right on its model.
      ids.length === 0 ? [] : call(recordsSchema, model, 'read', { ids, named: { fields, load: null, ...givenOf(options) } }),

    searchRead: (model, domain, fields, options = {}) =>
      call(recordsSchema, model, 'search_read', { named: { domain, fields, load: null, ...givenOf(options) } }),

    fieldsGet: (model) => call(fieldsSchema, model, 'fields_get', { named: { attributes: ['type', 'relation', 'store'] } }),

    create: (model, values, options = {}) => call(idsSchema, model, 'create', { values, named: givenOf(options) }),

    write: async (model, ids, values) => {
      await call(v.unknown(), model, 'write', { ids, values })
    },

    unlink: async (model, ids) => {
      await call(v.unknown(), model, 'unlink', { ids })
    },

    probe: async () => {
      await call(v.unknown(), 'res.users', 'context_get', {})
    }
  }
}
