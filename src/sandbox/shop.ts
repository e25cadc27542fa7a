import { setTimeout as sleep } from 'node:timers/promises'
import type { Hono } from 'hono'
import { createBackOffice, type BackOffice } from './back-office.ts'
import { createClock } from './clock.ts'
import { createDispatcher, type RequestLog, type SandboxEnv, type ShopSettings } from './dispatcher.ts'
import { type FailureRule, Failures } from './failure.ts'
import { type HookListener, Hooks } from './hooks.ts'
import { type MailLog, Mails } from './mails.ts'
import { entriesOf } from './output.ts'
import { resourceNamed, resources } from './resources.ts'
import { seed } from './seed.ts'
import { Store } from './store.ts'
import { Work } from './work.ts'

export type { BackOffice } from './back-office.ts'
export type { RequestLog, ShopSettings } from './dispatcher.ts'
export type { FailureAnswer, FailureRule, RequestInfo } from './failure.ts'
export type { HookEvent, HookListener } from './hooks.ts'
export type { MailLog } from './mails.ts'

export interface SandboxOptions {
  /** Base URL of the shop, no trailing slash: its links, and the only Host. Default `https://shop.test`. */
  readonly url?: string
  /** Whether any other Host is redirected to `url`, as the shop does. Default `true`. */
  readonly checkHost?: boolean
  /** The Webservice key with all permissions, 32 characters. */
  readonly key?: string
  /** Further keys with limited permissions: resource → methods (`GET`, `PUT`, `POST`, `PATCH`, `DELETE`, `HEAD`). */
  readonly keys?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** IANA name, also PS_TIMEZONE in `configurations`. Default `UTC`. */
  readonly timeZone?: string
  readonly now?: () => Date
  /** `false` is PrestaShop 1.7: PATCH is 405 code 23; secure_key and last_passwd_gen are writable. Default `true`. */
  readonly patch?: boolean
  /** Milliseconds that every request takes. Default 0. */
  readonly latencyMs?: number
  /** ISO codes of the installed languages, the default one first. English, which has all texts, must be among them. */
  readonly languages?: readonly string[]
  /**
   * Milliseconds between the checks of a new order and its rows, in which the same cart can be ordered once more
   * (`race-orders-same-cart-list.txt`). Default 0: no time, but other requests get their turn.
   */
  readonly orderMs?: number
}

export interface SandboxShop {
  /** `app.fetch` answers `/api` and everything below it. */
  readonly app: Hono<SandboxEnv>
  readonly url: string
  readonly key: string
  /** The stored row as plain strings, without the network; a multi-language field in the default language. */
  row(resource: string, id: number): Record<string, string> | undefined
  rows(resource: string): Record<string, string>[]
  /** The ids of a record's associations, `{ groups: ['3'] }`; empty for rows without an id. */
  associations(resource: string, id: number): Record<string, string[]>
  /** As if an order had been placed with this address: it is only marked when it is deleted. */
  useAddress(id: number): void
  /** A human in the back office: no validation; dates move and hooks fire as in a request. */
  readonly backOffice: BackOffice
  /** The listener is awaited inside the request whose write fired it. Returns what takes it away. */
  onHook(listener: HookListener): () => void
  /** Every request that reached the shop, in order. */
  readonly requests: RequestLog[]
  /** Makes requests fail. Returns what takes the rule away. */
  inject(rule: FailureRule): () => void
  readonly settings: ShopSettings
  /** Every mail that was sent, in order. */
  readonly mails: readonly MailLog[]
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']

/**
 * A PrestaShop 9.1 with its Webservice on, in memory, seeded with the recorded demo shop. Throws on a time zone that
 * does not exist and on a key that has not 32 characters.
 */
export const createSandboxShop = (options: SandboxOptions = {}): SandboxShop => {
  const { url = 'https://shop.test', timeZone = 'UTC', patch = true, now = () => new Date() } = options
  const key = options.key ?? 'SANDBOXSANDBOXSANDBOXSANDBOXSAND'
  if (key.length !== 32) throw new Error('A Webservice key has 32 characters')
  const everything = Object.fromEntries(Array.from(resources.keys(), (name) => [name, methods]))
  const keys = { ...options.keys, [key]: everything }

  const store = new Store(createClock(timeZone, now))
  seed(store, timeZone, options.languages ?? ['en'])
  const hooks = new Hooks()
  const failures = new Failures()
  const requests: RequestLog[] = []
  const settings = { webserviceEnabled: true, latencyMs: options.latencyMs ?? 0, mailBroken: false }
  const mails = new Mails(() => settings.mailBroken)
  const pause = (): Promise<void> => sleep(options.orderMs ?? 0)
  const begin = (sendEmail: boolean): Work => new Work(store, { mails, sendEmail, pause })

  const app = createDispatcher({
    version: patch ? '9.1.4' : '1.7.8.11',
    checkHost: options.checkHost ?? true,
    now,
    settings,
    failures,
    requests,
    shopFor: (operationId) => ({
      url,
      store,
      keys,
      methods: methods.filter((method) => patch || method !== 'PATCH'),
      allWritable: !patch,
      begin,
      fire: (changes) => {
        const cause = operationId === undefined ? {} : { operation_id: operationId }
        return hooks.fire(changes.map((change) => ({ ...change, ...cause })))
      }
    })
  })

  return {
    app,
    url,
    key,
    row: (resource, id) => {
      const record = store.find(resource, id)
      return record && store.plain(resourceNamed(resource), record)
    },
    rows: (resource) => store.all(resource).map((record) => store.plain(resourceNamed(resource), record)),
    associations: (resource, id) => {
      const record = store.find(resource, id)
      if (!record) return {}
      const shown = resourceNamed(resource)
      return Object.fromEntries(
        shown.associations.map((association) => [
          association.name,
          entriesOf(record, association, shown, store).map((entry) => entry['id'] ?? '')
        ])
      )
    },
    useAddress: (id) => store.useAddress(id),
    backOffice: createBackOffice(store, hooks, () => begin(false)),
    onHook: (listener) => hooks.on(listener),
    requests,
    inject: (rule) => failures.add(rule),
    settings,
    mails: mails.log
  }
}
