import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createClient } from '../../../src/prestashop/client.ts'
import type { ClientOptions, PrestashopClient } from '../../../src/prestashop/client.ts'
import { PrestashopError } from '../../../src/prestashop/errors.ts'

export const key = 'KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKE'

/** A request as the shop got it. */
export interface Seen {
  method: string
  /** Decoded, without the origin. */
  path: string
  url: URL
  headers: Headers
  body: string
}

/** A shop at https://shop.test that gives the answers it is told to, and keeps what it was asked. */
export const useShop = (): { answer: (respond: (seen: Seen) => Response) => void; seen: Seen[] } => {
  const server = setupServer()
  const seen: Seen[] = []
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => {
    server.resetHandlers()
    seen.length = 0
  })
  afterAll(() => server.close())
  return {
    seen,
    answer: (respond) =>
      server.use(
        http.all('https://shop.test/api/*', async ({ request }) => {
          const url = new URL(request.url)
          const one = {
            method: request.method,
            path: decodeURIComponent(`${url.pathname}${url.search}`),
            url,
            headers: request.headers,
            body: await request.text()
          }
          seen.push(one)
          return respond(one)
        })
      )
  }
}

export const clientFor = (options: Partial<ClientOptions> = {}): PrestashopClient =>
  createClient({ url: 'https://shop.test', key, timeoutMs: 5000, ...options })

/** The error a call ends with. */
export const errorOf = async (call: Promise<unknown>): Promise<PrestashopError> => {
  try {
    await call
  } catch (error) {
    if (error instanceof PrestashopError) return error
    throw error
  }
  throw new Error('the call did not fail')
}

/** Everything that can be read off an error: message, stack, properties, also hidden ones, and its causes. */
export const everythingIn = (value: unknown, visited = new Set<unknown>()): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  if (visited.has(value)) return ''
  visited.add(value)
  return Reflect.ownKeys(value)
    .map((name) => `${String(name)}=${everythingIn(Reflect.get(value, name), visited)}`)
    .join('\n')
}
