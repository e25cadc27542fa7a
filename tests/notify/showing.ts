import { onTestFinished } from 'vitest'
import { startDebugServer } from '../../src/notify/debug-server.ts'
import { printForPeople, printForPrograms } from '../../src/notify/print.ts'

export interface Showing {
  readonly json?: boolean
  readonly full?: boolean
}

/** A debug server on a port, without colours, and what it writes. */
export const showing = async ({ json = false, full = false }: Showing = {}) => {
  const lines: string[] = []
  const complaints: string[] = []
  const server = await startDebugServer({
    host: '127.0.0.1',
    port: 0,
    printer: json ? printForPrograms({ full }) : printForPeople({ full, style: (_, text) => text }),
    write: (line) => lines.push(line),
    complain: (line) => complaints.push(line)
  })
  onTestFinished(() => server.close())
  const send = async (body: NonNullable<RequestInit['body']>, request: RequestInit = {}) => {
    const response = await fetch(`${server.url}/webhook`, { method: 'POST', body, ...request })
    return { status: response.status, body: await response.json() }
  }
  return { server, lines, complaints, send, post: (event: unknown) => send(JSON.stringify(event)) }
}

/** A notification of the bridge. */
export const reverse = {
  event_id: 'op_1',
  entity_type: 'customer',
  entity_id: 42,
  action_type: 'updated',
  hook_name: 'reverseWebhookReceived',
  timestamp: '2026-01-31T12:00:00.000Z',
  reverse_sync: true,
  source: 'odoo',
  destination: 'prestashop',
  result: { success: true, outcome: 'updated', entity_id: 42, message: 'customer 42 updated: email' },
  original_payload: { entity_type: 'customer', data: { email: 'jane@example.com' } },
  change_summary: 'customer 42 updated: email'
}

/** As the shop's module sends it. */
export const moduleEvent = {
  event_id: 12,
  entity_type: 'order',
  entity_id: 7,
  entity_name: 'XKBKNABJK',
  action_type: 'status_changed',
  transaction_hash: 'c0ffee',
  correlation_id: 'a-1',
  hook_name: 'actionOrderStatusPostUpdate',
  hook_timestamp: '2026-01-31 12:00:00',
  before_data: null,
  after_data: { current_state: 4 },
  change_summary: 'Shipped',
  context_data: null
}

export const batch = (...events: unknown[]) => ({ batch_id: 'b-77', timestamp: '2026-01-31 12:00:00', events })
