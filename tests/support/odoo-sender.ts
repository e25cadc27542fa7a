import { request } from 'node:http'
import { performance } from 'node:perf_hooks'

/** How Odoo's "Send Webhook Notification" sends: one second, one try, a new connection each time, one after the other. */
const PATIENCE_MS = 1_000

/** What became of the webhooks that were sent. */
export interface Sent {
  readonly delivered: number
  /** Nothing repeats these. */
  readonly lost: number
  /** Milliseconds that each answer took, the quickest first. */
  readonly times: readonly number[]
}

const once = (url: string, headers: Readonly<Record<string, string>>, body: string, patience: number): Promise<boolean> =>
  new Promise((resolve) => {
    const call = request(url, { method: 'POST', agent: false, headers: { ...headers, 'content-type': 'application/json' } }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode === 202))
    })
    call.setTimeout(patience, () => call.destroy(new Error('timed out')))
    call.on('error', () => resolve(false))
    call.end(body)
  })

/**
 * Sends webhooks as Odoo does in one user's transaction.
 * @param patience milliseconds; more than Odoo has only where the machine is busy with other things
 */
export const sendAsOdoo = async (
  url: string,
  headers: Readonly<Record<string, string>>,
  bodies: Iterable<string>,
  patience = PATIENCE_MS
): Promise<Sent> => {
  let [delivered, lost] = [0, 0]
  const times: number[] = []
  for (const body of bodies) {
    const started = performance.now()
    if (await once(url, headers, body, patience)) delivered += 1
    else lost += 1
    times.push(performance.now() - started)
  }
  return { delivered, lost, times: times.toSorted((one, other) => one - other) }
}
