import { retryAfter } from '../http/retry-after.ts'
import { codes, notSaved, phpWarning } from './codes.ts'
import type { Code } from './codes.ts'
import { PrestashopError } from './errors.ts'
import type { ErrorDetails } from './errors.ts'
import { fieldIn, isValidation, namesOnly, scrubbed } from './messages.ts'
import { child } from './xml.ts'
import type { XmlNode } from './xml.ts'

/** The call an error is about. */
export interface Call {
  method: string
  resource: string
  id?: number | undefined
  /** The API's base URL, to tell a redirect inside the shop from one to another place. */
  base: string
  /** The texts of the request, which must not come back in a message. */
  values: readonly string[]
}

/** A whole answer; `document` only when its body is the Webservice's XML. */
export interface Answer {
  status: number
  headers: Headers
  body: string
  document?: XmlNode | undefined
}

type Verdict = Omit<ErrorDetails, 'method' | 'resource' | 'id' | 'status'> & { what: string }

interface ShopError {
  code: number
  message: string
}

const shopErrors = (document: XmlNode | undefined): ShopError[] =>
  (child(document, 'errors')?.children ?? []).map((error) => ({
    code: Number(child(error, 'code')?.text ?? 0),
    message: child(error, 'message')?.text ?? ''
  }))

/** What may be repeated of a message; PHP warnings hold server paths and what was sent (`xml-malformed.txt`). */
const repeatable = ({ code, message }: ShopError, values: readonly string[]): string => {
  if (code === phpWarning) return 'PHP warning'
  const known = codes.get(code)
  if (known?.aboutValue && !isValidation(message)) return scrubbed(namesOnly(message), values)
  if (known) return known.say ?? namesOnly(message)
  return scrubbed(message, values)
}

const uncaught: Pick<Verdict, 'kind' | 'advice'> = {
  kind: 'uncaught',
  advice: 'Part of the work may be done all the same; the cause is in the PHP log of the shop'
}

const gateway = new Set([502, 503, 504, 521, 522, 523, 524, 525, 526, 530])

const isNotSaved = ({ code }: ShopError): boolean => code === notSaved

/** By the first code that says something; the status says little (`customers-post-duplicate-email.txt` is a 500). */
const judgeCodes = (call: Call, status: number, errors: readonly ShopError[]): Verdict => {
  const telling = errors.filter(({ code }) => code !== phpWarning && code !== notSaved)
  const decisive = telling.find(({ code }) => codes.has(code)) ?? telling[0] ?? errors.find(isNotSaved) ?? errors[0]!
  const shown = decisive.code === phpWarning ? errors : errors.filter(({ code }) => code !== phpWarning)
  const code: Code | undefined = codes.get(decisive.code)
  const quoted = {
    what: repeatable(decisive, call.values),
    codes: [...new Set(shown.map((error) => error.code))],
    messages: [...new Set(shown.map((error) => repeatable(error, call.values)))]
  }
  if (code) {
    return {
      ...quoted,
      kind: code.kind,
      field: code.field ?? fieldIn(decisive.message),
      advice: code.advice,
      blocked: code.blocks && { resource: call.resource, method: call.method },
      notFound: code.notFound
    }
  }
  if (telling.length === 0 || errors.some(isNotSaved)) return { ...quoted, ...uncaught }
  if (gateway.has(status)) return { ...quoted, kind: 'unavailable' }
  return { ...quoted, kind: status >= 500 || status === 429 ? 'transient' : 'permanent' }
}

/** The shop's base URL in the address of a redirect; within one site only an address of its API tells one. */
const redirectTarget = (base: string, location: string | null): string | undefined => {
  const target = URL.parse(location ?? '', base)
  if (!target || target.origin === 'null') return undefined
  if (target.origin === new URL(base).origin && !/\/api(?:\/|$)/.test(target.pathname)) return undefined
  const url = target.origin + target.pathname.replace(/\/(?:api(?:\/.*)?|index\.php|)$/, '').replace(/\/+$/, '')
  return `${url}/api` === base ? undefined : url
}

const judgeRedirect = (call: Call, location: string | null): Verdict => {
  const redirectsTo = redirectTarget(call.base, location)
  return {
    kind: 'misconfigured',
    what: 'redirected instead of answered',
    advice:
      redirectsTo === undefined
        ? 'The shop redirects within its own site: check its URL, its domain and SSL settings, and id_shop'
        : `The shop redirects to ${redirectsTo}: use that as the URL of the shop`,
    redirectsTo
  }
}

/** A 2xx is an answer only as the Webservice's XML, or as the empty body of a DELETE. */
const judgeSuccess = (call: Call, { body, document }: Answer): Verdict | undefined => {
  if (document || (body === '' && call.method === 'DELETE')) return undefined
  if (body === '' || /^\s*<(?:\?xml|prestashop)/.test(body)) {
    return { kind: 'transient', what: 'the answer is empty, cut off or not well-formed XML' }
  }
  return {
    kind: 'misconfigured',
    what: 'answered with something else than the XML of the Webservice',
    advice: 'Check the URL of the shop, and whether a maintenance page or a firewall answers in its place'
  }
}

/** A 4xx without the shop's codes: something in front of the Webservice answered. */
const judgeRefusal = (call: Call, status: number): Verdict => {
  const what = `refused with status ${status}, not by the Webservice`
  if (status === 401) {
    return { kind: 'misconfigured', what: 'the Webservice key is missing or refused', advice: codes.get(20)?.advice }
  }
  if (status === 408 || status === 429) return { kind: 'transient', what: `asked to wait with status ${status}` }
  if (status === 413 || status === 414) return { kind: 'permanent', what: `too large for the server (${status})` }
  if (status === 405) {
    return {
      kind: 'misconfigured',
      what,
      advice: `The web server or a firewall in front of the shop must let ${call.method} through`,
      blocked: { resource: call.resource, method: call.method }
    }
  }
  // A firewall may dislike the content of one write; the reads before it went through.
  if (call.method !== 'GET' && status !== 404) {
    return { kind: 'transient', what, advice: 'Look into the log of the web server or firewall in front of the shop' }
  }
  return {
    kind: 'misconfigured',
    what,
    advice: 'Check the URL of the shop, its URL rewriting, and whether a firewall or a password stands in front of it'
  }
}

const judgeStatus = (call: Call, answer: Answer): Verdict | undefined => {
  const { status } = answer
  if (status >= 200 && status < 300) return judgeSuccess(call, answer)
  if (status < 400) return judgeRedirect(call, answer.headers.get('location'))
  if (status < 500) return judgeRefusal(call, status)
  if (gateway.has(status)) return { kind: 'unavailable', what: `the shop is away (status ${status})` }
  if (status === 500 && answer.body.trim() === '') return { ...uncaught, what: 'an uncaught exception in the shop' }
  return { kind: 'transient', what: `status ${status} without a code of the shop` }
}

/** The error in an answer; `undefined` when the answer is a good one. */
export const classifyAnswer = (call: Call, answer: Answer): PrestashopError | undefined => {
  const errors = shopErrors(answer.document)
  const verdict = errors.length > 0 ? judgeCodes(call, answer.status, errors) : judgeStatus(call, answer)
  if (verdict === undefined) return undefined
  const { what, ...details } = verdict
  const { method, resource, id } = call
  return new PrestashopError(what, {
    ...details,
    method,
    resource,
    id,
    status: answer.status,
    retryAfterMs: retryAfter(answer.headers)
  })
}
