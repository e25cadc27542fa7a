import { html } from 'hono/html'
import type { Sources } from '../sources.ts'
import { ago, badge, code, type Html, moment, type Tone } from './parts.ts'

const tile = (title: string, state: Html, more: Html, action: Html | string = ''): Html =>
  html`<div class="tile"><h2>${title}</h2><p class="state">${state}</p><p class="soft">${more}</p>${action}</div>`

/** A link to the page that asks whether to turn the switch. */
export const switchLink = (isOn: boolean): Html =>
  html`<a class="button ${isOn ? '' : 'main'}" href="/switch?to=${isOn ? 'off' : 'on'}">Switch ${isOn ? 'off' : 'on'}…</a>`

const switchTile = ({ reverse }: Sources): Html =>
  reverse.isOn()
    ? tile('Odoo → shop', badge('good', 'On'), html`Webhooks are taken and written to the shop.`, switchLink(true))
    : tile('Odoo → shop', badge('wait', 'Switched off'), html`Nothing is written; what is stored waits.`, switchLink(false))

/** How the shop is, in a word. */
const shopState = ({ sync, shopWatch }: Sources): readonly [Tone, string, Html] => {
  const { open, since, reason } = sync.breaker()
  if (open) {
    const word = reason?.kind === 'misconfigured' ? 'Needs you' : 'Down'
    return ['bad', word, html`Since ${moment(since ?? Date.now())}. Probed until it answers; webhooks are kept.`]
  }
  const { checked_at: checkedAt } = shopWatch.state()
  if (checkedAt === null) return ['idle', 'Not asked yet', html`The first webhook, or the poller, will.`]
  return ['good', 'Working', html`Last answer ${ago(checkedAt)}.`]
}

/** For who hears the page: changes only when a state does. */
export const inWords = (sources: Sources): string => {
  const [, word] = shopState(sources)
  return `The reverse sync is ${sources.reverse.isOn() ? 'on' : 'switched off'}. The shop: ${word.toLowerCase()}.`
}

const shopTile = (sources: Sources): Html => {
  const [tone, word, more] = shopState(sources)
  return tile('Shop', badge(tone, word), more)
}

const deliveryTile = ({ config, delivery }: Sources): Html => {
  if (config.ODOO_WEBHOOK_URL === undefined) {
    return tile('Shop → Odoo', badge('idle', 'Not set up'), html`${code('ODOO_WEBHOOK_URL')} is not set: checks are answered, nothing is sent.`)
  }
  const { open, since, kind } = delivery.state()
  if (!open) return tile('Shop → Odoo', badge('good', 'Delivering'), html`Events are sent as they come.`)
  const word = kind === 'misconfigured' ? 'Needs you' : 'Paused'
  return tile('Shop → Odoo', badge('bad', word), html`Since ${moment(since ?? Date.now())}. Events are kept and tried again.`)
}

/** The three answers that somebody wants first. */
export const tiles = (sources: Sources): Html =>
  html`<div class="tiles">${switchTile(sources)}${shopTile(sources)}${deliveryTile(sources)}</div>`

const alert = (title: string, text: Html): Html => html`<div class="alert"><p><strong>${title}</strong></p><p>${text}</p></div>`

/** What somebody has to do something about, and what. */
export const alerts = ({ sync, delivery }: Sources): Html => {
  const { open, reason } = sync.breaker()
  const missing = sync.missingRights()
  const { open: isPaused, reason: pauseReason } = delivery.state()
  return html`${open && reason ? alert('The shop cannot be worked with', html`${reason.message}`) : ''}
${
  missing.length === 0
    ? ''
    : alert(
        'The Webservice key lacks rights',
        html`${missing.map(({ resource, method }, index) => html`${index > 0 ? ', ' : ''}${code(`${method} ${resource}`)}`)}.
    Give them to the key in the back office, Advanced Parameters, Webservice. What needs them waits until then; all else goes on.`
      )
}
${isPaused ? alert('Odoo takes no events', html`${pauseReason ?? 'It is tried again by itself.'}`) : ''}`
}
