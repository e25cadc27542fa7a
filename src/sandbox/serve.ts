import { type ServerType, serve } from '@hono/node-server'
import { createSandboxShop, type SandboxOptions, type SandboxShop } from './shop.ts'

/** A sandbox shop on a port. */
export interface ServedShop {
  readonly shop: SandboxShop
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Stops listening and cuts what is still open. */
  readonly close: () => Promise<void>
}

const close = (server: ServerType): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    if ('closeAllConnections' in server) server.closeAllConnections()
  })

/**
 * Serves a sandbox shop; `port` 0, the default, takes any that is free. The shop's own URL is the one it listens on,
 * unless `url` says otherwise. Rejects when the port is taken.
 */
export const serveSandbox = async (
  options: SandboxOptions & { readonly hostname?: string; readonly port?: number } = {}
): Promise<ServedShop> => {
  const { hostname = '127.0.0.1', port = 0, ...shopOptions } = options
  let shop: SandboxShop | undefined
  const server = serve({
    fetch: async (request, env) => (shop ? shop.app.fetch(request, env) : new Response(null, { status: 503 })),
    hostname,
    port,
    // Other parts of the process keep the Response they know.
    overrideGlobalObjects: false
  })
  await new Promise((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  const address = server.address()
  const url = `http://${hostname}:${typeof address === 'object' && address ? address.port : port}`
  shop = createSandboxShop({ url, ...shopOptions })
  return { shop, url, close: () => close(server) }
}
