import { describe, expect, onTestFinished, test } from 'vitest'
import { newOutboxId } from '../../src/ledger/outbox.ts'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { customerEvent, newEntry } from './delivery-stage.ts'
import { hanging, type Odoo, playOdoo, results, status } from './odoo.ts'

interface Scene {
  readonly bridge: Bridge
  readonly odoo: Odoo
  /** Puts an event about each of the customers into the outbox. */
  readonly put: (...customers: number[]) => string[]
  readonly retry: (outboxId: string, headers?: Record<string, string>) => Promise<{ status: number; body: Record<string, unknown> }>
}

const scene = async (config: Record<string, string> = {}): Promise<Scene> => {
  const odoo = await playOdoo()
  const bridge = await startBridge({ config: { ODOO_WEBHOOK_URL: odoo.url, ...config } })
  onTestFinished(() => odoo.close())
  return {
    bridge,
    odoo,
    put: (...customers) => {
      const ids = customers.map(newOutboxId)
      bridge.server.ledger.outgoing.write(({ outbox }) => {
        for (const [index, id] of customers.entries()) {
          outbox.put(newEntry(customerEvent(id), { outbox_id: ids[index]!, source: 'poll' }))
        }
      })
      bridge.server.ledger.events.emit('told')
      return ids
    },
    retry: async (outboxId, headers = {}) => {
      const response = await fetch(`${bridge.server.url}/api/outbox/${outboxId}/retry`, { method: 'POST', headers })
      const body: unknown = await response.json()
      return { status: response.status, body: typeof body === 'object' ? { ...body } : {} }
    }
  }
}

const statusOf = ({ bridge }: Scene, outboxId: string) =>
  bridge.server.ledger.outgoing.read(({ outbox }) => outbox.find(outboxId)?.status)

const fail = ({ bridge }: Scene, outboxId: string): void =>
  bridge.server.ledger.outgoing.write(({ outbox }) => outbox.settle(outboxId, 'failed', 'Odoo refused it: never'))

describe('GET /api/outbox', () => {
  test('lists the newest events without what they tell', async () => {
    const own = await scene()
    own.odoo.answers(results({ success: true }, { success: false, error: 'no' }))
    const [first, second] = own.put(1, 2)
    await until(() => own.bridge.server.delivery.stats().refused === 1, 'Odoo answered')
    const { status: code, body } = await own.bridge.get('/api/outbox')
    expect(code).toBe(200)
    expect(body).toEqual({
      entries: [
        {
          outbox_id: second,
          entity_type: 'customer',
          entity_id: 2,
          source: 'poll',
          status: 'pending',
          reason: 'change',
          fields: ['email'],
          attempts: 1,
          next_attempt_at: expect.stringMatching(/^\d{4}-.+Z$/),
          error_message: 'Odoo refused it: no',
          date_add: expect.stringMatching(/^\d{4}-.+Z$/),
          date_upd: expect.stringMatching(/^\d{4}-.+Z$/)
        },
        expect.objectContaining({ outbox_id: first, status: 'delivered', next_attempt_at: null, error_message: null })
      ],
      next_cursor: null,
      counts: { delivered: 1, pending: 1 },
      delivery: { working: true }
    })
    expect(JSON.stringify(body)).not.toContain('example.com')
  })

  test('names fields that Odoo cannot change as the others, without what marks them in the ledger', async () => {
    const own = await scene()
    own.bridge.server.ledger.outgoing.write(({ outbox }) => {
      outbox.put(newEntry(customerEvent(1), { outbox_id: newOutboxId(), status: 'delivered', fields: ['email', '~total_paid'] }))
    })
    expect((await own.bridge.get('/api/outbox?status=delivered')).body['entries']).toMatchObject([{ fields: ['email', 'total_paid'] }])
  })

  test('gives them by status and page by page', async () => {
    const own = await scene()
    const ids = own.put(1, 2, 3, 4, 5)
    await until(() => own.bridge.server.delivery.stats().delivered === 5, 'all are delivered')
    fail(own, ids[0]!)
    const page = async (cursor: unknown): Promise<Record<string, unknown>> =>
      (await own.bridge.get(`/api/outbox?status=delivered&limit=2${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`)).body
    const first = await page(null)
    const second = await page(first['next_cursor'])
    const third = await page(second['next_cursor'])
    expect(first).toMatchObject({ entries: [{ outbox_id: ids[4] }, { outbox_id: ids[3] }] })
    expect(second).toMatchObject({ entries: [{ outbox_id: ids[2] }, { outbox_id: ids[1] }] })
    expect(third).toMatchObject({ entries: [], next_cursor: null })
    expect((await own.bridge.get('/api/outbox?status=failed')).body).toMatchObject({ entries: [{ outbox_id: ids[0] }] })
  })

  test.each(['status=lost', 'limit=0', 'limit=501', 'limit=x', 'cursor=x'])('refuses ?%s and says why', async (query) => {
    const { bridge } = await scene()
    const { status: code, body } = await bridge.get(`/api/outbox?${query}`)
    expect(code).toBe(400)
    expect(body).toMatchObject({ success: false, error: expect.stringMatching(new RegExp(`^${query.split('=')[0]} `)) })
  })

  test('tells since when and why nothing can be delivered', async () => {
    const own = await scene()
    own.odoo.answers(status(503))
    own.put(1)
    await until(() => own.bridge.server.delivery.state().open, 'the delivery pauses')
    expect((await own.bridge.get('/api/outbox')).body['delivery']).toEqual({
      working: false,
      since: expect.stringMatching(/^\d{4}-.+Z$/),
      kind: 'unavailable',
      reason: 'Odoo takes nothing right now (HTTP 503)'
    })
  })

  test('shows one event with what it tells', async () => {
    const own = await scene()
    const [id] = own.put(1)
    const { status: code, body } = await own.bridge.get(`/api/outbox/${id}`)
    expect(code).toBe(200)
    expect(body).toMatchObject({ outbox_id: id, event: { entity_id: 1, after_data: { email: 'jane1@example.com' } } })
    expect((await own.bridge.get('/api/outbox/out_none')).status).toBe(404)
  })
})

