import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/ledger.ts'
import type { Operation } from '../../src/ledger/operation.ts'
import { customerEnvelope, jane } from '../support/bridge.ts'
import { ledgerPath, servedShop, startProcess } from '../support/process.ts'

const operationsIn = (path: string): Operation[] => {
  const ledger = openLedger({ path, as: 'tool' })
  try {
    return ledger.list({ limit: 100 })
  } finally {
    ledger.close()
  }
}

const isRefused = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => false,
    () => true
  )

describe.concurrent('SIGTERM during a call to the shop', () => {
  test('finishes the call, leaves the rest pending, stores webhooks until the port closes, and ends with 0', async () => {
    const shop = await servedShop()
    const ledger = ledgerPath()
    const bridge = await startProcess(shop, ledger, { PRESTASHOP_CONCURRENCY: '1' })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const written = new Promise<void>((resolve) => {
      shop.onHook(async () => {
        resolve()
        await released
      })
    })
    const { body: first } = await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await written
    const { body: second } = await bridge.post(customerEnvelope({ ...jane, email: 'other@example.com' }, { entity_id: 2, action_type: 'created' }))

    bridge.kill('SIGTERM')
    await bridge.wrote('"stopping"')
    const third = await bridge.post(customerEnvelope({ ...jane, email: 'third@example.com' }, { entity_id: 3, action_type: 'created' }))
    expect(third.status).toBe(202)
    release()
    expect(await bridge.ended).toMatchObject({ code: 0, stderr: '' })
    expect(await isRefused(bridge.url)).toBe(true)
    expect(bridge.log().at(-1)).toMatchObject({ msg: 'stopped' })

    const operations = operationsIn(ledger)
    const statusOf = ({ operation_id: id }: Record<string, unknown>): unknown =>
      operations.find(({ operation_id }) => operation_id === id)
    expect(statusOf(first)).toMatchObject({ status: 'success', outcome: 'created' })
    for (const { body } of [{ body: second }, third]) {
      expect(statusOf(body)).toMatchObject({ status: 'pending', attempts: 0, error_kind: null })
    }
    expect(shop.requests.filter(({ method }) => method !== 'GET')).toHaveLength(1)
  })

  test('answers the webhook that waits for its result, then ends at once', async () => {
    const shop = await servedShop()
    const bridge = await startProcess(shop, ledgerPath(), { ACK_WAIT_MS: '5000' })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const written = new Promise<void>((resolve) => {
      shop.onHook(async () => {
        resolve()
        await released
      })
    })
    const answer = bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await written
    bridge.kill('SIGTERM')
    await bridge.wrote('"stopping"')
    release()
    expect((await answer).body).toMatchObject({ success: true, outcome: 'created' })
    const answered = performance.now()
    expect((await bridge.ended).code).toBe(0)
    // A sender that keeps its connection open does not keep the server up.
    expect(performance.now() - answered).toBeLessThan(2_500)
  })

  test('does not wait for a shop that never answers; the next start finds out', async () => {
    const shop = await servedShop()
    const ledger = ledgerPath()
    const bridge = await startProcess(shop, ledger)
    const wake = shop.inject({ answer: 'hang' })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    while (shop.requests.length === 0) await sleep(5)
    bridge.kill('SIGTERM')
    expect((await bridge.ended).code).toBe(0)
    wake()

    const next = await startProcess(shop, ledger)
    await next.drained()
    expect(shop.rows('customers').filter(({ email }) => email === jane.email)).toHaveLength(1)
  })
})

test.concurrent('SIGINT ends an idle server at once, with 0', async () => {
  const shop = await servedShop()
  const bridge = await startProcess(shop, ledgerPath())
  await bridge.get('/healthz')
  const asked = performance.now()
  bridge.kill('SIGINT')
  expect(await bridge.ended).toMatchObject({ code: 0, signal: null })
  expect(performance.now() - asked).toBeLessThan(3_000)
})

test.concurrent('a second signal ends it at once, with 1', async () => {
  const shop = await servedShop()
  const bridge = await startProcess(shop, ledgerPath())
  shop.inject({ answer: 'hang' })
  await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
  while (shop.requests.length === 0) await sleep(5)
  bridge.kill('SIGTERM')
  await bridge.wrote('"stopping"')
  bridge.kill('SIGTERM')
  expect(await bridge.ended).toMatchObject({ code: 1 })
})
