import type { Config } from '../config.ts'
import type { OdooClient } from '../odoo/client.ts'
import { OdooError } from '../odoo/errors.ts'
import { modelNames } from '../sync/native/models.ts'
import { type Finding, ok, warning } from './finding.ts'

const ABOUT = 'odoo rights'

/** What the names and codes are read from, that webhooks tell by Odoo's ids only. */
const places = ['res.country', 'res.country.state']
/** What an order sold in Odoo is made of. */
const soldFrom = ['sale.order.line', 'product.product', 'delivery.carrier', 'res.currency']

/** Whether the user of the key may read a model; one whose app is not installed asks for no right. @throws OdooError */
const isBlocked = async (odoo: OdooClient, model: string): Promise<boolean> => {
  try {
    await odoo.searchRead(model, [], ['id'], { limit: 1 })
    return false
  } catch (error) {
    if (error instanceof OdooError && error.kind === 'misconfigured') return error.blocked !== undefined
    throw error
  }
}

/**
 * Whether all can be read that webhooks are completed from: what cannot keeps them waiting.
 * @throws OdooError
 */
export const checkOdooRights = async (odoo: OdooClient, { CREATE_ORDERS }: Pick<Config, 'CREATE_ORDERS'>): Promise<Finding[]> => {
  const blocked: string[] = []
  for (const model of [...modelNames, ...places, ...(CREATE_ORDERS ? soldFrom : [])]) {
    if (await isBlocked(odoo, model)) blocked.push(model)
  }
  if (blocked.length === 0) return [ok(ABOUT, "the key's user may read all that webhooks tell of")]
  const advice = 'Give ODOO_USER read access: until then, webhooks that need them wait, and fail after a day'
  return [warning(ABOUT, `the key's user may not read ${blocked.join(', ')}`, advice)]
}
