import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { SECRET } from '../support/bridge.ts'
import { contact } from '../support/native.ts'
import { sendAsOdoo } from '../support/odoo-sender.ts'
import { ledgerPath, servedShop, startProcess } from '../support/process.ts'

const PARTNERS = 8
const headers = { authorization: `Basic ${Buffer.from(`odoo:${SECRET}`).toString('base64')}` }

/** A customer with an address each, told three times. */
const bursts = function* (): Generator<string> {
  for (let id = 1; id <= PARTNERS; id += 1) {
    const place = { street: `${id} rue de Rivoli`, zip: '75001', city: 'Paris', country_code: 'FR' }
    const body = JSON.stringify({ _model: 'res.partner', _id: id, id, ...contact({ email: `p${id}@example.com`, ...place }) })
    yield* [body, body, body]
  }
}

describe.concurrent('kill -9', () => {
  test.each([
    ['while the bursts are not over', 0],
    ['while customers and addresses are being made', 450],
    ['a little later', 600]
  ])('%s: every acknowledged native webhook comes to one customer and one address', async (_when, delay) => {
    const shop = await servedShop()
    shop.onHook(() => sleep(20))
    const ledger = ledgerPath()
    const bridge = await startProcess(shop, ledger, { ODOO_QUIET_MS: '400' })
    expect(await sendAsOdoo(`${bridge.url}/webhooks/odoo/automation`, headers, bursts(), 20_000)).toMatchObject({ lost: 0 })
    await sleep(delay)
    bridge.kill('SIGKILL')
    await bridge.ended

    const next = await startProcess(shop, ledger, { ODOO_QUIET_MS: '400' })
    await next.drained()
    const customers = shop.rows('customers').filter(({ email = '' }) => /^p\d@example\.com$/.test(email))
    const addresses = shop.rows('addresses').filter(({ alias }) => alias === 'Odoo')
    expect(new Set(customers.map(({ email }) => email)).size).toBe(PARTNERS)
    expect(customers).toHaveLength(PARTNERS)
    expect(addresses).toHaveLength(PARTNERS)
    expect(new Set(addresses.map(({ id_customer }) => id_customer))).toEqual(new Set(customers.map(({ id }) => id)))
  })
})
