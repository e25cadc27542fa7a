import type { Bridge } from '../support/bridge.ts'
import { addressEnvelope, customerEnvelope, home, jane, SECRET } from '../support/bridge.ts'
import { orderEnvelope } from '../support/orders.ts'
import type { Contract, Request } from './contract.ts'

/*
 * Requests that make the server give every answer that it describes. Whoever adds a route, or an answer to one, adds a
 * request here.
 */

const OPERATION = '/api/operations/:operation_id'
const OUTBOX = '/api/outbox/:outbox_id'
const MODULE_LIMIT = 16 * 1_048_576

const large = 'x'.repeat(20_000)

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body)
})
const webhook = (body: unknown, headers?: Record<string, string>): Request => post('/webhooks/odoo', body, headers)

/** To both addresses for native webhooks. */
const automation = (body: unknown, given: { query?: string; secret?: string; headers?: Record<string, string> } = {}): Request[] => {
  const { query = '', secret = SECRET, headers } = given
  const path = '/webhooks/odoo/automation'
  const basic = { authorization: `Basic ${btoa(`odoo:${secret}`)}`, 'x-webhook-secret': '', ...headers }
  return [
    { ...post(`${path}${query}`, body, basic), route: path },
    { ...post(`${path}/${encodeURIComponent(secret)}${query}`, body, headers), route: `${path}/:secret` }
  ]
}

const created = customerEnvelope(jane, { action_type: 'created' })
const refused = addressEnvelope({ ...home, phone: 'call me', id_customer: 1 })
const event = { event_id: 1, entity_type: 'customer', entity_id: 1, action_type: 'updated', before_data: { firstname: 'A' }, after_data: { firstname: 'B' } }

/** What only the operator may ask. */
export const guarded: readonly Request[] = [
  { path: '/api/operations' },
  { path: '/api/operations/op_none', route: OPERATION },
  { method: 'POST', path: '/api/operations/op_none/retry', route: `${OPERATION}/retry` },
  { method: 'POST', path: '/api/operations/retry' },
  { path: '/api/stats' },
  { path: '/metrics' },
  { path: '/api/settings' },
  { ...post('/api/settings', { reverse_sync_enabled: true }), method: 'PUT' },
  { path: '/api/outbox' },
  { path: '/api/outbox/out_none', route: OUTBOX },
  { method: 'POST', path: '/api/outbox/out_none/retry', route: `${OUTBOX}/retry` },
  { path: '/live' }
]

const STORY = '/operations/:operation_id'
const EVENT = '/outbox/:outbox_id'

/** The operator's pages and their forms. */
export const pages: readonly Request[] = [
  { path: '/' },
  { path: '/settings' },
  { path: '/switch' },
  { method: 'POST', path: '/switch' },
  { path: '/operations' },
  { path: '/operations/retry' },
  { method: 'POST', path: '/operations/retry' },
  { path: '/operations/op_none', route: STORY },
  { method: 'POST', path: '/operations/op_none/retry', route: `${STORY}/retry` },
  { path: '/outbox' },
  { path: '/outbox/retry' },
  { method: 'POST', path: '/outbox/retry' },
  { path: '/outbox/out_none', route: EVENT },
  { method: 'POST', path: '/outbox/out_none/retry', route: `${EVENT}/retry` }
]

/** Everything that stores or reads. */
export const needsLedger: readonly Request[] = [
  ...guarded.filter(({ path }) => path !== '/live'),
  { path: '/readyz' },
  webhook(created),
  ...automation({ _model: 'res.partner', _id: 7 }),
  post('/outgoing/events', event),
  post('/outgoing/check', event)
]

export const webhooks = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  await ask(server, webhook(created))
  await ask(server, webhook({ ...created, event_id: 'e1' }))
  await ask(server, webhook({ ...created, event_id: 'e1' }))
  await ask(server, webhook(orderEnvelope({ reference: 'OHSATSERP', note: 'x', colour: 'red' })))
  await ask(server, webhook([created, refused, { entity_type: 'x' }, customerEnvelope({ company: 'a' }), customerEnvelope({ company: 'b' })]))
  await ask(server, webhook(refused))
  await ask(server, webhook({}))
  await ask(server, webhook('not json'))
  await ask(server, webhook(created, { 'x-webhook-secret': 'wrong' }))
  await ask(server, webhook(created, { 'content-type': 'text/plain' }))
  await ask(server, webhook(large))
}

