import { describe, expect, test } from 'vitest'
import { type Bridge, type BridgeOptions, customerEnvelope, jane, startBridge } from '../support/bridge.ts'
import { resultsOf } from '../inbox/parts.ts'
import { postSigned, SIGNING_SECRET } from './support.ts'

const webhook = customerEnvelope(jane, { action_type: 'upserted' })
const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'

const start = (options: BridgeOptions = {}): Promise<Bridge> =>
  startBridge({ ...options, config: { WEBHOOK_SIGNING_SECRET: SIGNING_SECRET, ...options.config } })

const storedIn = ({ server }: Bridge): number => server.ledger.list({ limit: 10 }).length

describe('a webhook-id that comes again', () => {
  test('gets the first answer, and nothing is done', async () => {
    const bridge = await start()
    const first = await postSigned(bridge, webhook, { id })
    bridge.calls()
    const second = await postSigned(bridge, webhook, { id })
    expect(first).toMatchObject({ status: 200, body: { outcome: 'created' } })
    expect(second).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } })
    expect(bridge.calls()).toEqual([])
    expect(storedIn(bridge)).toBe(1)
  })

  test('gets it also when the sender signs anew, as senders do when they try again', async () => {
    const bridge = await start()
    const at = Math.floor(Date.now() / 1_000)
    const { body } = await postSigned(bridge, webhook, { id, at: at - 60 })
    expect((await postSigned(bridge, webhook, { id, at })).body).toMatchObject({ operation_id: body['operation_id'], duplicate: true })
  })

  test('gets it after a restart', async () => {
    const first = await start()
    const { body } = await postSigned(first, webhook, { id })
    await first.server.close()
    const second = await start({ ledgerPath: first.ledgerPath, sharedShop: first.shop })
    expect(await postSigned(second, webhook, { id })).toMatchObject({ status: 200, body: { ...body, duplicate: true } })
    expect(storedIn(second)).toBe(1)
  })

  test('while the first is being worked on waits for the same result', async () => {
    const bridge = await start()
    const replies = await Promise.all([1, 2, 3].map(() => postSigned(bridge, webhook, { id })))
    expect(new Set(replies.map(({ body }) => body['operation_id'])).size).toBe(1)
    expect(replies.map(({ status, body }) => [status, body['outcome']])).toEqual([1, 2, 3].map(() => [200, 'created']))
    expect(replies.filter(({ body }) => body['duplicate'] === true)).toHaveLength(2)
    expect(storedIn(bridge)).toBe(1)
  })

  test('is told again that the webhook failed, without another attempt', async () => {
    const bridge = await start()
    const update = customerEnvelope({ email: jane.email, company: 'Roe & Sons' }, { event_id: 'again' })
    const failed = await postSigned(bridge, update, { id })
    bridge.shop.backOffice.create('customers', { ...jane, passwd: 'secret', active: '1', id_shop: '1' })
    expect(failed).toMatchObject({ status: 422, body: { code: 'not_found' } })
    expect(await postSigned(bridge, update, { id })).toMatchObject({ status: 422, body: { ...failed.body, duplicate: true } })
    // A new id is the sender's wish to try again.
    expect(await postSigned(bridge, update)).toMatchObject({ status: 200, body: { outcome: 'updated' } })
  })

  test('with another webhook is refused, and nothing is stored', async () => {
    const bridge = await start()
    const { body } = await postSigned(bridge, webhook, { id })
    const other = await postSigned(bridge, customerEnvelope({ ...jane, company: 'Roe & Sons' }), { id })
    expect(other).toMatchObject({ status: 422, body: { success: false, error: expect.stringContaining(String(body['operation_id'])) } })
    expect(other.body['error']).toMatch(/webhook-id was used before/)
    expect(storedIn(bridge)).toBe(1)
  })

  test('after a refusal brings a webhook as if for the first time', async () => {
    const bridge = await start()
    expect((await postSigned(bridge, { ...webhook, entity_type: 'product' }, { id })).status).toBe(422)
    expect(await postSigned(bridge, webhook, { id })).toMatchObject({ status: 200, body: { outcome: 'created' } })
  })

  test('after a 503 brings a webhook as if for the first time', async () => {
    const bridge = await start({ config: { REVERSE_SYNC_ENABLED: 'false', ADMIN_TOKEN: '' } })
    expect((await postSigned(bridge, webhook, { id })).status).toBe(503)
    await fetch(`${bridge.server.url}/api/settings`, { method: 'PUT', body: '{"reverse_sync_enabled":true}' })
    const reply = await postSigned(bridge, webhook, { id })
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'created' } })
    expect(reply.body).not.toHaveProperty('duplicate')
  })

  test('in a batch gets the first answer to each of its webhooks', async () => {
    const bridge = await start()
    const batch = [webhook, { entity_type: 'product' }, customerEnvelope({ ...jane, email: 'joe@example.com' }, { entity_id: 2, action_type: 'created' })]
    const first = resultsOf(await postSigned(bridge, batch, { id }))
    bridge.calls()
    const second = resultsOf(await postSigned(bridge, batch, { id }))
    expect(first.map(({ http_status }) => http_status)).toEqual([200, 422, 200])
    expect(second).toEqual([{ ...first[0], duplicate: true }, first[1], { ...first[2], duplicate: true }])
    expect(bridge.calls()).toEqual([])
  })
})

test('another webhook-id is another webhook: A, B, A are three changes', async () => {
  const bridge = await start()
  const outcomes = []
  for (const company of ['A', 'B', 'A']) {
    outcomes.push((await postSigned(bridge, customerEnvelope({ ...jane, company }, { action_type: 'upserted' }))).body['outcome'])
  }
  expect(outcomes).toEqual(['created', 'updated', 'updated'])
})

test('a webhook-id is forgotten together with its operation', async () => {
  const bridge = await start({ config: { RETENTION_DAYS: '1' } })
  await postSigned(bridge, webhook, { id })
  while (bridge.server.ledger.prune(-1)) if (storedIn(bridge) === 0) break
  expect(storedIn(bridge)).toBe(0)
  expect((await postSigned(bridge, webhook, { id })).body).not.toHaveProperty('duplicate')
})
