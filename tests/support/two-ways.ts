import type { OutboxEntry } from '../../src/ledger/outbox.ts'
import { type Bridge, type BridgeOptions, type Reply, SECRET, startBridge, until } from './bridge.ts'
import { installModule, type ModuleEvent, type ModuleStyle } from './module.ts'

/** A bridge whose shop tells of its changes. */
export interface TwoWays extends Bridge {
  /** Posts to a path as the shop's module would. */
  readonly tell: (path: '/outgoing/events' | '/outgoing/check', body: unknown, headers?: Record<string, string>) => Promise<Reply>
  /** What the module was answered, in order. */
  readonly answers: Record<string, unknown>[]
  /** What Odoo is to be told, in order. */
  readonly outbox: () => OutboxEntry[]
  /** Installs the module in the shop, where it was not yet. */
  readonly install: (style: ModuleStyle) => void
  /** Odoo takes the oldest event of each record. */
  readonly deliver: () => void
  /** Lets Odoo take everything, in order; gives what it was told. */
  readonly settled: () => Promise<Record<string, unknown>[]>
  /** Waits until nothing is held any more. */
  readonly released: () => Promise<void>
}

export interface TwoWaysOptions extends BridgeOptions {
  /** `false`: no module; default `whole`. */
  readonly module?: ModuleStyle | false
}

const objectOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

/** Nobody listens there: what is to be delivered stays. */
const NOWHERE = 'http://127.0.0.1:9/odoo'

export const startTwoWays = async ({ module = 'whole', ...options }: TwoWaysOptions = {}): Promise<TwoWays> => {
  const bridge = await startBridge({ ...options, config: { ODOO_WEBHOOK_URL: NOWHERE, ...options.config } })
  const tell: TwoWays['tell'] = async (path, body, headers = {}) => {
    const response = await fetch(`${bridge.server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body)
    })
    return { status: response.status, headers: response.headers, body: objectOf(JSON.parse(await response.text())) }
  }
  const answers: Record<string, unknown>[] = []
  const send = async (event: ModuleEvent): Promise<void> => {
    const { body } = await tell('/outgoing/events', { batch_id: 'b', timestamp: '2026-01-01 00:00:00', events: [event] })
    const results: unknown = body['results']
    answers.push(objectOf(Array.isArray(results) ? results[0] : undefined))
  }
  const install = (style: ModuleStyle): void => void installModule(bridge.shop, send, style)
  if (module !== false) install(module)
  const { outgoing, events } = bridge.server.ledger
  const deliver = (): void => {
    const due = outgoing.read((tables) => tables.outbox.due('pending', 100))
    if (due.length === 0) return
    outgoing.write((tables) => {
      for (const { outbox_id } of due) tables.outbox.settle(outbox_id, 'delivered', null)
    })
    events.emit('told')
  }
  const outbox = (): OutboxEntry[] => outgoing.read((tables) => tables.outbox.list({ limit: 1_000 }).toReversed())
  return {
    ...bridge,
    tell,
    answers,
    outbox,
    install,
    deliver,
    settled: async () => {
      await until(() => {
        deliver()
        return outbox().every(({ status }) => status !== 'held' && status !== 'pending')
      }, 'nothing is open')
      return outbox().filter(({ status }) => status === 'delivered').map(dataIn)
    },
    released: () => until(() => outbox().every(({ status }) => status !== 'held'), 'nothing is held')
  }
}

/** What an entry of the outbox tells. */
export const eventIn = (entry: OutboxEntry | undefined): Record<string, unknown> => {
  return objectOf(JSON.parse(entry?.event ?? '{}'))
}

/** The fields that an entry of the outbox hands over. */
export const dataIn = (entry: OutboxEntry | undefined): Record<string, unknown> => objectOf(eventIn(entry)['after_data'])
