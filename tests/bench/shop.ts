import * as v from 'valibot'
import { type Helper, startHelper } from './processes.ts'

/** What a call to the slow shop takes at least. */
export const LATENCY_MS = 50

const addressSchema = v.object({ url: v.string(), key: v.string() })

export type ShopAddress = v.InferOutput<typeof addressSchema>

/** A sandbox shop in a process of its own, quick until `beSlow`. */
export const startShop = async (): Promise<{ shop: Helper; address: ShopAddress }> => {
  const shop = startHelper('shop')
  return { shop, address: await shop.ask(addressSchema, 'address') }
}

/** From now on every call takes `LATENCY_MS` longer. */
export const beSlow = (shop: Helper): Promise<undefined> => shop.ask(v.undefined(), 'latency', LATENCY_MS)

/**
 * Milliseconds that a call takes a client that does nothing else, `concurrency` calls at once: the 50 ms, and what the
 * sandbox shop, the timers and the sockets of this machine add.
 * @param times how many updates each makes, after as many to get warm
 */
export const callTime = async ({ url, key }: ShopAddress, concurrency: number, times: number): Promise<number> => {
  const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'text/xml' }
  const body = '<prestashop><customer><id>1</id><lastname>Roe</lastname></customer></prestashop>'
  const call = async (init: RequestInit): Promise<void> => {
    const response = await fetch(`${url}/api/customers/1`, { ...init, headers })
    if (!response.ok) throw new Error(`the sandbox shop answered ${response.status}`)
    await response.text()
  }
  const update = async (): Promise<void> => {
    await call({})
    await call({ method: 'PATCH', body })
  }
  const updates = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) await update()
  }
  const all = (count: number): Promise<unknown> => Promise.all(Array.from({ length: concurrency }, () => updates(count)))
  await all(times)
  const started = performance.now()
  await all(times)
  return (performance.now() - started) / (times * 2)
}
