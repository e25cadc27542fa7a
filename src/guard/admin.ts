import type { Context, MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from '../log.ts'
import type { ClientAddress } from './address.ts'
import { isCrossSite } from './cross-site.ts'
import type { Failures } from './failures.ts'
import { isLocal } from './local.ts'
import { messagePage } from './page.ts'
import type { Sessions } from './sessions.ts'

/** Who may operate the bridge. Without a token: whoever works on this machine. */
export interface Admin {
  readonly address: ClientAddress
  readonly log: Logger
  readonly token?: {
    readonly isRight: (given: string | undefined) => boolean
    readonly sessions: Sessions
    readonly failures: Failures
  }
}

/** Whether a person asks with a browser, who is shown pages and sent to the login, or a program, which gets JSON. */
export type Asked = 'page' | 'api'

/** Answers a page or JSON, as asked. */
export const refuse = (context: Context, asked: Asked, status: ContentfulStatusCode, error: string): Response | Promise<Response> =>
  asked === 'api' ? context.json({ success: false, error }, status) : context.html(messagePage('Not possible', error), status)

/** Whoever failed too often is not listened to for a while. */
export const refuseBlocked = (context: Context, asked: Asked, seconds: number): Response | Promise<Response> => {
  context.header('Retry-After', String(seconds))
  return refuse(context, asked, 429, `Too many failed logins: try again in ${seconds} s`)
}

const TOKEN_NEEDED = { success: false, error: 'ADMIN_TOKEN is needed: Authorization: Bearer <token>' }

/** The login, and where to go on from there. */
const loginFor = ({ req }: Context): string => {
  const { pathname, search } = new URL(req.url)
  return req.method !== 'GET' || pathname === '/' ? '/login' : `/login?next=${encodeURIComponent(`${pathname}${search}`)}`
}

const withToken = ({ address, log, token }: Admin & { token: NonNullable<Admin['token']> }, asked: Asked): MiddlewareHandler => {
  const { isRight, sessions, failures } = token
  const bearer = bearerAuth({
    verifyToken: async (given, context) => {
      if (isRight(given)) return true
      log.warn('a wrong ADMIN_TOKEN was given')
      await failures.count(address(context))
      return false
    },
    noAuthenticationHeader: { message: TOKEN_NEEDED },
    invalidAuthenticationHeader: { message: TOKEN_NEEDED },
    invalidToken: { message: TOKEN_NEEDED }
  })

  return async (context, next) => {
    if (sessions.isOpen(context)) return next()
    if (asked === 'page' && context.req.header('authorization') === undefined) return context.redirect(loginFor(context), 303)
    const seconds = await failures.blockedSeconds(address(context))
    return seconds > 0 ? refuseBlocked(context, asked, seconds) : bearer(context, next)
  }
}

const withoutToken =
  (asked: Asked): MiddlewareHandler =>
  (context, next) =>
    isLocal(context)
      ? next()
      : Promise.resolve(
          refuse(context, asked, 403, 'Set ADMIN_TOKEN to use this from another machine, through a proxy or under another name than localhost')
        )

/**
 * Lets in who may operate the bridge: with `ADMIN_TOKEN` as Bearer or a session of the login; without a token whoever
 * asks from this machine. Refuses what other sites have a browser send. Answers are kept in no cache unless they say so.
 * @param asked `page`: a browser without a session is sent to `/login`; `api`: refusals are JSON
 */
export const adminGuard = (admin: Admin, asked: Asked): MiddlewareHandler => {
  const { token } = admin
  const enter = token ? withToken({ ...admin, token }, asked) : withoutToken(asked)

  return async (context, next) => {
    if (isCrossSite(context.req)) return refuse(context, asked, 403, 'This request comes from another site: open the page anew and try again')
    return enter(context, async () => {
      await next()
      if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store')
    })
  }
}
