import { html } from 'hono/html'
import type { Sources } from '../sources.ts'
import { ago, badge, code, counted, duration, facts, type Html, number, outside } from './parts.ts'

/** How the poller is doing, and what it cannot read. */
export const pollerState = ({ config, outgoing }: Sources): Html => {
  const seconds = config.OUTGOING_POLL_SECONDS
  if (seconds === 0) {
    return html`<p>${badge('idle', 'Off')}</p><p class="soft">A shop with a module tells by itself. For one without, set ${code('OUTGOING_POLL_SECONDS')}.</p>`
  }
  const { rounds, failures, lastRoundAt, lastRoundMs, rows, troubles } = outgoing.poller.stats()
  const read = Object.entries(rows).map(([resource, count]) => `${resource} ${number(count)}`)
  const inTrouble = Object.entries(troubles)
  const state = failures > 0 ? badge('bad', 'Cut off') : inTrouble.length > 0 ? badge('wait', 'Partly') : badge('good', 'On')
  return html`<p>${state} <span class="soft">every ${duration(seconds * 1_000)}</span></p>
${facts([
  ['Whole rounds since the start', number(rounds)],
  ['Last whole round', lastRoundAt === undefined ? 'none yet' : html`${ago(lastRoundAt)}, took ${duration(lastRoundMs ?? 0)}`],
  ['Cut off', failures > 0 ? `${counted(failures, 'round')} in a row: tried again until the shop answers` : undefined],
  ['Rows read', read.length === 0 ? undefined : read.join(', ')]
])}
${inTrouble.map(([resource, why]) => html`<div class="alert"><p><strong>${outside(resource)} cannot be read</strong></p><p>${outside(why)}</p></div>`)}`
}
