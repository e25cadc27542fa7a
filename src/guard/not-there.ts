import type { Context } from 'hono'
import { messagePage } from './page.ts'

/** Addresses of programs: what is said there is JSON, whoever asks. */
const FOR_PROGRAMS = /^\/(?:api|webhooks|outgoing|assets)(?:\/|$)/

/** The answer to an address that is none: a page to a browser, JSON to everything else. */
export const notThere = (context: Context): Response | Promise<Response> => {
  const isBrowser = (context.req.header('accept') ?? '').includes('text/html') && !FOR_PROGRAMS.test(context.req.path)
  return isBrowser
    ? context.html(messagePage('Nothing here', 'There is nothing at this address.', { href: '/', text: 'To the overview' }), 404)
    : context.json({ success: false, error: 'There is nothing at this address' }, 404)
}
