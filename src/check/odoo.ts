import type { Config } from '../config.ts'
import { configuredOdoo } from '../odoo/configured.ts'
import { OdooError } from '../odoo/errors.ts'
import { type Finding, ok, problem } from './finding.ts'
import { checkOdooRights } from './odoo-rights.ts'
import { checkRules } from './odoo-rules.ts'

/** Whether Odoo's API answers, knows the key and lets it read, and Odoo's rules are right; nothing when it is not configured. */
export const checkOdoo = async (config: Config): Promise<Finding[]> => {
  const odoo = configuredOdoo(config)
  if (!odoo) return []
  try {
    const { text } = await odoo.version()
    await odoo.probe()
    return [
      ok('odoo', `Odoo ${text} answers at ${config.ODOO_URL} and knows the key`),
      ...(await checkOdooRights(odoo, config)),
      ...(await checkRules(odoo, config.WEBHOOK_SECRET))
    ]
  } catch (error) {
    if (!(error instanceof OdooError)) throw error
    const { message, advice = 'Check ODOO_URL, and whether Odoo is up' } = error
    return [problem('odoo', message.replace(`. ${advice}`, ''), advice)]
  }
}
