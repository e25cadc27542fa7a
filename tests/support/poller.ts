import type { HttpHandler } from 'msw'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import type { OutgoingEvent } from '../../src/outgoing/event.ts'
import type { Gate, Submission } from '../../src/outgoing/gate.ts'
import { createPoller, type Poller } from '../../src/outgoing/poller.ts'
import { createClient } from '../../src/prestashop/client.ts'
import { createReference } from '../../src/prestashop/reference.ts'
import type { SandboxOptions, SandboxShop } from '../../src/sandbox/shop.ts'
import { SECRET } from './bridge.ts'
import { temporaryLedger } from './ledger.ts'
import { mockShop } from './shop.ts'

/** The clocks of a test; milliseconds since 1970. */
export interface Clocks {
  /** Ours. */
  now: number
  /** How much the shop's clock is ahead of ours. */
  shopAhead: number
}

/** A gate that lets everything pass and keeps it. */
export interface RecordingGate extends Pick<Gate, 'submit'> {
  readonly submissions: Submission[]
  /** Called before anything is kept; may throw. */
  before: () => void
}

export interface PolledShop {
  readonly shop: SandboxShop
  readonly ledger: Ledger
  readonly clocks: Clocks
  readonly gate: RecordingGate
  /** A poller as after a restart: only the ledger is the same. */
  readonly poller: (config?: Record<string, string>) => Poller
  /** What the gate was given since the last time. */
  readonly told: () => OutgoingEvent[]
  /** Lets time pass, for both clocks. */
  readonly wait: (seconds: number) => void
  /** Gives `fetch` back before the test ends. */
  readonly close: () => void
}

export interface PolledShopOptions {
  readonly shop?: Omit<SandboxOptions, 'now'>
  readonly key?: string
  readonly clock?: string
  readonly log?: Logger
  readonly pages?: readonly HttpHandler[]
}

export const silent = createLogger({ level: 'silent', format: 'json' })

/** A sandbox shop behind msw with a clock of the test's own, a file ledger, and a gate that keeps what it is given. */
export const polledShop = (options: PolledShopOptions = {}): PolledShop => {
  const { clock = '2026-11-23T10:00:00Z', log = silent } = options
  const clocks: Clocks = { now: Date.parse(clock), shopAhead: 0 }
  const { shop, close } = mockShop({ ...options.shop, now: () => new Date(clocks.now + clocks.shopAhead) }, ...(options.pages ?? []))
  let isOpen = true
  const end = (): void => {
    if (isOpen) close()
    isOpen = false
  }
  onTestFinished(end)
  const ledger = temporaryLedger()
  const gate: RecordingGate = {
    submissions: [],
    before: () => {},
    submit: (submissions) => {
      gate.before()
      gate.submissions.push(...submissions)
      return submissions.map(() => ({ verdict: { emit: true, reason: 'untouched', fields: [] }, isDuplicate: false }))
    }
  }
  let seen = 0
  return {
    shop,
    close: end,
    ledger,
    clocks,
    gate,
    poller: (config = {}) => {
      const client = createClient({ url: shop.url, key: options.key ?? shop.key, timeoutMs: 5_000 })
      const poller = createPoller({
        ledger,
        client,
        reference: createReference(client, { ttlMs: 0 }),
        gate,
        log,
        config: readConfig({
          PRESTASHOP_URL: shop.url,
          PRESTASHOP_KEY: shop.key,
          WEBHOOK_SECRET: SECRET,
          ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/odoo',
          OUTGOING_POLL_SECONDS: '30',
          ...config
        }),
        now: () => clocks.now
      })
      onTestFinished(() => poller.stop())
      return poller
    },
    told: () => {
      const events = gate.submissions.slice(seen).map(({ event }) => event)
      seen = gate.submissions.length
      return events
    },
    wait: (seconds) => {
      clocks.now += seconds * 1_000
    }
  }
}

/** What an event is about, in short: `customer 1 updated`, of an address `customer 1 updated: address 4 created`. */
export const summary = ({ entity_type, entity_id, action_type, context_data }: OutgoingEvent): string => {
  const about = context_data?.['change_type'] === 'address' ? `: address ${String(context_data['address_id'])} ${String(context_data['address_action'])}` : ''
  return `${entity_type} ${entity_id} ${action_type}${about}`
}

/** What makes a customer in the back office. */
export const account = (email: string) => ({ email, firstname: 'Jane', lastname: 'Roe', passwd: 'secret', active: '1' })

/** What makes an address of the seeded customer in the back office. */
export const place = { id_customer: '1', alias: 'Home', firstname: 'Jane', lastname: 'Roe', address1: '1 Main street', city: 'Miami', id_country: '21' }
