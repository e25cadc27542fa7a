import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { colours } from '../http/colours.ts'
import { limitBody } from '../http/limit-body.ts'
import { describe } from '../openapi/describe.ts'
import { type Admin, refuse, refuseBlocked } from './admin.ts'
import { isCrossSite } from './cross-site.ts'
import { loginDescription, loginPageDescription, logoutDescription, styleDescription } from './description.ts'
import { loginPage } from './page.ts'

const FORM_LIMIT = 4_096

const stylesheet = colours + readFileSync(new URL('login.css', import.meta.url), 'utf8')

/** A path on this server, whatever was asked for: a login must not send people elsewhere. */
const localPath = (next: unknown): string => {
  const base = 'http://localhost'
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, base)) return '/'
  const { origin, pathname, search } = new URL(next, base)
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}

/** `GET|POST /login` and `POST /logout`: `ADMIN_TOKEN` for a session cookie. Without a token there is nothing to log in to. */
export const loginRoutes = ({ address, log, token }: Admin): Hono => {
  const app = new Hono()

  app.get('/login.css', describe(styleDescription), (context) => context.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'max-age=3600' }))

  app.use('/login', async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })
  app.get('/login', describe(loginPageDescription), (context) => {
    const next = localPath(context.req.query('next'))
    return !token || token.sessions.isOpen(context) ? context.redirect(next, 303) : context.html(loginPage(next))
  })

  app.post(
    '/login',
    describe(loginDescription),
    limitBody({ maxSize: FORM_LIMIT, refuse: (context) => refuse(context, 'page', 413, 'That is larger than a login form, or does not tell how large it is') }),
    async (context) => {
      if (isCrossSite(context.req)) return refuse(context, 'page', 403, 'This login comes from another site: open /login here')
      if (!token) return context.redirect('/', 303)
      const client = address(context)
      const seconds = await token.failures.blockedSeconds(client)
      if (seconds > 0) return refuseBlocked(context, 'page', seconds)
      const { token: given, next } = await context.req.parseBody().catch((): Record<string, unknown> => ({}))
      if (typeof given === 'string' && token.isRight(given.trim())) {
        token.sessions.open(context)
        log.info('somebody logged in')
        return context.redirect(localPath(next), 303)
      }
      await token.failures.count(client)
      log.warn('a login failed')
      return context.html(loginPage(localPath(next), 'This is not the admin token.'), 403)
    }
  )

  app.post('/logout', describe(logoutDescription), (context) => {
    if (isCrossSite(context.req)) return refuse(context, 'page', 403, 'This logout comes from another site')
    token?.sessions.close(context)
    return context.redirect('/login', 303)
  })
  return app
}
