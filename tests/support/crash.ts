import { expect } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { until } from './bridge.ts'
import { afterFile } from './leftovers.ts'
import { type BridgeProcess, ledgerPath, servedShop, startProcess } from './process.ts'

/** Whether the shop has done the work of the call by the time of the crash. */
export const moments = ['before', 'after'] as const
export type Moment = (typeof moments)[number]

/** A lost call is over after twice this time. */
const TIMEOUT = { PRESTASHOP_TIMEOUT_MS: '1000' }

export const callsOf = (shop: SandboxShop): string[] => shop.requests.map(({ method, resource }) => `${method} ${resource}`)

export interface Crash {
  /** Such as `POST orders`. */
  readonly call: string
  readonly when: Moment
  /** Variables of both bridges. */
  readonly variables?: Readonly<Record<string, string>>
  /** What is done before. */
  readonly arrange?: (bridge: BridgeProcess, shop: SandboxShop) => Promise<void>
  readonly send: (bridge: BridgeProcess) => Promise<unknown>
}

/**
 * Sends something to a bridge, kills the bridge with SIGKILL at a call, and lets another one take up its ledger.
 * @returns the shop, when nothing is open any more
 */
export const crashAt = async ({ call, when, variables = {}, arrange, send }: Crash): Promise<SandboxShop> => {
  const shop = await servedShop()
  const path = ledgerPath()
  const first = await startProcess(shop, path, variables)
  await arrange?.(first, shop)

  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  afterFile(release)
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const [method, resource] = call.split(' ')
  const forget =
    when === 'before'
      ? shop.inject({ answer: 'hang', times: 1, when: (request) => request.method === method && request.resource === resource })
      : shop.onHook(async () => {
          if (callsOf(shop).at(-1) !== call) return
          reach()
          await released
        })
  await send(first)
  if (when === 'before') await until(() => callsOf(shop).at(-1) === call, `the bridge calls ${call}`)
  else await reached
  first.kill('SIGKILL')
  expect((await first.ended).signal).toBe('SIGKILL')
  forget()
  release()

  const second = await startProcess(shop, path, { ...TIMEOUT, ...variables })
  await second.drained()
  return shop
}
