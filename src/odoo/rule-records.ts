import * as v from 'valibot'
import type { OdooClient, OdooRecord } from './client.ts'
import { OdooError } from './errors.ts'
import { odooRules } from './rules.ts'

const id = v.number()
const ids = v.array(id)

const ruleSchema = v.object({
  id,
  name: v.string(),
  model_id: id,
  trigger: v.string(),
  active: v.boolean(),
  /** The user's own condition. */
  filter_domain: v.union([v.string(), v.literal(false)]),
  trigger_field_ids: ids,
  action_server_ids: ids
})
const actionSchema = v.object({
  id,
  state: v.string(),
  webhook_url: v.union([v.string(), v.literal(false)]),
  webhook_field_ids: ids
})

/** An automation rule that is there. */
export type AutomationRule = v.InferOutput<typeof ruleSchema>
/** One of its actions. */
export type ServerAction = v.InferOutput<typeof actionSchema>

/** What Odoo has of the models that the bridge deals with. */
export interface RuleRecords {
  /** Model name → id, of installed models. */
  readonly models: ReadonlyMap<string, number>
  /** `model.field` → the id of the field. */
  readonly fields: ReadonlyMap<string, number>
  /** Archived ones too. */
  readonly rules: readonly AutomationRule[]
  readonly actions: ReadonlyMap<number, ServerAction>
}

/** Names are compared as they are in English, whatever language the key's user has. */
export const english = { lang: 'en_US' }

const parseAll = <Schema extends v.GenericSchema>(schema: Schema, model: string, records: readonly OdooRecord[]): v.InferOutput<Schema>[] => {
  const parsed = v.safeParse(v.array(schema), records)
  if (parsed.success) return parsed.output
  throw new OdooError('answered in a form that is not known', { model, method: 'read', kind: 'transient' })
}

/**
 * Reads all automation rules about our models, and what rules are made of.
 * @throws OdooError; `misconfigured` where Odoo has no automation rules or the key's user may not see them
 */
export const readRuleRecords = async (odoo: OdooClient): Promise<RuleRecords> => {
  const wanted = [...new Set(odooRules.map(({ model }) => model))]
  const names = [...new Set(odooRules.flatMap(({ watched, sent }) => [...watched, ...sent].map(({ name }) => name)))]
  const installed = await odoo.searchRead('ir.model', [['model', 'in', [...wanted, 'base.automation']]], ['model'])
  const models = new Map(installed.map((record) => [String(record['model']), record.id]))
  if (!models.delete('base.automation')) {
    throw new OdooError('there are no automation rules', {
      model: 'base.automation',
      method: 'search_read',
      kind: 'misconfigured',
      advice: 'Install the Odoo app "Automation Rules" (base_automation)'
    })
  }
  const fields = await odoo.searchRead('ir.model.fields', [['model', 'in', wanted], ['name', 'in', names]], ['model', 'name'])
  const rules = parseAll(
    ruleSchema,
    'base.automation',
    await odoo.searchRead(
      'base.automation',
      [['model_id', 'in', [...models.values()]]],
      ['name', 'model_id', 'trigger', 'active', 'filter_domain', 'trigger_field_ids', 'action_server_ids'],
      { context: { ...english, active_test: false } }
    )
  )
  const actions = parseAll(
    actionSchema,
    'ir.actions.server',
    await odoo.read('ir.actions.server', rules.flatMap((rule) => rule.action_server_ids), ['state', 'webhook_url', 'webhook_field_ids'])
  )
  return {
    models,
    fields: new Map(fields.map((field) => [`${String(field['model'])}.${String(field['name'])}`, field.id])),
    rules,
    actions: new Map(actions.map((action) => [action.id, action]))
  }
}
