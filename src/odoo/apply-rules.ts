import type { OdooClient, OdooValues } from './client.ts'
import { english } from './rule-records.ts'
import type { OdooRule, RuleField } from './rules.ts'
import type { RuleFinding, RuleReport } from './verify-rules.ts'
import { type BridgeAddress, webhookUrl } from './webhook-url.ts'

/** Commands of x2many fields (odoo/fields.py, `Command`). */
const replaceBy = (ids: readonly number[]) => [[6, 0, ids]]
const createOne = (values: OdooValues) => [[0, 0, values]]

/**
 * Creates the rules that are missing and repairs those that are wrong; nothing else is touched, and fields that were
 * chosen beyond ours stay.
 * @returns the rules that were created or repaired
 * @throws OdooError
 */
export const applyRules = async (odoo: OdooClient, bridge: BridgeAddress, { findings, records }: RuleReport): Promise<OdooRule[]> => {
  const idsOf = (rule: OdooRule, fields: readonly RuleField[]): number[] =>
    fields.flatMap(({ name }) => records.fields.get(`${rule.model}.${name}`) ?? [])

  const createRule = async (rule: OdooRule, modelId: number): Promise<void> => {
    const action = {
      name: rule.name,
      model_id: modelId,
      usage: 'base_automation',
      state: 'webhook',
      webhook_url: webhookUrl(bridge, rule.trigger),
      webhook_field_ids: replaceBy(idsOf(rule, rule.sent))
    }
    await odoo.create(
      'base.automation',
      [
        {
          name: rule.name,
          model_id: modelId,
          trigger: rule.trigger,
          trigger_field_ids: replaceBy(idsOf(rule, rule.watched)),
          action_server_ids: createOne(action)
        }
      ],
      { context: english }
    )
  }

  const repairRule = async (rule: OdooRule, found: NonNullable<RuleFinding['found']>): Promise<void> => {
    // The address and the fields first: a rule must not be switched on before it says the right thing.
    await odoo.write('ir.actions.server', [found.action.id], {
      webhook_url: webhookUrl(bridge, rule.trigger),
      webhook_field_ids: replaceBy([...new Set([...found.action.webhook_field_ids, ...idsOf(rule, rule.sent)])])
    })
    // All together, because Odoo computes anew what depends on the trigger and is not written with it
    // (addons/base_automation, `_compute_trigger_and_trigger_field_ids`, `_compute_filter_domain`).
    const watched = rule.trigger === 'on_unlink' ? [] : [...found.rule.trigger_field_ids, ...idsOf(rule, rule.watched)]
    await odoo.write('base.automation', [found.rule.id], {
      active: true,
      trigger: rule.trigger,
      trigger_field_ids: replaceBy([...new Set(watched)]),
      filter_domain: found.rule.filter_domain
    })
  }

  const changed: OdooRule[] = []
  for (const { rule, state, found } of findings) {
    const modelId = records.models.get(rule.model)
    if (state === 'missing' && modelId !== undefined) await createRule(rule, modelId)
    else if (state === 'wrong' && found) await repairRule(rule, found)
    else continue
    changed.push(rule)
  }
  return changed
}
