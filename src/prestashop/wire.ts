import ky from 'ky'
import { readBody } from '../http/response-body.ts'
import { classifyAnswer } from './classify.ts'
import type { Answer, Call } from './classify.ts'
import { PrestashopError } from './errors.ts'
import type { ErrorDetails, ErrorKind } from './errors.ts'
import { classifyFailure } from './failures.ts'
import { parseXml } from './xml.ts'
import type { XmlNode } from './xml.ts'

/** One call as it went over the wire, for logs and metrics; holds no values. */
export interface ShopCall {
  method: string
  resource: string
  id?: number
  /** `undefined`: no answer. */
  status?: number
  ms: number
  operationId?: string
  error?: ErrorKind
  /** The key lacks the right to this resource and method. */
  blocked?: true
}

export interface ClientOptions {
  /** The shop's base URL; `/api` is added. */
  url: string
  /** The Webservice key, sent as the Basic user, never in a URL. */
  key: string
  /** For one call, its body included. */
  timeoutMs: number
  /** Told of every call, after it. */
  onCall?: (call: ShopCall) => void
  userAgent?: string
}

export interface CallContext {
  /** Sent as `X-Operation-Id` with every write. */
  operationId?: string
  signal?: AbortSignal
  /** More parameters of the URL, such as `{ sendemail: '1' }`. */
  query?: Record<string, string>
}

export interface WireRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `''` for the root, which lists the permissions. */
  resource: string
  id?: number
  parameters?: URLSearchParams
  body?: string
  /** The texts inside `body` and `parameters`, kept out of error messages. */
  values?: readonly string[]
  /** That the record is not there is an answer, not an error. */
  mayBeAbsent?: true
}

/** `'absent'` only where the request allows it; without a document the shop's answer was empty. */
export type WireAnswer = { document?: XmlNode | undefined; headers: Headers } | 'absent'

export type Send = (request: WireRequest, context?: CallContext) => Promise<WireAnswer>

/** More than any page of records; an endless answer must not fill the memory. */
const sizeLimit = 32 * 1024 * 1024

const webserviceDocument = (body: string): XmlNode | undefined => {
  try {
    const root = parseXml(body)
    return root.name === 'prestashop' ? root : undefined
  } catch {
    return undefined
  }
}

const isAbsent = (answer: Answer, error: PrestashopError | undefined): boolean =>
  answer.status === 404 && (answer.body === '' || error?.notFound === true)

/**
 * The wire to one shop: one request, one answer, every failure a `PrestashopError`. No retries (whoever knows what was
 * meant must decide), no redirects (the shop sends strangers to its home page, `host-header-other.txt`), no cookies.
 */
export const createWire = (options: ClientOptions): Send => {
  const base = `${options.url.replace(/\/+$/, '')}/api`
  const http = ky.create({
    retry: 0,
    timeout: false,
    redirect: 'manual',
    throwHttpErrors: false,
    headers: {
      authorization: `Basic ${Buffer.from(`${options.key}:`).toString('base64')}`,
      'user-agent': options.userAgent ?? 'odoo-prestashop-sync'
    }
  })

  const exchange = async (request: WireRequest, call: Call, context: CallContext): Promise<Answer> => {
    const { method, resource, id, body } = request
    const deadline = AbortSignal.timeout(options.timeoutMs)
    const fail = (what: string, details: Omit<ErrorDetails, 'method' | 'resource' | 'id'>): PrestashopError =>
      new PrestashopError(what, { method, resource, id, ...details })
    if (context.signal?.aborted) throw fail('called off', { kind: 'transient', sent: false })
    const parameters = new URLSearchParams(request.parameters)
    for (const [name, value] of Object.entries(context.query ?? {})) parameters.set(name, value)
    try {
      const response = await http(`${base}/${resource}${id === undefined ? '' : `/${id}`}`, {
        method,
        searchParams: parameters,
        signal: context.signal ? AbortSignal.any([deadline, context.signal]) : deadline,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'text/xml; charset=utf-8' }),
          ...(context.operationId === undefined || method === 'GET' ? {} : { 'x-operation-id': context.operationId })
        },
        ...(body === undefined ? {} : { body })
      })
      const text = await readBody(response, sizeLimit)
      if (text === undefined) {
        throw fail(`the answer is larger than ${sizeLimit} bytes`, {
          kind: 'permanent',
          status: response.status,
          advice: 'Ask for fewer records at once'
        })
      }
      return { status: response.status, headers: response.headers, body: text, document: webserviceDocument(text) }
    } catch (error) {
      if (error instanceof PrestashopError) throw error
      if (context.signal?.aborted) throw fail('called off', { kind: 'transient' })
      if (deadline.aborted) {
        throw fail(`no answer within ${options.timeoutMs} ms`, { kind: 'unavailable', timedOut: true })
      }
      throw classifyFailure(call, error)
    }
  }

  return async (request, context = {}) => {
    const { method, resource, id } = request
    const started = performance.now()
    const call: Call = { method, resource, id, base, values: [options.key, ...(request.values ?? [])] }
    const report = (outcome: Pick<ShopCall, 'status' | 'error' | 'blocked'>): void =>
      options.onCall?.({
        method,
        resource,
        ms: performance.now() - started,
        ...(id === undefined ? {} : { id }),
        ...(context.operationId === undefined ? {} : { operationId: context.operationId }),
        ...outcome
      })
    try {
      const answer = await exchange(request, call, context)
      const error = classifyAnswer(call, answer)
      const absent = request.mayBeAbsent === true && isAbsent(answer, error)
      if (error && !absent) throw error
      report({ status: answer.status })
      return absent ? 'absent' : { document: answer.document, headers: answer.headers }
    } catch (error) {
      if (error instanceof PrestashopError) {
        const blocked = error.blocked ? { blocked: true as const } : {}
        report({ error: error.kind, ...blocked, ...(error.status === undefined ? {} : { status: error.status }) })
      }
      throw error
    }
  }
}
