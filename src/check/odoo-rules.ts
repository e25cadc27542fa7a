import type { OdooClient } from '../odoo/client.ts'
import { OdooError } from '../odoo/errors.ts'
import { readRuleRecords, type RuleRecords } from '../odoo/rule-records.ts'
import { bridgeUrlOf, compareRules } from '../odoo/verify-rules.ts'
import { type Finding, ok, warning } from './finding.ts'

const ABOUT = 'odoo rules'

const setup = (url: string): string => `npm run cli -- odoo-setup --url ${url} --apply`

const compare = (records: RuleRecords, secrets: readonly string[]): Finding[] => {
  const url = bridgeUrlOf(records, secrets)
  if (url === undefined) {
    const advice = `Unless Odoo sends envelopes: ${setup('<where Odoo reaches the bridge>')}`
    return [warning(ABOUT, 'no automation rule of Odoo posts to this bridge', advice)]
  }
  const { findings, others } = compareRules(records, { url, secrets })
  const wrong = findings.filter(({ state }) => state === 'wrong')
  const fine = findings.filter(({ state }) => state === 'fine')
  // Whoever makes rules with names of their own makes those that they want.
  const missing = wrong.length + fine.length === 0 ? [] : findings.filter(({ state }) => state === 'missing')
  const quoted = missing.map(({ rule }) => `"${rule.name}"`).join(', ')
  return [
    ...wrong.map(({ rule, differences }) => warning(ABOUT, `the rule "${rule.name}": ${differences.join('; ')}`, setup(url))),
    ...(missing.length > 0 ? [warning(ABOUT, `Odoo lacks ${quoted}`, `Fine if the shop need not know. Otherwise: ${setup(url)}`)] : []),
    ...(fine.length > 0 ? [ok(ABOUT, `${fine.length} automation rules that post to ${url} are as they should be`)] : []),
    ...(others.length > 0 ? [ok(ABOUT, `rules with names of their own that post to ${url} are not compared: ${others.length}`)] : [])
  ]
}

/**
 * Whether Odoo has the automation rules that it needs; where Odoo reaches the bridge is read from the rules themselves.
 * @throws OdooError
 */
export const checkRules = async (odoo: OdooClient, secrets: readonly string[]): Promise<Finding[]> => {
  try {
    return compare(await readRuleRecords(odoo), secrets)
  } catch (error) {
    if (!(error instanceof OdooError) || error.kind !== 'misconfigured') throw error
    if (error.blocked) return [ok(ABOUT, "the key's user may not see automation rules, so they are not looked at")]
    const { message, advice = 'Unless Odoo sends envelopes, install the Odoo app "Automation Rules"' } = error
    return [warning(ABOUT, message.replace(`. ${advice}`, ''), advice)]
  }
}
