import { describe, expect, onTestFinished, test } from 'vitest'
import { documentOf } from '../../src/openapi/document.ts'
import { addressEnvelope, type Bridge, customerEnvelope, home, jane, SECRET, startBridge } from '../support/bridge.ts'
import { orderEnvelope } from '../support/orders.ts'
import { takeTablesAway } from './broken-ledger.ts'
import { createContract, describedRoutes, problemsWith, routesOf } from './contract.ts'

const TOKEN = 'a-token_for.the~tests'
const OPERATION = '/api/operations/:operation_id'

const webhook = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  path: '/webhooks/odoo',
  headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body)
})

const created = customerEnvelope(jane, { action_type: 'created' })
const refused = addressEnvelope({ ...home, phone: 'call me', id_customer: 1 })
const large = 'x'.repeat(20_000)

/** What only the operator may ask. */
const guarded = [
  { path: '/api/operations' },
  { path: '/api/operations/op_none', route: OPERATION },
  { method: 'POST', path: '/api/operations/op_none/retry', route: `${OPERATION}/retry` },
  { method: 'POST', path: '/api/operations/retry' },
  { path: '/api/stats' },
  { path: '/metrics' }
]

describe('the description of the interface', () => {
  test('names every route of the server', async () => {
    const { server } = await startBridge()
    const described = describedRoutes(server.app)
    const lacking = routesOf(server.app).own.filter((route) => !described.has(route))
    expect(lacking, 'routes without describe(): see src/openapi/describe.ts').toEqual([])
  })

  test('leaves out only what refuses other methods', async () => {
    const { server } = await startBridge()
    for (const path of routesOf(server.app).refusing) {
      const response = await fetch(`${server.url}${path}`, { method: 'PUT' })
      expect({ path, status: response.status }).toEqual({ path, status: 405 })
      expect(response.headers.get('allow')).toBe('POST')
    }
  })

  test('is held to by every answer, and tells none that is never given', async () => {
    const { ask, problems, neverGiven } = createContract()
    const open = await startBridge({ config: { BODY_LIMIT_BYTES: '2000' } })
    const again = { config: { ACK_WAIT_MS: '0' }, sharedShop: open.shop }

    await ask(open.server, webhook(created))
    await ask(open.server, webhook({ ...created, event_id: 'e1' }))
    await ask(open.server, webhook({ ...created, event_id: 'e1' }))
    await ask(open.server, webhook(orderEnvelope({ reference: 'OHSATSERP', note: 'x', colour: 'red' })))
    await ask(open.server, webhook([created, refused, { entity_type: 'x' }, customerEnvelope({ company: 'a' }), customerEnvelope({ company: 'b' })]))
    await ask(open.server, webhook(refused))
    await ask(open.server, webhook({}))
    await ask(open.server, webhook('not json'))
    await ask(open.server, webhook(created, { 'x-webhook-secret': 'wrong' }))
    await ask(open.server, webhook(created, { 'content-type': 'text/plain' }))
    await ask(open.server, webhook(large))

    const [failed] = open.server.ledger.list({ status: 'failed', limit: 1 })
    const [done] = open.server.ledger.list({ status: 'success', limit: 1 })
    await ask(open.server, { path: '/api/operations?limit=2&status=success' })
    await ask(open.server, { path: '/api/operations?limit=none' })
    for (const id of [failed?.operation_id, done?.operation_id, 'op_none']) await ask(open.server, { path: `/api/operations/${id}`, route: OPERATION })
    const retry = (id: string | undefined, body?: string) =>
      ask(open.server, { method: 'POST', path: `/api/operations/${id}/retry`, route: `${OPERATION}/retry`, ...(body === undefined ? {} : { body }) })
    await retry(done?.operation_id)
    await retry(failed?.operation_id)
    await retry('op_none')
    await retry(failed?.operation_id, '{"x":1}')
    await retry(failed?.operation_id, large)
    for (const body of ['{"entity_type":"address"}', '{"x":1}', large]) await ask(open.server, { method: 'POST', path: '/api/operations/retry', body })
    for (const path of ['/api/stats', '/metrics', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs.css']) await ask(open.server, { path })

    const slow = await startBridge(again)
    onTestFinished(open.shop.inject({ answer: { status: 503 } }))
    await ask(slow.server, webhook(created))
    await ask(slow.server, webhook([created]))
    await slow.server.sync.stop()
    const [waiting] = slow.server.ledger.list({ limit: 1 })
    await ask(slow.server, { path: `/api/operations/${waiting?.operation_id}`, route: OPERATION })
    await ask(slow.server, { path: '/readyz' })

    for (const request of guarded) await ask(open.server, { ...request, headers: { 'x-forwarded-for': '203.0.113.5' } })
    const closed = await startBridge({ ...again, config: { ADMIN_TOKEN: TOKEN } })
    for (const request of guarded) {
      await ask(closed.server, request)
      await ask(closed.server, { ...request, headers: { authorization: 'Basic eA==' } })
    }

    takeTablesAway(open.ledgerPath)
    await ask(open.server, webhook(created))
    for (const request of [...guarded, { path: '/readyz' }]) await ask(open.server, request)

    expect(problems).toEqual([])
    expect(neverGiven(open.server.app)).toEqual([])
  })

  test('has examples that are as their schemas say', async () => {
    const { server } = await startBridge()
    const wrong: string[] = []
    for (const [name, { answers, body }] of describedRoutes(server.app)) {
      for (const part of [...answers.values(), ...(body ? [body] : [])]) {
        for (const { schema, examples } of Object.values(part.content)) {
          for (const [example, { value }] of Object.entries(examples)) {
            for (const problem of await problemsWith(schema, value)) wrong.push(`${name}, example ${example}: ${problem}`)
          }
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

/** The document, as it is served. */
const documentOfBridge = async ({ server }: Bridge) => {
  const document = await documentOf(server.app)
  const served: unknown = await (await fetch(`${server.url}/openapi.json`)).json()
  expect(served).toEqual(JSON.parse(JSON.stringify(document)))
  return document
}

describe('/openapi.json', () => {
  test('is OpenAPI 3.1 with the name and version of the program', async () => {
    const { openapi, info } = await documentOfBridge(await startBridge())
    expect(openapi).toBe('3.1.0')
    expect(info).toMatchObject({ title: 'odoo-prestashop-sync', version: expect.stringMatching(/^\d+\.\d+\.\d+/), license: { name: 'MIT' } })
  })

  test('gives every operation an id of its own, a summary and a part of the document', async () => {
    const { paths, tags } = await documentOfBridge(await startBridge())
    const operations = Object.values(paths).flatMap(({ get, post, put, delete: remove }) => [get, post, put, remove].filter((operation) => operation !== undefined))
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(operations.length)
    const known = tags.map(({ name }) => name)
    for (const { summary, tags: own = [] } of operations) {
      expect(summary).toMatch(/^[A-Z]/)
      expect(known).toContain(own[0])
    }
  })

  test('refers only to what it holds, and names every parameter of a path', async () => {
    const document = await documentOfBridge(await startBridge())
    const text = JSON.stringify(document)
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas).toHaveProperty([name])
    for (const [path, { get, post }] of Object.entries(document.paths)) {
      for (const [, name] of path.matchAll(/\{([^}]+)\}/g)) {
        for (const operation of [get, post].filter((one) => one !== undefined)) {
          expect(operation.parameters).toContainEqual(expect.objectContaining({ in: 'path', name, required: true }))
        }
      }
    }
  })

  test('tells the filters of the list of operations as its parameters', async () => {
    const { paths } = await documentOfBridge(await startBridge())
    const parameters = paths['/api/operations']?.get?.parameters ?? []
    expect(parameters).toMatchObject(
      ['status', 'outcome', 'entity_type', 'text', 'received_from', 'received_to', 'cursor', 'limit'].map((name) => ({ in: 'query', name }))
    )
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'limit', schema: expect.objectContaining({ type: 'integer', maximum: 200 }) }))
  })

  test('says which routes need which secret', async () => {
    const { paths, components } = await documentOfBridge(await startBridge())
    expect(components.securitySchemes).toHaveProperty('webhookSecret.name', 'X-Webhook-Secret')
    expect(paths['/webhooks/odoo']?.post?.security).toEqual([{ webhookSecret: [] }])
    expect(paths['/api/stats']?.get?.security).toEqual([{ adminToken: [] }, {}])
    expect(paths['/healthz']?.get?.security).toEqual([])
  })
})
