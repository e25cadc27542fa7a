import { html } from 'hono/html'
import * as v from 'valibot'
import type { ApiDocument } from './document.ts'
import { prose } from './prose.ts'

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

/** What is asked for while a schema is shown. */
interface View {
  readonly document: ApiDocument
  /** Named schemas that have been shown already: once is enough. */
  readonly shown: Set<string>
}

/** What a value may be, in a few words. */
export const typeOf = (schema: unknown, document: ApiDocument): string => {
  const { $ref } = v.parse(keywordsSchema, schema ?? {})
  if ($ref !== undefined) return nameOf($ref)
  const { const: only, enum: choices, type, format, anyOf, items } = resolve(schema, document)
  if (only !== undefined) return JSON.stringify(only)
  if (choices) return choices.map((choice) => JSON.stringify(choice)).join(' | ')
  if (anyOf.length > 0) return anyOf.map((one) => typeOf(one, document)).join(' | ')
  if (type === 'array') return `array of ${typeOf(items, document)}`
  return `${Array.isArray(type) ? type.join(' | ') : (type ?? 'anything')}${format === undefined ? '' : ` (${format})`}`
}

/** Its own description, or that of what it is when it is not null. */
const descriptionOf = (schema: unknown, view: View): string => {
  const { description, anyOf } = resolve(schema, view.document)
  const forms = anyOf.filter((form) => !isNull(form))
  return description ?? (forms.length === 1 ? descriptionOf(forms[0], view) : '')
}

const property = (name: string, schema: unknown, isRequired: boolean, view: View): Html => {
  const { default: fallback } = resolve(schema, view.document)
  const remarks = [isRequired ? '' : ', optional', fallback === undefined ? '' : `, default ${JSON.stringify(fallback)}`].join('')
  return html`<dt><code>${name}</code> <small>${typeOf(schema, view.document)}${remarks}</small></dt>
    <dd>${prose(descriptionOf(schema, view))}${inner(schema, view)}</dd>`
}

const properties = (schema: Keywords, view: View): Html =>
  html`<dl>
    ${Object.entries(schema.properties).map(([name, child]) => property(name, child, schema.required.includes(name), view))}
  </dl>`

/** What is inside an object, an array or one of several forms; nothing of a plain value. */
const inner = (schema: unknown, view: View): Html | '' => {
  const { $ref } = v.parse(keywordsSchema, schema ?? {})
  const name = $ref === undefined ? undefined : nameOf($ref)
  if (name !== undefined && view.shown.has(name)) return ''
  if (name !== undefined) view.shown.add(name)
  const resolved = resolve(schema, view.document)
  if (Object.keys(resolved.properties).length > 0) return html`${name === undefined ? '' : html`<p class="type">${name}</p>`}${properties(resolved, view)}`
  if (resolved.items !== undefined) return inner(resolved.items, view)
  return html`${resolved.anyOf.map((form) => inner(form, view))}`
}

/** A JSON Schema as nested lists: each key, what it may be, and what it means. */
export const schemaView = (schema: unknown, document: ApiDocument): Html => {
  const view = { document, shown: new Set<string>() }
  return html`<p class="type">${typeOf(schema, view.document)}</p>
    ${inner(schema, view)}`
}
