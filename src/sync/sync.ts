import type { Ledger } from '../ledger/ledger.ts'
import type { Operation } from '../ledger/operation.ts'
import type { Logger } from '../log.ts'
import type { PrestashopClient } from '../prestashop/client.ts'
import { createReference, type Reference } from '../prestashop/reference.ts'
import { apply } from './apply.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { merge } from './coalesce.ts'
import { customer } from './customer.ts'
import { entityOf } from './entities.ts'
import { StoppedError } from './errors.ts'
import { keyedLocks } from './locks.ts'
import { type MissingRight, rememberRights } from './rights.ts'
import type { Settings } from './settings.ts'
import { translate } from './translate.ts'
import { createWorker, type Done } from './worker.ts'

export interface SyncOptions {
  readonly ledger: Ledger
  readonly client: PrestashopClient
  readonly log: Logger
  readonly config: Settings
  /** Has the shop mail a new customer the link to choose a password. */
  readonly mailPasswordLink: (email: string) => Promise<void>
}

export interface Sync {
  start(): void
  stop(): Promise<void>
  /** Reference data of the shop, shared with whoever reads it. */
  readonly reference: Reference
  breaker(): BreakerState
  missingRights(): MissingRight[]
}

/** A client that begins no call once the signal is given. */
const stoppable = (client: PrestashopClient, signal: AbortSignal): PrestashopClient => {
  const unlessStopped = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (signal.aborted) throw new StoppedError('the server is stopping')
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
export const createSync = ({ ledger, client, log, config, mailPasswordLink }: SyncOptions): Sync => {
  const rights = rememberRights(client)
  const reference = createReference(rights.client)
  const lock = keyedLocks()

  const applyRun = async (run: readonly Operation[], signal: AbortSignal, settle: (done: Done) => Promise<void>): Promise<void> => {
    const last = run.at(-1)!
    const entity = entityOf(last.entity_type)
    const translation = merge(run.map((operation) => translate(entity, operation)))
    const surroundings = {
      shop: stoppable(rights.client, signal),
      reference,
      ledger,
      settings: config,
      call: { operationId: last.operation_id },
      progress: last.progress === null ? undefined : parseProgress(last.progress)
    }
    const { entity_type, odoo_model, odoo_id, action_type: action } = last
    const task = { lane: { entity_type, odoo_model, odoo_id }, entity, action, translation }
    await apply(task, last.forced === 1, surroundings, lock, async (applied) => {
      const unused = applied.outcome === 'created' ? [] : Object.keys(translation.extras)
      await settle({ ...applied, ignored: [...translation.ignored, ...unused] })
      const email = translation.given.get('email')
      if (!config.PASSWORD_RESET_MAIL || applied.outcome !== 'created' || entity !== customer || email === undefined) return
      // The customer is there in any case, so this neither delays the operation nor fails it.
      mailPasswordLink(email).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : ''
        log.warn({ operation_id: last.operation_id, reason }, 'the new customer got no password mail')
      })
    })
  }

  const breaker = createBreaker(() => client.probe(), () => worker.pump(), log)
  const worker = createWorker({
    ledger,
    breaker,
    log,
    concurrency: config.PRESTASHOP_CONCURRENCY,
    maxAttempts: config.MAX_ATTEMPTS,
    apply: applyRun
  })

  return {
    start: () => worker.start(),
    stop: async () => {
      breaker.stop()
      await worker.stop()
    },
    reference,
    breaker: () => breaker.state(),
    missingRights: () => rights.missing()
  }
}
