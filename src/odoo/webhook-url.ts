import type { RuleTrigger } from './rules.ts'

const PATH = '/webhooks/odoo/automation'

/** The user name of Basic authentication; Odoo sends none without one, and only the secret is looked at. */
const USER = 'odoo'

const MASK = '********'

/** Where the bridge is, as Odoo reaches it, and its secrets; the last one is the newest. */
export interface BridgeAddress {
  readonly url: string
  readonly secrets: readonly string[]
}

const place = ({ url }: BridgeAddress): string => `${url.replace(/\/+$/, '')}${PATH}`

const build = (bridge: BridgeAddress, trigger: RuleTrigger, secret: string): string => {
  const url = new URL(place(bridge))
  // Only the address can carry a secret or a meaning: Odoo sends no header of its own. As Basic authentication it
  // stays out of the logs of proxies.
  const address = `${url.protocol}//${USER}:${secret}@${url.host}${url.pathname}`
  return trigger === 'on_unlink' ? `${address}?event=deleted` : address
}

/** What is to be in the rule. Holds the secret. */
export const webhookUrl = (bridge: BridgeAddress, trigger: RuleTrigger): string =>
  build(bridge, trigger, encodeURIComponent(bridge.secrets.at(-1) ?? ''))

/** The same, fit to be shown. */
export const maskedWebhookUrl = (bridge: BridgeAddress, trigger: RuleTrigger): string => build(bridge, trigger, MASK)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What an address in a rule means to this bridge. */
export interface KnownUrl {
  /** The secret that it carries, in any of the ways that the bridge takes. */
  readonly secret: string | undefined
  readonly trigger: RuleTrigger
}

/** `undefined` for an address of anything but this bridge. A blank at an end is Odoo's to carry, and taken. */
export const readWebhookUrl = (bridge: BridgeAddress, text: string): KnownUrl | undefined => {
  const url = URL.parse(text.trim())
  if (!url) return undefined
  const own = new URL(place(bridge))
  const path = url.pathname.replace(/\/+$/, '')
  if (url.host !== own.host || url.protocol !== own.protocol) return undefined
  if (path !== own.pathname && !path.startsWith(`${own.pathname}/`)) return undefined
  // A `+` stays one: a secret may hold it.
  const query = new URLSearchParams(url.search.replaceAll('+', '%2B'))
  const secret = decoded(url.password) || query.get('token') || decoded(path.slice(own.pathname.length + 1))
  return {
    secret: secret === '' ? undefined : secret,
    trigger: query.get('event') === 'deleted' ? 'on_unlink' : 'on_create_or_write'
  }
}

/** Of an address of any bridge, where that bridge is; `undefined` for another address. */
export const bridgeUrlIn = (text: string): string | undefined => {
  const url = URL.parse(text.trim())
  const start = url?.pathname.indexOf(PATH) ?? -1
  return url && start >= 0 ? `${url.origin}${url.pathname.slice(0, start)}` : undefined
}
