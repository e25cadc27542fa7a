import type { ShopCall } from '../prestashop/client.ts'

/** What the last calls of the shop have shown; `null`: not known yet. */
export interface ShopState {
  /** Whether the Webservice itself answers. */
  readonly reachable: boolean | null
  readonly key_valid: boolean | null
  /** When the last call was over, milliseconds since 1970. */
  readonly checked_at: number | null
}

/** Watches the calls of the shop, probes included, for what they tell about it; makes none itself. */
export const createShopWatch = () => {
  let state: ShopState = { reachable: null, key_valid: null, checked_at: null }

  /** A 401 for a right that is missing is about one resource, not about the key. */
  const isKeyValid = ({ status, error, blocked }: ShopCall): boolean | null => {
    if (error === undefined || blocked === true) return true
    return status === 401 ? false : state.key_valid
  }

  return {
    note(call: ShopCall): void {
      const reachable = call.status !== undefined && call.error !== 'unavailable'
      state = { reachable, key_valid: isKeyValid(call), checked_at: Date.now() }
    },
    state: (): ShopState => state
  }
}

export type ShopWatch = ReturnType<typeof createShopWatch>
