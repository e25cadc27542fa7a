import { readdirSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { asOdooId } from '../../src/ledger/ids.ts'
import type { Operation } from '../../src/ledger/operation.ts'
import { type Bridge, type BridgeOptions, type Reply, SECRET, startBridge, until } from './bridge.ts'

const folder = new URL('../../fixtures/recordings/odoo/', import.meta.url)

/** One request as Odoo sent it. */
export interface OdooRequest {
  readonly name: string
  /** Without the query string of the recorder. */
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer
}

/** The names of the recordings of an operation, such as `19_order-confirm`, in the order they were sent. */
export const recordingsOf = (operation: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.txt') && file.startsWith(`${operation}_`))
    .toSorted()

export const allRecordings = (): string[] => readdirSync(folder).filter((file) => file.endsWith('.txt')).toSorted()

/** Headers of the connection, which `fetch` writes itself. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'authorization'])

export const readRecording = (name: string): OdooRequest => {
  const bytes = readFileSync(new URL(name, folder))
  const end = bytes.indexOf('\n\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\n')
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
  const length = Number(headers.find(([header]) => header === 'Content-Length')?.[1] ?? 0)
  return {
    name,
    path: first.split(' ')[1] ?? '',
    headers: Object.fromEntries(headers.filter(([header]) => !OF_THE_CONNECTION.has(header.toLowerCase()))),
    body: bytes.subarray(end + 2, end + 2 + length)
  }
}

export interface NativeBridge extends Bridge {
  /** Sends a webhook as an automation rule would. */
  readonly odoo: (model: string, id: number, values: Record<string, unknown>, search?: string) => Promise<Reply>
  /** Sends recorded requests, byte for byte, to our own address. */
  readonly replay: (names: readonly string[], search?: string) => Promise<Reply[]>
  /** Sends, waits until the bursts are over, and tells what was written into the shop. */
  readonly writes: () => string[]
  /** Ends the bursts of all records now. */
  readonly quiet: () => void
  /** Waits until nothing is open but what waits for another record. */
  readonly settled: () => Promise<void>
  /** The operations about a record of Odoo, the first first. */
  readonly operationsOf: (model: string, id: number) => Operation[]
  /** The last of them, and its result. */
  readonly last: (model: string, id: number) => { operation: Operation; result: Record<string, unknown> }
}

const resultSchema = v.record(v.string(), v.unknown())

/** A bridge whose bursts end quickly. */
export const startNative = async (options: BridgeOptions = {}): Promise<NativeBridge> => {
  const bridge = await startBridge({ ...options, config: { ODOO_QUIET_MS: '25', ...options.config } })
  const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>, search: string): Promise<Reply> => {
    const response = await fetch(`${bridge.server.url}/webhooks/odoo/automation${search}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`odoo:${SECRET}`).toString('base64')}`, ...headers },
      body
    })
    return { status: response.status, headers: response.headers, body: v.parse(resultSchema, await response.json()) }
  }
  const operationsOf = (model: string, id: number): Operation[] =>
    bridge.server.ledger
      .list({ limit: 10_000 })
      .filter(({ odoo_model, odoo_id }) => odoo_model === model && odoo_id === asOdooId(id))
      .toReversed()
  return {
    ...bridge,
    odoo: (model, id, values, search = '') =>
      send(JSON.stringify({ _action: 'Shop(#1)', _id: id, _model: model, id, ...values }), { 'content-type': 'application/json' }, search),
    replay: async (names, search = '') => {
      const replies: Reply[] = []
      for (const name of names) {
        const { headers, body } = readRecording(name)
        replies.push(await send(new Uint8Array(body), headers, search))
      }
      return replies
    },
    writes: () => bridge.calls().filter((call) => !call.startsWith('GET')),
    quiet: () => {
      const { ledger } = bridge.server
      for (const operation of ledger.list({ status: 'pending', limit: 10_000 })) {
        if (operation.error_kind === null) ledger.hasten(operation)
      }
      ledger.events.emit('accepted')
    },
    settled: () =>
      until(() => {
        const open = [...bridge.server.ledger.list({ status: 'pending', limit: 10_000 }), ...bridge.server.ledger.list({ status: 'processing', limit: 100 })]
        return open.every(({ status, error_kind }) => status === 'pending' && error_kind === 'dependency')
      }, 'everything is settled'),
    operationsOf,
    last: (model, id) => {
      const operation = operationsOf(model, id).at(-1)
      if (!operation) throw new Error(`no operation about ${model} ${id}`)
      return { operation, result: v.parse(resultSchema, JSON.parse(operation.result_data ?? '{}')) }
    }
  }
}

/** An Odoo contact as its webhook tells it, every field ticked. */
export const contact = (values: Record<string, unknown> = {}): Record<string, unknown> => ({
  active: true, type: 'contact', parent_id: false, is_company: false, company_name: false, commercial_company_name: false,
  name: 'Jane Roe', email: 'jane@example.com', phone: false, vat: false, comment: false, lang: 'en_US',
  street: false, street2: false, zip: false, city: false, country_code: false, state_id: false,
  ...values
})
