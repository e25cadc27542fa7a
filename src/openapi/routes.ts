import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import * as v from 'valibot'
import { colours } from '../http/colours.ts'
import { describe } from './describe.ts'
import { documentOf } from './document.ts'
import { page } from './page.ts'

const css = colours + readFileSync(join(import.meta.dirname, 'docs.css'), 'utf8')

const once = <Result>(make: () => Result): (() => Result) => {
  let made: { readonly result: Result } | undefined
  return () => (made ??= { result: make() }).result
}

/**
 * `/openapi.json`, and the same as a page for people at `/docs`.
 * @param app the app whose routes are described; read at the first request, when all are there
 */
export const documentationRoutes = (app: Hono): Hono => {
  // Made once: whoever asks often must not keep the processor busy, nor fill the memory with copies.
  const made = once(async () => {
    const document = await documentOf(app)
    return { json: Buffer.from(JSON.stringify(document)), html: Buffer.from(String(await page(document))) }
  })

  return new Hono()
    .get(
      '/openapi.json',
      describe({
        summary: 'Describe this interface in OpenAPI 3.1',
        tag: 'documentation',
        access: 'public',
        answers: { 200: { description: 'the document', schema: v.looseObject({ openapi: v.string(), paths: v.looseObject({}) }) } }
      }),
      async (context) => context.body((await made()).json, 200, { 'content-type': 'application/json' })
    )
    .get(
      '/docs',
      describe({
        summary: 'Describe this interface for people',
        tag: 'documentation',
        access: 'public',
        answers: { 200: { description: 'a page', media: 'text/html' } }
      }),
      async (context) => context.body((await made()).html, 200, { 'content-type': 'text/html; charset=UTF-8' })
    )
    .get(
      '/docs.css',
      describe({
        summary: 'Give the style of that page',
        tag: 'documentation',
        access: 'public',
        answers: { 200: { description: 'a style sheet', media: 'text/css' } }
      }),
      (context) => context.body(css, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' })
    )
}
