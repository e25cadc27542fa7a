import { convert } from 'html-to-text'
import { onTestFinished } from 'vitest'
import { newOutboxId, type OutboxStatus } from '../../src/ledger/outbox.ts'
import { type Bridge, type BridgeOptions, startBridge } from '../support/bridge.ts'
import { customerEvent, newEntry } from '../outgoing/delivery-stage.ts'

/** A page as it came. */
export interface Shown {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** What a reader sees, blanks as one. */
  readonly text: string
}

export interface Dashboard extends Bridge {
  readonly page: (path: string, headers?: Record<string, string>) => Promise<Shown>
  /** Posts a form as a browser does; redirects are not followed. */
  readonly submit: (path: string, fields?: Record<string, string>, headers?: Record<string, string>) => Promise<Shown>
  /** Puts an event about each customer into the outbox; gives their ids. */
  readonly put: (status: OutboxStatus, ...customers: number[]) => string[]
}

const block = (selector: string) => ({ selector, format: 'block' })
const asIs = (selector: string) => ({ selector, options: { uppercase: false } })

/** What a reader sees, blanks as one. */
const textOf = (html: string): string =>
  convert(html, {
    wordwrap: false,
    selectors: [{ selector: 'a', options: { ignoreHref: true } }, ...['h1', 'h2', 'h3'].map(asIs), ...['dt', 'dd', 'th', 'td', 'tr', 'caption'].map(block)]
  })
    .replaceAll(/\s+/g, ' ')
    .trim()

const shown = async (response: Response): Promise<Shown> => {
  const html = await response.text()
  return { status: response.status, headers: response.headers, html, text: textOf(html) }
}

/** A bridge, and its pages. */
export const startDashboard = async (options: BridgeOptions = {}): Promise<Dashboard> => {
  const bridge = await startBridge(options)
  const { url, ledger } = bridge.server
  return {
    ...bridge,
    page: async (path, headers = {}) => shown(await fetch(`${url}${path}`, { redirect: 'manual', headers })),
    submit: async (path, fields = {}, headers = {}) =>
      shown(
        await fetch(`${url}${path}`, {
          method: 'POST',
          redirect: 'manual',
          headers: { origin: url, 'sec-fetch-site': 'same-origin', ...headers },
          body: new URLSearchParams(fields)
        })
      ),
    put: (status, ...customers) =>
      ledger.outgoing.write(({ outbox }) =>
        customers.map((customer) => {
          const id = newOutboxId()
          outbox.put(newEntry(customerEvent(customer), { outbox_id: id, source: 'poll', status: 'pending' }))
          if (status !== 'pending' && status !== 'held') outbox.settle(id, status, status === 'failed' ? 'Odoo refused it: never' : null)
          return id
        })
      )
  }
}

/** The shop is away from now on, until the function is called or the test ends. */
export const shopAway = ({ shop }: Bridge): (() => void) => {
  const back = shop.inject({ answer: { status: 503 } })
  onTestFinished(back)
  return back
}

/** Nobody listens there: events stay in the outbox. */
export const NOWHERE = 'http://127.0.0.1:9/odoo'

/** The cells of the rows of a page's tables, as a reader sees them. */
export const rowsOf = ({ html }: Shown): string[][] =>
  Array.from(html.matchAll(/<tr role="row"><th role="rowheader"[\s\S]*?<\/tr>/g), ([row]) =>
    Array.from(row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g), ([, cell = '']) => textOf(cell))
  )

/** The rows about operations or events. */
export const records = (page: Shown): string[][] => rowsOf(page).filter(([name = '']) => / (?:op|out)_\w+$/.test(name))

/** The first cells of these rows, without the ids below the names. */
export const namesIn = (page: Shown): string[] => records(page).map(([name = '']) => name.replace(/ (?:op|out)_\w+$/, ''))
