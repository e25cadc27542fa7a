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

/** Product, combination, quantity. */
export type CartRow = readonly [product: number, combination: number, quantity: number]

/** What the recordings order, for 60.57 at carrier 2 (`orders-post-201.txt`). */
export const shirtsAndMug: readonly CartRow[] = [
  [1, 1, 2],
  [6, 0, 1]
]

/** A cart of customer 1, delivered to Florida by carrier 2 unless told otherwise. */
export const cartXml = (fields: Readonly<Record<string, string>>, rows: readonly CartRow[]): string => {
  const nodes = rows.map(([product, combination, quantity]) => {
    const ids = `<id_product>${product}</id_product><id_product_attribute>${combination}</id_product_attribute>`
    return `<cart_row>${ids}<quantity>${quantity}</quantity></cart_row>`
  })
  const defaults = { id_address_delivery: '4', id_address_invoice: '4', id_currency: '1', id_lang: '1' }
  const associations = `<associations><cart_rows>${nodes.join('')}</cart_rows></associations>`
  return entity('cart', { ...defaults, id_customer: '1', id_carrier: '2', ...fields }, associations)
}

/** The 14 elements without which there is no order. */
export const orderXml = (idCart: number, total: string, fields: Readonly<Record<string, string>> = {}): string =>
  entity('order', {
    id_address_delivery: '4',
    id_address_invoice: '4',
    id_cart: String(idCart),
    id_currency: '1',
    id_lang: '1',
    id_customer: '1',
    id_carrier: '2',
    module: 'ps_wirepayment',
    payment: 'Bank wire',
    total_paid: total,
    total_paid_real: total,
    total_products: '50.14',
    total_products_wt: '53.14',
    conversion_rate: '1',
    ...fields
  })

/** POST, PUT or PATCH of a document. */
export const send = (
  shop: SandboxShop,
  method: 'POST' | 'PUT' | 'PATCH',
  path: string,
  body: string
): Promise<Told> => ask(shop, path, { method, body })
