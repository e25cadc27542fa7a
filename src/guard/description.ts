import * as v from 'valibot'
import { type AnswerDescription, ledgerUnavailable, named, type RouteDescription, refused, tooManyRequests } from '../openapi/describe.ts'
import { settingsChangeSchema, settingsSchema } from './settings-schemas.ts'

const settings: AnswerDescription = { description: 'what is set', schema: named('Settings', settingsSchema) }
const onward: AnswerDescription = { description: 'on to the page that was asked for', media: null, headers: { Location: 'a path on this server' } }
const page = (description: string): AnswerDescription => ({ description, media: 'text/html' })
const tooManyFailures: AnswerDescription = { ...tooManyRequests, description: 'too many requests (JSON), or too many failed logins (a page)', media: ['application/json', 'text/html'] }

export const settingsDescription: RouteDescription = {
  summary: 'Show what is set',
  description: 'Never the value of a secret: only whether it is set.',
  tag: 'server',
  access: 'admin',
  answers: { 200: settings }
}

export const switchDescription: RouteDescription = {
  summary: 'Switch the reverse sync off or on',
  description: 'While it is off, envelopes are refused with 503, native webhooks are stored, and nothing is written to the shop. It outlives a restart.',
  tag: 'server',
  access: 'admin',
  body: { schema: settingsChangeSchema, required: true, examples: { off: { reverse_sync_enabled: false } } },
  answers: {
    200: settings,
    413: refused('the body is too large', 'The body is larger than 16384 bytes'),
    422: refused('it is something else than the switch', 'Expected { "reverse_sync_enabled": true } or false, and nothing else'),
    503: ledgerUnavailable
  }
}

const next = { name: 'next', in: 'query', description: 'where to go on after it: a path on this server' } as const
const loginForm = v.strictObject({
  token: v.pipe(v.string(), v.description('ADMIN_TOKEN')),
  next: v.optional(v.pipe(v.string(), v.description(next.description)))
})

export const loginPageDescription: RouteDescription = {
  summary: 'Show the form to log in with ADMIN_TOKEN',
  tag: 'pages',
  access: 'public',
  parameters: [next],
  answers: { 200: page('the form'), 303: { ...onward, description: 'there is nothing to log in to, or somebody is logged in already' } }
}

export const loginDescription: RouteDescription = {
  summary: 'Log in',
  description: 'It opens a session for the pages and for /api, of twelve hours.',
  tag: 'pages',
  access: 'public',
  body: { schema: loginForm, required: true, media: 'application/x-www-form-urlencoded', examples: { login: { token: '<ADMIN_TOKEN>', next: '/operations' } } },
  answers: {
    303: onward,
    403: page('it is not the token, or the form comes from another site'),
    413: page('the form is too large'),
    429: tooManyFailures
  }
}

export const logoutDescription: RouteDescription = {
  summary: 'Log out',
  tag: 'pages',
  access: 'public',
  answers: { 303: onward, 403: page('the form comes from another site') }
}

export const styleDescription: RouteDescription = {
  summary: 'Give the style of the login',
  tag: 'pages',
  access: 'public',
  answers: { 200: { description: 'a style sheet', media: 'text/css' } }
}
