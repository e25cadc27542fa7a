import type { ShopWatch } from '../api/shop-watch.ts'
import type { Config } from '../config.ts'
import type { Switch } from '../guard/switch.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delivery } from '../outgoing/delivery.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'
import type { Sync } from '../sync/sync.ts'

/** What the pages tell of. */
export interface Sources {
  readonly config: Config
  readonly ledger: Ledger
  readonly sync: Pick<Sync, 'breaker' | 'missingRights'>
  readonly outgoing: Pick<Outgoing, 'counts' | 'poller'>
  readonly delivery: Pick<Delivery, 'state' | 'stats'>
  readonly reverse: Switch
  readonly shopWatch: Pick<ShopWatch, 'state'>
}
