import { describe, expect, test } from 'vitest'
import { type Bridge, type BridgeOptions, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { postSigned, SIGNING_SECRET, signatureOf } from './support.ts'

const OTHER_SECRET = Buffer.from('fedcba9876543210fedcba9876543210').toString('base64')
const webhook = customerEnvelope(jane, { action_type: 'created' })
const text = JSON.stringify(webhook)
const now = (): number => Math.floor(Date.now() / 1_000)

const start = (options: BridgeOptions = {}): Promise<Bridge> =>
  startBridge({ ...options, config: { WEBHOOK_SIGNING_SECRET: `whsec_${SIGNING_SECRET}`, ...options.config } })

const storedIn = ({ server }: Bridge): number => server.ledger.list({ limit: 10 }).length

const expectRefusal = async (bridge: Bridge, headers: Record<string, string>, error: string, body = text): Promise<void> => {
  const reply = await bridge.post(body, headers)
  expect(reply).toMatchObject({ status: 403, body: { success: false, error: expect.stringContaining(error) } })
  expect(storedIn(bridge)).toBe(0)
  expect(bridge.calls()).toEqual([])
}

describe('with WEBHOOK_SIGNING_SECRET a webhook', () => {
  test('that is signed is applied', async () => {
    const bridge = await start()
    expect(await postSigned(bridge, webhook)).toMatchObject({ status: 200, body: { success: true, outcome: 'created' } })
  })

  test('that is signed over text beyond ASCII is applied', async () => {
    const bridge = await start()
    const { body } = await postSigned(bridge, customerEnvelope({ ...jane, lastname: 'Désirée Ğ' }, { action_type: 'created' }))
    expect(bridge.shop.row('customers', Number(body['entity_id']))).toMatchObject({ lastname: 'Désirée Ğ' })
  })

  test('that is not signed is told what is missing', async () => {
    const bridge = await start()
    await expectRefusal(bridge, {}, 'webhook-id, webhook-timestamp and webhook-signature are needed')
  })

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is refused', async (name) => {
    const bridge = await start()
    const { [name]: _left, ...others } = signatureOf(text)
    await expectRefusal(bridge, others, 'are needed')
  })

  test.each([
    { what: 'another body', headers: () => signatureOf(`${text} `) },
    { what: 'another id', headers: () => ({ ...signatureOf(text), 'webhook-id': 'msg_other' }) },
    { what: 'another time', headers: () => ({ ...signatureOf(text), 'webhook-timestamp': String(now() - 7) }) },
    { what: 'another secret', headers: () => signatureOf(text, { secret: OTHER_SECRET }) },
    { what: 'another version', headers: () => ({ ...signatureOf(text), 'webhook-signature': signatureOf(text)['webhook-signature']!.replace('v1,', 'v1a,') }) },
    { what: 'nothing', headers: () => ({ ...signatureOf(text), 'webhook-signature': 'v1,' }) }
  ])('with a signature of $what is refused', async ({ headers }) => {
    await expectRefusal(await start(), headers(), 'Invalid webhook signature')
  })

  test('with several signatures is applied when one of them fits', async () => {
    const bridge = await start()
    const { 'webhook-signature': right, ...headers } = signatureOf(text)
    const reply = await bridge.post(text, { ...headers, 'webhook-signature': `v1,AAAA v1a,BBBB ${right}` })
    expect(reply.status).toBe(200)
  })

  test('still needs its X-Webhook-Secret', async () => {
    await expectRefusal(await start(), { ...signatureOf(text), 'x-webhook-secret': 'wrong' }, 'Invalid webhook secret')
  })

  test('with an id of more than 255 characters is refused', async () => {
    await expectRefusal(await start(), signatureOf(text, { id: 'x'.repeat(256) }), 'at most 255 characters')
  })

  test('may be signed with any of several secrets, with and without whsec_', async () => {
    const bridge = await start({ config: { WEBHOOK_SIGNING_SECRET: `${OTHER_SECRET}, whsec_${SIGNING_SECRET}` } })
    expect((await postSigned(bridge, webhook, { secret: SIGNING_SECRET })).status).toBe(200)
    expect((await postSigned(bridge, webhook, { secret: OTHER_SECRET })).status).toBe(200)
    expect((await postSigned(bridge, webhook, { secret: Buffer.from('neither of them').toString('base64') })).status).toBe(403)
  })

  test('that is no JSON is refused as such once its signature is right', async () => {
    const bridge = await start()
    expect((await bridge.post('no JSON', signatureOf('no JSON'))).status).toBe(400)
  })
})

test('without WEBHOOK_SIGNING_SECRET no signature is looked at', async () => {
  const bridge = await startBridge()
  expect((await bridge.post(text, { ...signatureOf(text), 'webhook-signature': 'v1,wrong' })).status).toBe(200)
})

describe('the time of a signature', () => {
  test.each([290, -290])('may be %d s off', async (seconds) => {
    const bridge = await start()
    expect((await postSigned(bridge, webhook, { at: now() - seconds })).status).toBe(200)
  })

  test.each([
    { seconds: 310, error: 'more than five minutes ago' },
    { seconds: 86_400, error: 'more than five minutes ago' },
    { seconds: -310, error: 'more than five minutes ahead' }
  ])('may not be $seconds s off: clocks are to be checked', async ({ seconds, error }) => {
    await expectRefusal(await start(), signatureOf(text, { at: now() - seconds }), error)
  })

  test('must be a number', async () => {
    await expectRefusal(await start(), { ...signatureOf(text), 'webhook-timestamp': 'yesterday' }, 'whole seconds')
  })
})
