import { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { keepSearchable } from './api/keep-searchable.ts'
import { apiRoutes } from './api/routes.ts'
import { createShopWatch } from './api/shop-watch.ts'
import type { Config } from './config.ts'
import { createDashboard } from './dashboard/dashboard.ts'
import { answerFor } from './inbox/answer.ts'
import { sharedAddressCheck } from './guard/address.ts'
import { limitConnections } from './guard/connections.ts'
import { isCutOff } from './guard/cut-off.ts'
import { exposureOf } from './guard/exposure.ts'
import { createGuard } from './guard/guard.ts'
import { limits as usualLimits, type Limits } from './guard/limits.ts'
import { notThere } from './guard/not-there.ts'
import { settingsRoutes } from './guard/settings.ts'
import { createSwitch } from './guard/switch.ts'
import { notFoundOrNotAllowed } from './http/allowed-methods.ts'
import { automationRoutes } from './inbox/automation.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { LedgerUnavailableError } from './ledger/errors.ts'
import { type Ledger, openLedger } from './ledger/ledger.ts'
import type { Logger } from './log.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { observe, observeCall, observeNotifications, observeOutbox, observing } from './metrics/observe.ts'
import { configuredOdoo } from './odoo/configured.ts'
import { createOdooReader } from './odoo/reader.ts'
import { createNotifier } from './notify/notifier.ts'
import { createDelivery, type Delivery } from './outgoing/delivery.ts'
import type { OutgoingEvent } from './outgoing/event.ts'
import { outboxRoutes } from './outgoing/outbox-routes.ts'
import { createOutgoing, type Outgoing } from './outgoing/outgoing.ts'
import { createClient } from './prestashop/client.ts'
import { requestPasswordMail } from './prestashop/password-recovery.ts'
import { modelNames } from './sync/native/models.ts'
import { noteCall } from './sync/note-call.ts'
import { stackOf } from './sync/retry.ts'
import { createSync, type Sync } from './sync/sync.ts'

export interface Server {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string
  readonly ledger: Ledger
  readonly sync: Sync
  readonly outgoing: Outgoing
  readonly delivery: Delivery
  readonly metrics: Metrics
  /** All that is served; its routes are what /openapi.json describes. */
  readonly app: Hono
  /** Finishes the calls in flight, takes no new work, leaves the rest pending. Safe to call twice. */
  close(): Promise<void>
}

/** How long calls in flight may take at the end; what they did is found out at the next start. */
const GRACE_MS = 8_000
const RETENTION_EVERY_MS = 3_600_000
const RETRY_AFTER_SECONDS = '5'

/**
 * Starts the bridge: opens the ledger, serves the webhooks and works on them.
 * @param limits for tests of slow clients
 * @throws LedgerOpenError, or the error of `listen` when the port is taken
 */
export const startServer = async (config: Config, log: Logger, limits: Limits = usualLimits): Promise<Server> => {
  const ledger = openLedger({ path: config.LEDGER_PATH, as: 'server' })
  const metrics = createMetrics()
  const shopWatch = createShopWatch()
  const client = createClient({
    url: config.PRESTASHOP_URL,
    key: config.PRESTASHOP_KEY,
    timeoutMs: config.PRESTASHOP_TIMEOUT_MS,
    onCall: (made) => {
      const { operationId, error, ...call } = made
      observeCall(metrics, made)
      shopWatch.note(made)
      noteCall(ledger, made)
      const level = call.method === 'GET' ? 'debug' : 'info'
      log[level]({ operation_id: operationId, ...call, kind: error }, 'shop call')
    }
  })
  const shopPages = { url: config.PRESTASHOP_URL, timeoutMs: config.PRESTASHOP_TIMEOUT_MS }
  const mailPasswordLink = (email: string): Promise<void> => requestPasswordMail(shopPages, email)
  const reverse = createSwitch(ledger, config)
  const odoo = configuredOdoo(config, (call) => log.debug(call, 'odoo call'))
  const sync = createSync({ ledger, client, log, config, mailPasswordLink, valve: reverse, ...(odoo ? { odoo: createOdooReader(odoo) } : {}) })
  const onAnswer = (entity: string | undefined, status: number): void => metrics.webhooks.inc({ entity: entity ?? 'unknown', answer: status })
  const guard = createGuard({ config, ledger, log, onRefused: (status) => onAnswer(undefined, status) })
  const notifier = config.DEBUG_WEBHOOK_URL === undefined
    ? undefined
    : createNotifier({ url: config.DEBUG_WEBHOOK_URL, log, resultOf: (operation) => answerFor(operation).body })
  notifier?.follow(ledger)
  if (notifier) observeNotifications(metrics, notifier.stats)
  const onEmit = (event: OutgoingEvent): void => notifier?.outgoing(event)
  const outgoing = createOutgoing({ ledger, client, reference: sync.reference, log, config, onEmit, ...observing(metrics) })
  const delivery = createDelivery({ ledger, log, config, onResult: ({ status }) => metrics.deliveries.inc({ result: status }) })
  observe(metrics, ledger, sync)
  observeOutbox(metrics, ledger)

  const app = new Hono()
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    if (error instanceof LedgerUnavailableError) {
      log.error({ code: error.code }, error.message)
      context.header('Retry-After', RETRY_AFTER_SECONDS)
      return context.json({ success: false, error: 'The ledger cannot store webhooks right now: try again later' }, 503)
    }
    if (isCutOff(context)) {
      log.info('a sender was gone, or cut off, before its request was complete')
      return context.body(null, 400)
    }
    log.error({ error: error.name, stack: stackOf(error) }, 'a request failed unexpectedly')
    return context.json({ success: false, error: 'Internal error' }, 500)
  })
  app.notFound(notFoundOrNotAllowed(app, notThere))
  guard.protect(app)
  app.route(
    '/',
    inboxRoutes({
      ledger,
      log,
      secrets: config.WEBHOOK_SECRET,
      bodyLimitBytes: config.BODY_LIMIT_BYTES,
      ackWaitMs: config.ACK_WAIT_MS,
      isWorking: () => !sync.breaker().open,
      isOn: () => reverse.isOn(),
      signature: guard.signature,
      onAnswer
    })
  )
  app.route(
    '/',
    automationRoutes({
      ledger,
      log,
      secrets: config.WEBHOOK_SECRET,
      bodyLimitBytes: config.BODY_LIMIT_BYTES,
      quietMs: config.ODOO_QUIET_MS,
      models: modelNames,
      failures: guard.automation,
      onAnswer
    })
  )
  app.route('/', guard.login)
  for (const path of ['/api/*', '/metrics']) app.use(path, guard.admin('api'))
  app.route('/', settingsRoutes({ config, reverse }))
  app.route('/', apiRoutes({ app, ledger, sync, shopWatch, metrics }))
  app.route('/', outboxRoutes({ ledger, delivery }))
  app.route('/', outgoing.routes)
  const dashboard = createDashboard({ config, ledger, log, sync, outgoing, delivery, reverse, shopWatch, admin: guard.admin })
  app.route('/', dashboard.routes)

  let listening: { server: ServerType; url: string }
  try {
    listening = await listen(app, config, limits, log)
  } catch (error) {
    reverse.close()
    ledger.close()
    throw error
  }
  const { server, url } = listening
  sync.start()
  outgoing.start()
  delivery.start()

  let pruning: NodeJS.Immediate | undefined
  const prune = (): void => {
    try {
      // One batch a turn: webhooks come in between.
      if (ledger.prune(config.RETENTION_DAYS)) pruning = setImmediate(prune)
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
      log.error({ code: error.code }, error.message)
    }
  }
  const retention = setInterval(prune, RETENTION_EVERY_MS)
  prune()
  const stopIndexing = keepSearchable(ledger, log)
  log.info({ url, shop: config.PRESTASHOP_URL, ...ledger.backlog() }, 'listening for webhooks')
  const tell = (on: boolean): void =>
    log.warn(on ? 'the reverse sync is switched on: work goes on' : 'the reverse sync is switched off: envelopes are refused, work waits')
  const exposure = exposureOf(config)
  if (config.ADMIN_TOKEN === undefined && exposure !== undefined) {
    log.warn(`${exposure}, and ADMIN_TOKEN is not set: dashboard and /api answer whatever seems to come from this machine. Set ADMIN_TOKEN`)
  }
  if (!reverse.isOn()) tell(false)
  reverse.onChange(tell)

  const shutDown = async (): Promise<void> => {
    clearInterval(retention)
    clearImmediate(pruning)
    stopIndexing()
    log.info('stopping')
    dashboard.close()
    // The port closes last: Odoo's native webhooks come once, and what is stored now is applied after the next start.
    const working = Promise.all([sync.stop(), outgoing.stop(), delivery.stop()])
    const closed = working.then(() => new Promise((resolve) => server.close(resolve)))
    // A sender that keeps its connection open must not keep the server up.
    const hurry = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50)
    const { promise: patience, resolve: giveUp } = Promise.withResolvers<void>()
    const timer = setTimeout(giveUp, GRACE_MS)
    await Promise.race([closed, patience])
    server.close()
    clearTimeout(timer)
    clearInterval(hurry)
    await notifier?.close()
    reverse.close()
    ledger.close()
    log.info('stopped')
  }
  let closing: Promise<void> | undefined
  return { url, ledger, sync, outgoing, delivery, metrics, app, close: () => (closing ??= shutDown()) }
}

const listen = (
  app: Hono,
  { HOST: hostname, PORT: port, TRUST_PROXY: trusted }: Config,
  { maxConnections, maxConnectionsPerClient: most, stillTimeout, ...serverOptions }: Limits,
  log: Logger
): Promise<{ server: ServerType; url: string }> =>
  new Promise((resolve, reject) => {
    const options = { fetch: app.fetch, hostname, port, overrideGlobalObjects: false, serverOptions }
    const server = serve(options, ({ address, port: bound, family }: AddressInfo) => {
      server.off('error', reject)
      resolve({ server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}` })
    })
    if (server instanceof HttpServer) {
      server.maxConnections = maxConnections
      server.setTimeout(stillTimeout)
    }
    limitConnections(server, { most, isExempt: sharedAddressCheck(trusted), log })
    server.once('error', reject)
  })
