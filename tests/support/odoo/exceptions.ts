/** A Python exception of Odoo, with the HTTP status that JSON-2 gives it (`http_status`, odoo/exceptions.py). */
export class OdooException extends Error {
  override readonly name: string
  readonly status: number

  constructor(name: string, message: string, status: number) {
    super(message)
    this.name = name
    this.status = status
  }

  /** `serialize_exception` of odoo/http.py. */
  body() {
    const { name, message } = this
    return { name, message, arguments: [message], context: {}, debug: `Traceback (most recent call last):\n${name}: ${message}\n` }
  }
}

export const accessError = (model: string, method: string): OdooException =>
  new OdooException(
    'odoo.exceptions.AccessError',
    `You are not allowed to ${method} '${model}' records.\n\nContact your administrator to request access if necessary. Mitchell Admin (id=7)`,
    403
  )

export const accessDenied = (): OdooException => new OdooException('odoo.exceptions.AccessDenied', 'Access Denied', 403)

export const missingError = (model: string, id: number): OdooException =>
  new OdooException('odoo.exceptions.MissingError', `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: 7)`, 404)

export const validationError = (message: string): OdooException =>
  new OdooException('odoo.exceptions.ValidationError', message, 422)

export const valueError = (message: string): OdooException => new OdooException('builtins.ValueError', message, 500)

/** What werkzeug raises; JSON-2 tells its description. */
export const httpError = (name: 'NotFound' | 'Unauthorized' | 'UnprocessableEntity', message: string): OdooException =>
  new OdooException(`werkzeug.exceptions.${name}`, message, { NotFound: 404, Unauthorized: 401, UnprocessableEntity: 422 }[name])
