import { pino } from 'pino'
import { onTestFinished, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { newOutboxId, type NewOutboxEntry, type OutboxEntry } from '../../src/ledger/outbox.ts'
import { createDelivery, type Delivery, type DeliveryResult } from '../../src/outgoing/delivery.ts'
import { SECRET, until } from '../support/bridge.ts'
import { temporaryLedger } from '../support/ledger.ts'
import { type Odoo, playOdoo } from './odoo.ts'

export const ODOO_SECRET = 'the secret of Odoo'

/** An outbox, and an Odoo on a port that its events are delivered to. */
export interface Stage {
  readonly odoo: Odoo
  readonly ledger: Ledger
  readonly delivery: Delivery
  readonly results: readonly DeliveryResult[]
  readonly log: () => Record<string, unknown>[]
  /** Puts an event about a record into the outbox; gives its outbox id. */
  readonly put: (event: Record<string, unknown>, entry?: Partial<NewOutboxEntry>) => string
  /** Several in one transaction. */
  readonly putAll: (events: readonly Record<string, unknown>[]) => string[]
  readonly entry: (outboxId: string) => OutboxEntry
  readonly all: () => OutboxEntry[]
  /** Waits until nothing is to be delivered. */
  readonly drained: () => Promise<void>
  readonly requested: (count: number) => Promise<void>
}

export interface StageOptions {
  readonly config?: Readonly<Record<string, string>>
  readonly ledger?: Ledger
  readonly odoo?: Odoo
  readonly timeoutMs?: number
  /** Whether pauses of hours take no time; see `pass`. */
  readonly fakeTime?: boolean
}

let lastEvent = 0

/** An event of the shop's module about a customer. */
export const customerEvent = (id: number, after: Record<string, unknown> = {}, given: Record<string, unknown> = {}) => ({
  event_id: (lastEvent += 1),
  entity_type: 'customer',
  entity_id: id,
  entity_name: 'Jane Roe',
  action_type: 'updated',
  transaction_hash: `hash-${lastEvent}`,
  hook_name: 'actionCustomerAccountUpdate',
  hook_timestamp: '2026-03-01 10:00:00',
  before_data: null,
  after_data: { id, email: `jane${id}@example.com`, ...after },
  change_summary: 'email',
  context_data: null,
  ...given
})

/** The same about an address. */
export const addressEvent = (id: number, customer: number, given: Record<string, unknown> = {}) =>
  customerEvent(customer, { id, id_customer: customer, city: 'Miami' }, {
    context_data: { change_type: 'address', address_id: id, address_action: 'updated', address_alias: 'Home' },
    ...given
  })

/** Lets the faked time run that long, then the real calls that it set off. */
export const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Sets the faked clock forward, and lets only the last second run: what is looked for once a second takes its time. */
export const leap = async (milliseconds: number): Promise<void> => {
  vi.setSystemTime(Date.now() + milliseconds - 1_000)
  await pass(1_000)
}

/** Waits for real calls, whatever the faked time says. */
export const realUntil = async (isTrue: () => boolean, what: string): Promise<void> => {
  const deadline = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`still not: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** An entry of the outbox as the gate puts it. */
export const newEntry = (event: Record<string, unknown>, given: Partial<NewOutboxEntry> = {}): NewOutboxEntry => {
  const context = event['context_data']
  const isAddress = typeof context === 'object' && context !== null && 'address_id' in context
  return {
    outbox_id: newOutboxId(),
    entity_type: isAddress ? 'address' : String(event['entity_type']),
    entity_id: Number(isAddress ? context.address_id : event['entity_id']),
    source: 'relay',
    event: JSON.stringify(event),
    status: 'pending',
    reason: 'change',
    fields: ['email'],
    own_write: 0,
    ...given
  }
}

const parseLine = (line: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(line)
  return typeof value === 'object' ? { ...value } : {}
}

/** Sets the stage; the delivery is not started. All is taken down after the test. */
export const setStage = async (options: StageOptions = {}): Promise<Stage> => {
  if (options.fakeTime) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    onTestFinished(() => void vi.useRealTimers())
  }
  const odoo = options.odoo ?? (await playOdoo())
  const ledger = options.ledger ?? temporaryLedger()
  const lines: string[] = []
  const config = readConfig({
    PRESTASHOP_URL: 'https://shop.test',
    PRESTASHOP_KEY: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
    WEBHOOK_SECRET: SECRET,
    ODOO_WEBHOOK_URL: odoo.url,
    ODOO_WEBHOOK_SECRET: ODOO_SECRET,
    ...options.config
  })
  const results: DeliveryResult[] = []
  const delivery = createDelivery({
    ledger,
    log: pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(line) }),
    config,
    onResult: (result) => results.push(result),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs })
  })
  onTestFinished(async () => {
    await odoo.close()
    await delivery.stop()
  })

  const putEntries = (entries: readonly NewOutboxEntry[]): string[] => {
    ledger.outgoing.write(({ outbox }) => entries.forEach((entry) => outbox.put(entry)))
    ledger.events.emit('told')
    return entries.map(({ outbox_id }) => outbox_id)
  }
  const all = (): OutboxEntry[] => ledger.outgoing.read(({ outbox }) => outbox.list({ limit: 10_000 })).toReversed()
  return {
    odoo,
    ledger,
    delivery,
    results,
    log: () => lines.map(parseLine),
    put: (event, given) => putEntries([newEntry(event, given)])[0]!,
    putAll: (events) => putEntries(events.map((event) => newEntry(event))),
    entry: (outboxId) => {
      const found = ledger.outgoing.read(({ outbox }) => outbox.find(outboxId))
      if (!found) throw new Error(`there is no ${outboxId}`)
      return found
    },
    all,
    drained: () => until(() => all().every(({ status }) => status !== 'pending'), 'nothing is pending'),
    requested: (count) => until(() => odoo.requests.length >= count, `${count} requests have come`)
  }
}

/** One of our own writes to a record of the shop, done. */
export const ownWrite = (ledger: Ledger, shopId: number, fields: readonly string[], entityType = 'customer'): void => {
  const operationId = `op_${entityType}_${shopId}_${fields.join('_')}`
  ledger.outgoing.write(({ ownWrites }) => {
    ownWrites.begin({
      operation_id: operationId,
      entity_type: entityType,
      shop_id: shopId,
      creation_key: null,
      action: 'updated',
      fields: Object.fromEntries(fields.map((field) => [field, 'hash'])),
      source_times: {},
      as_read: {},
      read_date_upd: null,
      is_sequel: false,
      is_polled: true,
      started_at: Date.now()
    })
    ownWrites.end({ operation_id: operationId, entity_type: entityType, shop_id: shopId }, null)
  })
}

/** Notes that Odoo holds values because an event told them. */
export const tell = (ledger: Ledger, shopId: number, fields: readonly string[], operationId: string): void =>
  ledger.outgoing.write(({ known }) => {
    for (const field of fields) {
      const value_hash = known.fingerprint('customer', shopId, field, 'value')
      known.tell('customer', shopId, { field, value_hash, value: null, source_time: Date.now(), operation_id: operationId })
    }
  })
