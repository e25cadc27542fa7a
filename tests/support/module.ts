import type { HookEvent, SandboxShop } from '../../src/sandbox/shop.ts'

/**
 * What the shop's module makes of a hook. `whole`: every field, before and after; `field`: as the module in the field
 * does, some fields and only after.
 */
export type ModuleStyle = 'whole' | 'field'

export type ModuleEvent = Record<string, unknown>

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  customers: ['id', 'email', 'firstname', 'lastname', 'id_default_group', 'active', 'newsletter', 'optin', 'date_add', 'date_upd'],
  addresses: [
    'id', 'alias', 'company', 'firstname', 'lastname', 'address1', 'address2', 'postcode', 'city', 'id_country', 'id_state', 'phone',
    'phone_mobile'
  ],
  orders: [
    'reference', 'date_add', 'date_upd', 'current_state', 'id_customer', 'id_cart', 'total_paid', 'payment', 'module', 'note', 'id_carrier',
    'shipping_number', 'id_currency'
  ],
  cart_rules: [
    'id', 'code', 'name', 'description', 'id_customer', 'date_from', 'date_to', 'quantity', 'quantity_per_user', 'priority',
    'partial_use', 'minimum_amount', 'free_shipping', 'reduction_percent', 'reduction_amount', 'highlight', 'active'
  ],
  order_invoices: ['id', 'number', 'id_order', 'total_paid_tax_incl', 'date_add'],
  order_payments: ['id', 'order_reference', 'amount', 'payment_method', 'date_add']
}

const TYPES: Readonly<Record<string, string>> = {
  customers: 'customer',
  addresses: 'customer',
  orders: 'order',
  cart_rules: 'coupon',
  order_invoices: 'invoice',
  order_payments: 'payment'
}

const chosen = (resource: string, row: Record<string, string> | null, style: ModuleStyle): Record<string, unknown> | null => {
  if (!row) return null
  if (style === 'whole') return row
  const data = Object.fromEntries((FIELDS[resource] ?? []).flatMap((field) => (row[field] === undefined ? [] : [[field, row[field]]])))
  return resource === 'orders' ? { id_order: Number(row['id']), ...data, id_order_state: Number(row['current_state']) } : data
}

let last = 0

/** The event of a hook in the module's format; `undefined` for what the module does not listen to. */
export const moduleEvent = (hook: HookEvent, style: ModuleStyle = 'whole'): ModuleEvent | undefined => {
  const type = TYPES[hook.resource]
  if (type === undefined) return undefined
  const row = hook.after_data ?? hook.before_data
  const isAddress = hook.resource === 'addresses'
  last += 1
  return {
    event_id: last,
    entity_type: type,
    entity_id: isAddress ? (row?.['id_customer'] ?? '0') : String(hook.entity_id),
    entity_name: type,
    action_type: isAddress ? 'updated' : hook.action_type,
    transaction_hash: `${type}_${hook.entity_id}_${hook.action_type}`,
    correlation_id: 'c',
    hook_name: hook.hook_name,
    hook_timestamp: hook.hook_timestamp,
    before_data: style === 'whole' ? chosen(hook.resource, hook.before_data, style) : null,
    after_data: chosen(hook.resource, hook.after_data ?? hook.before_data, style),
    change_summary: `${hook.action_type} ${type}`,
    context_data: isAddress
      ? { change_type: 'address', address_id: hook.entity_id, address_action: hook.action_type, address_alias: row?.['alias'] ?? '' }
      : null
  }
}

/** The module at work in a shop: hands each event to `send`, which the shop's own request waits for. */
export const installModule = (shop: SandboxShop, send: (event: ModuleEvent) => void | Promise<void>, style: ModuleStyle = 'whole'): (() => void) =>
  shop.onHook(async (hook) => {
    const event = moduleEvent(hook, style)
    if (event) await send(event)
  })
