import { type ServerType, serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { readBody } from '../http/request-body.ts'
import { parseDelivery } from './delivery.ts'
import { eventPage, eventsPage, type Shown, shown } from './page.ts'
import { pageStyle } from './page-style.ts'
import type { Printer, Received } from './print.ts'
import { printable } from './printable.ts'

export interface DebugServerOptions {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  readonly printer: Printer
  /** Takes what is to be shown, line by line. */
  readonly write: (line: string) => void
  /** Takes what somebody sent and was refused. */
  readonly complain: (line: string) => void
}

export interface DebugServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Stops listening and cuts what is still open. */
  readonly close: () => Promise<void>
}

/** A batch of a hundred events with their payloads is smaller. */
const BODY_LIMIT_BYTES = 16 * 1_024 * 1_024
/** How many events the page shows. */
const KEPT = 100

const POLICY = { defaultSrc: ["'none'"], styleSrc: ["'self'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] }

/** Whether a host of a URL is this machine under a name that nobody else can give it. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host)

const idOf = ({ event_id }: Received['event']): { event_id?: unknown } => (event_id === undefined ? {} : { event_id })

/** The routes of the debug server; `now` is the time of what comes in. */
const debugApp = ({ host, printer, write, complain }: DebugServerOptions): Hono => {
  const kept: Shown[] = []
  let total = 0

  const take = (event: Received['event'], batchId: Received['batchId']): void => {
    total += 1
    const received = { number: total, receivedAt: new Date(), event, ...(batchId === undefined ? {} : { batchId }) }
    write(printer(received))
    kept.unshift(shown(received))
    kept.splice(KEPT)
  }

  const refuse = (context: Context, status: 400 | 404 | 405 | 413, error: string): Response => {
    // Browsers ask for icons and the like.
    if (context.req.method !== 'GET') complain(printable(`refused with ${status}: ${error}`))
    return context.json({ success: false, error }, status)
  }

  const app = new Hono()
  app.use(secureHeaders({ contentSecurityPolicy: POLICY, strictTransportSecurity: false, referrerPolicy: 'no-referrer' }))
  app.onError((error, context) => refuse(context, 400, `The request could not be read (${error.name})`))
  app.notFound((context) => refuse(context, 404, 'There is nothing at this address: POST events to /webhook, or look at / in a browser'))

  app.post('/webhook', async (context) => {
    const bytes = await readBody(context.req.raw, BODY_LIMIT_BYTES)
    if (!bytes) return refuse(context, 413, `The body is larger than ${BODY_LIMIT_BYTES} bytes`)
    const delivery = parseDelivery(bytes)
    if ('error' in delivery) return refuse(context, 400, delivery.error)
    const { events, isBatch, batchId } = delivery
    for (const event of events) take(event, batchId)
    // As the shop's module reads it: what is not `success` comes again.
    return context.json(
      isBatch
        ? { success: true, batch_id: batchId, results: events.map((event) => ({ success: true, ...idOf(event) })) }
        : { success: true, ...(events[0] && idOf(events[0])) }
    )
  })
  app.all('/webhook', (context) => {
    context.header('Allow', 'POST')
    return refuse(context, 405, 'This is the address for events: send them with POST')
  })

  // A name that somebody else's DNS points to this machine must not let his page read this one.
  app.use(async (context, next) => {
    if (isLoopback(host) && !isLoopback(new URL(context.req.url).hostname)) return context.text('Use the address that the debug server tells', 421)
    context.header('Cache-Control', 'no-store')
    return next()
  })
  app.get('/favicon.ico', (context) => context.body(null, 204))
  app.get('/style.css', (context) => context.body(pageStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/', (context) => {
    const webhookUrl = new URL('/webhook', context.req.url).href
    return context.html(eventsPage({ events: kept, total, webhookUrl, isPaused: context.req.query('paused') !== undefined }))
  })
  app.get('/events/:number{\\d+}', (context) => {
    const one = kept.find(({ number }) => number === Number(context.req.param('number')))
    return one ? context.html(eventPage(one)) : context.text(`Only the last ${KEPT} events are kept, and this is none of them`, 404)
  })
  return app
}

const close = (server: ServerType): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })

/**
 * A server that shows what it is sent on `POST /webhook`: notifications of the bridge, batches and single events of the
 * shop's module. `GET /` has the last of them as a page.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export const startDebugServer = async (options: DebugServerOptions): Promise<DebugServer> => {
  const app = debugApp(options)
  const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port, overrideGlobalObjects: false })
  await new Promise((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return { url: `http://${host}:${port}`, close: () => close(server) }
}
