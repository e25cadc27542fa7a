/** Why a call brought no whole answer. */
export interface ConnectionFailure {
  readonly kind: 'misconfigured' | 'unavailable' | 'transient'
  /** What happened, in a few words without a full stop. */
  readonly what: string
  /** What the operator can do. */
  readonly advice?: string
  /** `false` only when the request surely never arrived. */
  readonly sent?: boolean
  readonly timedOut?: boolean
}

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

/**
 * What a failed `fetch` means, by the system's own error code; the cause itself is not kept, since it holds the request.
 * @param peer who was called, such as `the shop`
 */
export const connectionFailure = (cause: unknown, peer: string): ConnectionFailure => {
  const { code, syscall } = systemError(cause)
  if (isBadPort(cause)) {
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
