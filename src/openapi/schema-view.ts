import { html } from 'hono/html'
import * as v from 'valibot'
import type { ApiDocument } from './document.ts'

type Html = ReturnType<typeof html>

/** The keywords of a JSON Schema that our documents use. */
const keywordsSchema = v.looseObject({
  $ref: v.optional(v.string()),
  type: v.optional(v.union([v.string(), v.array(v.string())])),
  const: v.optional(v.unknown()),
  enum: v.optional(v.array(v.unknown())),
  format: v.optional(v.string()),
  default: v.optional(v.unknown()),
  description: v.optional(v.string()),
  properties: v.optional(v.record(v.string(), v.unknown()), {}),
  required: v.optional(v.array(v.string()), []),
  items: v.optional(v.unknown()),
  anyOf: v.optional(v.array(v.unknown()), [])
})
type Keywords = v.InferOutput<typeof keywordsSchema>

const nameOf = (ref: string): string => ref.split('/').at(-1) ?? ref

/** The schema itself, where it is only named. */
const resolve = (schema: unknown, document: ApiDocument): Keywords => {
  const keywords = v.parse(keywordsSchema, schema ?? {})
  return keywords.$ref === undefined ? keywords : resolve(document.components.schemas?.[nameOf(keywords.$ref)], document)
}

const isNull = (schema: unknown): boolean => v.is(v.looseObject({ type: v.literal('null') }), schema)

/** What a value may be, in a few words. */
const typeOf = (schema: unknown, document: ApiDocument): string => {
  const { const: only, enum: choices, type, format, anyOf, items } = resolve(schema, document)
  if (only !== undefined) return JSON.stringify(only)
  if (choices) return choices.map((choice) => JSON.stringify(choice)).join(' | ')
  if (anyOf.length > 0) return anyOf.map((one) => typeOf(one, document)).join(' | ')
  if (type === 'array') return `array of ${typeOf(items, document)}`
  return `${Array.isArray(type) ? type.join(' | ') : (type ?? 'anything')}${format === undefined ? '' : ` (${format})`}`
}

const property = (name: string, schema: unknown, isRequired: boolean, document: ApiDocument): Html => {
  const { description = '', default: fallback } = resolve(schema, document)
  return html`<dt>
      <code>${name}</code> <small>${typeOf(schema, document)}${isRequired ? '' : ', optional'}${fallback === undefined ? '' : `, default ${JSON.stringify(fallback)}`}</small>
    </dt>
    <dd>${description}${inner(schema, document)}</dd>`
}

const properties = (schema: Keywords, document: ApiDocument): Html =>
  html`<dl>
    ${Object.entries(schema.properties).map(([name, child]) => property(name, child, schema.required.includes(name), document))}
  </dl>`

/** What is inside an object, an array or one of several forms; nothing of a plain value. */
const inner = (schema: unknown, document: ApiDocument): Html | '' => {
  const resolved = resolve(schema, document)
  const forms = resolved.anyOf.filter((form) => !isNull(form))
  if (Object.keys(resolved.properties).length > 0) return properties(resolved, document)
  if (resolved.items !== undefined) return inner(resolved.items, document)
  if (forms.length === 1) return inner(forms[0], document)
  const views = forms.map((form) => inner(form, document)).filter((view) => view !== '')
  return views.length === 0 ? '' : html`${views.map((view, index) => html`${index === 0 ? '' : html`<p class="or">or</p>`}${view}`)}`
}

/** A JSON Schema as nested lists: each key, what it may be, and what it means. */
export const schemaView = (schema: unknown, document: ApiDocument): Html => html`<p class="type">${typeOf(schema, document)}</p>
  ${inner(schema, document)}`
