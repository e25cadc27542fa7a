import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane, until } from '../support/bridge.ts'
import { rowsOf, shopAway, startDashboard } from './support.ts'

const idOf = ({ body }: { body: Record<string, unknown> }): string => String(body['operation_id'])

describe('an operation’s page', () => {
  test('tells its story: received, attempts with their calls of the shop, result, payload', async () => {
    const bridge = await startDashboard()
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    const id = idOf(await bridge.post(customerEnvelope({ firstname: 'Janet', colour: 'red' }, { event_id: 'evt-1' })))
    const shown = await bridge.page(`/operations/${id}`)
    const { entity_id: shopId } = bridge.server.ledger.find(id)!
    expect(shown.text).toMatch(/customer 1001 updated Updated/)
    for (const step of ['Received', 'Attempt 1 Applied', 'Result Updated']) expect(shown.text).toContain(step)
    expect(rowsOf(shown)).toEqual([
      [`GET customers/${shopId}`, '200', expect.stringMatching(/ ms$/), expect.stringMatching(/^\d{4}-/)],
      [`PATCH customers/${shopId}`, '200', expect.stringMatching(/ ms$/), expect.stringMatching(/^\d{4}-/)]
    ])
    expect(shown.text).toContain(`customer ${shopId} updated: firstname`)
    expect(shown.text).toContain('Ignored fields colour')
    expect(shown.text).toContain('evt-1')
    expect(shown.html).toContain('&quot;firstname&quot;: &quot;Janet&quot;')
  })

  test('tells why it failed and what to do', async () => {
    const bridge = await startDashboard()
    const reply = await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 }))
    const { text } = await bridge.page(`/operations/${idOf(reply)}`)
    expect(text).toContain('It failed')
    expect(text).toContain(String(reply.body['error']))
    expect(text).toContain('What to do: send it as "upserted", or bind it: npm run cli -- bindings set')
  })

  test('tells that it waits for the shop', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0' } })
    shopAway(bridge)
    const id = idOf(await bridge.post(customerEnvelope(jane)))
    await until(() => bridge.server.ledger.find(id)?.error_kind !== null, 'it was tried')
    const { text } = await bridge.page(`/operations/${id}`)
    expect(text).toMatch(/Pending It waits/)
    expect(text).toContain('What to do: nothing: it goes on by itself when the shop answers.')
    expect(text).toContain('Attempt 1 Postponed')
    expect(text).not.toContain('Retry')
  })

  test('tells what it waits for, and when it is tried again', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0' } })
    const id = idOf(await bridge.post(addressEnvelope({ ...home, customer_odoo_id: 77 })))
    await until(() => bridge.server.ledger.find(id)?.error_kind === 'dependency', 'it waits')
    const { text } = await bridge.page(`/operations/${id}`)
    expect(text).toContain('What to do: nothing: it goes on by itself when the other record is there.')
    expect(text).toMatch(/Waits Next attempt \d{4}-/)
  })

  test('leads to the operation that it was written together with', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0', PRESTASHOP_CONCURRENCY: '1' } })
    await bridge.post(customerEnvelope(jane, { action_type: 'created' }))
    await bridge.drained()
    const { body } = await bridge.post([customerEnvelope({ company: 'a' }), customerEnvelope({ company: 'b' })])
    await bridge.drained()
    expect(body).toHaveProperty('results')
    const [superseded] = bridge.server.ledger.list({ outcome: 'superseded', limit: 1 })
    const { html } = await bridge.page(`/operations/${superseded?.operation_id}`)
    expect(html).toContain(`<a href="/operations/${superseded?.superseded_by}">`)
  })

  test('masks secrets of the payload, and shows characters that would turn the text round', async () => {
    const bridge = await startDashboard()
    const id = idOf(await bridge.post(customerEnvelope({ ...jane, passwd: 'hunter2hunter2', api_key: { deep: 'hunter3' }, company: 'a\u202Eb' }, { action_type: 'created' })))
    const { html } = await bridge.page(`/operations/${id}`)
    expect(html).toContain('&quot;passwd&quot;: &quot;[masked]&quot;')
    expect(html).toContain('a\\u202eb')
    expect(html).not.toMatch(/hunter\d|\u202E/)
  })

  test('says that the payload is gone after RETENTION_DAYS, and offers no retry then', async () => {
    const bridge = await startDashboard()
    const id = idOf(await bridge.post(customerEnvelope(jane, { action_type: 'created' })))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1.5 * 86_400_000 })
    onTestFinished(() => void vi.useRealTimers())
    bridge.server.ledger.prune(1)
    const shown = await bridge.page(`/operations/${id}`)
    expect(shown.text).toContain('It is gone, as RETENTION_DAYS says.')
    expect(shown.html).not.toContain(`/operations/${id}/retry`)
    const refused = await bridge.submit(`/operations/${id}/retry`, { force: 'true' })
    expect(refused.status).toBe(409)
    expect(refused.text).toContain('RETENTION_DAYS')
  })

  test('is 404 when there is none with this id', async () => {
    const bridge = await startDashboard()
    expect((await bridge.page('/operations/op_none')).status).toBe(404)
    expect((await bridge.submit('/operations/op_none/retry')).status).toBe(404)
  })
})

describe('a retry from an operation’s page', () => {
  test('tries it again and says so', async () => {
    const bridge = await startDashboard()
    const id = idOf(await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 })))
    expect((await bridge.page(`/operations/${id}`)).html).toContain(`<form method="post" action="/operations/${id}/retry"><button`)
    const answer = await bridge.submit(`/operations/${id}/retry`)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/operations/${id}?retried=1`])
    await bridge.drained()
    const { text } = await bridge.page(`/operations/${id}?retried=1`)
    expect(text).toContain('It is tried again.')
    expect(text).toContain('Attempt 2')
  })

  test('writes Odoo’s values all the same when it is forced, and explains that first', async () => {
    const bridge = await startDashboard()
    await bridge.post(customerEnvelope({ ...jane, company: 'Before' }, { action_type: 'created' }))
    const id = idOf(await bridge.post(customerEnvelope({ company: 'After' })))
    const row = bridge.shop.rows('customers').find(({ email }) => email === jane.email)
    bridge.shop.backOffice.update('customers', Number(row?.id), { company: 'Restored' })
    const { text, html } = await bridge.page(`/operations/${id}`)
    expect(text).toContain('restored from a backup; a later change in the shop is lost')
    expect(html).toContain('<input type="hidden" name="force" value="true">')
    expect((await bridge.submit(`/operations/${id}/retry`)).status).toBe(409)
    expect((await bridge.submit(`/operations/${id}/retry`, { force: 'true' })).status).toBe(303)
    await bridge.drained()
    expect(bridge.shop.row('customers', Number(row?.id))?.company).toBe('After')
  })
})
