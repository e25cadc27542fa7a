import * as v from 'valibot'
import { describe, expect, onTestFinished, test } from 'vitest'
import { documentOf } from '../../src/openapi/document.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { takeTablesAway } from './broken-ledger.ts'
import { createContract, describedRoutes, problemsWith, routesOf } from './contract.ts'
import {
  dashboard,
  floods,
  guarded,
  listening,
  logins,
  nativeWebhooks,
  needsLedger,
  operations,
  outbox,
  outgoing,
  pages,
  pagesOfLedger,
  pendingWebhooks,
  publicPages,
  settings,
  strangers,
  webhooks
} from './scenarios.ts'

const TOKEN = 'a-token_for.the~tests'
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/odoo'

describe('the description of the interface', () => {
  test('names every route of the server', async () => {
    const { server } = await startBridge()
    const described = describedRoutes(server.app)
    const lacking = routesOf(server.app).own.filter((route) => !described.has(route))
    expect(lacking, 'routes without describe(): see src/openapi/describe.ts').toEqual([])
  })

  test('is all that is served: any other method is answered 405 with those that are, and any other address 404', async () => {
    const { server } = await startBridge()
    const answer = async (method: string, path: string) => {
      const { status, headers } = await fetch(`${server.url}${path}`, { method, redirect: 'manual' })
      return `${status} ${headers.get('allow') ?? ''}`.trim()
    }
    for (const { method, path } of describedRoutes(server.app).values()) {
      const other = method === 'GET' ? 'PATCH' : 'DELETE'
      expect([other, path, await answer(other, path)]).toEqual([other, path, expect.stringMatching(new RegExp(`^405 .*\\b${method}\\b`))])
    }
    expect(await answer('DELETE', '/api/settings')).toBe('405 GET, HEAD, PUT')
    expect(await answer('GET', '/api/operations/retry')).toBe('404')
    expect(await answer('PUT', '/api/nothing')).toBe('404')
    expect(await answer('GET', '/assets/none.css')).toBe('404')
    expect(await answer('HEAD', '/healthz')).toBe('200')
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
    const contract = createContract()
    const { ask, problems, neverGiven } = contract
    const open = await startBridge({ config: { BODY_LIMIT_BYTES: '2000', ODOO_WEBHOOK_URL: NOWHERE } })
    await webhooks(contract, open)
    await nativeWebhooks(contract, open)
    await settings(contract, open)
    await operations(contract, open)
    await outgoing(contract, open)
    await outbox(contract, open)
    await publicPages(contract, open)
    await dashboard(contract, open)
    await listening(contract, await startBridge({ sharedShop: open.shop }))

    const slow = await startBridge({ config: { ACK_WAIT_MS: '0' }, sharedShop: open.shop })
    onTestFinished(open.shop.inject({ answer: { status: 503 } }))
    await pendingWebhooks(contract, slow)

    await ask(open.server, { path: '/login' })
    const closed = await startBridge({ config: { ADMIN_TOKEN: TOKEN }, sharedShop: open.shop })
    await logins(contract, closed, TOKEN)
    for (const request of guarded) {
      await ask(open.server, { ...request, headers: { 'x-forwarded-for': '203.0.113.5' } })
      await ask(closed.server, request)
      await ask(closed.server, { ...request, headers: { authorization: 'Basic eA==' } })
    }

    for (const request of pages) await ask(open.server, { ...request, headers: { 'x-forwarded-for': '203.0.113.5' } })
    await strangers(contract, await startBridge({ config: { ADMIN_TOKEN: TOKEN, TRUST_PROXY: '1' }, sharedShop: open.shop }))

    await floods(contract, await startBridge({ config: { RATE_LIMIT_PER_MINUTE: '1' }, sharedShop: open.shop }))

    takeTablesAway(open.ledgerPath)
    for (const request of [...needsLedger, ...pagesOfLedger]) await ask(open.server, request)

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

/** Where each parameter is, and its name. */
const named = (parameters: unknown = []): string[] =>
  v.parse(v.array(v.looseObject({ in: v.string(), name: v.string() })), parameters).map((one) => `${one.in} ${one.name}`)

describe('/openapi.json', () => {
  test('is OpenAPI 3.1 with the name and version of the program', async () => {
    const { openapi, info } = await documentOfBridge(await startBridge())
    expect(openapi).toBe('3.1.0')
    expect(info).toMatchObject({ title: 'odoo-prestashop-sync', version: expect.stringMatching(/^\d+\.\d+\.\d+/), license: { name: 'MIT' } })
  })

  test('gives every operation an id of its own, a summary and a part of the document', async () => {
    const { paths, tags } = await documentOfBridge(await startBridge())
    const described = Object.values(paths).flatMap(({ get, post, put, delete: remove }) => [get, post, put, remove].filter((one) => one !== undefined))
    const ids = described.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(described.length)
    const known = tags.map(({ name }) => name)
    for (const { summary, tags: own = [] } of described) {
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

  test('tells the headers of a signature, what an automation rule may add to its address, and what a form holds', async () => {
    const { paths } = await documentOfBridge(await startBridge())
    expect(named(paths['/webhooks/odoo']?.post?.parameters)).toEqual(['header webhook-id', 'header webhook-timestamp', 'header webhook-signature'])
    expect(named(paths['/webhooks/odoo/automation']?.post?.parameters)).toEqual(['query event', 'query token'])
    expect(named(paths['/webhooks/odoo/automation/{secret}']?.post?.parameters)).toEqual(['query event', 'query token', 'path secret'])
    expect(paths['/login']?.post?.requestBody).toMatchObject({
      content: { 'application/x-www-form-urlencoded': { schema: { properties: { token: { type: 'string' }, next: { type: 'string' } }, required: ['token'] } } }
    })
    expect(named(paths['/operations']?.get?.parameters)).toContain('query received_from')
  })

  test('says which routes need which secret', async () => {
    const { paths, components } = await documentOfBridge(await startBridge())
    expect(components.securitySchemes).toHaveProperty('webhookSecret.name', 'X-Webhook-Secret')
    expect(paths['/webhooks/odoo']?.post?.security).toEqual([{ webhookSecret: [] }])
    expect(paths['/api/stats']?.get?.security).toEqual([{ adminToken: [] }, {}])
    expect(paths['/healthz']?.get?.security).toEqual([])
  })
})