export const nativeWebhooks = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const contact = { _model: 'res.partner', _id: 7, _action: 'x', email: 'native@example.com', name: 'Jane Roe' }
  const requests = [
    ...automation(contact),
    ...automation('not json'),
    // After ten of them the sender has to wait.
    ...Array.from({ length: 6 }, () => automation(contact, { secret: 'another one' })).flat(),
    ...automation(large),
    ...automation(contact, { headers: { 'content-encoding': 'gzip' } }),
    ...automation({ _model: 'mail.message', _id: 1 })
  ]
  for (const request of requests) await ask(server, request)
}

export const settings = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const put = (body: unknown): Promise<void> => ask(server, { ...post('/api/settings', body), method: 'PUT' })
  await ask(server, { path: '/api/settings' })
  await put({ reverse_sync_enabled: false })
  await ask(server, webhook(created))
  await put({ reverse_sync_enabled: true })
  await put({ prestashop_key: 'x' })
  await put(large)
}

const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString()
})

/** Pages and forms that read or write the ledger. */
export const pagesOfLedger: readonly Request[] = [
  ...pages.filter(({ path }) => !['/settings', '/switch', '/outbox/retry'].includes(path)),
  form('/switch', { on: 'true' }),
  form('/outbox/retry', {})
]

/** @param bridge one with ADMIN_TOKEN */
export const logins = async ({ ask }: Contract, { server }: Bridge, token: string): Promise<void> => {
  await ask(server, { path: '/login' })
  await ask(server, { path: '/login.css' })
  await ask(server, form('/login', { token: 'wrong' }))
  await ask(server, form('/login', { token, next: '/' }))
  await ask(server, form('/login', { token: large }))
  await ask(server, form('/logout', {}))
  await ask(server, form('/logout', {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }))
}

/** @param bridge one that takes one request a minute */
export const floods = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  await fetch(`${server.url}/readyz`)
  const others: Request[] = ['/login', '/login.css', '/openapi.json', '/docs', '/docs.css', '/favicon.ico'].map((path) => ({ path }))
  for (const path of ['/login', '/logout']) others.push({ method: 'POST', path })
  others.push({ path: '/assets/none.css', route: '/assets/:file' })
  const unlimited = '/webhooks/odoo/automation'
  for (const request of [...guarded, ...needsLedger, ...pages, ...others].filter(({ path }) => !path.startsWith(unlimited))) await ask(server, request)
}

/** @param bridge one that does not wait for results, and whose shop is away */
export const pendingWebhooks = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  await ask(server, webhook(created))
  await ask(server, webhook([created]))
  const [waiting] = server.ledger.list({ status: 'pending', limit: 1 })
  await ask(server, { path: `/api/operations/${waiting?.operation_id}`, route: OPERATION })
  await ask(server, { path: '/readyz' })
}

/** After `webhooks`. */
export const operations = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const failed = server.ledger.list({ status: 'failed', limit: 1 })[0]?.operation_id ?? ''
  const done = server.ledger.list({ status: 'success', limit: 1 })[0]?.operation_id ?? ''
  await ask(server, { path: '/api/operations?limit=2&status=success' })
  await ask(server, { path: '/api/operations?limit=none' })
  for (const id of [failed, done, 'op_none']) await ask(server, { path: `/api/operations/${id}`, route: OPERATION })
  const retry = (id: string, body = ''): Promise<void> =>
    ask(server, { ...post(`/api/operations/${id}/retry`, body), route: `${OPERATION}/retry` })
  await retry(done)
  await retry(failed)
  await retry('op_none')
  await retry(failed, '{"x":1}')
  await retry(failed, large)
  for (const body of ['{"entity_type":"address"}', '{"x":1}', large]) await ask(server, post('/api/operations/retry', body))
}

