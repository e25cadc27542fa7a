import ky from 'ky'
import { readBody } from '../http/response-body.ts'
import { connectionFailure } from '../http/connection-failure.ts'
import { type Answer, readAnswer, type Trouble } from './answer.ts'
import type { Parcel } from './parcel.ts'
import { batchMessage, headersFor, singleMessage } from './request.ts'

export interface OdooOptions {
  readonly url: string
  readonly secret: string | undefined
  readonly delivery: 'batch' | 'single'
  /** For one request, its answer included. */
  readonly timeoutMs: number
}

/** One exchange with Odoo. */
export interface Exchange {
  readonly webhookId: string
  /** `undefined`: no whole answer. */
  readonly status?: number
  readonly ms: number
  /** `undefined`: called off by the signal. */
  readonly answer?: Answer
}

/** Bytes; more than any answer to a hundred events. */
const SIZE_LIMIT = 4 * 1024 * 1024

/** A request that brought no whole answer; whether Odoo has the events, nobody knows. */
const troubleOf = (error: unknown): Trouble => {
  const { kind, what, advice, sent } = connectionFailure(error, 'Odoo')
  return { kind: kind === 'misconfigured' ? kind : 'unavailable', message: advice === undefined ? what : `${what}. ${advice}`, sent }
}

/**
 * The wire to Odoo: one request, one answer. No retries (the outbox knows better), no redirects (they may lose the body
 * and would show the secret to a stranger), no cookies; certificates are verified.
 */
export const createOdoo = ({ url, secret, delivery, timeoutMs }: OdooOptions) => {
  const headers = headersFor(secret)
  const http = ky.create({ retry: 0, timeout: false, redirect: 'manual', throwHttpErrors: false })

  /** Sends events; several only with `delivery: 'batch'`. */
  return async (parcels: readonly [Parcel, ...Parcel[]], signal: AbortSignal): Promise<Exchange> => {
    const message = delivery === 'batch' ? batchMessage(parcels) : singleMessage(parcels[0])
    const started = performance.now()
    const deadline = AbortSignal.timeout(timeoutMs)
    const exchange = (outcome: { status?: number; answer?: Answer }): Exchange => ({
      webhookId: message.id,
      ms: Math.round(performance.now() - started),
      ...outcome
    })
    try {
      const response = await http.post(url, { body: message.body, headers: headers(message), signal: AbortSignal.any([deadline, signal]) })
      const { status } = response
      const body = await readBody(response, SIZE_LIMIT)
      if (body === undefined) {
        const answer: Answer = { kind: 'misconfigured', message: 'The answer of Odoo is endless: check that ODOO_WEBHOOK_URL takes events' }
        return exchange({ status, answer })
      }
      return exchange({ status, answer: readAnswer({ status, headers: response.headers, body }, parcels) })
    } catch (error) {
      if (signal.aborted) return exchange({})
      const answer = deadline.aborted ? ({ kind: 'unavailable', message: `Odoo did not answer within ${timeoutMs} ms` } as const) : troubleOf(error)
      return exchange({ answer })
    }
  }
}
