import type { Context, MiddlewareHandler } from 'hono'
import { limitBody } from '../http/limit-body.ts'
import { refuse, type Show } from './render.ts'
import type { Place } from './views/layout.ts'

/** More than any form of these pages. */
const FORM_LIMIT = 8_192

/** Refuses what is larger than a form of ours. */
export const formLimit = (show: Show, place: Place): MiddlewareHandler =>
  limitBody({
    maxSize: FORM_LIMIT,
    refuse: (context) => refuse(show, context, 413, place, 'Too large', 'That is larger than a form of these pages, or does not tell how large it is.')
  })

/** The fields of a form that are texts; none when it is no form. */
export const fieldsOf = async (context: Context): Promise<Readonly<Record<string, string>>> => {
  const body = await context.req.parseBody().catch(() => ({}))
  return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** How many were done, as an address tells it after a form; `undefined` for anything but a number. */
export const tally = (context: Context, name: string): number | undefined => {
  const text = context.req.query(name) ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
