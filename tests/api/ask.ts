import * as v from 'valibot'
import { detailSchema, rowSchema } from '../../src/api/operation.ts'
import type { Bridge, Reply } from '../support/bridge.ts'

export type Detail = v.InferOutput<typeof detailSchema>
export type Row = v.InferOutput<typeof rowSchema>

const pageSchema = v.strictObject({ operations: v.array(rowSchema), next_cursor: v.nullable(v.string()) })
const objectSchema = v.record(v.string(), v.unknown())

/** Posts to the operator's API; without a body, none. */
export const post = async ({ server }: Bridge, path: string, body?: unknown): Promise<Reply> => {
  const json = { headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${server.url}${path}`, { method: 'POST', ...(body === undefined ? {} : json) })
  return { status: response.status, headers: response.headers, body: v.parse(objectSchema, await response.json()) }
}

/** One operation with its story. */
export const detail = async (bridge: Bridge, operationId: unknown): Promise<Detail> =>
  v.parse(detailSchema, (await bridge.get(`/api/operations/${String(operationId)}`)).body)

/** One page of operations. */
export const page = async (bridge: Bridge, query: Readonly<Record<string, string | number>> = {}) => {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))
  return v.parse(pageSchema, (await bridge.get(`/api/operations?${parameters.toString()}`)).body)
}

/** The Odoo ids of the operations that a list tells, in its order. */
export const listed = async (bridge: Bridge, query: Readonly<Record<string, string | number>> = {}): Promise<number[]> =>
  (await page(bridge, query)).operations.map(({ odoo_id }) => odoo_id)
