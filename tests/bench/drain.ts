import * as v from 'valibot'
import { bridgeEnvironment } from './environment.ts'
import type { Folder } from './folder.ts'
import type { Plan } from './plan.ts'
import { startHelper } from './processes.ts'
import { judge, title } from './report.ts'
import { beSlow, callTime, LATENCY_MS, startShop } from './shop.ts'
import { FIRST_ID, post, sampleCustomer } from './webhooks.ts'

const nothing = v.undefined()
const bridgeSchema = v.object({ url: v.string() })

const customers = (count: number, action: 'created' | 'updated', lastname: string): { events: readonly unknown[] } => ({
  events: Array.from({ length: count }, (_nothing, index) => {
    const id = FIRST_ID + index
    const data = { email: `customer-${id}@example.com`, firstname: 'John', lastname }
    const timestamp = new Date().toISOString()
    return sampleCustomer({ event_id: `${action}-${id}`, entity_id: id, action_type: action, timestamp, data })
  })
})

/** How quickly a backlog of changed customers gets into a shop that takes 50 ms for every call. */
export const measureDrain = async (plan: Plan, folder: Folder): Promise<void> => {
  title(`Drain: a backlog of changed customers, a shop that takes ${LATENCY_MS} ms for every call`)
  for (const concurrency of [4, 16]) await drain(concurrency, plan, folder)
}

const drain = async (concurrency: number, plan: Plan, folder: Folder): Promise<void> => {
  const operations = concurrency * plan.operationsPerSlot
  const { shop, address } = await startShop()
  const bridge = startHelper('bridge', {
    environment: await bridgeEnvironment({ ledgerPath: folder.path(`drain-${concurrency}.db`), shop: address, concurrency }),
    logFile: folder.path(`drain-${concurrency}.log`)
  })
  try {
    const { url } = await bridge.ask(bridgeSchema, 'address')
    const work = async (body: unknown): Promise<number> => {
      await bridge.ask(nothing, 'watch', operations)
      await post(url, body)
      const ms = await bridge.ask(v.number(), 'drained')
      if (await bridge.ask(v.boolean(), 'hasFailures')) throw new Error('an operation of the drain failed')
      return ms
    }
    await work(customers(operations, 'created', 'Doe'))
    await beSlow(shop)
    const callMs = await callTime(address, concurrency, plan.comparedUpdates)
    await shop.ask(v.number(), 'calls')
    const before = await bridge.cpu()
    const ms = await work(customers(operations, 'updated', 'Roe'))
    const cpu = ((await bridge.cpu()) - before) / operations
    const calls = (await shop.ask(v.number(), 'calls')) / operations
    const rate = (operations / ms) * 1_000
    const ideal = (concurrency * 1_000) / (calls * callMs)
    const nominal = (concurrency * 1_000) / (calls * LATENCY_MS)
    judge({
      meaning:
        `${(rate / ideal).toFixed(2)} – ${operations} operations with ${calls.toFixed(2)} calls each at ${rate.toFixed(1)}/s, where ` +
        `${ideal.toFixed(1)}/s is all that a client with nothing else to do gets (${callMs.toFixed(1)} ms a call); ` +
        `${(rate / nominal).toFixed(2)} of what ${LATENCY_MS} ms would allow; ${cpu.toFixed(1)} ms of processor each`,
      goal: `≥ 0.90 of the ideal, concurrency ${String(concurrency).padStart(2)}`,
      met: rate / ideal >= 0.9
    })
  } finally {
    await bridge.stop()
    await shop.stop()
  }
}
