import ky from 'ky'
import { readBody } from '../http/response-body.ts'
import { connectionFailure } from '../http/connection-failure.ts'
import type { Answer, Call } from './classify.ts'
import { OdooError, type OdooErrorKind } from './errors.ts'

/** How to reach one database of one Odoo. */
export interface OdooConnection {
  /** The base URL, such as `https://mycompany.odoo.com`. */
  readonly url: string
  /** The database. */
  readonly db: string
  /** The login of the key's user. */
  readonly user: string
  /** An API key of that user. */
  readonly key: string
  /** For one call, its body included, in milliseconds. */
  readonly timeoutMs: number
  /** For how long an Odoo that gave no answer is not asked again, in milliseconds; without it every call is made. */
  readonly restMs?: number
  /** Told of every call, after it. */
  readonly onCall?: (call: OdooCall) => void
}

/** One call as it went over the wire, for logs and metrics; holds no values. */
export interface OdooCall extends Call {
  readonly ms: number
  /** What went wrong, and with which status if there was an answer. */
  readonly error?: OdooErrorKind
  readonly status?: number
}

export interface WireRequest {
  readonly path: string
  /** Sent as JSON with POST; without a body it is a GET. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, one answer, whatever it says. @throws OdooError when there was no whole answer */
export type Send = (call: Call, request: WireRequest) => Promise<Answer>

/** More than any page of records that is asked for. */
const sizeLimit = 32 * 1024 * 1024

const parseJson = (text: string): { json?: unknown } => {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    return {}
  }
}

/** The wire to one Odoo: certificates are verified, nothing is retried, no redirect is followed, no cookie is kept. */
export const createWire = ({ url, timeoutMs }: OdooConnection): Send => {
  const base = url.replace(/\/+$/, '')
  const http = ky.create({
    retry: 0,
    timeout: false,
    redirect: 'manual',
    throwHttpErrors: false,
    headers: { 'user-agent': 'odoo-prestashop-sync', accept: 'application/json' }
  })
  return async (call, { path, body, headers = {} }) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      const response = await http(`${base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        signal: deadline,
        headers: { ...headers },
        ...(body === undefined ? {} : { json: body })
      })
      const text = await readBody(response, sizeLimit)
      if (text === undefined) {
        throw new OdooError(`the answer is larger than ${sizeLimit} bytes`, { ...call, kind: 'permanent', status: response.status })
      }
      return { status: response.status, headers: response.headers, ...parseJson(text) }
    } catch (error) {
      if (error instanceof OdooError) throw error
      if (deadline.aborted) {
        throw new OdooError(`no answer within ${timeoutMs} ms`, { ...call, kind: 'unavailable', timedOut: true })
      }
      const { what, ...details } = connectionFailure(error, 'Odoo')
      throw new OdooError(what, { ...details, ...call })
    }
  }
}
