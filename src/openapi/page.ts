import { html } from 'hono/html'
import * as v from 'valibot'
import type { ApiDocument } from './document.ts'
import { prose } from './prose.ts'
import { schemaView, typeOf } from './schema-view.ts'

type Html = ReturnType<typeof html>

/** The parts of an operation that the page shows; the document is parsed, because its types allow much more. */
const contentSchema = v.record(
  v.string(),
  v.looseObject({
    schema: v.optional(v.record(v.string(), v.unknown()), {}),
    examples: v.optional(v.record(v.string(), v.looseObject({ value: v.unknown() })), {})
  })
)
const operationSchema = v.looseObject({
  summary: v.string(),
  description: v.optional(v.string()),
  tags: v.array(v.string()),
  security: v.optional(v.array(v.record(v.string(), v.unknown())), []),
  parameters: v.optional(
    v.array(
      v.looseObject({
        name: v.string(),
        in: v.string(),
        required: v.optional(v.boolean(), false),
        description: v.optional(v.string(), ''),
        schema: v.record(v.string(), v.unknown())
      })
    ),
    []
  ),
  requestBody: v.optional(v.looseObject({ content: contentSchema })),
  responses: v.record(v.string(), v.looseObject({ description: v.string(), content: v.optional(contentSchema, {}) }))
})
type Operation = v.InferOutput<typeof operationSchema> & { readonly method: string; readonly path: string }
type Content = v.InferOutput<typeof contentSchema>

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const

const access: Readonly<Record<string, string>> = {
  webhookSecret: 'needs X-Webhook-Secret',
  webhookPassword: 'needs a secret of WEBHOOK_SECRET in its address',
  adminToken: 'needs ADMIN_TOKEN, or this machine when none is set'
}

const operationsOf = ({ paths }: ApiDocument): Operation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ ...v.parse(operationSchema, operation), method: method.toUpperCase(), path }] : []
    })
  )

const anchor = ({ method, path }: Operation): string => `${method} ${path}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const bodies = (content: Content, document: ApiDocument): Html[] =>
  Object.entries(content).map(
    ([media, { schema, examples }]) => html`
      <p class="media">${media}</p>
      ${schemaView(schema, document)}
      ${Object.entries(examples).map(
        ([name, { value }]) => html`<figure><figcaption>Example: ${name}</figcaption><pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre></figure>`
      )}`
  )

const descriptionOf = ({ description = '' }: Readonly<Record<string, unknown>>): string => String(description)

const parameters = ({ parameters: all }: Operation, document: ApiDocument): Html =>
  html`<h4>Parameters</h4>
    <dl>
      ${all.map(
        ({ name, in: place, required, description, schema }) =>
          html`<dt><code>${name}</code> <small>${place}, ${typeOf(schema, document)}${required ? ', required' : ''}</small></dt>
            <dd>${prose(description || descriptionOf(schema))}</dd>`
      )}
    </dl>`

const section = (operation: Operation, document: ApiDocument): Html => {
  const needs = [...new Set(operation.security.flatMap((scheme) => Object.keys(scheme)))].flatMap((scheme) => access[scheme] ?? [])
  return html`<section id="${anchor(operation)}" class="operation">
    <h3><span class="method ${operation.method.toLowerCase()}">${operation.method}</span> <code>${operation.path}</code></h3>
    <p><strong>${operation.summary}.</strong> ${prose(operation.description ?? '')}</p>
    ${needs.map((need) => html`<p class="access">${need}</p>`)}
    ${operation.parameters.length > 0 ? parameters(operation, document) : ''}
    ${operation.requestBody ? html`<h4>Body</h4>${bodies(operation.requestBody.content, document)}` : ''}
    <h4>Answers</h4>
    ${Object.entries(operation.responses).map(
      ([status, { description, content }]) =>
        html`<details>
          <summary><span class="status s${status.slice(0, 1)}">${status}</span> ${prose(description)}</summary>
          ${bodies(content, document)}
        </details>`
    )}
  </section>`
}

/** The document as a page: nothing to load but a style sheet, no script. */
export const page = (document: ApiDocument): Html => {
  const operations = operationsOf(document)
  const tags = (document.tags ?? [])
    .map(({ name, description }) => ({ name, description, own: operations.filter(({ tags: [first] }) => first === name) }))
    .filter(({ own }) => own.length > 0)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title}: interface</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="/favicon.ico" type="image/svg+xml" />
        <link rel="stylesheet" href="/docs.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="wide">
            <a class="brand" href="/"><img src="/favicon.ico" width="28" height="28" alt="" /> ${document.info.title}</a>
            <p><a href="/">Dashboard</a> <a href="/openapi.json">/openapi.json</a></p>
          </div>
        </header>
        <div class="wide intro">
          <h1>Interface <small>${document.info.version}</small></h1>
          <p>${document.info.description} What programs send, ask and are answered; for programs it is the same at <code>/openapi.json</code>.</p>
        </div>
        <div class="wide sides">
        <nav aria-label="Routes">
          ${tags.map(
            ({ description, own }) => html`<h2>${description}</h2>
              <ul>
                ${own.map(
                  (operation) => html`<li>
                    <a href="#${anchor(operation)}"><span class="method ${operation.method.toLowerCase()}">${operation.method}</span> <span>${operation.path}</span></a>
                  </li>`
                )}
              </ul>`
          )}
        </nav>
        <main id="main" tabindex="-1">
          ${tags.map(({ description, own }) => html`<h2>${description}</h2>${own.map((operation) => section(operation, document))}`)}
        </main>
        </div>
      </body>
    </html>`
}
