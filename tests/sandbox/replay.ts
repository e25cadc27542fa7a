import { createSandboxShop, type SandboxShop } from '../../src/sandbox/shop.ts'
import { type Recording, recording, recordingNames } from '../support/recordings.ts'

const readOnlyKey = 'READONLYREADONLYREADONLYREADONLY'
const readOnly = { addresses: ['GET', 'HEAD'], customers: ['GET', 'HEAD'], orders: ['GET', 'HEAD'] }
const shopUrl = 'http://127.0.0.1:8080'

/** What stood behind the placeholders of the recordings. */
const credentials = (placeholder: string, name: string, key: string): string => {
  const users: Readonly<Record<string, string>> = {
    '<key>': `${key}:`,
    '<readonly-key>': `${readOnlyKey}:`,
    '<disabled-key>': `${'D'.repeat(32)}:`,
    '<base64 of ":key">': `:${key}`,
    '<wrong-key>': { 'auth-short-key': 'short:', 'auth-empty-key': ':' }[name] ?? `${'A'.repeat(32)}:`
  }
  const user = users[placeholder]
  if (user === undefined) throw new Error(`${name}: who is ${placeholder}?`)
  return `Basic ${Buffer.from(user).toString('base64')}`
}

/** What of an answer is compared. */
export interface Compared {
  readonly status: number
  readonly headers: readonly unknown[]
  readonly body: string
}

const comparedHeaders = ['Content-Type', 'PSWS-Version', 'WWW-Authenticate', 'Location', 'Access-Control-Allow-Headers']

/** What the shop makes up: equal values must be equal again, but nobody can foresee them. */
const madeUp = /<(?:passwd|secure_key|reference|order_reference)><!\[CDATA\[(.+?)\]\]>/g

/**
 * PHP's warnings are compared by their presence alone, and line ends not at all: the recordings kept CR LF as LF, but
 * the hash of the body tells.
 */
const comparable = (body: string): string =>
  body
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?:<error>\n<code><!\[CDATA\[3\]\]><\/code>\n.*?<\/error>\n)+/gs, '<warnings/>\n')

const valuesOf = (body: string, pattern: RegExp): string[] =>
  Array.from(body.matchAll(pattern), (match) => match[1] ?? '')

const known = new Set(recordingNames())

const datesOf = (field: string, body: string): string[] =>
  valuesOf(body, new RegExp(`<${field}><!\\[CDATA\\[(.+?)\\]\\]>`, 'g'))

/**
 * When a recorded write happened, one time an entity: what its answer tells, else what was read afterwards
 * (`orders-post-201.txt`, `orders-post-201-get.txt`).
 */
const timesOf = (name: string, body: string): Date[] => {
  const later = known.has(`${name}-get`) ? recording(`${name}-get`).response.body : ''
  const told = [datesOf('date_upd', body), datesOf('date_upd', later).slice(0, 1), datesOf('date_add', body)]
  const found = told.find(({ length }) => length > 0) ?? []
  return found.map((date) => new Date(`${date.replace(' ', 'T')}Z`))
}

/**
 * One sitting at the real shop, repeated at the sandbox: a fresh shop, whose time is that of the recordings and whose
 * made-up values are matched with the recorded ones.
 */
export class Session {
  readonly shop: SandboxShop
  /** Recorded made-up value → ours. */
  readonly #ours = new Map<string, string>()
  #now: Date
  #times: Date[] = []

  constructor({ timeZone = 'UTC', now = new Date('2026-11-22T21:13:00Z') }: { timeZone?: string; now?: Date } = {}) {
    this.#now = now
    this.shop = createSandboxShop({ url: shopUrl, timeZone, keys: { [readOnlyKey]: readOnly }, now: () => this.#now })
    this.shop.onHook(() => this.#nextTime())
  }

  /** Sends the recorded request as it was. */
  async send({ name, request: { method, path, headers, body }, response }: Recording): Promise<Response> {
    if (method !== 'GET' && this.shop.row('configurations', 13)?.['value'] === 'UTC') {
      this.#times = timesOf(name, response.body).filter((time) => time >= this.#now)
      this.#nextTime()
    }
    const sent = new Headers(headers)
    sent.delete('Content-Length')
    const placeholder = headers.get('Authorization')
    if (placeholder) sent.set('Authorization', credentials(placeholder.replace('Basic ', ''), name, this.shop.key))
    // The one other host was not kept in its recording.
    const origin = name === 'host-header-other' ? 'http://localhost:8080' : shopUrl
    const request = new Request(`${origin}${path.replace('<key>', this.shop.key)}`, {
      method,
      headers: sent,
      ...(body.length > 0 ? { body: this.#withOurs(body) } : {})
    })
    return this.shop.app.fetch(request)
  }

  /** A request that was not recorded; returns the body of the answer. */
  async post(resource: string, body: string): Promise<string> {
    const headers = { Authorization: credentials('<key>', '', this.shop.key) }
    const request = new Request(`${shopUrl}/api/${resource}`, { method: 'POST', headers, body })
    return (await this.shop.app.fetch(request)).text()
  }

  /** Sends it and tells what came back and what was recorded, to be compared: made-up values are matched. */
  async replay(name: string): Promise<{ readonly answered: Compared; readonly recorded: Compared }> {
    const exchange = recording(name)
    const response = await this.send(exchange)
    const text = await response.text()
    const body = this.#withTheirs(text, exchange.response.body)
    // A hash is that of the very bytes, so it can be compared only where nothing in them is made up.
    const sha1 = (headers: Headers): unknown =>
      body === text ? headers.get('Content-Sha1') : headers.has('Content-Sha1')
    const compared = (status: number, headers: Headers, content: string): Compared => ({
      status,
      headers: [...comparedHeaders.map((header) => headers.get(header)), sha1(headers)],
      body: comparable(content)
    })
    return {
      answered: compared(response.status, response.headers, body),
      recorded: compared(exchange.response.status, exchange.response.headers, exchange.response.body)
    }
  }

  #nextTime(): void {
    this.#now = this.#times.shift() ?? this.#now
  }

  #withOurs(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let text = Buffer.from(body).toString('latin1')
    for (const [theirs, ours] of this.#ours) text = text.replaceAll(theirs, ours)
    return new Uint8Array(Buffer.from(text, 'latin1'))
  }

  #withTheirs(body: string, recorded: string): string {
    const theirs = valuesOf(recorded, madeUp)
    let text = body
    for (const [index, value] of valuesOf(body, madeUp).entries()) {
      const counterpart = theirs[index]
      if (counterpart === undefined) break
      const ours = this.#ours.get(counterpart) ?? value
      this.#ours.set(counterpart, ours)
      if (ours === value) text = text.replaceAll(value, counterpart)
    }
    return text
  }
}
