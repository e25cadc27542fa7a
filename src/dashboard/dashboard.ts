import { Hono, type MiddlewareHandler } from 'hono'
import { streamSSE } from 'hono/streaming'
import manifest from '../../package.json' with { type: 'json' }
import { LedgerUnavailableError } from '../ledger/errors.ts'
import type { Logger } from '../log.ts'
import { describe } from '../openapi/describe.ts'
import { loadAssets } from './assets.ts'
import { assetDescription, iconDescription, liveDescription } from './descriptions.ts'
import { createLive } from './live.ts'
import { operationRoutes } from './operation-routes.ts'
import { outboxRoutes } from './outbox-routes.ts'
import { overviewRoutes } from './overview-routes.ts'
import { renderer } from './render.ts'
import type { Sources } from './sources.ts'
import { refusal } from './views/confirm.ts'

export interface DashboardOptions extends Sources {
  readonly log: Logger
  /** Who gets in: a browser is sent to the login, a script gets JSON. */
  readonly admin: (asked: 'page' | 'api') => MiddlewareHandler
  /** How many pages may be kept up to date at once. */
  readonly mostStreams?: number
}

const PAGES = ['/', '/switch', '/operations/*', '/outbox/*', '/settings']
const A_DAY = 'public, max-age=86400'
const A_YEAR = 'public, max-age=31536000, immutable'
const RETRY_AFTER_SECONDS = '5'

/** The operator's pages: rendered here, complete without a script, kept up to date by one. */
export const createDashboard = ({ log, admin, mostStreams, ...sources }: DashboardOptions) => {
  const assets = loadAssets()
  const live = createLive({ ...sources, ...(mostStreams === undefined ? {} : { most: mostStreams }) })
  const version = manifest.version
  const show = renderer({ assets, version, hasLogin: sources.config.ADMIN_TOKEN !== undefined })
  const routes = new Hono()

  routes.onError((error, context) => {
    if (!(error instanceof LedgerUnavailableError)) throw error
    log.error({ code: error.code }, error.message)
    context.header('Retry-After', RETRY_AFTER_SECONDS)
    const content = refusal('Not possible right now', 'The ledger cannot be used: check free disk space and the rights on LEDGER_PATH.', context.req.path)
    return show(context, { title: 'Not possible right now', place: '/', content }, 503)
  })

  routes.get('/assets/:file', describe(assetDescription), (context) => {
    const asset = assets.find(context.req.param('file'))
    return asset ? context.body(asset.text, 200, { 'content-type': asset.type, 'cache-control': A_YEAR }) : context.notFound()
  })

  // Browsers ask for it on every page that names none.
  routes.get('/favicon.ico', describe(iconDescription), (context) => {
    const { text, type } = assets.icon
    return context.body(text, 200, { 'content-type': type, 'cache-control': A_DAY })
  })

  routes.get('/live', admin('api'), describe(liveDescription), (context) => {
    // A stream that nobody reads would keep its place.
    if (context.req.method !== 'GET') return context.body(null)
    if (!live.hasRoom()) {
      context.header('Retry-After', RETRY_AFTER_SECONDS)
      return context.json({ success: false, error: 'Too many pages are kept up to date, or the server stops: try again later' }, 503)
    }
    // Proxies such as nginx would gather events otherwise.
    context.header('X-Accel-Buffering', 'no')
    return streamSSE(context, (stream) => live.keep(stream))
  })

  for (const path of PAGES) routes.use(path, admin('page'))
  routes.route('/', overviewRoutes(sources, show, version))
  routes.route('/', operationRoutes(sources.ledger, show))
  routes.route('/', outboxRoutes(sources, show))

  return {
    routes,
    /** Ends the streams of all pages; the server waits for them otherwise. Safe to call twice. */
    close: (): void => live.close()
  }
}
