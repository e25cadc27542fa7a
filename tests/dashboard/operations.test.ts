import { describe, expect, test } from 'vitest'
import { addressEnvelope, customerEnvelope, home, jane } from '../support/bridge.ts'
import { couponEnvelope, welcome } from '../support/coupons.ts'
import { type Dashboard, namesIn, records, shopAway, startDashboard } from './support.ts'

const badAddress = (id: number) => addressEnvelope({ ...home, phone: 'call me', customer_email: jane.email }, { entity_id: id })

/** A customer created and updated, an address that failed, a coupon that failed. */
const startWithSome = async (): Promise<Dashboard> => {
  const bridge = await startDashboard()
  await bridge.post(customerEnvelope(jane, { action_type: 'created', event_id: 'the first' }))
  await bridge.post(customerEnvelope({ firstname: 'Janet' }))
  await bridge.post(badAddress(1))
  await bridge.post(couponEnvelope({ ...welcome, reduction_percent: 'much' }))
  return bridge
}

describe('the list of operations', () => {
  test('shows the newest first, without a filter', async () => {
    const { page } = await startWithSome()
    expect(namesIn(await page('/operations'))).toEqual([
      expect.stringMatching(/^coupon \d+ created$/),
      'address 1 created',
      'customer 1001 updated',
      'customer 1001 created'
    ])
  })

  test.each([
    ['status=failed', 2],
    ['status=success&outcome=created', 1],
    ['outcome=updated', 1],
    ['entity_type=address', 1],
    ['text=jane%40example.com', 2],
    ['text=the+first', 1],
    ['text=%20&status=&entity_type=&outcome=&received_from=&received_to=', 4],
    ['received_from=2020-01-01T00%3A00', 4],
    ['received_to=2020-01-01T00%3A00%3A30', 0],
    ['status=failed&entity_type=coupon&text=', 1]
  ])('is filtered by the address ?%s', async (query, rows) => {
    const { page } = await startWithSome()
    expect(namesIn(await page(`/operations?${query}`))).toHaveLength(rows)
  })

  test('shows in its form what it is filtered by', async () => {
    const { page } = await startWithSome()
    const { html } = await page('/operations?status=failed&entity_type=coupon&text=a%22b&received_from=2026-01-31T12:00:00Z')
    expect(html).toContain('<option value="failed" selected>Failed</option>')
    expect(html).toContain('<option value="coupon" selected>Coupon</option>')
    expect(html).toContain('value="a&quot;b"')
    expect(html).toContain('name="received_from" type="datetime-local" value="2026-01-31T12:00:00"')
  })

  test.each([
    ['status=lost', 'status must be one of pending, processing, success, failed'],
    ['received_from=yesterday', 'received_from must be ISO 8601'],
    ['cursor=1', 'cursor must be the next_cursor'],
    [`text=${'x'.repeat(300)}`, 'text must have at most 255 characters']
  ])('says what it does not understand of ?%s', async (query, message) => {
    const { page } = await startDashboard()
    const { status, text } = await page(`/operations?${query}`)
    expect(status).toBe(400)
    expect(text).toContain(message)
  })

  test('says that nothing matches', async () => {
    const { page } = await startWithSome()
    expect((await page('/operations?text=nobody')).text).toContain('No operation matches these filters.')
  })

  test('offers the models of native webhooks as entities', async () => {
    const bridge = await startDashboard()
    await fetch(`${bridge.server.url}/webhooks/odoo/automation?token=${encodeURIComponent('a secret for tests')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ _model: 'res.partner', _id: 7, email: 'a@example.com' })
    })
    expect((await bridge.page('/operations')).html).toContain('<option value="res.partner" >res.partner</option>')
  })

  test('is read page by page, none twice and none left out, with the filters', async () => {
    const bridge = await startDashboard({ config: { ACK_WAIT_MS: '0' } })
    shopAway(bridge)
    await bridge.post(Array.from({ length: 120 }, (_, index) => customerEnvelope(jane, { entity_id: index + 1 })))
    const seen: string[] = []
    let path: string | undefined = '/operations?entity_type=customer'
    for (let pages = 0; path !== undefined && pages < 5; pages += 1) {
      const page = await bridge.page(path)
      seen.push(...namesIn(page))
      path = /rel="next" href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
      // The last page has none.
      expect(path ?? '/operations?entity_type=customer&cursor=').toMatch(/^\/operations\?entity_type=customer&cursor=/)
    }
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
    expect(path).toBeUndefined()
  })
})

const locationOf = ({ headers }: { headers: Headers }): string => headers.get('location') ?? ''

describe('a retry from the list', () => {
  test('tries one again and comes back to the same list', async () => {
    const bridge = await startDashboard()
    const { body } = await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 }))
    const list = await bridge.page('/operations?status=failed&entity_type=customer')
    expect(list.html).toContain(`<form method="post" action="/operations/${String(body['operation_id'])}/retry"><input type="hidden" name="list" value="status=failed&amp;entity_type=customer">`)
    expect(list.html).toContain('aria-label="Retry customer 5 updated"')
    await bridge.post(customerEnvelope({ ...jane, email: 'new@example.com' }, { entity_id: 5, action_type: 'created' }))
    const answer = await bridge.submit(`/operations/${String(body['operation_id'])}/retry`, { list: 'status=failed&entity_type=customer' })
    expect([answer.status, locationOf(answer)]).toEqual([303, '/operations?status=failed&entity_type=customer&retried=1'])
    await bridge.drained()
    expect(bridge.server.ledger.find(String(body['operation_id']))?.status).toBe('success')
    expect((await bridge.page(locationOf(answer))).text).toContain('1 operation is tried again.')
  })

  test('leads nowhere else, whatever the form says', async () => {
    const bridge = await startDashboard()
    const { body } = await bridge.post(customerEnvelope({ email: 'new@example.com' }, { entity_id: 5 }))
    const answer = await bridge.submit(`/operations/${String(body['operation_id'])}/retry`, { list: '//evil.example/\r\nx: y' })
    expect(locationOf(answer)).toMatch(/^\/operations\?/)
    expect(locationOf(answer)).not.toMatch(/\/\/|[\r\n]/)
  })

  test('of all failed that match asks first, telling how many', async () => {
    const bridge = await startWithSome()
    const list = await bridge.page('/operations?entity_type=coupon')
    expect(list.html).toContain('href="/operations/retry?entity_type=coupon"')
    const asked = await bridge.page('/operations/retry?entity_type=coupon')
    expect(asked.text).toContain('Retry 1 failed operation?')
    expect(asked.html).toContain('<input type="hidden" name="entity_type" value="coupon">')
    expect((await bridge.page('/operations/retry')).text).toContain('Retry 2 failed operations?')
    expect((await bridge.page('/operations/retry?text=nobody')).text).toContain('No failed operation matches these filters.')
  })

  test('of all failed takes those that match and no others', async () => {
    const bridge = await startWithSome()
    const before = bridge.server.ledger.list({ status: 'failed', limit: 10 })
    const answer = await bridge.submit('/operations/retry', { entity_type: 'coupon', status: '', text: '' })
    expect([answer.status, locationOf(answer)]).toEqual([303, '/operations?entity_type=coupon&retried=1'])
    await bridge.drained()
    for (const { operation_id, entity_type, attempts } of before) {
      expect(bridge.server.ledger.find(operation_id)?.attempts).toBe(entity_type === 'coupon' ? attempts : 1)
      expect(bridge.server.ledger.attemptsOf(bridge.server.ledger.find(operation_id)!)).toHaveLength(entity_type === 'coupon' ? 2 : 1)
    }
  })

  test('of all failed is not offered where none could have failed', async () => {
    const bridge = await startWithSome()
    expect((await bridge.page('/operations?status=success')).html).not.toContain('/operations/retry')
    expect((await bridge.page('/operations?outcome=created')).html).not.toContain('/operations/retry?')
    const fine = await startDashboard({ sharedShop: bridge.shop })
    await fine.post(customerEnvelope({ ...jane, email: 'fine@example.com' }, { action_type: 'created' }))
    expect((await fine.page('/operations')).html).not.toContain('Retry all failed')
  })

  test.each(['received_from=yesterday', `text=${'x'.repeat(300)}`])('of all failed does nothing with %s', async (fields) => {
    const bridge = await startWithSome()
    expect((await bridge.submit('/operations/retry', Object.fromEntries(new URLSearchParams(fields)))).status).toBe(400)
    expect((await bridge.page(`/operations/retry?${fields}`)).status).toBe(400)
    expect(bridge.server.ledger.list({ status: 'failed', limit: 10 })).toHaveLength(2)
  })

  test('is offered for what failed, not for the rest', async () => {
    const { page } = await startWithSome()
    expect(records(await page('/operations')).map((row) => row.at(-1))).toEqual(['Retry', 'Retry', '', ''])
  })
})
