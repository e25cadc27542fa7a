import type { Config } from '../config.ts'
import { createOdooClient, type OdooClient, type OdooConnection } from './client.ts'

type OdooConfig = Pick<Config, 'ODOO_URL' | 'ODOO_DB' | 'ODOO_USER' | 'ODOO_API_KEY'>

/** A record is read in well under a second; an Odoo that takes longer than this is taken for down. */
const TIMEOUT_MS = 15_000
const REST_MS = 5_000

/** The client for the configured Odoo; `undefined` when its API is not configured. */
export const configuredOdoo = (config: OdooConfig, onCall?: NonNullable<OdooConnection['onCall']>): OdooClient | undefined => {
  const { ODOO_URL: url, ODOO_DB: db, ODOO_USER: user, ODOO_API_KEY: key } = config
  if (url === undefined || db === undefined || user === undefined || key === undefined) return undefined
  return createOdooClient({ url, db, user, key, timeoutMs: TIMEOUT_MS, restMs: REST_MS, ...(onCall ? { onCall } : {}) })
}
