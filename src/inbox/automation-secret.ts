/** The texts of one request to the automation address. */
export interface AutomationRequest {
  /** All that may be the secret; a check takes any of them. */
  readonly secrets: readonly string[]
  /** `?event=`; `undefined` = none. */
  readonly event: string | undefined
}

export const AUTOMATION_PATH = '/webhooks/odoo/automation'

/** Percent-decoded, without the blank that Odoo leaves at the end of an address as `%20`; as it is when it is no code. */
const plain = (text: string): string => {
  try {
    return decodeURIComponent(text).trim()
  } catch {
    return text.trim()
  }
}

/** `+` stays: a secret may hold one, and nobody writes blanks so in an address pasted into Odoo. */
const queryOf = (search: string): ReadonlyMap<string, string> =>
  new Map(
    search.slice(1).split('&').map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [plain(name), plain(value.join('='))]
    })
  )

/** Of `user:password`; senders write it in UTF-8 or, as python-requests does, in Latin-1. */
const passwordsOf = (authorization: string | undefined): string[] => {
  const credentials = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1]
  if (credentials === undefined) return []
  const bytes = Buffer.from(credentials, 'base64')
  return (['utf8', 'latin1'] as const).flatMap((encoding) => {
    const text = bytes.toString(encoding)
    const colon = text.indexOf(':')
    return colon < 0 ? [] : [text.slice(colon + 1).trim()]
  })
}

/**
 * Takes apart an address that was pasted into Odoo, `…/automation`, `…/automation/<secret>`, `?token=`, `?event=`, and
 * the Basic authentication that Odoo makes of `user:password@`.
 * @param url the whole address of the request
 * @returns `undefined` when it is no address for native webhooks
 */
export const readAutomationRequest = (url: string, authorization: string | undefined): AutomationRequest | undefined => {
  const { pathname, search } = new URL(url)
  const path = plain(pathname)
  if (path !== AUTOMATION_PATH && !path.startsWith(`${AUTOMATION_PATH}/`)) return undefined
  const query = queryOf(search)
  const inPath = path.slice(AUTOMATION_PATH.length + 1)
  const given = [inPath, inPath.replace(/\/+$/, ''), query.get('token') ?? '', ...passwordsOf(authorization)]
  const event = query.get('event') ?? ''
  return { secrets: given.filter((secret) => secret !== ''), event: event === '' ? undefined : event }
}
