import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'
import { startServer } from '../../src/server.ts'
import { bridgeEnvironment } from './environment.ts'
import type { Folder } from './folder.ts'
import { judge, table, title } from './report.ts'
import { post, sampleCustomer } from './webhooks.ts'

interface Step {
  /** What is done, as the table calls it. */
  readonly name: string
  readonly entity: 'customer' | 'address' | 'order' | 'coupon'
  readonly action: 'created' | 'updated' | 'deleted'
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted'
  readonly data: (odooId: number) => Readonly<Record<string, unknown>>
  /** The most calls that it may take. */
  readonly goal?: number
}

const step = (entity: Step['entity'], outcome: Step['outcome'], data: Step['data'], goal?: number, name?: string): Step => ({
  name: `${entity} ${name ?? outcome}`,
  entity,
  action: outcome === 'unchanged' ? 'updated' : outcome,
  outcome,
  data,
  ...(goal === undefined ? {} : { goal })
})

const customer = (odooId: number) => ({ email: `john-${odooId}@example.com`, firstname: 'John', lastname: 'Doe' })
const address = (odooId: number) => ({
  customer_odoo_id: odooId,
  alias: 'Home',
  firstname: 'John',
  lastname: 'Doe',
  address1: '16 Main street',
  city: 'Miami',
  postcode: '33133',
  id_country: 21,
  id_state: 12
})
/** One line, of the seeded customer; without a reference of its own. */
const order = () => ({
  id_customer: 1,
  id_address_delivery: 4,
  lines: [{ product_id: 1, product_attribute_id: 1, quantity: 1 }],
  carrier: 2,
  payment_module: 'ps_wirepayment',
  total_paid: 27.69
})
const coupon = (odooId: number) => ({ code: `SUMMER-${odooId}`, name: 'Summer', reduction_percent: 10, quantity: 100 })

/** A life of each entity. */
const steps: readonly Step[] = [
  step('customer', 'created', customer, 2),
  step('customer', 'updated', (id) => ({ ...customer(id), lastname: 'Roe' }), 2),
  step('customer', 'unchanged', (id) => ({ ...customer(id), lastname: 'Roe' }), 1),
  step('address', 'created', address),
  step('address', 'updated', (id) => ({ ...address(id), city: 'Tampa' }), 2),
  step('address', 'unchanged', (id) => ({ ...address(id), city: 'Tampa' }), 1),
  step('address', 'deleted', () => ({})),
  step('customer', 'deleted', () => ({})),
  step('order', 'created', order, 9),
  step('order', 'updated', () => ({ current_state: 'processing' }), 2, 'state'),
  step('order', 'unchanged', () => ({ current_state: 'processing' }), 1),
  step('order', 'updated', () => ({ tracking_number: '1Z999' }), undefined, 'tracking number'),
  step('order', 'updated', () => ({ note: 'Call before noon' }), 2, 'note'),
  step('order', 'updated', () => ({ tracking_number: '2Z999', note: 'Or later', current_state: 'shipped' }), undefined, 'all three'),
  step('coupon', 'created', coupon, 2),
  step('coupon', 'updated', () => ({ name: 'Autumn' }), 2),
  step('coupon', 'unchanged', () => ({ name: 'Autumn' }), 1),
  step('coupon', 'deleted', () => ({}))
]

/** What each outcome costs the shop, once the reference data is known. */
export const measureCalls = async (folder: Folder): Promise<void> => {
  title('Calls to the shop')
  const { shop, url, close } = await serveSandbox()
  const config = readConfig({
    ...(await bridgeEnvironment({ ledgerPath: folder.path('calls.db'), shop: { url, key: shop.key } })),
    ACK_WAIT_MS: '5000'
  })
  const bridge = await startServer(config, createLogger({ level: 'silent', format: 'json' }))
  try {
    const live = async (odooId: number): Promise<string[][]> => {
      const rows: string[][] = []
      for (const [index, { name, entity, action, outcome, data }] of steps.entries()) {
        shop.requests.length = 0
        const answer = await post(
          bridge.url,
          sampleCustomer({
            event_id: `${odooId}-${index}`,
            entity_type: entity,
            entity_id: odooId,
            action_type: action,
            timestamp: new Date().toISOString(),
            data: data(odooId)
          })
        )
        if (answer.outcome !== outcome) throw new Error(`${name} came out as ${JSON.stringify(answer)}`)
        const calls = shop.requests.map(({ method, resource, id }) => `${method} ${resource}${id === undefined ? '' : '/…'}`)
        rows.push([name, String(calls.length), calls.join(', ')])
      }
      return rows
    }
    await live(1)
    const rows = await live(2)
    table(rows)
    for (const { name, goal } of steps) {
      if (goal === undefined) continue
      const calls = Number(rows.find(([row]) => row === name)?.[1])
      judge({ meaning: String(calls), goal: `${name} ≤ ${goal}`, met: calls <= goal })
    }
  } finally {
    await bridge.close()
    await close()
  }
}
