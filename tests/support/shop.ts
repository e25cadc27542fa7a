import { http, type HttpHandler, HttpResponse, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import { serveSandbox, type ServedShop } from '../../src/sandbox/serve.ts'
import { createSandboxShop, type SandboxOptions, type SandboxShop } from '../../src/sandbox/shop.ts'

/** A sandbox shop behind msw. */
export interface MockedShop {
  readonly shop: SandboxShop
  /** Gives `fetch` back. */
  readonly close: () => void
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

const toLoopback = ({ request }: { request: Request }): boolean => loopback.has(new URL(request.url).hostname)

/**
 * A sandbox shop that answers `fetch` to its URL, `https://shop.test` unless told otherwise, until `close`. A request
 * to any other host but loopback is an error.
 *
 * @param pages what the shop answers beside its Webservice
 */
export const mockShop = (options: SandboxOptions = {}, ...pages: readonly HttpHandler[]): MockedShop => {
  const shop = createSandboxShop(options)
  const answer = async ({ request }: { request: Request }): Promise<Response> => {
    try {
      return await shop.app.fetch(request)
    } catch (error) {
      const isLost = error instanceof TypeError && error.message === 'fetch failed'
      if (isLost || request.signal.aborted) return HttpResponse.error()
      throw error
    }
  }
  const server = setupServer(
    ...pages,
    http.all(`${shop.url}/api`, answer),
    http.all(`${shop.url}/api/*`, answer),
    http.all(toLoopback, () => passthrough())
  )
  server.listen({ onUnhandledFrame: 'error' })
  return { shop, close: () => server.close() }
}

/** A sandbox shop on a free loopback port, for what only a real connection shows. */
export const serveShop = (options: SandboxOptions = {}): Promise<ServedShop> => serveSandbox(options)
