import type { SandboxShop } from '../../src/sandbox/shop.ts'

/** The header of a key. */
export const basic = (key: string): { Authorization: string } => ({
  Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`
})

/** An answer of the shop, as far as the tests look at it. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The error codes, in order. */
  readonly codes: readonly number[]
  /** The ids of the records in the answer. */
  readonly ids: readonly number[]
}

const numbers = (body: string, pattern: RegExp): number[] =>
  Array.from(body.matchAll(pattern), (match) => Number(match[1]))

/** Asks a shop behind `app.fetch`; `path` is below `/api/`. */
export const ask = async (shop: SandboxShop, path: string, init: RequestInit = {}): Promise<Told> => {
  const headers = new Headers(init.headers)
  if (!headers.has('Authorization')) headers.set('Authorization', basic(shop.key).Authorization)
  const response = await shop.app.fetch(new Request(`${shop.url}/api/${path}`, { ...init, headers }))
  const body = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body,
    codes: numbers(body, /<code><!\[CDATA\[(\d+)/g),
    ids: numbers(body, /(?:^\t<id><!\[CDATA\[|^<\w+ id=")(\d+)/gm)
  }
}

/** A document with one entity, its fields written as they are. */
export const entity = (node: string, fields: Readonly<Record<string, string>>, associations = ''): string => {
  const elements = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  return `<prestashop><${node}>${elements.join('')}${associations}</${node}></prestashop>`
}

/** The four fields without which there is no customer. */
export const minimal = { passwd: 'secret12345', lastname: 'Martin', firstname: 'Alice', email: 'alice@example.com' }
