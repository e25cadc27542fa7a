import ky from 'ky'
import { systemError } from '../http/connection-failure.ts'
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

/** More than any answer to a hundred events. */
const SIZE_LIMIT = 4 * 1024 * 1024

/** The body as text, or `undefined` when it is larger than we want to hold. */
const readBody = async (response: Response): Promise<string | undefined> => {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > SIZE_LIMIT) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

const certificate = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_|SELF_SIGNED_|HOSTNAME_MISMATCH)/
const protocol = /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|HPE_|HTTPParserError$)/

/** A request that brought no whole answer; whether Odoo has the events, nobody knows. */
const troubleOf = (error: unknown): Trouble => {
  const { code, syscall } = systemError(error)
  if (certificate.test(code)) {
    return { kind: 'misconfigured', message: `The certificate of Odoo is not trusted (${code}): renew or complete it, or use the domain it was made for` }
  }
  if (protocol.test(code)) {
    return { kind: 'misconfigured', message: `Odoo does not speak this protocol (${code}): check http or https, and the port, in ODOO_WEBHOOK_URL` }
  }
  const isUnreached = syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT'
  const detail = /^[A-Z_]+$/.test(code) ? ` (${code})` : ''
  return { kind: 'unavailable', message: isUnreached ? `Odoo cannot be reached${detail}` : `The connection to Odoo was lost${detail}` }
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
      const body = await readBody(response)
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
