import { cdata, xmlDocument } from './xml.ts'

/** One `<error>` of an answer. */
export interface ShopError {
  readonly code: number
  readonly message: string
}

/**
 * What the Webservice answers instead of a result. The status is that of the last error set, whatever
 * the others are (`customers-post-duplicate-email.txt`).
 */
export class WebserviceError extends Error {
  override readonly name = 'WebserviceError'
  readonly status: number
  readonly errors: readonly ShopError[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, errors: readonly ShopError[], headers: Readonly<Record<string, string>> = {}) {
    super(errors.map(({ code, message }) => `${code} ${message}`).join('; '))
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

/** One error, the usual case. */
export const refuse = (status: number, code: number, message: string): WebserviceError =>
  new WebserviceError(status, [{ code, message }])

/** An exception that nothing caught: 500 and no body (`order_histories-post-unknown-order.txt`). */
export class UncaughtException extends Error {
  override readonly name = 'UncaughtException'
}

/** A warning of PHP, which the Webservice reports as an error; `file` is below the shop's `classes`. */
export const phpWarning = (message: string, line: number, file = 'webservice/WebserviceRequest.php'): ShopError => ({
  code: 3,
  message: `[PHP Warning #2] ${message} (/var/www/html/classes/${file}, line ${line})`
})

/**
 * A bad filter, display, sort, limit or schema: the 400 the shop means becomes a 500, because four PHP
 * warnings follow it (`filter-unknown-field.txt`, `list-display-bad-field.txt`, `sort-bad-field.txt`).
 */
export const refuseList = (code: number, message: string): WebserviceError =>
  new WebserviceError(500, [
    { code, message },
    ...[1299, 1300, 1301, 1302].map((line) => phpWarning('Trying to access array offset on value of type bool', line))
  ])

/** A body that is no XML: 500, and the whole body in the message (`xml-malformed.txt`). */
export const refuseXml = (body: string, bytes: number): WebserviceError => {
  const error = {
    code: 127,
    message: `XML error : String could not be parsed as XML\nXML length : ${bytes}\nOriginal XML : ${body}`
  }
  // libxml says nothing about an empty document (`xml-empty-body.txt`).
  const warnings = bytes === 0 ? [] : [phpWarning('SimpleXMLElement::__construct(): Entity: parser error', 1510)]
  return new WebserviceError(500, [...warnings, error])
}

/** DELETE without an id: a warning, and the id 0 is looked for (`customers-delete-no-id.txt`). */
export const refuseDelete = (ids: readonly string[], withoutId: boolean): WebserviceError =>
  new WebserviceError(404, [
    ...(withoutId ? [phpWarning('Undefined array key 1', 1451)] : []),
    { code: 87, message: `Id(s) not exists: ${ids.join(', ')}` }
  ])

/** The body of an error answer. */
export const errorDocument = (errors: readonly ShopError[]): string => {
  const nodes = errors.map(
    ({ code, message }) =>
      `<error>\n<code>${cdata(String(code))}</code>\n<message>${cdata(message)}</message>\n</error>\n`
  )
  return xmlDocument(`<errors>\n${nodes.join('')}</errors>\n`)
}
