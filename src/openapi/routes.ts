import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import * as v from 'valibot'
import { describe } from './describe.ts'
import { type ApiDocument, documentOf } from './document.ts'
import { page } from './page.ts'

const css = readFileSync(join(import.meta.dirname, 'docs.css'), 'utf8')

/**
 * `/openapi.json`, and the same as a page for people at `/docs`.
 * @param app the app whose routes are described; read at the first request, when all are there
 */
export const documentationRoutes = (app: Hono): Hono => {
  let made: Promise<ApiDocument> | undefined
  const document = (): Promise<ApiDocument> => (made ??= documentOf(app))

  return new Hono()
    .get(
      '/openapi.json',
      describe({
        summary: 'Describe this interface in OpenAPI 3.1',
        tag: 'documentation',
        access: 'public',
        answers: { 200: { description: 'the document', schema: v.looseObject({ openapi: v.string(), paths: v.looseObject({}) }) } }
      }),
      async (context) => context.json(await document())
    )
    .get(
      '/docs',
      describe({
        summary: 'Describe this interface for people',
        tag: 'documentation',
        access: 'public',
        answers: { 200: { description: 'a page', media: 'text/html' } }
      }),
      async (context) => context.html(page(await document()))
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
