import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { Config } from '../config.ts'
import { secretCheck } from '../http/secret-check.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Logger } from '../log.ts'
import { createClientAddress } from './address.ts'
import { type Admin, adminGuard, type Asked } from './admin.ts'
import { allowList } from './allow-list.ts'
import { createFailures } from './failures.ts'
import { pageHeaders } from './headers.ts'
import { loginRoutes } from './login.ts'
import { limitPipelining } from './pipelining.ts'
import { rateLimit } from './rate-limit.ts'
import { createSessions } from './sessions.ts'
import { createSignatureCheck } from './signature.ts'

export interface GuardOptions {
  readonly config: Config
  readonly ledger: Ledger
  readonly log: Logger
  /** Told of each webhook of Odoo that is refused before it is looked at, with the status of the answer. */
  readonly onRefused?: (status: 403 | 429) => void
}

/** Addresses that programs use: no browser reads the headers for pages there. */
const WIRE = ['/webhooks', '/outgoing']
/** Never refused for their number: what is refused on the automation route is lost, and `/healthz` must tell the truth. */
const UNLIMITED = ['/webhooks/odoo/automation', '/healthz']

/** `hono/combine`'s `except` does the same, but costs every webhook several times as much. */
const except = (paths: readonly string[], middleware: MiddlewareHandler): MiddlewareHandler => {
  const isExcepted = (path: string): boolean => paths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  return (context, next) => (isExcepted(context.req.path) ? next() : middleware(context, next))
}

const isWebhook = ({ req }: Context): boolean => req.method === 'POST' && /^\/webhooks\/odoo(?:\/automation(?:\/|$)|$)/.test(req.path)

/** Who gets past, and with what: composed from the configuration, one concern a file. */
export const createGuard = ({ config, ledger, log, onRefused }: GuardOptions) => {
  const refused = (status: 403 | 429) => (context: Context): void => {
    if (isWebhook(context)) onRefused?.(status)
  }
  const address = createClientAddress(config.TRUST_PROXY)
  const automationFailures = createFailures()
  const token = config.ADMIN_TOKEN
  const admin: Admin = {
    address,
    log,
    ...(token === undefined
      ? {}
      : { token: { isRight: secretCheck([token]), sessions: createSessions(ledger, token), failures: createFailures() } })
  }

  return {
    /** The client's address, as `TRUST_PROXY` has it. */
    address,
    /** Failed authentications of the automation route, by the client's address. */
    automation: {
      blockedSeconds: (context: Context) => automationFailures.blockedSeconds(address(context)),
      count: (context: Context) => automationFailures.count(address(context))
    },
    signature: config.WEBHOOK_SIGNING_SECRET && createSignatureCheck(config.WEBHOOK_SIGNING_SECRET),
    /** For the operator's pages and API. */
    admin: (asked: Asked): MiddlewareHandler => adminGuard(admin, asked),
    login: loginRoutes(admin),
    /** What holds for all addresses; to be called before any route is added. */
    protect(app: Hono): void {
      app.use(limitPipelining())
      app.use(except(WIRE, pageHeaders))
      app.use(except(UNLIMITED, rateLimit({ perMinute: config.RATE_LIMIT_PER_MINUTE, address, log, onRefused: refused(429) })))
      const allowed = allowList({ allowed: config.ALLOWED_IPS, address, log, onRefused: refused(403) })
      for (const path of WIRE) app.use(`${path}/*`, allowed)
    }
  }
}

export type Guard = ReturnType<typeof createGuard>
