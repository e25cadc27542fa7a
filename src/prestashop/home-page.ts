import ky from 'ky'

/** What pages at the URL of a shop tell about who answers there. */
export interface Inhabitant {
  readonly isPrestashop: boolean
  readonly isInMaintenance: boolean
}

export interface HomePageOptions {
  /** The shop's base URL. */
  readonly url: string
  readonly timeoutMs: number
}

interface Page {
  readonly status: number
  readonly headers: Headers
  /** The beginning of its text. */
  readonly text: string
}

const ENOUGH = 65_536

const beginningOf = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    // Leaving the loop cancels the rest.
    if (text.length > ENOUGH) break
  }
  return text
}

const read = async (url: string, timeout: number): Promise<Page | undefined> => {
  try {
    const response = await ky.get(url, { retry: 0, timeout, redirect: 'manual', throwHttpErrors: false })
    return { status: response.status, headers: response.headers, text: await beginningOf(response) }
  } catch {
    return undefined
  }
}

/** The shop's cookie, its header, its theme's own words, or its Webservice that asks for a key (`auth-none.txt`). */
const isPrestashop = ({ headers, text }: Page): boolean =>
  headers.getSetCookie().some((cookie) => cookie.startsWith('PrestaShop-')) ||
  /prestashop/i.test(`${headers.get('powered-by') ?? ''} ${headers.get('x-powered-by') ?? ''} ${headers.get('www-authenticate') ?? ''}`) ||
  /<meta[^>]+generator[^>]+prestashop|var prestashop\s*=/i.test(text)

const isInMaintenance = ({ status, text }: Page): boolean =>
  status === 503 || (/^\s*<(?:!doctype|html)/i.test(text) && /maintenance|be back soon/i.test(text))

/**
 * Looks, without the key, at what answers in place of a Webservice: its own address and the home page.
 */
export const lookAround = async ({ url, timeoutMs }: HomePageOptions): Promise<Inhabitant> => {
  const pages = (await Promise.all([read(`${url}/api/`, timeoutMs), read(`${url}/`, timeoutMs)])).filter((page) => page !== undefined)
  return { isPrestashop: pages.some(isPrestashop), isInMaintenance: pages.some(isInMaintenance) }
}
