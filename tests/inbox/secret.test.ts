import { describe, expect, test } from 'vitest'
import { type Bridge, customerEnvelope, jane, SECRET, startBridge } from '../support/bridge.ts'

const webhook = customerEnvelope(jane, { action_type: 'created' })

const storedIn = ({ server }: Bridge): number => server.ledger.list({ limit: 10 }).length

describe('the secret of a webhook', () => {
  test.each([
    { what: 'missing', headers: (url: string) => ({ origin: url }) },
    { what: 'wrong', headers: () => ({ 'x-webhook-secret': 'a secret for nobody' }) },
    { what: 'the beginning of the right one', headers: () => ({ 'x-webhook-secret': SECRET.slice(0, -1) }) },
    { what: 'the right one in other letters', headers: () => ({ 'x-webhook-secret': SECRET.toUpperCase() }) },
    { what: 'in the wrong header', headers: () => ({ authorization: `Bearer ${SECRET}` }) }
  ])('that is $what gets 403, and nothing is stored', async ({ headers }) => {
    const bridge = await startBridge()
    const response = await fetch(`${bridge.server.url}/webhooks/odoo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers(bridge.server.url) },
      body: JSON.stringify(webhook)
    })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ success: false, error: 'Invalid webhook secret' })
    expect(storedIn(bridge)).toBe(0)
    expect(bridge.calls()).toEqual([])
  })

  test('that is empty gets 403', async () => {
    const bridge = await startBridge()
    expect((await bridge.post(webhook, { 'x-webhook-secret': '' })).status).toBe(403)
  })

  test('is looked at before the body: a batch with a wrong one is refused as a whole', async () => {
    const bridge = await startBridge()
    const { status, body } = await bridge.post([webhook, webhook], { 'x-webhook-secret': 'wrong' })
    expect({ status, body }).toEqual({ status: 403, body: { success: false, error: 'Invalid webhook secret' } })
    expect((await bridge.post('no JSON', { 'x-webhook-secret': 'wrong' })).status).toBe(403)
    expect((await bridge.post('', { 'x-webhook-secret': 'wrong', 'content-type': 'text/plain' })).status).toBe(403)
  })

  test('that is right lets the webhook in', async () => {
    const bridge = await startBridge()
    expect(await bridge.post(webhook)).toMatchObject({ status: 200, body: { success: true, outcome: 'created' } })
    expect(storedIn(bridge)).toBe(1)
  })

  test('may be any of several, for rotation, and no other', async () => {
    const bridge = await startBridge({ config: { WEBHOOK_SECRET: 'the old secret, the new secret' } })
    const statusWith = async (secret: string): Promise<number> => (await bridge.post(webhook, { 'x-webhook-secret': secret })).status
    expect(await statusWith('the old secret')).toBe(200)
    expect(await statusWith('the new secret')).toBe(200)
    expect(await statusWith('the old secret, the new secret')).toBe(403)
    expect(await statusWith('the')).toBe(403)
  })
})
