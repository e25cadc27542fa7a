import { type OdooRule, type RuleField, odooRules } from '../odoo/rules.ts'
import type { RuleFinding, RuleReport } from '../odoo/verify-rules.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'

const WIDTH = 100
const INDENT = 18

/** Words under each other, never wider than a terminal. */
const wrapped = (words: readonly string[]): string => {
  const lines: string[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length + 2 <= WIDTH - INDENT) lines[lines.length - 1] = `${line}, ${word}`
    else lines.push(word)
  }
  return lines.join(`,\n${' '.repeat(INDENT)}`)
}

const shown = (fields: readonly RuleField[]): string => wrapped(fields.map(({ name, label }) => `${label} (${name})`))

const row = (name: string, value: string): string => `   ${name.padEnd(INDENT - 3)}${value}`

const guideOf = (rule: OdooRule, url: string, number: number): string =>
  [
    `${number}. ${rule.name}`,
    row('Model', `${rule.modelLabel} (${rule.model}), of the app ${rule.app}`),
    row('Trigger', rule.trigger === 'on_unlink' ? 'On deletion' : 'On save (in later versions "On create and edit")'),
    ...(rule.watched.length === 0 ? [] : [row('When updating', shown(rule.watched))]),
    row('Action', 'Send Webhook Notification'),
    row('URL', url),
    row('Fields', rule.sent.length === 0 ? 'none' : shown(rule.sent))
  ].join('\n')

const HOW = `In Odoo, switch the developer mode on (Settings, at the bottom), then open Settings → Technical → Automation
Rules and make these. A field that your Odoo does not have is left out. Without the fields of "When updating" one
change sends a dozen webhooks.`

/** What is to be made by hand, rule by rule. */
export const guide = (rules: readonly OdooRule[], urlOf: (rule: OdooRule) => string): string =>
  [HOW, ...rules.map((rule) => guideOf(rule, urlOf(rule), odooRules.indexOf(rule) + 1))].join('\n\n')

const stateOf = ({ state, differences, unknownFields, rule }: RuleFinding): string => {
  if (state === 'not installed') return `not needed: the app ${rule.app} is not installed`
  const without = unknownFields.length === 0 ? '' : ` (this Odoo has no ${unknownFields.join(', ')})`
  return `${state}${differences.length === 0 ? '' : `: ${differences.join('; ')}`}${without}`
}

const columns: readonly Column<RuleFinding>[] = [
  { head: 'RULE', cell: ({ rule }) => rule.name },
  { head: 'MODEL', cell: ({ rule }) => rule.model },
  { head: 'STATE', cell: stateOf, least: 20 }
]

/** What Odoo has of each rule. */
export const comparison = (terminal: Terminal, { findings, others }: RuleReport): string =>
  [
    table(terminal, columns, findings),
    ...others.map((name) => `The rule "${name}" posts to this address as well; it is left alone.`)
  ].join('\n')
