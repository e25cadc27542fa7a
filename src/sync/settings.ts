import type { Config } from '../config.ts'

/** What of the configuration decides about the work on operations. */
export type Settings = Pick<
  Config,
  | 'PRESTASHOP_CONCURRENCY'
  | 'PRESTASHOP_TIMEOUT_MS'
  | 'MAX_ATTEMPTS'
  | 'CONFLICT_POLICY'
  | 'TRUST_SHOP_IDS'
  | 'SHOP_TIMEZONE'
  | 'PASSWORD_RESET_MAIL'
  | 'SEND_ORDER_MAIL'
  | 'ODOO_WEBHOOK_URL'
  | 'CONTACTS_AS_CUSTOMERS'
  | 'ORDER_STATE_MAP'
  | 'ODOO_STATE_MAP'
  | 'CREATE_ORDERS'
  | 'ORDER_PAYMENT_MODULE'
>
