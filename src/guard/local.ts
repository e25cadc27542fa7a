import type { HttpBindings } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { canonicalAddress, isLoopback } from './address.ts'

/** What reverse proxies add: behind one on this machine everybody comes from loopback. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

/**
 * A page of any site can have its own name lead to this machine (DNS rebinding) and then ask us as its own server; the
 * browser still writes that name into `Host`.
 */
const namesThisMachine = (host: string): boolean => {
  if (!URL.canParse(`http://${host}`)) return false
  const { hostname } = new URL(`http://${host}`)
  return hostname === 'localhost' || hostname.endsWith('.localhost') || isLoopback(canonicalAddress(hostname.replace(/^\[|\]$/g, '')))
}

/** nginx passes requests on in HTTP/1.0 and with no header that tells of it, unless it is set up to. */
const isOldHttp = (context: Context): boolean => {
  const { incoming }: HttpBindings = context.env
  return incoming.httpVersion === '1.0'
}

/** Whether a request was made on this machine, to this machine, and not passed on by a proxy. */
export const isLocal = (context: Context): boolean =>
  isLoopback(canonicalAddress(getConnInfo(context).remote.address)) &&
  !isOldHttp(context) &&
  FORWARDING.every((name) => context.req.header(name) === undefined) &&
  namesThisMachine(context.req.header('host') ?? '')
