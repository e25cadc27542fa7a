import { html } from 'hono/html'
import type { Config } from '../../config.ts'
import { maskedWebhookUrl } from '../../odoo/webhook-url.ts'
import { shownUrl } from '../shown-url.ts'
import type { Sources } from '../sources.ts'
import { badge, card, code, counted, duration, facts, type Html, live, number, table } from './parts.ts'
import { switchLink } from './state.ts'

const copyable = (id: string, label: string, value: string, hint: Html): Html =>
  html`<div class="field copyable"><label for="${id}">${label}</label>
<div class="with-button"><input id="${id}" readonly value="${value}" aria-describedby="${id}-hint"><button type="button" data-copy="${id}" hidden>Copy<span class="unseen"> ${label}</span></button></div>
<p class="soft" id="${id}-hint">${hint}</p></div>`

/** The addresses to paste into Odoo and into the shop's module, as whoever asks reaches this server. */
const addresses = (origin: string): Html => {
  const bridge = { url: origin, secrets: [] }
  return html`<p>The secret is never shown here: put a value of ${code('WEBHOOK_SECRET')} in place of the asterisks, or have
${code(`npm run cli -- odoo-setup --url ${origin} --show-secret`)} print the whole rules.</p>
${copyable('automation', 'Automation rules, on save', maskedWebhookUrl(bridge, 'on_create_or_write'), html`Odoo 17 and later: <em>Send Webhook Notification</em>.`)}
${copyable('deletion', 'Automation rules, on deletion', maskedWebhookUrl(bridge, 'on_unlink'), html`For rules with the trigger <em>On deletion</em>.`)}
${copyable('envelopes', 'Webhooks of an Odoo module', `${origin}/webhooks/odoo`, html`With the secret in the header ${code('X-Webhook-Secret')}.`)}
${copyable('relay', 'Relay for the shop’s module', `${origin}/outgoing/events`, html`In place of Odoo’s address, with the secret in ${code('X-Webhook-Secret')}.`)}`
}

const howMany = (values: readonly string[] | string | undefined): number => (values === undefined ? 0 : [values].flat().length)

const secretRow = (name: string, values: readonly string[] | string | undefined, purpose: string) => {
  const count = howMany(values)
  const state = count === 0 ? badge('idle', 'Not set') : badge('good', count === 1 ? 'Set' : `${count} set`)
  return [code(name), state, purpose]
}

const secrets = (config: Config): Html =>
  table({
    caption: 'Which secrets are set, never their values',
    hideCaption: true,
    columns: ['Secret', 'State', 'What for'],
    rows: [
      secretRow('WEBHOOK_SECRET', config.WEBHOOK_SECRET, 'webhooks from Odoo and from the shop’s module'),
      secretRow('WEBHOOK_SIGNING_SECRET', config.WEBHOOK_SIGNING_SECRET, 'signatures that envelopes must carry as well'),
      secretRow('PRESTASHOP_KEY', config.PRESTASHOP_KEY, 'the shop’s Webservice'),
      secretRow('ODOO_WEBHOOK_SECRET', config.ODOO_WEBHOOK_SECRET, 'events for Odoo'),
      secretRow('ODOO_API_KEY', config.ODOO_API_KEY, 'Odoo’s API'),
      secretRow('ADMIN_TOKEN', config.ADMIN_TOKEN, 'these pages and /api; without it only this machine is answered')
    ],
    empty: ''
  })

const address = (url: string | undefined): Html | string => (url === undefined ? 'not set' : code(shownUrl(url)))

const proxies = ({ TRUST_PROXY: trusted }: Config): string => {
  if (typeof trusted === 'boolean') return trusted ? 'proxies on this machine and in private networks' : 'none'
  return typeof trusted === 'number' ? `the last ${trusted}` : trusted.join(', ')
}

const values = (config: Config): Html =>
  facts([
    ['Shop', code(config.PRESTASHOP_URL)],
    ['Time zone of the shop', config.SHOP_TIMEZONE ?? 'the shop’s own'],
    ['When both sides changed a field', config.CONFLICT_POLICY],
    ['Take the shop’s ids on trust', config.TRUST_SHOP_IDS ? 'yes' : 'no'],
    ['Records worked on at once', String(config.PRESTASHOP_CONCURRENCY)],
    ['Attempts per operation', String(config.MAX_ATTEMPTS)],
    ['Payloads are kept for', counted(config.RETENTION_DAYS, 'day')],
    ['Events for Odoo go to', address(config.ODOO_WEBHOOK_URL)],
    ['Odoo’s API', address(config.ODOO_URL)],
    ['Debug trail goes to', address(config.DEBUG_WEBHOOK_URL)],
    ['Poller', config.OUTGOING_POLL_SECONDS === 0 ? 'off' : `every ${duration(config.OUTGOING_POLL_SECONDS * 1_000)}`]
  ])

const access = (config: Config): Html =>
  facts([
    ['Allowed addresses', config.ALLOWED_IPS === undefined ? 'everybody who knows the secret' : html`${config.ALLOWED_IPS.map((entry) => html`${code(entry)} `)}`],
    ['Trusted proxies', proxies(config)],
    ['Requests per client and minute', config.RATE_LIMIT_PER_MINUTE === 0 ? 'no limit' : number(config.RATE_LIMIT_PER_MINUTE)],
    ['Largest request', `${number(config.BODY_LIMIT_BYTES)} bytes`]
  ])

/** The content of `GET /settings`. */
export const settings = ({ config, reverse }: Sources, origin: string, version: string): Html => {
  const isOn = reverse.isOn()
  const standing = isOn
    ? html`${badge('good', 'On')} Webhooks are taken and written to the shop.`
    : html`${badge('wait', 'Switched off')} Envelopes are refused with 503, native webhooks are stored, nothing is written.`
  return html`<h1>Settings</h1>
<div class="columns">
${card('switch', 'Reverse sync', live('switch-now', html`<p>${standing}</p><p>${switchLink(isOn)}</p>`))}
${card('versions', 'Versions', facts([['odoo-prestashop-sync', version], ['Node.js', process.versions.node], ['Ledger', code(config.LEDGER_PATH)]]))}
</div>
${card('addresses', 'Addresses to paste', addresses(origin))}
${card('secrets', 'Secrets', secrets(config))}
<div class="columns">
${card('values', 'How it works', values(config))}
${card('access', 'Who may send', access(config))}
</div>
<p class="soft">All of it is set in ${code('.env')} or the environment, and read at the start; only the switch can be turned here.</p>`
}
