import { existsSync } from 'node:fs'
import type { HttpHandler } from 'msw'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Limits } from '../../src/guard/limits.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import type { SandboxOptions, SandboxShop } from '../../src/sandbox/shop.ts'
import { type Server, startServer } from '../../src/server.ts'
import { temporaryLedgerPath } from './ledger.ts'
import { mockShop } from './shop.ts'

export const SECRET = 'a secret for tests'

/** An answer of the bridge: the status, and the body as its keys. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export interface Bridge {
  readonly server: Server
  readonly shop: SandboxShop
  readonly ledgerPath: string
  /** Posts a webhook as Odoo would; anything but a text or bytes as JSON. */
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Reply>
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>
  /** What the shop was asked since the last time, such as `GET customers/1`. */
  readonly calls: () => string[]
  /** Waits until no operation is open. */
  readonly drained: () => Promise<void>
}

export interface BridgeOptions {
  readonly config?: Record<string, string>
  readonly shop?: SandboxOptions
  readonly ledgerPath?: string
  /** A shop that other bridges of the test share. */
  readonly sharedShop?: SandboxShop
  readonly log?: Logger
  /** Of connections and slow clients; the usual ones unless told. */
  readonly limits?: Limits
  /** What the shop answers beside its Webservice. */
  readonly pages?: readonly HttpHandler[]
}

export const until = async (isTrue: () => boolean, what: string, patience = 10_000): Promise<void> => {
  const deadline = performance.now() + patience
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`still not: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The bridge on a port, a file ledger, and a sandbox shop behind msw at https://shop.test; all stopped after the test. */
export const startBridge = async (options: BridgeOptions = {}): Promise<Bridge> => {
  const mocked = options.sharedShop ? undefined : mockShop(options.shop, ...(options.pages ?? []))
  const shop = options.sharedShop ?? mocked!.shop
  const ledgerPath = options.ledgerPath ?? temporaryLedgerPath()
  const config = readConfig({
    PORT: '0',
    PRESTASHOP_URL: shop.url,
    PRESTASHOP_KEY: shop.key,
    WEBHOOK_SECRET: SECRET,
    LEDGER_PATH: ledgerPath,
    ACK_WAIT_MS: '5000',
    ...options.config
  })
  const server = await startServer(config, options.log ?? createLogger({ level: 'silent', format: 'json' }), options.limits)
  onTestFinished(async () => {
    await server.close()
    mocked?.close()
  })
  let seen = 0
  return {
    server,
    shop,
    ledgerPath,
    post: async (body, headers = {}) =>
      reply(
        await fetch(`${server.url}/webhooks/odoo`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET, ...headers },
          body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
        })
      ),
    get: async (path, headers = {}) => reply(await fetch(`${server.url}${path}`, { headers })),
    calls: () => {
      const calls = shop.requests.slice(seen).map(({ method, resource, id }) => `${method} ${resource}${id === undefined ? '' : `/${id}`}`)
      seen = shop.requests.length
      return calls
    },
    drained: () => until(() => !existsSync(ledgerPath) || server.ledger.backlog().pending === 0, 'the backlog is empty')
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const reply = async (response: Response): Promise<Reply> => {
  const text = await response.text()
  const parsed: unknown = text === '' ? {} : JSON.parse(text)
  if (!isRecord(parsed)) throw new Error(`no JSON object: ${text}`)
  return { status: response.status, headers: response.headers, body: parsed }
}

/** An envelope about a customer, as the samples have it. */
export const customerEnvelope = (data: Record<string, unknown>, given: Record<string, unknown> = {}) => ({
  entity_type: 'customer',
  entity_id: 1001,
  action_type: 'updated',
  data,
  ...given
})

/** The least that makes a customer. */
export const jane = { email: 'jane@example.com', firstname: 'Jane', lastname: 'Roe' }

/** An envelope about an address. */
export const addressEnvelope = (data: Record<string, unknown>, given: Record<string, unknown> = {}) => ({
  entity_type: 'address',
  entity_id: 2001,
  action_type: 'created',
  data,
  ...given
})

/** The least that makes an address, but its customer. */
export const home = { alias: 'Home', firstname: 'Jane', lastname: 'Roe', address1: '1 Main street', city: 'Miami', id_country: 21 }
