import type { Config } from '../config.ts'

/** What of the configuration decides about the work on operations. */
export type Settings = Pick<
  Config,
  'PRESTASHOP_CONCURRENCY' | 'MAX_ATTEMPTS' | 'CONFLICT_POLICY' | 'TRUST_SHOP_IDS' | 'SHOP_TIMEZONE' | 'PASSWORD_RESET_MAIL'
>
