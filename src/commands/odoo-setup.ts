import { Command, InvalidArgumentError, Option } from 'commander'
import type { Config } from '../config.ts'
import { applyRules } from '../odoo/apply-rules.ts'
import type { OdooClient } from '../odoo/client.ts'
import { configuredOdoo } from '../odoo/configured.ts'
import { OdooError } from '../odoo/errors.ts'
import { type OdooRule, odooRules } from '../odoo/rules.ts'
import { type RuleReport, verifyRules } from '../odoo/verify-rules.ts'
import { type BridgeAddress, maskedWebhookUrl, webhookUrl } from '../odoo/webhook-url.ts'
import { FAILED } from './ledger.ts'
import { comparison, guide } from './odoo-guide.ts'
import type { Shell } from './shell.ts'
import type { Terminal } from './terminal.ts'

interface Options {
  readonly url?: string
  readonly apply: boolean
  readonly showSecret: boolean
  readonly json: boolean
}

/** The command was not used as it is meant. */
const MISUSE = { exitCode: 2, code: 'misuse' } as const

const bridgeUrl = (text: string): string => {
  const url = URL.parse(text)
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === ''
  if (isPlain) return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('expected http:// or https://, without user, query or fragment')
}

const isLoopback = (url: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)

/** Where the bridge listens, when that is an address that can be called. */
const listensAt = ({ HOST, PORT }: Config): string | undefined =>
  PORT === 0 || HOST === '0.0.0.0' || HOST === '::' ? undefined : `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`

const isDone = ({ findings }: RuleReport): boolean => findings.every(({ state }) => state === 'fine' || state === 'not installed')

/** The rules for programs. */
const listOf = (urlOf: (rule: OdooRule) => string, report: RuleReport | undefined) => ({
  rules: odooRules.map((rule) => {
    const found = report?.findings.find((finding) => finding.rule === rule)
    return {
      name: rule.name,
      model: rule.model,
      trigger: rule.trigger,
      when_updating: rule.watched.map(({ name }) => name),
      fields: rule.sent.map(({ name }) => name),
      url: urlOf(rule),
      ...(found ? { state: found.state, differences: found.differences, unknown_fields: found.unknownFields } : {})
    }
  }),
  ...(report ? { others: report.others } : {})
})

/** Where Odoo reaches the bridge; ends the command where that cannot be told. */
const addressOf = (command: Command, config: Config, { url = listensAt(config), apply }: Options): BridgeAddress => {
  if (url === undefined) command.error('Tell where Odoo reaches the bridge: --url https://bridge.example.com', MISUSE)
  if (apply && isLoopback(url) && !isLoopback(config.ODOO_URL ?? url)) {
    command.error('Odoo is on another machine: tell where it reaches the bridge, --url https://bridge.example.com', MISUSE)
  }
  return { url, secrets: config.WEBHOOK_SECRET }
}

/** Compares, and makes what is to be made; shows both. @throws OdooError */
const compare = async (
  odoo: OdooClient,
  bridge: BridgeAddress,
  apply: boolean,
  terminal: Terminal,
  show: (text: string) => void
): Promise<RuleReport> => {
  const report = await verifyRules(odoo, bridge)
  show(comparison(terminal, report))
  if (!apply || isDone(report)) return report
  const changed = await applyRules(odoo, bridge, report)
  const after = await verifyRules(odoo, bridge)
  show(`\nCreated or repaired: ${changed.length}. Now:\n\n${comparison(terminal, after)}`)
  return after
}

const isOpen = ({ state }: RuleReport['findings'][number]): boolean => state === 'missing' || state === 'wrong'

/** `odoo-setup`: what Odoo needs, what it has, and with `--apply` the difference made. */
export const odooSetupCommand = ({ terminal, config: configured }: Shell): Command => {
  const { print } = terminal
  const command: Command = new Command('odoo-setup')
    .description('the automation rules that Odoo needs; with its API configured, what it has of them')
    .addOption(new Option('--url <url>', 'where Odoo reaches the bridge, such as https://bridge.example.com').argParser(bridgeUrl))
    .option('--apply', "create and repair the rules through Odoo's API", false)
    .option('--show-secret', 'show the secret in the addresses', false)
    .option('--json', 'for programs', false)

  command.action(async (options: Options) => {
    const config = configured()
    const odoo = configuredOdoo(config)
    const { apply, showSecret, json } = options
    if (apply && !odoo) command.error("--apply needs Odoo's API: set ODOO_URL, ODOO_DB, ODOO_USER and ODOO_API_KEY", MISUSE)
    const bridge = addressOf(command, config, options)
    const urlOf = ({ trigger }: OdooRule): string => (showSecret ? webhookUrl : maskedWebhookUrl)(bridge, trigger)
    const show = json ? () => {} : print
    let report: RuleReport | undefined
    try {
      report = odoo && (await compare(odoo, bridge, apply, terminal, show))
    } catch (error) {
      if (!(error instanceof OdooError)) throw error
      command.error(error.message, FAILED)
    }
    const open = report ? report.findings.filter(isOpen).map(({ rule }) => rule) : odooRules
    if (json) print(JSON.stringify(listOf(urlOf, report)))
    if (apply && open.length > 0) command.error('Some rules could not be made as they should be.', FAILED)
    if (open.length === 0) return
    show(`${report ? '\n' : ''}${guide(open, urlOf)}`)
    if (!showSecret) show('\nThe secret is hidden: --show-secret shows it.')
    show(report ? '\nOr let it be done: add --apply' : "\nWith Odoo's API configured, --apply makes these rules itself.")
  })
  return command
}
