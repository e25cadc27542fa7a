import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { secretCheck } from './inbox/authenticate.ts'

/** What only the operator may ask. */
const GUARDED = ['/api/*', '/metrics'] as const

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address)

/** Lets through whoever has `ADMIN_TOKEN`; without one, loopback only. */
export const adminGuard = (adminToken: string | undefined): Hono => {
  const app = new Hono()

  if (adminToken === undefined) {
    app.on('ALL', [...GUARDED], async (context, next) => {
      // Behind a reverse proxy on this machine everybody comes from loopback.
      const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => context.req.header(name) !== undefined)
      if (!isForwarded && isLoopback(getConnInfo(context).remote.address)) return next()
      return context.json({ success: false, error: 'Set ADMIN_TOKEN to use this from another machine' }, 403)
    })
  } else {
    const isToken = secretCheck([adminToken])
    const refused = { message: { success: false, error: 'ADMIN_TOKEN is needed: Authorization: Bearer <token>' } }
    app.on(
      'ALL',
      [...GUARDED],
      bearerAuth({
        verifyToken: (token) => isToken(token),
        noAuthenticationHeader: refused,
        invalidAuthenticationHeader: refused,
        invalidToken: refused
      })
    )
  }
  return app
}