export const outgoing = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  await ask(server, post('/outgoing/events', { batch_id: 'b', events: [event, event, { ...event, entity_type: '' }, { entity_type: 'invoice', entity_id: 1, action_type: 'created' }] }))
  await ask(server, post('/outgoing/events', { test: true }))
  await ask(server, post('/outgoing/check', { ...event, event_id: 2 }))
  await ask(server, post('/outgoing/check', [event, { ...event, after_data: { firstname: 'C' } }]))
  await ask(server, post('/outgoing/check', { entity_type: 'customer' }))
  for (const path of ['/outgoing/events', '/outgoing/check']) {
    await ask(server, post(path, 'not json'))
    await ask(server, post(path, event, { 'x-webhook-secret': 'wrong' }))
    await ask(server, post(path, 'x'.repeat(MODULE_LIMIT + 1)))
    await ask(server, post(path, { events: Array.from({ length: 1_001 }, () => event) }))
  }
}

/** After `outgoing`. */
export const outbox = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const [entry] = server.ledger.outgoing.read((tables) => tables.outbox.list({ limit: 1 }))
  const id = entry?.outbox_id ?? ''
  await ask(server, { path: '/api/outbox?limit=1' })
  await ask(server, { path: '/api/outbox?limit=0' })
  for (const one of [id, 'out_none']) await ask(server, { path: `/api/outbox/${one}`, route: OUTBOX })
  const retry = (one: string): Promise<void> => ask(server, { method: 'POST', path: `/api/outbox/${one}/retry`, route: `${OUTBOX}/retry` })
  await retry(id)
  server.ledger.outgoing.write((tables) => tables.outbox.settle(id, 'failed', 'no'))
  await retry(id)
  await retry('out_none')
}

/** The pages, after `webhooks` and `outbox`. */
export const dashboard = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const failed = server.ledger.list({ status: 'failed', limit: 1 })[0]?.operation_id ?? ''
  const done = server.ledger.list({ status: 'success', limit: 1 })[0]?.operation_id ?? ''
  const told = server.ledger.outgoing.read((tables) => tables.outbox.list({ limit: 1 }))[0]?.outbox_id ?? ''
  for (const request of pages) await ask(server, request)
  for (const path of ['/operations?status=x', '/operations/retry?text=&received_to=x', '/outbox?status=x']) await ask(server, { path })
  await ask(server, { path: `/operations/${done}`, route: STORY })
  await ask(server, { path: `/outbox/${told}`, route: EVENT })
  await ask(server, form('/operations/retry', { received_to: 'x' }))
  await ask(server, form('/switch', { on: 'true' }))
  for (const id of [done, failed]) await ask(server, { ...form(`/operations/${id}/retry`, {}), route: `${STORY}/retry` })
  server.ledger.outgoing.write((tables) => tables.outbox.settle(told, 'failed', 'no'))
  await ask(server, { ...form(`/outbox/${told}/retry`, {}), route: `${EVENT}/retry` })
  server.ledger.outgoing.write((tables) => tables.outbox.settle(told, 'delivered', null))
  await ask(server, { ...form(`/outbox/${told}/retry`, {}), route: `${EVENT}/retry` })
  for (const { path, route = path } of pages.filter(({ method }) => method === 'POST')) await ask(server, { ...form(path, { large }), route })
  const style = /\/assets\/[^"]+\.css/.exec(await (await fetch(`${server.url}/`)).text())?.[0] ?? ''
  for (const path of [style, '/assets/none.css']) await ask(server, { path, route: '/assets/:file' })
}

/** The stream of the pages, until the server stops. */
export const listening = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  const asked = ask(server, { path: '/live' })
  await Promise.all(Array.from({ length: 40 }, () => fetch(`${server.url}/live`)))
  await ask(server, { path: '/live' })
  await server.close()
  await asked
}

/** @param bridge one with ADMIN_TOKEN that trusts one proxy */
export const strangers = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  for (const [index, request] of pages.entries()) {
    await ask(server, request)
    await ask(server, { ...request, headers: { authorization: 'Basic eA==' } })
    // Each from another address: who fails too often is not listened to.
    await ask(server, { ...request, headers: { authorization: 'Bearer wrong', 'x-forwarded-for': `203.0.113.${index + 1}` } })
    await ask(server, { ...request, headers: { 'sec-fetch-site': 'cross-site' } })
  }
}

export const publicPages = async ({ ask }: Contract, { server }: Bridge): Promise<void> => {
  for (const path of ['/api/stats', '/metrics', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs.css', '/favicon.ico']) await ask(server, { path })
}
