import * as v from 'valibot'
import { type AnswerDescription, ledgerUnavailable, type RouteDescription, refused, tooManyRequests } from '../openapi/describe.ts'

const html = (description: string): AnswerDescription => ({ description, media: 'text/html' })
const unavailable: AnswerDescription = { ...html('the ledger cannot be used right now'), headers: ledgerUnavailable.headers ?? {} }

/** What a page or a form takes: name → what it says. */
export type Fields = Readonly<Record<string, string>>

/** A page for the operator that reads the ledger. */
export const page = (summary: string, answers: RouteDescription['answers'] = {}, query: Fields = {}): RouteDescription =>
  plainPage(summary, { 503: unavailable, ...answers }, query)

/** A page that does not need the ledger. */
export const plainPage = (summary: string, answers: RouteDescription['answers'] = {}, query: Fields = {}): RouteDescription => ({
  summary,
  tag: 'pages',
  access: 'operator',
  parameters: Object.entries(query).map(([name, description]) => ({ name, in: 'query', description })),
  answers: { 200: html('the page'), ...answers }
})

/** Fields of a form, all of them texts that may be left out: name → what it says. */
const bodyOf = (fields: Fields): NonNullable<RouteDescription['body']> => ({
  schema: v.object(Object.fromEntries(Object.entries(fields).map(([name, what]) => [name, v.optional(v.pipe(v.string(), v.description(what)))]))),
  required: false,
  media: 'application/x-www-form-urlencoded',
  examples: {}
})

/** A form of such a page: it leads on to another one. */
export const form = (summary: string, answers: RouteDescription['answers'] = {}, fields: Fields = {}): RouteDescription => ({
  summary,
  tag: 'pages',
  access: 'operator',
  ...(Object.keys(fields).length === 0 ? {} : { body: bodyOf(fields) }),
  answers: { 413: html('it is larger than a form of these pages'), 503: unavailable, ...answers }
})

/** The filters of operations, as pages and forms have them. */
export const filterFields: Fields = {
  status: 'such as `failed`',
  entity_type: 'such as `customer`',
  outcome: 'such as `updated`',
  text: "an id, or a whole email address, reference or code",
  received_from: 'ISO 8601; UTC without a zone',
  received_to: 'ISO 8601; UTC without a zone'
}
const cursor = { cursor: 'where the page begins: from the link to older ones' }
export const listFields: Fields = { ...filterFields, ...cursor }
export const outboxFields: Fields = { status: 'such as `failed`', ...cursor }
export const retryFields: Fields = { force: "`true`: write Odoo's values whatever is known of them", list: 'the filters of the list to go back to' }

export const unknown = { 404: html('there is none with this id') }
export const notPossible = { 409: html('it cannot be tried again') }
/** Beside the JSON that refuses a wrong `Authorization` header. */
export const notUnderstood = {
  400: {
    ...refused('a field is not understood (a page), or the Authorization header is no Bearer token (JSON)', 'ADMIN_TOKEN is needed: Authorization: Bearer <token>'),
    media: ['text/html', 'application/json']
  }
}

export const assetDescription: RouteDescription = {
  summary: 'Give a style sheet, script or icon of the pages',
  description: 'Its name holds a hash of its content, so that it may be kept for ever.',
  tag: 'pages',
  access: 'public',
  answers: {
    200: { description: 'the file', media: ['text/css', 'text/javascript', 'image/svg+xml'] },
    404: refused('there is no such file, or it is of another version', 'There is nothing at this address')
  }
}

export const iconDescription: RouteDescription = {
  summary: 'Give the icon of the pages',
  tag: 'pages',
  access: 'public',
  answers: { 200: { description: 'the icon', media: 'image/svg+xml' } }
}

export const liveDescription: RouteDescription = {
  summary: 'Tell, while the connection is open, that something has changed',
  description: 'Server-Sent Events without content: `ready` at first, then `change`. For the pages, which ask for themselves again then.',
  tag: 'pages',
  access: 'admin',
  answers: {
    200: { description: 'a stream of events', media: 'text/event-stream' },
    503: { ...tooManyRequests, description: 'too many pages listen already, or the server stops' }
  }
}
