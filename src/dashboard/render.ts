import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { refusal } from './views/confirm.ts'
import { document, type Page, type Place, type Shell } from './views/layout.ts'

/** Answers with a page. */
export type Show = (context: Context, page: Page, status?: ContentfulStatusCode) => Response | Promise<Response>

export const renderer =
  (shell: Shell): Show =>
  (context, page, status = 200) =>
    context.html(document(shell, page), status)

/** Answers that something was not done, and why. */
export const refuse = (show: Show, context: Context, status: ContentfulStatusCode, place: Place, title: string, text: string, back: string = place) =>
  show(context, { title, place, content: refusal(title, text, back) }, status)
