import { expect, test } from 'vitest'
import { recordingsOf, startNative } from '../../support/native.ts'

test('probe', async () => {
  const b = await startNative()
  for (const op of ['19_partner-create-company', '19_partner-create-contact-of-company', '19_trigger-company', '19_trigger-contact', '19_trigger-invoice', '19_partner-create-address-delivery-without-name']) {
    const r = await b.replay(recordingsOf(op))
    expect(r.map((x) => [x.status, x.body.error])).toEqual(r.map(() => [202, undefined]))
    await new Promise((f) => setTimeout(f, 300))
    const o = b.server.ledger.list({ limit: 1 })[0]!
    console.log(op, b.calls(), o.status, o.outcome, o.error_message, o.result_data)
  }
  console.log(b.shop.rows('customers').slice(1), b.shop.rows('addresses').filter((a) => Number(a.id) > 5))
})
