import { checkInput } from './check-input.ts'
import { readRecord, textsOfInput, writeRecord } from './codec.ts'
import { unknownMethod } from './codes.ts'
import { PrestashopError } from './errors.ts'
import { permissionsIn } from './introduction.ts'
import { listParameters, matchesNothing } from './query.ts'
import type { ListQuery } from './query.ts'
import type { RecordInput, ShopId, ShopRecord } from './record.ts'
import { createReplace } from './replace.ts'
import { createWire } from './wire.ts'
import type { CallContext, ClientOptions, WireAnswer } from './wire.ts'
import type { XmlNode } from './xml.ts'

export type { Filter, ListQuery } from './query.ts'
export type { CallContext, ClientOptions, ShopCall } from './wire.ts'

/**
 * What the answer to a write can be trusted with: the rest of it is not what was stored
 * (`cart_rules-post-amount.txt`).
 */
export interface Written {
  readonly id: ShopId
  /**
   * The record's `date_upd` after this write, in the shop's own time (`customers-patch-one-field-get.txt`); its
   * `date_add` where it has no other (`order_histories-post-201.txt`).
   */
  readonly dateUpd?: string
  /** The record's `date_add`, likewise. */
  readonly dateAdd?: string
}

/**
 * The shop's Webservice. Resources are the shop's plurals, such as `customers`. Every failure is a `PrestashopError`;
 * its `kind` tells what to do with it.
 */
export interface PrestashopClient {
  /** The matching records; none is `[]`. The shop compares loosely, so compare again. */
  list(resource: string, query?: ListQuery, context?: CallContext): Promise<ShopRecord[]>
  /** The record, or `undefined` on the shop's empty 404 (`id-not-found.txt`). */
  get(resource: string, id: number, context?: CallContext): Promise<ShopRecord | undefined>
  create(resource: string, input: RecordInput, context?: CallContext): Promise<Written>
  /** Changes what `input` holds and nothing else; a multi-language field needs all languages of the shop. */
  change(resource: string, id: number, input: RecordInput, context?: CallContext): Promise<Written>
  remove(resource: string, id: number, context?: CallContext): Promise<'deleted' | 'absent'>
  /** Resource → the methods the key may use, in upper case (`perm-root-readonly.txt`). */
  permissions(context?: CallContext): Promise<Record<string, ReadonlySet<string>>>
  /** The cheapest call that proves the shop reachable and the key valid. */
  probe(): Promise<void>
}

/** The one element under the root: a record, or the list of them. */
const contentOf = (answer: WireAnswer): XmlNode | undefined =>
  answer === 'absent' ? undefined : answer.document?.children[0]

const incomplete = (method: string, resource: string, id?: number): PrestashopError =>
  new PrestashopError('the answer holds no record', { method, resource, id, kind: 'transient' })

const writtenOf = (method: string, resource: string, answer: WireAnswer): Written => {
  const entity = contentOf(answer)
  const record = entity && readRecord(entity)
  if (!record) throw incomplete(method, resource)
  const { date_add: dateAdd, date_upd: dateUpd = dateAdd } = record.fields
  return {
    id: record.id,
    ...(dateUpd === undefined ? {} : { dateUpd }),
    ...(dateAdd === undefined ? {} : { dateAdd })
  }
}

const lacksPatch = (error: unknown): boolean =>
  error instanceof PrestashopError && error.status === 405 && error.codes.includes(unknownMethod)

/**
 * A client for one shop. It keeps no connection state but one: that the shop has no PATCH (before PrestaShop 8),
 * once it has said so.
 *
 * @example
 * const client = createClient({ url: 'https://shop.example.com', key, timeoutMs: 30_000 })
 * const [jane] = await client.list('customers', { filter: { email: 'jane@example.com' } })
 */
export const createClient = (options: ClientOptions): PrestashopClient => {
  const send = createWire(options)
  const replace = createReplace(send)
  let hasPatch = true

  return {
    async list(resource, query = {}, context) {
      if (matchesNothing(query)) return []
      const parameters = listParameters(query)
      const answer = await send({ method: 'GET', resource, parameters, values: [...parameters.values()] }, context)
      const records = contentOf(answer)?.children.map(readRecord)
      if (!records?.every((record) => record !== undefined)) throw incomplete('GET', resource)
      return records
    },

    async get(resource, id, context) {
      const answer = await send({ method: 'GET', resource, id, mayBeAbsent: true }, context)
      if (answer === 'absent') return undefined
      const entity = contentOf(answer)
      const record = entity && readRecord(entity)
      if (record) return record
      throw incomplete('GET', resource, id)
    },

    async create(resource, input, context) {
      checkInput('POST', resource, undefined, input)
      const body = writeRecord(resource, undefined, input)
      return writtenOf('POST', resource, await send({ method: 'POST', resource, body, values: textsOfInput(input) }, context))
    },

    async change(resource, id, input, context) {
      checkInput('PATCH', resource, id, input)
      if (hasPatch) {
        const body = writeRecord(resource, id, input)
        try {
          return writtenOf('PATCH', resource, await send({ method: 'PATCH', resource, id, body, values: textsOfInput(input) }, context))
        } catch (error) {
          if (!lacksPatch(error)) throw error
          hasPatch = false
        }
      }
      return writtenOf('PUT', resource, await replace(resource, id, input, context))
    },

    async remove(resource, id, context) {
      const answer = await send({ method: 'DELETE', resource, id, mayBeAbsent: true }, context)
      return answer === 'absent' ? 'absent' : 'deleted'
    },

    async permissions(context) {
      return permissionsIn(await send({ method: 'GET', resource: '' }, context))
    },

    async probe() {
      await send({ method: 'GET', resource: '' })
    }
  }
}
