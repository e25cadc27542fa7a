import { type ShopError, WebserviceError } from './errors.ts'

/** What a key may do: the methods by resource. */
export type Permissions = Readonly<Record<string, readonly string[]>>

/** The challenge that comes with every 401 of a key. */
export const challenge = {
  'WWW-Authenticate':
    'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."'
}

/**
 * The key a request brings: the user of Basic, else `ws_key`; Basic wins (`auth-ws_key-query-and-wrong-basic.txt`).
 * `undefined` without either.
 */
export const keyOf = (authorization: string | undefined, query: URLSearchParams): string | undefined => {
  const credentials = /^Basic +(.*)$/i.exec(authorization ?? '')?.[1]
  if (credentials === undefined) return query.get('ws_key') ?? undefined
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] ?? ''
}

const refuseKey = (...errors: readonly ShopError[]): WebserviceError =>
  new WebserviceError(401, errors, { ...challenge, 'PSWS-Version': '0' })

/**
 * Throws the 401 of a key that is empty, no key, or unknown:
 * `auth-empty-key.txt`, `auth-short-key.txt`, `auth-wrong-key.txt`.
 */
export const authenticate = (key: string, keys: Readonly<Record<string, Permissions>>): Permissions => {
  if (key === '') throw refuseKey({ code: 17, message: 'Authentication key is empty' })
  if (key.length !== 32) throw refuseKey({ code: 18, message: 'Invalid authentication key format' })
  const permissions = Object.hasOwn(keys, key) ? keys[key] : undefined
  if (!permissions) {
    throw refuseKey(
      { code: 20, message: 'Authentification key is not active' },
      { code: 21, message: 'No permission for this authentication key' }
    )
  }
  return permissions
}
