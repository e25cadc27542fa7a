import { describe, expect, test } from 'vitest'
import type { HookEvent, SandboxShop } from '../../src/sandbox/shop.ts'
import { addressEnvelope, customerEnvelope, home, jane } from '../support/bridge.ts'
import { ledgerPath, servedShop, startProcess } from '../support/process.ts'

const eventsOf = (shop: SandboxShop): HookEvent[] => {
  const events: HookEvent[] = []
  shop.onHook((event) => {
    events.push(event)
  })
  return events
}

/** Holds back the shop's next answers to writes; resolves, when the write is done, with what it did. */
const holdBack = (shop: SandboxShop): { written: Promise<HookEvent>; release: () => void } => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: written, resolve } = Promise.withResolvers<HookEvent>()
  shop.onHook(async (event) => {
    resolve(event)
    await released
  })
  return { written, release }
}

const created = customerEnvelope(jane, { action_type: 'created' })
const updated = customerEnvelope({ company: 'Roe & Sons' })
const housed = addressEnvelope({ ...home, customer_odoo_id: 1001 })
const unhoused = addressEnvelope({}, { action_type: 'deleted' })

describe.concurrent('kill -9 between the acceptance of a webhook and the write', () => {
  test('loses nothing: everything is applied once after the next start', async () => {
    const shop = await servedShop()
    const events = eventsOf(shop)
    const ledger = ledgerPath()
    const wake = shop.inject({ answer: 'hang' })
    const first = await startProcess(shop, ledger)
    for (const webhook of [created, updated, housed]) expect((await first.post(webhook)).status).toBe(202)
    first.kill('SIGKILL')
    expect((await first.ended).signal).toBe('SIGKILL')
    wake()

    const second = await startProcess(shop, ledger)
    await second.drained()
    expect(events.map(({ resource, action_type }) => `${resource} ${action_type}`)).toEqual([
      'customers created',
      'customers updated',
      'addresses created'
    ])
    expect(events[1]?.after_data).toMatchObject({ email: jane.email, company: 'Roe & Sons' })
    expect(events[2]?.after_data).toMatchObject({ address1: home.address1, id_customer: String(events[0]?.entity_id) })
  })
})

describe.concurrent('kill -9 between the shop’s write and the note of it', () => {
  test.each([
    { what: 'a new customer', before: [], webhook: created, event: 'customers created' },
    { what: 'a changed customer', before: [created], webhook: updated, event: 'customers updated' },
    { what: 'a new address', before: [created], webhook: housed, event: 'addresses created' },
    { what: 'a deleted address', before: [created, housed], webhook: unhoused, event: 'addresses deleted' }
  ])('writes $what once', async ({ before, webhook, event }) => {
    const shop = await servedShop()
    const ledger = ledgerPath()
    const first = await startProcess(shop, ledger)
    for (const earlier of before) {
      await first.post(earlier)
      await first.drained()
    }
    const events = eventsOf(shop)
    const { written, release } = holdBack(shop)
    const { body } = await first.post(webhook)
    await written
    first.kill('SIGKILL')
    await first.ended
    release()

    const second = await startProcess(shop, ledger)
    await second.drained()
    expect(events.map(({ resource, action_type }) => `${resource} ${action_type}`)).toEqual([event])
    expect((await second.get(`/api/operations/${String(body['operation_id'])}`)).body).toMatchObject({ status: 'success' })
    // A later webhook finds the record again.
    expect((await second.post(customerEnvelope({ note: 'later' }))).status).toBe(202)
    await second.drained()
    const customer = shop.rows('customers').filter(({ email }) => email === jane.email)
    expect(customer).toMatchObject([{ note: 'later' }])
  })
})

describe.concurrent('kill -9 in the middle of 500 webhooks', () => {
  test('leaves every acknowledged one in the shop once, and none twice', async () => {
    const shop = await servedShop()
    const ledger = ledgerPath()
    const customers = Array.from({ length: 25 }, (_, index) =>
      shop.backOffice.create('customers', { ...jane, email: `owner${index}@example.com`, passwd: 'secret', active: '1', id_shop: '1' })
    )
    const webhooks = Array.from({ length: 500 }, (_, index) =>
      index % 2 === 0
        ? customerEnvelope({ ...jane, email: `jane${index}@example.com` }, { entity_id: 5000 + index, action_type: 'created' })
        : addressEnvelope({ ...home, address1: `${index} Main street`, id_customer: customers[index % 25] }, { entity_id: 5000 + index })
    )
    const events = eventsOf(shop)
    const first = await startProcess(shop, ledger, { PRESTASHOP_CONCURRENCY: '16' })

    const acknowledged: number[] = []
    const waiting = webhooks.entries()
    const sender = async (): Promise<void> => {
      for (const [index, webhook] of waiting) {
        const answer = await first.post(webhook).catch(() => undefined)
        if (!answer) return
        expect([200, 202]).toContain(answer.status)
        acknowledged.push(index)
        if (acknowledged.length === 250) first.kill('SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: 16 }, sender))
    expect((await first.ended).signal).toBe('SIGKILL')
    expect(acknowledged.length).toBeGreaterThanOrEqual(250)
    expect(acknowledged.length).toBeLessThan(500)

    const second = await startProcess(shop, ledger, { PRESTASHOP_CONCURRENCY: '16' })
    await second.drained()
    const applied = events.map(({ action_type, after_data: row }) => `${action_type} ${row?.['email'] ?? row?.['address1']}`)
    expect(new Set(applied).size).toBe(applied.length)
    for (const index of acknowledged) {
      expect(applied).toContain(index % 2 === 0 ? `created jane${index}@example.com` : `created ${index} Main street`)
    }
  })
})
