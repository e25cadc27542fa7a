import { describe, expect, test } from 'vitest'
import { takeBaseline, type Taken } from '../../src/outgoing/baseline.ts'
import { createClient } from '../../src/prestashop/client.ts'
import { createReference } from '../../src/prestashop/reference.ts'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { customerEnvelope } from '../support/bridge.ts'
import { account, place } from '../support/poller.ts'
import { cli, environmentFor, ledgerPath, servedShop, startProcess } from '../support/process.ts'
import { eventIn, startTwoWays, type TwoWays } from '../support/two-ways.ts'

interface Choice {
  readonly entityType?: string
  readonly isDry?: boolean
  readonly onProgress?: (resource: string, id: number, highest: number) => void
  readonly key?: string
}

/** As the command line does beside the running server. */
const baseline = async ({ shop, ledgerPath: path }: { shop: SandboxShop; ledgerPath: string }, { entityType, isDry = false, onProgress, key }: Choice = {}): Promise<Taken[]> => {
  const ledger = openLedger({ path, as: 'tool' })
  const client = createClient({ url: shop.url, key: key ?? shop.key, timeoutMs: 5_000 })
  try {
    const config = { SHOP_TIMEZONE: undefined }
    return await takeBaseline({ ledger, client, reference: createReference(client), config, entityType, isDry, ...(onProgress ? { onProgress } : {}) })
  } finally {
    ledger.close()
  }
}

const outboxOf = (ways: TwoWays): Record<string, unknown>[] => ways.outbox().map(eventIn)

const pub = (data: Record<string, unknown>) => customerEnvelope({ email: 'pub@prestashop.com', ...data })

