import { type Becomes, fieldsToTick, type Model } from './model.ts'
import type { Rule } from './rules.ts'

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')

/** `loyalty.program:name` is the name of another record. */
const odooField = (field: string): string => code(field.replace(':', ' '))

const ruleRow = ({ field, from, uses = [], how = '' }: Rule): readonly string[] => [
  code(field),
  [...from.map(odooField), ...uses.map((name) => `(${odooField(name)})`)].join(', '),
  how
]

/**
 * Which fields to choose in Odoo, one line for each model: Markdown.
 * @param watched of a model, the fields whose change sends the webhook
 */
export const tickTable = (models: readonly Model[], watched: (model: string) => readonly string[]): string =>
  table(
    ['model', 'in Odoo', 'When updating', 'Fields of the webhook'],
    models.map((model) => [code(model.name), model.label, watched(model.name).map(code).join(' '), fieldsToTick(model).map(code).join(' ')])
  )

/** What every model means to the shop, field by field, each table once: Markdown. */
export const describeModels = (models: readonly Model[]): string => {
  const shown = new Set<Becomes>()
  const becomesSection = (becomes: Becomes): string => {
    const title = `**${becomes.entity.label}**: ${becomes.when}`
    if (shown.has(becomes)) return `${title}; as above.`
    shown.add(becomes)
    return `${title}.\n\n${table(["the shop's field", 'made of', 'how'], becomes.rules.map(ruleRow))}`
  }
  return models
    .map((model) =>
      [
        `## ${model.name} – ${model.label}`,
        `Needed for a record that is not linked yet: ${model.needs.map(code).join(', ')}.`,
        ...model.becomes.map(becomesSection),
        model.remarks.map((remark) => `- ${remark}`).join('\n')
      ].join('\n\n')
    )
    .join('\n\n')
}
