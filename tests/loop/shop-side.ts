import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { moduleEvent, type ModuleEvent, type ModuleStyle } from '../support/module.ts'
import type { Reply } from './bridge.ts'
import type { SimulatedClock } from './clock.ts'
import type { Noise } from './noise.ts'

export interface ModuleOptions {
  readonly shop: SandboxShop
  readonly style: ModuleStyle
  /** The shop has none. */
  readonly isSilent: boolean
  readonly clock: SimulatedClock
  readonly noise: Noise
  /** Posts to the bridge; rejects when there is no answer. */
  readonly post: (path: string, body: unknown) => Promise<Reply>
  readonly trace: (line: string) => void
}

/** How the module in the field waits before it sends an event again, in milliseconds. */
const BACKOFF_MS = [10_000, 60_000, 300_000, 900_000, 3_600_000, 86_400_000]
const HOST = 'shop.test'

const isDone = (reply: Reply): boolean => {
  const results = reply.body['results']
  return Array.isArray(results) && results.every((result: unknown) => typeof result === 'object' && result !== null && Reflect.get(result, 'success') === true)
}

/**
 * The shop's module at work: some events it sends inside the shop's own request, others later, some twice, each at its
 * own pace; what was no success again.
 */
export const startModule = ({ shop, style, isSilent, clock, noise, post, trace }: ModuleOptions) => {
  const ours = new Set<unknown>()
  let waiting = 0
  let sent = 0

  const once = async (event: ModuleEvent): Promise<boolean> => {
    sent += 1
    waiting += 1
    try {
      const reply = await post('/outgoing/events', { batch_id: `b${sent}`, timestamp: String(event['hook_timestamp']), events: [event] })
      trace(`the module told ${String(event['event_id'])} (${String(event['hook_timestamp'])}): ${JSON.stringify(reply.body['results'])}`)
      return isDone(reply)
    } catch {
      return false
    } finally {
      waiting -= 1
    }
  }

  const later = async (event: ModuleEvent, delay: number): Promise<void> => {
    waiting += 1
    await clock.sleep(delay)
    for (const pause of BACKOFF_MS) {
      if (await once(event)) {
        waiting -= 1
        return
      }
      await clock.sleep(pause)
    }
    throw new Error('the module has given up an event: the scenario is not fair')
  }

  shop.onHook(async (hook) => {
    const event = moduleEvent(hook, style)
    if (!event || isSilent) return
    if (hook.operation_id !== undefined) ours.add(event['event_id'])
    await clock.as(HOST, async () => {
      if (noise.happens('told twice', 0.08)) void later(event, noise.delay('told again', 2_000))
      if (noise.happens('told inside', 0.4)) {
        if (!(await once(event))) void later(event, BACKOFF_MS[0]!)
        return
      }
      void later(event, noise.delay('told', noise.happens('told late', 0.05) ? 4_000 : 800))
    })
  })

  return {
    /** Events that are not accepted yet. */
    waiting: (): number => waiting,
    sent: (): number => sent,
    /** Whether an event tells of a write of the bridge. */
    isOurs: (eventId: unknown): boolean => ours.has(eventId)
  }
}

export type ShopModule = ReturnType<typeof startModule>
