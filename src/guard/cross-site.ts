import type { HonoRequest } from 'hono'

/**
 * Whether a browser sends a request that changes something on behalf of another site. The rule is that of Go's
 * `http.CrossOriginProtection`: `Sec-Fetch-Site` decides, else `Origin` against `Host`; whoever sends neither is no
 * browser. (`hono/csrf` lets JSON through, and refuses programs that send neither.)
 */
export const isCrossSite = (request: HonoRequest): boolean => {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false
  const site = request.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.header('origin')
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== request.header('host')?.toLowerCase()
}
