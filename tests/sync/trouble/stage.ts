import { onTestFinished, vi } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { createReceiver } from '../../../src/inbox/receive.ts'
import type { Ledger } from '../../../src/ledger/ledger.ts'
import type { Operation } from '../../../src/ledger/operation.ts'
import { createLogger } from '../../../src/log.ts'
import { createClient, type PrestashopClient } from '../../../src/prestashop/client.ts'
import { PrestashopError } from '../../../src/prestashop/errors.ts'
import type { FailureAnswer, FailureRule, SandboxOptions, SandboxShop } from '../../../src/sandbox/shop.ts'
import { createSync, type Sync } from '../../../src/sync/sync.ts'
import { SECRET } from '../../support/bridge.ts'
import { temporaryLedger } from '../../support/ledger.ts'
import { mockShop } from '../../support/shop.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** From the inbox to the shop without the port, on a clock of its own: pauses of days take no time. */
export interface Stage {
  readonly shop: SandboxShop
  readonly ledger: Ledger
  readonly sync: Sync
  /** `cut`: every call ends as it does when nothing listens at the shop's address. */
  readonly network: { cut: boolean; calls: number }
  /** Stores a webhook; gives its operation id. */
  readonly accept: (webhook: unknown) => Promise<string>
  readonly operation: (operationId: string) => Operation | undefined
  /** Stores a webhook and lets the time run until nothing is open. */
  readonly apply: (webhook: unknown) => Promise<Operation | undefined>
  /** Lets the time run until nothing is open. */
  readonly drained: () => Promise<void>
  /** The shop's calls since the last time that were no reading, such as `POST customers`. */
  readonly writes: () => string[]
}

export interface StageOptions {
  readonly shop?: SandboxOptions
  readonly config?: Readonly<Record<string, string>>
  /** A shop that is there already, and not behind msw. */
  readonly served?: SandboxShop
}

const cuttable = (client: PrestashopClient, network: Stage['network']): PrestashopClient => {
  const through = <Result>(method: string, resource: string, call: () => Promise<Result>): Promise<Result> => {
    network.calls += 1
    if (!network.cut) return call()
    return Promise.reject(new PrestashopError('the shop cannot be reached (ECONNREFUSED)', { method, resource, kind: 'unavailable', sent: false }))
  }
  return {
    list: (resource, ...rest) => through('GET', resource, () => client.list(resource, ...rest)),
    get: (resource, ...rest) => through('GET', resource, () => client.get(resource, ...rest)),
    create: (resource, ...rest) => through('POST', resource, () => client.create(resource, ...rest)),
    change: (resource, ...rest) => through('PATCH', resource, () => client.change(resource, ...rest)),
    remove: (resource, ...rest) => through('DELETE', resource, () => client.remove(resource, ...rest)),
    permissions: (...rest) => through('GET', '', () => client.permissions(...rest)),
    probe: () => through('GET', '', () => client.probe())
  }
}

/** Lets the time run that long, then the real calls that it set off; these take real turns of the event loop. */
export const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets the time run, a few seconds at a time, until it is so. */
export const passUntil = async (isTrue: () => boolean, what: string): Promise<void> => {
  const deadline = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`still not: ${what}`)
    await pass(5 * SECOND)
  }
}

/** The shop's next answers to this method. */
export const failing = (method: string, answer: FailureAnswer, times = 1): FailureRule => ({
  when: (request) => request.method === method,
  answer,
  times
})

/** Sets the stage and starts the work; all is taken down after the test. */
export const setStage = (options: StageOptions = {}): Stage => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const mocked = options.served ? undefined : mockShop(options.shop)
  const shop = options.served ?? mocked!.shop
  const config = readConfig({ PRESTASHOP_URL: shop.url, PRESTASHOP_KEY: shop.key, WEBHOOK_SECRET: SECRET, ...options.config })
  const ledger = temporaryLedger()
  const log = createLogger({ level: 'silent', format: 'json' })
  const network = { cut: false, calls: 0 }
  const client = createClient({ url: config.PRESTASHOP_URL, key: config.PRESTASHOP_KEY, timeoutMs: config.PRESTASHOP_TIMEOUT_MS })
  const sync = createSync({ ledger, client: cuttable(client, network), log, config, mailPasswordLink: () => Promise.resolve() })
  const receiver = createReceiver({ ledger, log, ackWaitMs: 0, isWorking: () => true })
  onTestFinished(async () => {
    await sync.stop()
    mocked?.close()
    vi.useRealTimers()
  })
  const accept = async (webhook: unknown): Promise<string> => String((await receiver.one(webhook)).body['operation_id'])
  const operation = (operationId: string): Operation | undefined => ledger.find(operationId)
  const drained = (): Promise<void> => passUntil(() => ledger.backlog().pending === 0, 'nothing is open')
  let seen = 0
  sync.start()
  return {
    shop,
    ledger,
    sync,
    network,
    accept,
    operation,
    drained,
    apply: async (webhook) => {
      const operationId = await accept(webhook)
      await drained()
      return operation(operationId)
    },
    writes: () => {
      const requests = shop.requests.slice(seen).filter(({ method }) => method !== 'GET')
      seen = shop.requests.length
      return requests.map(({ method, resource, id }) => `${method} ${resource}${id === undefined ? '' : `/${id}`}`)
    }
  }
}
