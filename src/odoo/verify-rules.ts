import type { OdooClient } from './client.ts'
import { type AutomationRule, readRuleRecords, type RuleRecords, type ServerAction } from './rule-records.ts'
import { type OdooRule, odooRules, type RuleField } from './rules.ts'
import { type BridgeAddress, bridgeUrlIn, readWebhookUrl } from './webhook-url.ts'

/** What Odoo has of one rule. */
export interface RuleFinding {
  readonly rule: OdooRule
  /** `not installed`: Odoo has no such model, and nothing is missing. */
  readonly state: 'fine' | 'wrong' | 'missing' | 'not installed'
  /** What is wrong, in words without a secret. */
  readonly differences: readonly string[]
  /** Fields that this Odoo does not have. */
  readonly unknownFields: readonly string[]
  /** The rule and the action that are ours. */
  readonly found?: { readonly rule: AutomationRule; readonly action: ServerAction }
}

export interface RuleReport {
  readonly findings: readonly RuleFinding[]
  /** Names of other rules that post to this bridge: they work, and are left alone. */
  readonly others: readonly string[]
  readonly records: RuleRecords
}

interface Candidate {
  readonly rule: AutomationRule
  readonly action: ServerAction
}

/** The rules that post to this bridge, by the address in their actions. */
const candidates = ({ rules, actions }: RuleRecords, bridge: BridgeAddress): Candidate[] =>
  rules.flatMap((rule) =>
    rule.action_server_ids.flatMap((id) => {
      const action = actions.get(id)
      const isOurs = action?.state === 'webhook' && action.webhook_url !== false && readWebhookUrl(bridge, action.webhook_url)
      return action && isOurs ? [{ rule, action }] : []
    })
  )

const lacking = (rule: OdooRule, wanted: readonly RuleField[], has: readonly number[], { fields }: RuleRecords): string[] =>
  wanted.map(({ name }) => name).filter((name) => {
    const id = fields.get(`${rule.model}.${name}`)
    return id !== undefined && !has.includes(id)
  })

const differencesOf = (rule: OdooRule, found: Candidate, bridge: BridgeAddress, records: RuleRecords): string[] => {
  const url = readWebhookUrl(bridge, found.action.webhook_url || '')
  const unwatched = lacking(rule, rule.watched, found.rule.trigger_field_ids, records)
  const unsent = lacking(rule, rule.sent, found.action.webhook_field_ids, records)
  const isOld = url?.secret !== bridge.secrets.at(-1) && bridge.secrets.includes(url?.secret ?? '')
  return [
    ...(found.rule.active ? [] : ['it is archived']),
    ...(found.rule.trigger === rule.trigger ? [] : [`its trigger is ${found.rule.trigger}, expected ${rule.trigger}`]),
    ...(url?.trigger === rule.trigger ? [] : [`its address ${rule.trigger === 'on_unlink' ? 'lacks' : 'has'} ?event=deleted`]),
    ...(isOld ? ['its address has an older secret: the last one of WEBHOOK_SECRET is expected'] : []),
    ...(bridge.secrets.includes(url?.secret ?? '') ? [] : ['its address has no secret, or a wrong one']),
    ...(unwatched.length === 0 ? [] : [`"When updating" lacks ${unwatched.join(', ')}`]),
    ...(unsent.length === 0 ? [] : [`"Fields" lacks ${unsent.join(', ')}`])
  ]
}

const judge = (rule: OdooRule, ours: readonly Candidate[], bridge: BridgeAddress, records: RuleRecords): RuleFinding => {
  const modelId = records.models.get(rule.model)
  if (modelId === undefined) return { rule, state: 'not installed', differences: [], unknownFields: [] }
  const known = ({ name }: RuleField): boolean => records.fields.has(`${rule.model}.${name}`)
  const unknownFields = rule.sent.filter((field) => !known(field)).map(({ name }) => name)
  const found = ours.find(({ rule: { name, model_id } }) => name === rule.name && model_id === modelId)
  if (!found) return { rule, state: 'missing', differences: [], unknownFields }
  const differences = differencesOf(rule, found, bridge, records)
  return { rule, state: differences.length === 0 ? 'fine' : 'wrong', differences, unknownFields, found }
}

/**
 * Compares the automation rules that Odoo has with those it needs. A rule is ours by its name and the address that it
 * posts to; more fields than needed, and a filter, are the user's own business.
 */
export const compareRules = (records: RuleRecords, bridge: BridgeAddress): RuleReport => {
  const ours = candidates(records, bridge)
  const findings = odooRules.map((rule) => judge(rule, ours, bridge, records))
  const recognised = new Set(findings.map(({ found }) => found?.rule.id))
  const others = ours.filter(({ rule }) => !recognised.has(rule.id)).map(({ rule }) => rule.name)
  return { findings, others: [...new Set(others)], records }
}

/** Reads the rules and compares them. @throws OdooError */
export const verifyRules = async (odoo: OdooClient, bridge: BridgeAddress): Promise<RuleReport> =>
  compareRules(await readRuleRecords(odoo), bridge)

/**
 * Where Odoo's rules reach this bridge: the address that most of those have that carry one of its secrets, or else
 * have the name of one of its rules. `undefined` when none posts to a bridge.
 */
export const bridgeUrlOf = ({ rules, actions }: RuleRecords, secrets: readonly string[]): string | undefined => {
  const names = new Set(odooRules.map(({ name }) => name))
  const posting = rules.flatMap(({ name, action_server_ids }) =>
    action_server_ids.flatMap((id) => {
      const text = actions.get(id)?.webhook_url || ''
      const url = bridgeUrlIn(text)
      if (url === undefined) return []
      return [{ url, isTrusted: secrets.includes(readWebhookUrl({ url, secrets }, text)?.secret ?? ''), isNamed: names.has(name) }]
    })
  )
  const trusted = posting.filter(({ isTrusted }) => isTrusted)
  const ours = trusted.length > 0 ? trusted : posting.filter(({ isNamed }) => isNamed)
  const groups = [...Map.groupBy(ours, ({ url }) => url)]
  return groups.toSorted(([, one], [, other]) => other.length - one.length)[0]?.[0]
}
