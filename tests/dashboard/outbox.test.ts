import { describe, expect, onTestFinished, test } from 'vitest'
import { until } from '../support/bridge.ts'
import { playOdoo, status } from '../outgoing/odoo.ts'
import { namesIn, NOWHERE, records, startDashboard } from './support.ts'

const start = (config: Record<string, string> = {}) => startDashboard({ config: { ODOO_WEBHOOK_URL: NOWHERE, ...config } })

describe('the outgoing page', () => {
  test('lists the events for Odoo, the newest first, with nothing of what they tell', async () => {
    const bridge = await start()
    bridge.put('pending', 1)
    bridge.put('failed', 2)
    const page = await bridge.page('/outbox')
    expect(records(page)).toEqual([
      [expect.stringMatching(/^customer 2 out_/), 'Failed', 'Change', 'email', '1', expect.stringMatching(/just now$/), 'Retry'],
      [expect.stringMatching(/^customer 1 out_/), 'Pending', 'Change', 'email', '0', expect.stringMatching(/just now$/), '']
    ])
    expect(page.html).not.toContain('@example.com')
  })

  test('is filtered by status, and says what the status means', async () => {
    const bridge = await start()
    bridge.put('pending', 1)
    bridge.put('failed', 2, 3)
    const page = await bridge.page('/outbox?status=failed')
    expect(namesIn(page)).toEqual(['customer 3', 'customer 2'])
    expect(page.html).toContain('<option value="failed" selected>Failed</option>')
    expect(page.text).toContain('Failed: given up: retry it when the cause is gone.')
    expect((await bridge.page('/outbox?status=delivered')).text).toContain('No event is delivered.')
    expect(namesIn(await bridge.page('/outbox?status='))).toHaveLength(3)
    expect((await bridge.page('/outbox?status=lost')).status).toBe(400)
  })

  test('is read page by page', async () => {
    const bridge = await start()
    bridge.put('failed', ...Array.from({ length: 60 }, (_, index) => index + 1))
    const first = await bridge.page('/outbox?status=failed')
    const next = /rel="next" href="([^"]+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await bridge.page(next)
    expect(new Set([...namesIn(first), ...namesIn(second)]).size).toBe(60)
    expect(second.html).not.toContain('rel="next"')
  })

  test('tells that the poller is off, and which variable turns it on', async () => {
    expect((await (await start()).page('/outbox')).text).toContain('Poller Off A shop with a module tells by itself. For one without, set OUTGOING_POLL_SECONDS.')
  })

  test('tells how the poller does, and what it cannot read', async () => {
    const key = 'READONLY'.repeat(4)
    const rights = { customers: ['GET'], addresses: ['GET'], orders: ['GET'], configurations: ['GET'] }
    const bridge = await startDashboard({ config: { ODOO_WEBHOOK_URL: NOWHERE, OUTGOING_POLL_SECONDS: '60', PRESTASHOP_KEY: key }, shop: { keys: { [key]: rights } } })
    await until(() => bridge.server.outgoing.poller.stats().rounds > 0, 'a round is done')
    const { text } = await bridge.page('/outbox')
    expect(text).toMatch(/Poller Partly every 1 min Whole rounds since the start 1 Last whole round just now, took \d/)
    expect(text).toContain('cart_rules cannot be read')
  })
})

describe('one event’s page', () => {
  test('shows the event, secrets masked, and Odoo’s last answer', async () => {
    const odoo = await playOdoo()
    onTestFinished(() => odoo.close())
    odoo.answers(status(422, { success: false, error: 'no such partner' }))
    const bridge = await start({ ODOO_WEBHOOK_URL: odoo.url })
    const [id] = bridge.put('pending', 7)
    bridge.server.ledger.events.emit('told')
    await until(() => bridge.server.delivery.stats().refused === 1, 'Odoo refused it')
    const page = await bridge.page(`/outbox/${id}`)
    expect(page.text).toMatch(/Event about customer 7 Pending to be delivered Odoo’s last answer .*no such partner/)
    expect(page.html).toContain('&quot;email&quot;: &quot;jane7@example.com&quot;')
    expect(page.html).toContain(`action="/outbox/${id}/retry"`)
  })

  test('is 404 when there is none with this id', async () => {
    const bridge = await start()
    expect((await bridge.page('/outbox/out_none')).status).toBe(404)
    expect((await bridge.submit('/outbox/out_none/retry')).status).toBe(404)
  })
})

describe('a retry of an event', () => {
  test('has it read afresh and sent', async () => {
    const bridge = await start()
    const [id = ''] = bridge.put('failed', 1)
    const answer = await bridge.submit(`/outbox/${id}/retry`)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/outbox/${id}?retried=1`])
    expect(bridge.server.ledger.outgoing.read(({ outbox }) => outbox.find(id)?.status)).not.toBe('failed')
    expect((await bridge.page(`/outbox/${id}?retried=1`)).text).toContain('It is tried again.')
  })

  test('is refused for one that is delivered', async () => {
    const bridge = await start()
    const [id = ''] = bridge.put('delivered', 1)
    expect((await bridge.page(`/outbox/${id}`)).html).not.toContain('/retry')
    const answer = await bridge.submit(`/outbox/${id}/retry`)
    expect(answer.status).toBe(409)
    expect(answer.text).toContain('this one is delivered')
  })

  test('of all asks first', async () => {
    const bridge = await start()
    bridge.put('failed', 1, 2)
    expect((await bridge.page('/outbox')).html).toContain('href="/outbox/retry"')
    expect((await bridge.page('/outbox/retry')).text).toContain('Retry all events?')
    const answer = await bridge.submit('/outbox/retry')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/outbox?retried=2'])
    expect((await bridge.page('/outbox?retried=2')).text).toContain('2 events are tried again.')
  })
})
