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
  /** Waits until nothing is held any more. */
  readonly released: () => Promise<void>
}

export interface TwoWaysOptions extends BridgeOptions {
  /** `false`: no module; default `whole`. */
  readonly module?: ModuleStyle | false
}

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
    const parsed: unknown = JSON.parse(await response.text())
    return { status: response.status, headers: response.headers, body: { ...(parsed as object) } }
  }
  const answers: Record<string, unknown>[] = []
  const send = async (event: ModuleEvent): Promise<void> => {
    const { body } = await tell('/outgoing/events', { batch_id: 'b', timestamp: '2026-01-01 00:00:00', events: [event] })
    const [result] = body['results'] as Record<string, unknown>[]
    answers.push(result ?? {})
  }
  if (module !== false) installModule(bridge.shop, send, module)
  const { outgoing } = bridge.server.ledger
  const outbox = (): OutboxEntry[] => outgoing.read((tables) => tables.outbox.list({ limit: 1_000 }).toReversed())
  return {
    ...bridge,
    tell,
    answers,
    outbox,
    released: () => until(() => outbox().every(({ status }) => status !== 'held'), 'nothing is held')
  }
}

/** What an entry of the outbox tells. */
export const eventIn = (entry: OutboxEntry | undefined): Record<string, unknown> => {
  const event: unknown = JSON.parse(entry?.event ?? '{}')
  return { ...(event as object) }
}

/** The fields that an entry of the outbox hands over. */
export const dataIn = (entry: OutboxEntry | undefined): Record<string, unknown> => ({ ...(eventIn(entry)['after_data'] as object) })
