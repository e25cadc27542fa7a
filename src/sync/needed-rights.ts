export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Rights of the Webservice key that are needed together. */
export interface NeededRights {
  readonly resources: readonly string[]
  /** In a shop that has PATCH; in one without (PrestaShop 1.7) PUT takes its place. */
  readonly methods: readonly Method[]
  /** What for; the same words make one group. */
  readonly purpose: string
  /** Without them work stops (`problem`), is done worse (`warning`), or goes on as long as nobody asks for it (`ok`). */
  readonly without: 'problem' | 'warning' | 'ok'
  /** The variable that switches on what they are for; 0 = off. */
  readonly setting?: 'OUTGOING_POLL_SECONDS'
}

const MADE_ORDERS = 'orders made from Odoo'

/** Every right that the work needs: README's table, and what `check` looks for. */
export const neededRights: readonly NeededRights[] = [
  { resources: ['customers'], methods: ['GET', 'POST', 'PATCH'], purpose: 'customers', without: 'problem' },
  { resources: ['addresses'], methods: ['GET', 'POST', 'PATCH', 'DELETE'], purpose: 'addresses', without: 'problem' },
  { resources: ['orders'], methods: ['GET', 'PATCH'], purpose: 'orders', without: 'problem' },
  { resources: ['order_histories'], methods: ['POST'], purpose: 'the state of an order', without: 'problem' },
  { resources: ['order_carriers'], methods: ['GET', 'POST', 'PATCH'], purpose: 'the tracking number', without: 'problem' },
  { resources: ['orders', 'carts'], methods: ['GET', 'POST'], purpose: MADE_ORDERS, without: 'problem' },
  {
    resources: ['products', 'combinations', 'stock_availables', 'carriers'],
    methods: ['GET'],
    purpose: MADE_ORDERS,
    without: 'problem'
  },
  { resources: ['cart_rules'], methods: ['GET', 'POST', 'PATCH'], purpose: 'coupons', without: 'problem' },
  {
    resources: ['countries', 'states', 'languages', 'groups', 'currencies', 'order_states'],
    methods: ['GET'],
    purpose: 'checks that the shop itself does not make',
    without: 'problem'
  },
  {
    resources: ['order_histories', 'order_invoices', 'order_payments'],
    methods: ['GET'],
    purpose: 'only for polling',
    without: 'problem',
    setting: 'OUTGOING_POLL_SECONDS'
  },
  {
    resources: ['configurations'],
    methods: ['GET'],
    purpose: "optional: the shop's time zone, the group of new customers, which state is which",
    without: 'warning'
  },
  { resources: ['shops'], methods: ['GET'], purpose: 'only if webhooks carry `id_shop`', without: 'ok' }
]
