import { type AnswerDescription, ledgerUnavailable, type RouteDescription, refused, tooManyRequests } from '../openapi/describe.ts'

const html = (description: string): AnswerDescription => ({ description, media: 'text/html' })
const unavailable: AnswerDescription = { ...html('the ledger cannot be used right now'), headers: ledgerUnavailable.headers ?? {} }

/** A page for the operator that reads the ledger. */
export const page = (summary: string, answers: RouteDescription['answers'] = {}): RouteDescription => plainPage(summary, { 503: unavailable, ...answers })

/** A page that does not need the ledger. */
export const plainPage = (summary: string, answers: RouteDescription['answers'] = {}): RouteDescription => ({
  summary,
  tag: 'pages',
  access: 'operator',
  answers: { 200: html('the page'), ...answers }
})

/** A form of such a page: it leads on to another one. */
export const form = (summary: string, answers: RouteDescription['answers'] = {}): RouteDescription => ({
  summary,
  tag: 'pages',
  access: 'operator',
  answers: { 413: html('it is larger than a form of these pages'), 503: unavailable, ...answers }
})

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
