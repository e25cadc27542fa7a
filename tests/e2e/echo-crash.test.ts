import { describe, expect, test } from 'vitest'
import type { HookEvent } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane, SECRET } from '../support/bridge.ts'
import { moduleEvent } from '../support/module.ts'
import { type BridgeProcess, ledgerPath, servedShop, startProcess } from '../support/process.ts'

/** Nobody listens there. */
const outgoing = { ODOO_WEBHOOK_URL: 'http://127.0.0.1:9/odoo' }

const created = customerEnvelope(jane, { action_type: 'created' })
const updated = customerEnvelope({ company: 'Roe & Sons' })
const housed = addressEnvelope({ ...home, customer_odoo_id: 1001 })
const unhoused = addressEnvelope({}, { action_type: 'deleted' })

const relay = async ({ url }: BridgeProcess, hook: HookEvent): Promise<unknown> => {
  const response = await fetch(`${url}/outgoing/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body: JSON.stringify({ batch_id: 'b', timestamp: '2026-01-01 00:00:00', events: [moduleEvent(hook, 'field')] })
  })
  return response.json()
}

describe.concurrent('kill -9 while the shop still holds the answer to our write', () => {
  test.each([
    { what: 'a new customer', before: [], webhook: created },
    { what: 'a changed customer', before: [created], webhook: updated },
    { what: 'a new address', before: [created], webhook: housed },
    { what: 'a deleted address', before: [created, housed], webhook: unhoused }
  ])('an echo of $what that comes after the next start ends here, before and after the operation is done', async ({ before, webhook }) => {
    const shop = await servedShop()
    const ledger = ledgerPath()
    const first = await startProcess(shop, ledger, outgoing)
    for (const earlier of before) {
      await first.post(earlier)
      await first.drained()
    }
    const { promise: written, resolve } = Promise.withResolvers<HookEvent>()
    const { promise: dead, resolve: bury } = Promise.withResolvers<void>()
    const forget = shop.onHook(async (hook) => {
      resolve(hook)
      await dead
    })
    await first.post(webhook)
    const hook = await written
    first.kill('SIGKILL')
    await first.ended
    forget()
    bury()

    // The shop is away: the operation cannot be done yet.
    const wake = shop.inject({ answer: { status: 503, body: '' } })
    const second = await startProcess(shop, ledger, outgoing)
    expect(await relay(second, hook)).toMatchObject({ results: [{ success: true, suppressed: true, reason: 'echo' }] })
    wake()
    await second.drained()
    expect(await relay(second, { ...hook, hook_name: 'again' })).toMatchObject({ results: [{ suppressed: true, reason: 'echo' }] })
  })
})
