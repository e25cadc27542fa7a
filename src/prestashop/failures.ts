import type { Call } from './classify.ts'
import { PrestashopError } from './errors.ts'
import type { ErrorDetails } from './errors.ts'

type Verdict = Pick<ErrorDetails, 'kind' | 'advice' | 'sent' | 'timedOut'> & { what: string }

interface SystemError {
  code: string
  syscall: string
}

const textOf = (value: object, name: string): string => {
  const text: unknown = Reflect.get(value, name)
  return typeof text === 'string' ? text : ''
}

const parserError = 'HTTPParserError'

/** The system's own error, at the end of the chain of causes (and of the attempts at several addresses). */
const systemError = (error: unknown): SystemError => {
  if (typeof error !== 'object' || error === null) return { code: '', syscall: '' }
  const attempts: unknown = Reflect.get(error, 'errors')
  const inner: unknown = Array.isArray(attempts) ? attempts[0] : Reflect.get(error, 'cause')
  const found = systemError(inner)
  if (found.code !== '') return found
  const code = textOf(error, 'code')
  // The HTTP parser's own error has a code of its own only at times.
  const unnamed = code === '' && textOf(error, 'name') === parserError
  return { code: unnamed ? parserError : code, syscall: textOf(error, 'syscall') }
}

/** undici has no code for a port of the Fetch standard's list of blocked ones. */
const isBadPort = (error: unknown): boolean =>
  error instanceof Error && (error.message === 'bad port' || isBadPort(error.cause))

const certificate = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_|SELF_SIGNED_|HOSTNAME_MISMATCH)/
const protocol = /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|HPE_|HTTPParserError$)/
const timeout = /^(?:ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/

const judge = ({ code, syscall }: SystemError, isBlocked: boolean, peer: string): Verdict => {
  if (isBlocked) {
    return {
      kind: 'misconfigured',
      what: 'programs do not call this port (the Fetch standard blocks it)',
      advice: `Let ${peer} listen on another port`,
      sent: false
    }
  }
  if (certificate.test(code)) {
    return {
      kind: 'misconfigured',
      what: `the certificate of ${peer} is not trusted (${code})`,
      advice: `Renew or complete the certificate of ${peer}, or use the domain it was made for`,
      sent: false
    }
  }
  if (protocol.test(code)) {
    return {
      kind: 'misconfigured',
      what: `${peer} does not speak this protocol (${code})`,
      advice: `Check http or https, and the port, in the URL of ${peer}`
    }
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return { kind: 'unavailable', what: 'no connection in time', sent: false, timedOut: true }
  }
  if (timeout.test(code)) return { kind: 'unavailable', what: 'no answer in time', timedOut: true }
  if (syscall === 'connect' || syscall === 'getaddrinfo') {
    return { kind: 'unavailable', what: `${peer} cannot be reached (${code})`, sent: false }
  }
  return { kind: 'transient', what: `the connection was lost${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}` }
}

/**
 * What is to be said about a request that brought no whole answer.
 *
 * @param peer who was asked, in words
 */
export const networkFailure = (cause: unknown, peer: string): Verdict => judge(systemError(cause), isBadPort(cause), peer)

/** The error of a call that brought no whole answer; the cause stays behind, since it holds the request. */
export const classifyFailure = (call: Call, cause: unknown): PrestashopError => {
  const { what, ...details } = networkFailure(cause, 'the shop')
  const { method, resource, id } = call
  return new PrestashopError(what, { ...details, method, resource, id })
}
