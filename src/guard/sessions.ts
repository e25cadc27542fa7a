import { createHmac, randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Ledger } from '../ledger/ledger.ts'

const NAME = 'odoo_prestashop_sync'
const SECONDS = 12 * 3_600

/** Who is logged in, by cookie. */
export interface Sessions {
  open(context: Context): void
  isOpen(context: Context): boolean
  /** Ends the session on this side, too: a copy of its cookie is worth nothing from then on. */
  close(context: Context): void
}

/** As the browser sees it: a proxy in front of us ends TLS. Wrong only to the harm of whoever lies. */
export const isHttps = ({ req }: Context): boolean =>
  /^https\b/.test(req.header('x-forwarded-proto') ?? '') || (req.header('origin') ?? '').startsWith('https://')

const idOf = (context: Context): string | undefined => getCookie(context, NAME, 'host') ?? getCookie(context, NAME)

/**
 * Sessions of twelve hours. The cookie holds a random id and nothing else; the ledger a hash of it that is keyed with
 * the token, so that another `ADMIN_TOKEN` ends them all.
 */
export const createSessions = ({ sessions }: Pick<Ledger, 'sessions'>, token: string): Sessions => {
  const hash = (id: string): string => createHmac('sha256', token).update(id).digest('base64url')

  return {
    open(context) {
      const id = randomBytes(32).toString('base64url')
      sessions.add(hash(id), Date.now() + SECONDS * 1_000)
      const secure = isHttps(context)
      setCookie(context, NAME, id, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: SECONDS,
        secure,
        ...(secure ? { prefix: 'host' } : {})
      })
    },
    isOpen(context) {
      const id = idOf(context)
      return id !== undefined && sessions.has(hash(id))
    },
    close(context) {
      const id = idOf(context)
      if (id !== undefined) sessions.remove(hash(id))
      deleteCookie(context, NAME, { path: '/', prefix: 'host', secure: true })
      deleteCookie(context, NAME, { path: '/' })
    }
  }
}
