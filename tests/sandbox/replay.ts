import { createSandboxShop, type SandboxShop } from '../../src/sandbox/shop.ts'
import type { Recording } from './recordings.ts'

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
const madeUp = /<(?:passwd|secure_key)><!\[CDATA\[(.+?)\]\]>/g

/** PHP's warnings are compared by their presence alone. */
const withoutWarnings = (body: string): string =>
  body.replaceAll(/(?:<error>\n<code><!\[CDATA\[3\]\]><\/code>\n.*?<\/error>\n)+/gs, '<warnings/>\n')

const valuesOf = (body: string, pattern: RegExp): string[] =>
  Array.from(body.matchAll(pattern), (match) => match[1] ?? '')

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
  async send({ name, method, path, headers, body, answer }: Recording): Promise<Response> {
    // A write is dated by its answer, nothing else tells its time; two entities may lie a second apart.
    if (method !== 'GET' && this.shop.row('configurations', 13)?.['value'] === 'UTC') {
      const dates = valuesOf(answer.body, /<date_upd><!\[CDATA\[(.+?)\]\]>/g)
      this.#times = dates.map((date) => new Date(`${date.replace(' ', 'T')}Z`))
      this.#nextTime()
    }
    const { Authorization: placeholder, 'Content-Length': _, ...others } = headers
    const sent = new Headers(others)
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

  /** Sends it and tells what came back and what was recorded, to be compared: made-up values are matched. */
  async replay(recording: Recording): Promise<{ readonly answered: Compared; readonly recorded: Compared }> {
    const { answer } = recording
    const response = await this.send(recording)
    const text = await response.text()
    const body = this.#withTheirs(text, answer.body)
    const recordedHeaders = new Headers(answer.headers)
    // A hash is that of the very bytes, so it can be compared only where nothing in them is made up.
    const sha1 = (headers: Headers): unknown =>
      body === text ? headers.get('Content-Sha1') : headers.has('Content-Sha1')
    const compared = (status: number, headers: Headers, content: string): Compared => ({
      status,
      headers: [...comparedHeaders.map((name) => headers.get(name)), sha1(headers)],
      body: withoutWarnings(content)
    })
    return {
      answered: compared(response.status, response.headers, body),
      recorded: compared(answer.status, recordedHeaders, answer.body)
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
      const known = this.#ours.get(counterpart) ?? value
      this.#ours.set(counterpart, known)
      if (known === value) text = text.replaceAll(value, counterpart)
    }
    return text
  }
}
