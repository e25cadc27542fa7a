import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import { challenge, keyOf } from './authenticate.ts'
import { connectionOf } from './connection.ts'
import { errorDocument, UncaughtException, WebserviceError } from './errors.ts'
import { emptyError, fail, type FailureAnswer, type Failures, failsAfterWork } from './failure.ts'
import { phpInt } from './record.ts'
import { answer, type Answer, type Shop } from './webservice.ts'

/** A request that reached the shop. */
export interface RequestLog {
  readonly method: string
  /** The first segment of the path, empty for the root. */
  readonly resource: string
  /** The id of the path. */
  readonly id?: number
  readonly query: URLSearchParams
  /** What was answered; 0 as long as nothing was, and for a connection that was closed or hangs. */
  status: number
  /** Its `X-Operation-Id`. */
  readonly operationId?: string
  readonly body: string
}

/** What can be changed while the shop runs. */
export interface ShopSettings {
  /** `false`: 503 with code 22, as PS_WEBSERVICE off (`webservice-disabled.txt`). */
  webserviceEnabled: boolean
  /** Milliseconds that every request takes before anything happens. */
  latencyMs: number
  /** The mail server cannot be reached (`mail-broken-order_histories-post-sendemail.txt`). */
  mailBroken: boolean
}

/** Hono's environment: the Node request, on a real port. */
export type SandboxEnv = { Bindings: Partial<HttpBindings> }

export interface DispatcherOptions {
  readonly version: string
  readonly checkHost: boolean
  readonly now: () => Date
  readonly settings: ShopSettings
  readonly failures: Failures
  readonly requests: RequestLog[]
  /** The shop as one request sees it. */
  shopFor(operationId: string | undefined): Shop
}

interface Incoming {
  readonly method: string
  readonly query: URLSearchParams
  readonly segments: readonly string[]
  readonly bytes: Uint8Array
}

const html = (status: number, body: string | null, headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers } })

/** PrestaShop's front door: to its own domain and shop, with the query mangled (`host-header-other.txt`). */
const redirect = (shop: Shop, { segments, query }: Incoming): Response => {
  const location = new URLSearchParams([['url', segments.join('/')], ...query])
  location.delete('id_shop')
  return html(302, null, { Location: `${shop.url}/?${location.toString()}` })
}

const incomingOf = async (c: Context<SandboxEnv>): Promise<Incoming> => {
  const { pathname, searchParams } = new URL(c.req.url)
  return {
    method: searchParams.get('ps_method') ?? c.req.method,
    query: searchParams,
    segments: pathname.split('/').slice(2).filter((segment) => segment !== ''),
    bytes: new Uint8Array(await c.req.arrayBuffer())
  }
}

/** Headers and body of what the Webservice says (PRESTASHOP.md, 3). */
const respond = ({ status, document }: Answer, version: string, knownSha1: string | undefined): Response => {
  const headers = new Headers({ 'PSWS-Version': version })
  if (document === undefined) return new Response(null, { status, headers })
  const sha1 = createHash('sha1').update(document).digest('hex')
  headers.set('Content-Sha1', sha1)
  if (knownSha1 === sha1) return new Response(null, { status: 304, headers })
  headers.set('Content-Type', 'text/xml;charset=utf-8')
  return new Response(document, { status, headers })
}

const respondError = ({ status, errors, headers }: WebserviceError, version: string): Response =>
  new Response(errorDocument(errors), {
    status,
    headers: { 'Content-Type': 'text/xml;charset=utf-8', 'PSWS-Version': version, ...headers }
  })

/** Another Host than the shop's domain, or another shop than the one there is. */
const isElsewhere = (c: Context<SandboxEnv>, { query }: Incoming, shop: Shop, checkHost: boolean): boolean => {
  const host = c.req.header('Host') ?? new URL(c.req.url).host
  return (checkHost && host !== new URL(shop.url).host) || !['all', '1', ''].includes(query.get('id_shop') ?? '')
}

const work = async (
  c: Context<SandboxEnv>,
  incoming: Incoming,
  shop: Shop,
  options: DispatcherOptions
): Promise<Response> => {
  const { query, method, segments, bytes } = incoming
  if (isElsewhere(c, incoming, shop, options.checkHost)) return redirect(shop, incoming)
  const key = keyOf(c.req.header('Authorization'), query)
  if (key === undefined) {
    if (method !== 'OPTIONS') return html(401, '401 Unauthorized', challenge)
    return html(200, '200 OK', { 'Access-Control-Allow-Headers': 'Authorization, Content-Type' })
  }
  try {
    if (!options.settings.webserviceEnabled) {
      const message = 'The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office'
      throw new WebserviceError(503, [{ code: 22, message }], { 'PSWS-Version': '0' })
    }
    const result = await answer({ method, segments, query, body: bytes, key }, shop)
    return respond(result, options.version, c.req.header('Local-Content-Sha1'))
  } catch (error) {
    if (error instanceof WebserviceError) return respondError(error, options.version)
    if (error instanceof UncaughtException) return emptyError()
    throw error
  }
}

/** What every answer of the shop carries: times, and a new session each call. */
const decorate = (response: Response, now: Date, started: number, cookie: string): Response => {
  response.headers.set('Date', now.toUTCString())
  response.headers.set('Access-Time', String(Math.floor(now.getTime() / 1000)))
  response.headers.set('X-Powered-By', 'PrestaShop Webservice')
  response.headers.set('Execution-Time', ((performance.now() - started) / 1000).toFixed(3))
  response.headers.set('Set-Cookie', `${cookie}=${randomBytes(32).toString('hex')}; path=/; HttpOnly; SameSite=Lax`)
  return response
}

/** The Hono app that answers `/api` and everything below it as PrestaShop's dispatcher does. */
export const createDispatcher = (options: DispatcherOptions): Hono<SandboxEnv> => {
  const { failures, requests, settings } = options
  const app = new Hono<SandboxEnv>()
  const cookie = `PrestaShop-${randomBytes(16).toString('hex')}`

  const handle = async (c: Context<SandboxEnv>): Promise<Response> => {
    const started = performance.now()
    const incoming = await incomingOf(c)
    const operationId = c.req.header('X-Operation-Id')
    const [resource = '', id = ''] = incoming.segments
    const request: RequestLog = {
      method: incoming.method,
      resource,
      ...(phpInt(id) > 0 ? { id: phpInt(id) } : {}),
      query: incoming.query,
      status: 0,
      ...(operationId === undefined ? {} : { operationId }),
      body: new TextDecoder().decode(incoming.bytes)
    }
    requests.push(request)
    if (settings.latencyMs > 0) await sleep(settings.latencyMs)

    const shop = options.shopFor(operationId)
    const failure: FailureAnswer | undefined = failures.take(request)
    const worked =
      failure === undefined || failsAfterWork(failure)
        ? decorate(await work(c, incoming, shop, options), options.now(), started, cookie)
        : undefined
    const context = { url: shop.url, request: c.req.raw, connection: connectionOf(c.env) }
    const response = failure === undefined ? worked : await fail(failure, worked, context)
    if (!response) throw new Error('The shop said nothing')
    // A connection that was closed got no answer.
    request.status = response === RESPONSE_ALREADY_SENT ? 0 : response.status
    return response
  }

  app.all('/api', handle)
  app.all('/api/*', handle)
  // A closed connection must reach the caller as such, and a fault of the sandbox as a fault.
  app.onError((error) => {
    throw error
  })
  return app
}