describe('A baseline', () => {
  test('has Odoo know what the shop holds: the module tells only what changes from then on', async () => {
    const ways = await startTwoWays()
    expect(await baseline(ways)).toMatchObject([
      { resource: 'customers', records: 1, skipped: 0 },
      { resource: 'addresses', records: 2 },
      { resource: 'cart_rules', records: 0 },
      { resource: 'orders', records: 5 }
    ])
    const row = ways.shop.row('customers', 1)
    await ways.tell('/outgoing/events', {
      events: [{ event_id: 1, entity_type: 'customer', entity_id: 1, action_type: 'updated', hook_timestamp: '2026-11-22 20:45:21', after_data: { email: row?.['email'], firstname: row?.['firstname'] } }]
    })
    expect(outboxOf(ways)).toEqual([])
    ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    while (ways.answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(outboxOf(ways)).toMatchObject([{ entity_type: 'customer', after_data: { firstname: 'Bea' } }])
  })

  test('lets a webhook that merely repeats the shop’s values change nothing that somebody changes later', async () => {
    const ways = await startTwoWays({ module: false })
    await baseline(ways)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Human' })
    const { body } = await ways.post(pub({ firstname: 'John' }))
    expect(body).toMatchObject({ outcome: 'unchanged' })
    expect(ways.shop.row('customers', 1)).toMatchObject({ firstname: 'Human' })
  })

  test('keeps the poller quiet, and has it tell what changed since', async () => {
    const ways = await startTwoWays({ module: false })
    await baseline(ways)
    ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    ways.shop.backOffice.update('order_carriers', 2, { tracking_number: '1Z999' })
    ways.shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount: '1' })
    for (let round = 0; round < 2; round += 1) await ways.server.outgoing.poller.round()
    expect(outboxOf(ways)).toMatchObject([
      { entity_type: 'customer', change_summary: 'firstname' },
      { entity_type: 'order', entity_id: 2, change_summary: 'shipping_number' },
      { entity_type: 'payment', entity_id: 1 }
    ])
  })

  test('passes over what the poller has not told yet', async () => {
    const ways = await startTwoWays({ module: false })
    await ways.server.outgoing.poller.round()
    ways.shop.backOffice.update('customers', 1, { firstname: 'Bea' })
    ways.shop.backOffice.update('order_carriers', 2, { tracking_number: '1Z999' })
    ways.shop.backOffice.create('order_payments', { order_reference: 'XKBKNABJK', id_currency: '1', amount: '1' })
    await baseline(ways)
    await ways.server.outgoing.poller.round()
    expect(outboxOf(ways)).toEqual([])
  })

  test('of one entity leaves the others alone', async () => {
    const ways = await startTwoWays({ module: false })
    expect((await baseline(ways, { entityType: 'address' })).map(({ resource }) => resource)).toEqual(['addresses'])
    expect(ways.server.ledger.known.of('address', 4).size).toBeGreaterThan(0)
    expect(ways.server.ledger.known.of('customer', 1).size).toBe(0)
  })

  test('that is tried only counts', async () => {
    const ways = await startTwoWays({ module: false })
    const dry = await baseline(ways, { isDry: true })
    expect(ways.server.ledger.known.of('customer', 1).size).toBe(0)
    expect(ways.server.ledger.outgoing.read(({ poll }) => poll.cursor('customers'))).toBeUndefined()
    expect(dry).toEqual(await baseline(ways))
  })

  test('reads more records than fit on a page, and tells how far it is', async () => {
    const ways = await startTwoWays({ module: false })
    for (let index = 0; index < 250; index += 1) ways.shop.backOffice.create('customers', account(`c${index}@example.com`))
    const progress: string[] = []
    const taken = await baseline(ways, { entityType: 'customer', onProgress: (...told) => progress.push(told.join(' ')) })
    expect(taken).toMatchObject([{ records: 251 }])
    expect(progress).toEqual(['customers 100 251', 'customers 200 251', 'customers 251 251'])
    expect(ways.server.ledger.known.of('customer', 251).get('email')?.operation_id).toBe('baseline')
  })

  test('leaves out what is deleted and what belongs to nobody', async () => {
    const ways = await startTwoWays({ module: false })
    ways.shop.backOffice.remove('addresses', 4)
    ways.shop.backOffice.create('addresses', { ...place, id_customer: '0' })
    expect(await baseline(ways, { entityType: 'address' })).toMatchObject([{ records: 1, skipped: 0 }])
  })

  test('leaves a record that is just being written to its operation', async () => {
    const ways = await startTwoWays({ module: false, config: { PRESTASHOP_TIMEOUT_MS: '1500', ACK_WAIT_MS: '0' } })
    const begun = new Promise<void>((resolve) => {
      ways.shop.inject({ when: ({ method }) => method === 'PATCH' && (resolve(), true), times: 1, answer: 'hang' })
    })
    void ways.post(pub({ firstname: 'Anna' }), {}).catch(() => {})
    await begun
    expect(await baseline(ways, { entityType: 'customer' })).toMatchObject([{ records: 0, skipped: 1 }])
  })

  test('says which right is missing, and takes the rest', async () => {
    const key = 'LIMITEDLIMITEDLIMITEDLIMITEDLIMI'
    const rights = ['customers', 'orders', 'order_carriers', 'order_histories', 'order_invoices', 'order_payments', 'cart_rules', 'configurations']
    const ways = await startTwoWays({ module: false, shop: { keys: { [key]: Object.fromEntries(rights.map((resource) => [resource, ['GET']])) } } })
    const taken = await baseline(ways, { key })
    expect(taken.find(({ resource }) => resource === 'addresses')).toMatchObject({ records: 0, trouble: expect.stringContaining('addresses') })
    expect(taken.find(({ resource }) => resource === 'orders')).toMatchObject({ records: 5 })
  })
})

describe('The command baseline', () => {
  test('works beside a running server and says what it did', async () => {
    const shop = await servedShop()
    const path = ledgerPath()
    const bridge = await startProcess(shop, path, { ACK_WAIT_MS: '5000' })
    const environment = environmentFor(shop, path)
    const dry = await cli(['baseline', '--dry-run'], environment).ended
    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout).toMatch(/^customers +1 +\d+ +0$/m)
    expect(dry.stdout).toContain('Nothing was changed')
    const json = await cli(['baseline', '--entity', 'customer', '--json'], environment).ended
    expect(JSON.parse(json.stdout)).toMatchObject([{ resource: 'customers', records: 1 }])
    const { body } = await bridge.post(pub({ firstname: 'John' }))
    expect(body).toMatchObject({ outcome: 'unchanged' })
  })

  test('tells why the shop cannot be read', async () => {
    const shop = await servedShop()
    shop.settings.webserviceEnabled = false
    const { code, stdout, stderr } = await cli(['baseline'], environmentFor(shop, ledgerPath())).ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('run it again')
  })
})
