import type { PrestashopClient } from '../prestashop/client.ts'
import { PrestashopError } from '../prestashop/errors.ts'

const REMEMBERED_MS = 60_000

/** A right that the key lacks, as the shop last said. */
export interface MissingRight {
  readonly resource: string
  readonly method: string
  readonly since: number
}

/**
 * A client that does not ask again, for a minute, for what the key has no right to: only that resource and method
 * wait, all other work goes on.
 */
export const rememberRights = (client: PrestashopClient) => {
  const missing = new Map<string, { error: PrestashopError; since: number; until: number }>()

  const guard = async <Result>(method: string, resource: string, call: () => Promise<Result>): Promise<Result> => {
    const name = `${method} ${resource}`
    const known = missing.get(name)
    if (known && known.until > Date.now()) throw known.error
    try {
      const result = await call()
      missing.delete(name)
      return result
    } catch (error) {
      if (error instanceof PrestashopError && error.blocked) {
        const now = Date.now()
        missing.set(name, { error, since: known?.since ?? now, until: now + REMEMBERED_MS })
      }
      throw error
    }
  }

  const guarded: PrestashopClient = {
    list: (resource, query, context) => guard('GET', resource, () => client.list(resource, query, context)),
    get: (resource, id, context) => guard('GET', resource, () => client.get(resource, id, context)),
    create: (resource, input, context) => guard('POST', resource, () => client.create(resource, input, context)),
    change: (resource, id, input, context) => guard('PATCH', resource, () => client.change(resource, id, input, context)),
    remove: (resource, id, context) => guard('DELETE', resource, () => client.remove(resource, id, context)),
    permissions: (context) => client.permissions(context),
    probe: () => client.probe()
  }
  return {
    client: guarded,
    missing: (): MissingRight[] =>
      [...missing].map(([name, { since }]) => {
        const [method = '', resource = ''] = name.split(' ')
        return { method, resource, since }
      })
  }
}
