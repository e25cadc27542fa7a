import { html } from 'hono/html'
import type { statsOf } from '../../api/stats.ts'
import { counted, duration, type Html, number, table } from './parts.ts'

type Hour = ReturnType<typeof statsOf>['last_hour']
type Minute = Hour['minutes'][number]

/** One minute is so wide; the drawings stretch to the room they have, so nothing in them is text. */
const SLOT = 10
const BAR = 7
const HEIGHT = 100

const clock = (minute: string): string => minute.slice(11, 16)
const ended = ({ succeeded, failed }: Pick<Minute, 'succeeded' | 'failed'>): number => succeeded + failed

/** A round number at or above a value: 1, 2, 5, 10, 20, … */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power
}

const drawing = (id: string, title: string, content: Html): Html =>
  html`<svg viewBox="0 0 ${60 * SLOT} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}"><title id="${id}">${title}</title>
<path class="grid" d="M0 .5H600M0 50H600M0 99.5H600"/>${content}</svg>`

/** A drawing with what its upper and lower edge mean, and the hour below it. */
const plot = (title: string, top: string, bottom: string, svg: Html, [first, last]: readonly [string, string]): Html =>
  html`<figure class="plot"><figcaption>${title}</figcaption>
<div class="scale" aria-hidden="true"><span>${top}</span><span>${bottom}</span></div>${svg}
<div class="hours" aria-hidden="true"><span>${first}</span><span>${last}</span></div></figure>`

const bar = (kind: string, index: number, from: number, to: number): Html =>
  html`<rect class="${kind}" x="${index * SLOT + (SLOT - BAR) / 2}" width="${BAR}" y="${(HEIGHT - to).toFixed(2)}" height="${Math.max(to - from, 1).toFixed(2)}"/>`

const throughput = (minutes: readonly Minute[], title: string, hours: readonly [string, string]): Html => {
  const most = roundUp(Math.max(...minutes.map(ended)))
  const scaled = (value: number): number => (value / most) * HEIGHT
  const bars = minutes.map(
    (minute, index) => html`${minute.succeeded > 0 ? bar('done', index, 0, scaled(minute.succeeded)) : ''}${
      minute.failed > 0 ? bar('refused', index, scaled(minute.succeeded), scaled(ended(minute))) : ''
    }`
  )
  return plot('Operations per minute', number(most), '0', drawing('throughput', title, html`${bars}`), hours)
}

/** From the median to all but the slowest twentieth, on a scale of powers of ten: from milliseconds to days. */
const latency = (minutes: readonly Minute[], title: string, hours: readonly [string, string]): Html => {
  const known = minutes.flatMap(({ latency_p50_ms: low, latency_p95_ms: high }, index) =>
    low === null || high === null ? [] : [{ index, low: Math.max(low, 1), high: Math.max(high, 1) }]
  )
  const least = Math.floor(Math.log10(Math.min(...known.map(({ low }) => low))))
  const most = Math.max(Math.ceil(Math.log10(Math.max(...known.map(({ high }) => high)))), least + 1)
  const scaled = (ms: number): number => ((Math.log10(ms) - least) / (most - least)) * (HEIGHT - 4) + 2
  const bars = known.map(({ index, low, high }) => html`${bar('range', index, scaled(low), scaled(high))}${bar('median', index, scaled(low) - 2, scaled(low) + 2)}`)
  return plot('Time from receipt to end', duration(10 ** most), duration(10 ** least), drawing('latency', title, html`${bars}`), hours)
}

/** The hour in a sentence. */
const summary = ({ received, succeeded, failed, latency_p50_ms: median, latency_p95_ms: slow }: Hour): string =>
  `${counted(received, 'webhook')} received, ${number(succeeded)} succeeded, ${number(failed)} failed` +
  (median === null || slow === null ? '' : `; half ended within ${duration(median)}, 95 % within ${duration(slow)}`)

const minutesTable = (minutes: readonly Minute[]): Html =>
  table({
    caption: 'The minutes of the last hour in which something happened',
    isNarrow: true,
    columns: ['Minute', 'Received', 'Succeeded', 'Failed', 'Median', '95 %'],
    rows: minutes
      .filter((minute) => minute.received + ended(minute) > 0)
      .map((minute) => [
        clock(minute.minute),
        number(minute.received),
        number(minute.succeeded),
        number(minute.failed),
        minute.latency_p50_ms === null ? '–' : duration(minute.latency_p50_ms),
        minute.latency_p95_ms === null ? '–' : duration(minute.latency_p95_ms)
      ]),
    empty: 'None.'
  })

/** Throughput and latency of the last hour: in a sentence, as drawings, and as a table. */
export const hourChart = (hour: Hour): Html => {
  const { minutes } = hour
  const hours = [clock(minutes.at(0)?.minute ?? ''), clock(minutes.at(-1)?.minute ?? '')] as const
  const busiest = Math.max(...minutes.map(ended))
  if (busiest === 0) return html`<p>${summary(hour)}.</p><p class="empty">Nothing has ended in the last hour.</p>`
  const throughputTitle = `Operations that ended, per minute from ${hours[0]} to ${hours[1]}: at most ${number(busiest)}, ${counted(hour.failed, 'failure')}`
  const latencyTitle = `Time from receipt to end, per minute: median ${duration(hour.latency_p50_ms ?? 0)}, 95 % within ${duration(hour.latency_p95_ms ?? 0)}`
  return html`<p>${summary(hour)}.</p>
<div class="plots">${throughput(minutes, throughputTitle, hours)}${latency(minutes, latencyTitle, hours)}</div>
<p class="legend"><span class="key done">succeeded</span><span class="key refused">failed</span><span class="key median">median</span><span class="key range">up to 95 %</span></p>
<details><summary>The same as a table</summary>${minutesTable(minutes)}</details>`
}
