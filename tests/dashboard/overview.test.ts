import { describe, expect, onTestFinished, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, until } from '../support/bridge.ts'
import { takeTablesAway } from '../api/broken-ledger.ts'
import { namesIn, NOWHERE, records, rowsOf, shopAway, startDashboard } from './support.ts'

describe('the overview', () => {
  test('tells that all is well, and that nothing has come yet', async () => {
    const { page } = await startDashboard()
    const { status, headers, text } = await page('/')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(headers.get('cache-control')).toBe('no-store')
    for (const words of ['Odoo → shop On', 'Shop Not asked yet', 'Shop → Odoo Not set up', 'No webhook has come yet', 'Nothing has ended in the last hour']) {
      expect(text).toContain(words)
    }
  })

  test('tells what became of the latest webhooks, the newest first, and counts them', async () => {
    const { page, post } = await startDashboard()
    await post(customerEnvelope(jane, { action_type: 'created' }))
    await post(customerEnvelope({ firstname: 'Janet' }))
    await post(addressEnvelope({ ...home, phone: 'call me', id_customer: 1 }))
    const shown = await page('/')
    expect(records(shown)).toEqual([
      [expect.stringMatching(/^address 2001 created op_/), 'Failed', 'Validation, field phone', 'not known', expect.any(String), expect.any(String), 'Retry'],
      [expect.stringMatching(/^customer 1001 updated op_/), 'Updated', '', expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d{4}-.*just now$/), expect.stringMatching(/ ms$/), ''],
      [expect.stringMatching(/^customer 1001 created op_/), 'Created', '', expect.any(String), expect.any(String), expect.any(String), '']
    ])
    expect(shown.text).toContain('3 webhooks received, 2 succeeded, 1 failed; half ended within')
    expect(shown.text).toMatch(/Failed 1 wait for your decision/)
    expect(shown.text).toContain('Working')
  })

  test('draws throughput and latency of the last hour, with the same in a sentence and as a table', async () => {
    const { page, post } = await startDashboard()
    await post([customerEnvelope(jane, { action_type: 'created' }), customerEnvelope({ ...jane, email: 'b@example.com' }, { entity_id: 2, action_type: 'created' })])
    const shown = await page('/')
    expect(shown.html).toMatch(/<svg [^>]*role="img" aria-labelledby="throughput"><title id="throughput">Operations that ended, per minute from \d\d:\d\d to \d\d:\d\d: at most [12], 0 failures<\/title>/)
    expect(shown.html).toMatch(/<svg [^>]*role="img" aria-labelledby="latency"><title id="latency">Time from receipt to end, per minute: median /)
    expect(shown.html).toContain('<rect class="done"')
    // Two when the minute was over meanwhile.
    const minutes = rowsOf(shown).filter(([name = '']) => /^\d\d:\d\d$/.test(name))
    const total = (column: number): number => minutes.reduce((sum, row) => sum + Number(row[column]), 0)
    expect([total(1), total(2), total(3)]).toEqual([2, 2, 0])
  })

  test('tells since when the shop is down, why, and what waits for how long', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0' } })
    const back = shopAway(bridge)
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    const { text, html } = await bridge.page('/')
    expect(text).toMatch(/Shop Down Since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
    expect(text).toContain('The shop cannot be worked with')
    expect(text).toContain(bridge.server.sync.breaker().reason?.message)
    expect(text).toMatch(/Backlog 1 the oldest for less than a minute/)
    expect(html).toContain('<a href="/operations?status=pending">1</a>')
    back()
    await bridge.drained()
    expect((await bridge.page('/')).text).not.toContain('The shop cannot be worked with')
  })

  test('tells what to fix when the key is wrong', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0', PRESTASHOP_KEY: 'X'.repeat(32) } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.breaker().open, 'the breaker is open')
    const { text, html } = await bridge.page('/')
    expect(text).toContain('Needs you')
    expect(text).toContain(bridge.server.sync.breaker().reason?.message)
    expect(html).not.toContain('X'.repeat(32))
  })

  test('names the rights that the key lacks', async () => {
    const key = 'READONLY'.repeat(4)
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0', PRESTASHOP_KEY: key }, shop: { keys: { [key]: { customers: ['GET'] } } } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await until(() => bridge.server.sync.missingRights().length > 0, 'a right is missing')
    const { text } = await bridge.page('/')
    expect(text).toContain('The Webservice key lacks rights')
    const [{ method, resource } = { method: '', resource: '' }] = bridge.server.sync.missingRights()
    expect(text).toContain(`${method} ${resource}`)
  })

  test('tells of the outgoing side: what waits, what was given up, what was judged, and that Odoo is away', async () => {
    const bridge = await startDashboard({ config: { ODOO_WEBHOOK_URL: NOWHERE } })
    bridge.put('failed', 1, 2)
    await fetch(`${bridge.server.url}/outgoing/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': 'a secret for tests' },
      body: JSON.stringify({ event_id: 1, entity_type: 'customer', entity_id: 7, action_type: 'updated', before_data: { firstname: 'A' }, after_data: { firstname: 'B' } })
    })
    await until(() => bridge.server.delivery.state().open, 'Odoo is away')
    const shown = await bridge.page('/')
    expect(shown.text).toMatch(/Pending 1 pending events to be delivered/)
    expect(shown.text).toMatch(/Failed 2 failed events given up/)
    expect(rowsOf(shown)).toContainEqual(['New record', '1', 'told to Odoo: a record that the bridge had never seen'])
    expect(shown.text).toContain('Odoo takes no events')
    expect(shown.text).toContain(bridge.server.delivery.state().reason)
  })

  test('shows ten operations at most', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0' } })
    shopAway(bridge)
    await bridge.post(Array.from({ length: 12 }, (_, index) => customerEnvelope(jane, { entity_id: index + 1 })))
    expect(namesIn(await bridge.page('/'))).toHaveLength(10)
  })
})

describe('the switch', () => {
  test('is turned off and on by forms that ask first', async () => {
    const bridge = await startDashboard()
    expect((await bridge.page('/')).html).toContain('href="/switch?to=off"')
    const asked = await bridge.page('/switch?to=off')
    expect(asked.text).toContain('Switch the reverse sync off?')
    expect(asked.html).toContain('<form class="actions" method="post" action="/switch"><input type="hidden" name="on" value="false">')
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)

    const off = await bridge.submit('/switch', { on: 'false' })
    expect([off.status, off.headers.get('location')]).toEqual([303, '/'])
    expect((await bridge.post(customerEnvelope(jane))).status).toBe(503)
    expect((await bridge.page('/')).text).toContain('Switched off')

    expect((await bridge.submit('/switch', { on: 'true' })).status).toBe(303)
    expect((await bridge.post(customerEnvelope(jane))).status).toBe(200)
    expect((await bridge.page('/')).text).not.toContain('Switched off')
  })

  test.each([{}, { on: 'maybe' }, { off: 'true' }])('stays as it is with the form %j', async (fields) => {
    const bridge = await startDashboard()
    expect((await bridge.submit('/switch', fields)).status).toBe(400)
    expect((await bridge.post(customerEnvelope(jane, { action_type: 'created' }))).status).toBe(200)
  })

  test('refuses a form that is larger than any', async () => {
    const bridge = await startDashboard()
    expect((await bridge.submit('/switch', { on: 'false', more: 'x'.repeat(10_000) })).status).toBe(413)
    expect((await bridge.page('/')).text).not.toContain('Switched off')
  })
})

describe('a page while the ledger cannot be used', () => {
  test.each(['/', '/operations', '/operations/op_1', '/outbox', '/outbox/out_1'])('%s says so, and what to check', async (path) => {
    const bridge = await startDashboard()
    onTestFinished(takeTablesAway(bridge.ledgerPath))
    const { status, headers, text } = await bridge.page(path)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    expect(text).toContain('The ledger cannot be used: check free disk space and the rights on LEDGER_PATH.')
  })
})
