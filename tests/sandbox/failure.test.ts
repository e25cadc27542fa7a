import { afterAll, describe, expect, test, vi } from 'vitest'
import { createSandboxShop, type FailureAnswer, type RequestInfo } from '../../src/sandbox/shop.ts'
import { mockShop, serveShop } from '../support/shop.ts'
import { ask, basic, entity, minimal } from './ask.ts'

const post = { method: 'POST', body: entity('customer', minimal) }

const readsCustomer1 = ({ method, resource, id }: RequestInfo): boolean =>
  method === 'GET' && resource === 'customers' && id === 1

describe('an injected failure', () => {
  test.for([
    ['empty-500', 500, 1],
    ['empty-500-after-write', 500, 2],
    ['html', 200, 1],
    ['redirect', 302, 1]
  ] as const)('%s answers %i and leaves %i customers', async ([answer, status, customers]) => {
    const shop = createSandboxShop()
    shop.inject({ answer })
    const told = await ask(shop, 'customers', post)
    expect(told.status).toBe(status)
    expect(shop.rows('customers')).toHaveLength(customers)
    expect(told.headers.get('PSWS-Version')).toBeNull()
  })

  test('may be any answer', async () => {
    const shop = createSandboxShop()
    const headers429 = { 'Retry-After': '7' }
    shop.inject({ answer: { status: 429, body: 'slow down', contentType: 'text/plain', headers: headers429 } })
    const { status, body, headers } = await ask(shop, 'customers')
    expect({ status, body }).toEqual({ status: 429, body: 'slow down' })
    expect([headers.get('Retry-After'), headers.get('Content-Type')]).toEqual(['7', 'text/plain'])
  })

  test('strikes the requests it is for, as often as it says, the first rule first', async () => {
    const shop = createSandboxShop()
    shop.inject({ times: 2, when: readsCustomer1, answer: 'empty-500' })
    const removeHtml = shop.inject({ answer: { status: 418 } })
    const statuses = [
      (await ask(shop, 'customers/1')).status,
      (await ask(shop, 'customers')).status,
      (await ask(shop, 'customers/1')).status,
      (await ask(shop, 'customers/1')).status
    ]
    removeHtml()
    expect([...statuses, (await ask(shop, 'customers/1')).status]).toEqual([500, 418, 500, 418, 200])
  })

  test('is in the log of requests, which keeps their order', async () => {
    const shop = createSandboxShop()
    shop.inject({ times: 1, answer: 'empty-500' })
    await ask(shop, 'customers/1?display=full')
    await ask(shop, 'customers', { ...post, headers: { 'X-Operation-Id': 'op-1' } })
    expect(shop.requests).toMatchObject([
      { method: 'GET', resource: 'customers', id: 1, status: 500 },
      { method: 'POST', resource: 'customers', status: 201, operationId: 'op-1' }
    ])
    expect(shop.requests[0]?.query.get('display')).toBe('full')
    expect(shop.requests[1]?.body).toBe(post.body)
  })

  test('that hangs ends with the patience of the caller', async () => {
    const shop = createSandboxShop()
    shop.inject({ answer: 'hang' })
    await expect(ask(shop, 'customers', { signal: AbortSignal.timeout(20) })).rejects.toThrow(/timeout/)
  })
})

describe('a latency', () => {
  test('delays every request', async () => {
    const shop = createSandboxShop({ latencyMs: 30 })
    const started = performance.now()
    await ask(shop, 'customers')
    expect(performance.now() - started).toBeGreaterThanOrEqual(29)
  })
})

type Send = (init?: RequestInit) => Promise<Response>

const connections = {
  'behind msw': async () => {
    const { shop, close } = mockShop()
    const send: Send = (init) => fetch(`${shop.url}/api/customers`, { ...init, headers: basic(shop.key) })
    return { shop, send, close: async () => close() }
  },
  'on a port': async () => {
    const { shop, url, close } = await serveShop()
    const send: Send = (init) => fetch(`${url}/api/customers`, { ...init, headers: basic(shop.key) })
    return { shop, send, close }
  }
}

describe.for(Object.entries(connections))('a connection %s', async ([, open]) => {
  const { shop, send, close } = await open()
  afterAll(close)

  test('works', async () => {
    const response = await send()
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(`xlink:href="${shop.url}/api/customers/1"`)
  })

  const lost = async (answer: FailureAnswer & string, message: string | RegExp): Promise<number> => {
    const before = shop.rows('customers').length
    const remove = shop.inject({ answer })
    const body = entity('customer', { ...minimal, email: `${answer}@example.com` })
    const reading = send({ method: 'POST', body, signal: AbortSignal.timeout(200) }).then((response) => response.text())
    await expect(reading).rejects.toThrow(message)
    remove()
    return shop.rows('customers').length - before
  }

  test.for([
    ['drop', 0, 'fetch failed'],
    ['drop-after-write', 1, 'fetch failed'],
    ['hang', 0, 'aborted due to timeout'],
    ['hang-after-write', 1, 'aborted due to timeout'],
    ['half-answer', 1, /fetch failed|terminated/]
  ] as const)('that is lost by %s has written %i', async ([answer, written, message]) => {
    expect(await lost(answer, message)).toBe(written)
  })

  test('answers again afterwards', async () => {
    expect((await send()).status).toBe(200)
  })
})

test('behind msw any other host is an error', async () => {
  const { close } = mockShop()
  const printed = vi.spyOn(console, 'error').mockReturnValue()
  await expect(fetch('https://elsewhere.test/')).rejects.toThrow('fetch failed')
  expect(printed).toHaveBeenCalledOnce()
  printed.mockRestore()
  close()
})
