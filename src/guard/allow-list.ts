import type { Context, MiddlewareHandler } from 'hono'
import { ipRestriction } from 'hono/ip-restriction'
import type { Logger } from '../log.ts'
import type { ClientAddress } from './address.ts'

export interface AllowListOptions {
  /** IP addresses and CIDR networks; `undefined` = everybody. */
  readonly allowed: readonly string[] | undefined
  readonly address: ClientAddress
  readonly log: Logger
  /** Told of each request that is refused. */
  readonly onRefused: (context: Context) => void
}

/** Answers 403 to whoever comes from an address that is not allowed, before anything else is looked at. */
export const allowList = ({ allowed, address, log, onRefused }: AllowListOptions): MiddlewareHandler => {
  if (!allowed) return (_context, next) => next()

  const refuse = (context: Context, client: string | undefined): Response => {
    // Whoever runs the bridge can only mend ALLOWED_IPS or TRUST_PROXY when told which address came.
    onRefused(context)
    log.warn({ status: 403, address: client }, 'request refused: the address is not in ALLOWED_IPS')
    return context.json({ success: false, error: `The address ${client ?? '(unknown)'} is not allowed to send webhooks` }, 403)
  }
  const restrict = ipRestriction((context) => address(context) ?? '', { allowList: [...allowed] }, ({ addr }, context) =>
    refuse(context, addr)
  )
  return async (context, next) => (address(context) === undefined ? refuse(context, undefined) : restrict(context, next))
}