describe('POST /api/outbox/:outbox_id/retry', () => {
  test('has a failed event read afresh in the shop and sent with the values of now', async () => {
    const own = await scene()
    const [id] = own.put(1)
    await until(() => statusOf(own, id!) === 'delivered', 'it is delivered')
    fail(own, id!)
    const { status: code, body } = await own.retry(id!)
    expect({ code, body }).toEqual({ code: 200, body: { success: true, outbox_id: id, status: 'held' } })
    await until(() => statusOf(own, id!) === 'delivered', 'it is delivered again')
    const { email } = own.bridge.shop.row('customers', 1) ?? {}
    expect(own.odoo.requests.at(-1)?.events).toMatchObject([{ entity_id: 1, after_data: { email }, read_afresh: true }])
  })

  test('makes an event that waits for its next attempt due at once', async () => {
    const own = await scene()
    own.odoo.answers(results({ success: false }), results({ success: true }))
    const [id] = own.put(1)
    await until(() => own.bridge.server.delivery.stats().refused === 1, 'Odoo answered')
    expect((await own.retry(id!)).status).toBe(200)
    await until(() => statusOf(own, id!) === 'delivered', 'it is delivered')
  })

  test('says why when there is nothing to try again', async () => {
    const own = await scene()
    const [id] = own.put(1)
    await until(() => statusOf(own, id!) === 'delivered', 'it is delivered')
    expect(await own.retry(id!)).toMatchObject({ status: 409, body: { success: false, status: 'delivered', error: expect.stringContaining('delivered') } })
    expect((await own.retry('out_none')).status).toBe(404)
  })
})

describe('the outbox', () => {
  test('is shown only to whoever has ADMIN_TOKEN', async () => {
    const own = await scene({ ADMIN_TOKEN: 'a-token-of-the-admin' })
    const authorization = { authorization: 'Bearer a-token-of-the-admin' }
    for (const path of ['/api/outbox', '/api/outbox/out_none']) expect((await own.bridge.get(path)).status).toBe(401)
    expect((await own.retry('out_none')).status).toBe(401)
    expect((await own.bridge.get('/api/outbox', authorization)).status).toBe(200)
    expect((await own.retry('out_none', authorization)).status).toBe(404)
  })

  test('does not keep the server from stopping: the event in flight is noted when Odoo answers', async () => {
    const own = await scene()
    const { answer, arrived, release } = hanging()
    own.odoo.answers(answer)
    const [id] = own.put(1)
    await arrived
    const closed = own.bridge.server.close()
    release()
    await closed
    const again = await startBridge({ ledgerPath: own.bridge.ledgerPath, sharedShop: own.bridge.shop })
    expect(again.server.ledger.outgoing.read(({ outbox }) => outbox.find(id!)?.status)).toBe('delivered')
  })
})
