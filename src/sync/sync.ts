import type { Ledger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import type { OdooReader } from '../odoo/reader.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import { createReference, type Reference } from '../prestashop/reference.ts'
import { apply } from './apply.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { merge } from './coalesce.ts'
import { customer } from './customer.ts'
import { entityOf } from './entities.ts'
import type { Entity, Surroundings } from './entity.ts'
import { StoppedError } from './errors.ts'
import { keyedLocks } from './locks.ts'
import { applyNative } from './native/apply-native.ts'
import { isNative } from './native/run.ts'
import { type MissingRight, rememberRights } from './rights.ts'
import type { Settings } from './settings.ts'
import { translate, type Translation } from './translate.ts'
import { createWorker, type Done } from './worker.ts'

export interface SyncOptions {
  readonly ledger: Ledger
  readonly client: PrestashopClient
  readonly log: Logger
  readonly config: Settings
  /** Has the shop mail a new customer the link to choose a password. */
  readonly mailPasswordLink: (email: string) => Promise<void>
  /** Whether the shop may be called; always, without one. */
  readonly valve?: Valve
  /** Odoo's own API, when it is configured: native webhooks are completed by it. */
  readonly odoo?: OdooReader
}

/** What the work waits for while it is off. */
export interface Valve {
  isOn(): boolean
  /** @returns a function that ends it */
  onChange(listener: (on: boolean) => void): () => void
}

const open: Valve = { isOn: () => true, onChange: () => () => undefined }

export interface Sync {
  start(): void
  stop(): Promise<void>
  /** Reference data of the shop, shared with whoever reads it. */
  readonly reference: Reference
  breaker(): BreakerState
  missingRights(): MissingRight[]
}

/** A client that begins no call while `isStopped` says so. */
const stoppable = (client: PrestashopClient, isStopped: () => boolean, reason: string): PrestashopClient => {
  const unlessStopped = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (isStopped()) throw new StoppedError(reason)
    return call()
  }
  return {
    list: (...parameters) => unlessStopped(() => client.list(...parameters)),
    get: (...parameters) => unlessStopped(() => client.get(...parameters)),
    create: (...parameters) => unlessStopped(() => client.create(...parameters)),
    change: (...parameters) => unlessStopped(() => client.change(...parameters)),
    remove: (...parameters) => unlessStopped(() => client.remove(...parameters)),
    permissions: (...parameters) => unlessStopped(() => client.permissions(...parameters)),
    probe: () => unlessStopped(() => client.probe())
  }
}

const parseProgress = (text: string): unknown => JSON.parse(text)

/** From the ledger to the shop: composes the worker with everything it needs. */
export const createSync = ({ ledger, client, log, config, mailPasswordLink, valve = open, odoo }: SyncOptions): Sync => {
  const rights = rememberRights(stoppable(client, () => !valve.isOn(), 'the reverse sync is switched off'))
  const reference = createReference(rights.client)
  const lock = keyedLocks()

  const applyRun = async (run: readonly Operation[], signal: AbortSignal, settle: (done: Done) => Promise<void>): Promise<void> => {
    const last = run.at(-1)!
    const surroundings: Surroundings = {
      shop: stoppable(rights.client, () => signal.aborted, 'the server is stopping'),
      reference,
      ledger,
      settings: config,
      call: { operationId: last.operation_id },
      progress: last.progress === null ? undefined : parseProgress(last.progress),
      ...(odoo ? { odoo } : {})
    }
    const greet = (entity: Entity, translation: Translation): void => {
      const email = translation.given.get('email')
      if (!config.PASSWORD_RESET_MAIL || entity !== customer || email === undefined) return
      // The customer is there in any case, so this neither delays the operation nor fails it.
      mailPasswordLink(email).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : ''
        log.warn({ operation_id: last.operation_id, reason }, 'the new customer got no password mail')
      })
    }
    if (isNative(last)) return applyNative(run, surroundings, lock, greet, settle)
    const entity = entityOf(last.entity_type)
    const translation = merge(run.map((operation) => translate(entity, operation)))
    const { entity_type, odoo_model, odoo_id, action_type: action } = last
    const task = { lane: { entity_type, odoo_model, odoo_id }, entity, action, translation }
    await apply(task, last.forced === 1, surroundings, lock, async (applied) => {
      const unused = applied.outcome === 'created' ? [] : Object.keys(translation.extras)
      await settle({ ...applied, ignored: [...translation.ignored, ...unused] })
      if (applied.outcome === 'created') greet(entity, translation)
    })
  }

  const turnedOn = (): Promise<void> =>
    new Promise((resolve) => {
      const end = valve.onChange(() => {
        end()
        resolve()
      })
    })
  const probe = async (): Promise<void> => {
    if (!valve.isOn()) await turnedOn()
    await client.probe()
  }
  const breaker = createBreaker(probe, () => worker.pump(), log)
  const worker = createWorker({
    ledger,
    breaker,
    log,
    concurrency: config.PRESTASHOP_CONCURRENCY,
    maxAttempts: config.MAX_ATTEMPTS,
    isOn: () => valve.isOn(),
    apply: applyRun
  })
  const end = valve.onChange(() => worker.pump())

  return {
    start: () => worker.start(),
    stop: async () => {
      end()
      breaker.stop()
      await worker.stop()
    },
    reference,
    breaker: () => breaker.state(),
    missingRights: () => rights.missing()
  }
}
