import { createClient } from '../../src/prestashop/client.ts'
import type { LanguageTexts } from '../../src/prestashop/record.ts'
import type { SandboxOptions } from '../../src/sandbox/shop.ts'
import { type Bridge, type BridgeOptions, type Reply, startBridge } from './bridge.ts'

/** An envelope about a coupon. */
export const couponEnvelope = (data: Record<string, unknown>, given: Record<string, unknown> = {}) => ({
  entity_type: 'coupon',
  entity_id: 3001,
  action_type: 'created',
  data,
  ...given
})

/** What most coupons are made of. */
export const welcome = { code: 'WELCOME10', name: 'Welcome', reduction_percent: 10 }

export interface CouponBridge extends Bridge {
  readonly create: (data?: Record<string, unknown>, given?: Record<string, unknown>) => Promise<Reply>
  readonly update: (data: Record<string, unknown>, given?: Record<string, unknown>) => Promise<Reply>
  /** The stored row of a coupon, the only one unless told. */
  readonly row: (id?: number) => Record<string, string>
  /** Its names, by the shop's language id. */
  readonly names: (id?: number) => Promise<LanguageTexts>
  /** A human changes names in single languages. */
  readonly rename: (names: Record<string, string>, id?: number) => Promise<void>
  /** The body of the last write. */
  readonly written: () => string
}

/** A bridge to a sandbox shop, and what its coupons are about. */
export const startWithCoupons = async (options: BridgeOptions = {}): Promise<CouponBridge> => {
  const bridge = await startBridge(options)
  const { post, shop } = bridge
  const human = createClient({ url: shop.url, key: shop.key, timeoutMs: 5_000 })
  const only = (): number => {
    const [coupon, ...others] = shop.rows('cart_rules')
    if (!coupon || others.length > 0) throw new Error(`${others.length + (coupon ? 1 : 0)} coupons, not one`)
    return Number(coupon.id)
  }
  const names = async (id = only()): Promise<LanguageTexts> => (await human.get('cart_rules', id))?.languages['name'] ?? {}
  return {
    ...bridge,
    create: (data = welcome, given = {}) => post(couponEnvelope(data, given)),
    update: (data, given = {}) => post(couponEnvelope(data, { action_type: 'updated', ...given })),
    row: (id = only()) => shop.row('cart_rules', id) ?? {},
    names,
    rename: async (changed, id = only()) => {
      await human.change('cart_rules', id, { languages: { name: { ...(await names(id)), ...changed } } })
    },
    written: () => shop.requests.findLast(({ method }) => method !== 'GET')?.body ?? ''
  }
}

export type Policy = 'last-write-wins' | 'odoo-wins' | 'shop-wins'

export const policies: readonly Policy[] = ['last-write-wins', 'odoo-wins', 'shop-wins']

interface Given {
  readonly policy?: Policy
  readonly shop?: SandboxOptions
  /** The day on which everything happens. */
  readonly day?: string
  /** When Odoo created the coupon, UTC. */
  readonly createdAt?: string
}

/** A coupon that Odoo created at ten unless told, in a shop whose clock stands where the last event put it; times are UTC. */
export const startWithClock = async ({ policy = 'last-write-wins', shop = {}, day = '2026-06-01', createdAt = '10:00:00' }: Given = {}) => {
  const at = (time: string): Date => new Date(`${day}T${time}Z`)
  let now = at('00:00:00')
  const elapse = (time: string): void => {
    if (at(time) > now) now = at(time)
  }
  const bridge = await startWithCoupons({ config: { CONFLICT_POLICY: policy }, shop: { ...shop, now: () => now } })
  /** A webhook about what happened in Odoo at `time`; it comes then, or late, when the clock is further already. */
  const odoo = (time: string, changes: Record<string, unknown>): Promise<Reply> => {
    elapse(time)
    return bridge.update(changes, { timestamp: at(time).toISOString() })
  }
  elapse(createdAt)
  await bridge.create({ ...welcome, quantity: 100 }, { timestamp: at(createdAt).toISOString() })
  return {
    ...bridge,
    at,
    odoo,
    /** A human in the back office, or a customer who uses the coupon. */
    human: (time: string, fields: Record<string, string>): void => {
      elapse(time)
      bridge.shop.backOffice.update('cart_rules', Number(bridge.row().id), fields)
    }
  }
}
