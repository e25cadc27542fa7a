import type { Context } from 'hono'
import { validator } from 'hono-openapi'
import * as v from 'valibot'
import { readBody } from '../http/request-body.ts'

/** More than any options of ours. */
const BODY_LIMIT = 10_000

type PathItem = PropertyKey | { readonly key: PropertyKey }

interface Problem {
  readonly message: string
  readonly path?: readonly PathItem[] | undefined
}

const nameOf = (item: PathItem): string => String(typeof item === 'object' ? item.key : item)

const refuse = (context: Context, problems: readonly Problem[]): Response => {
  const issues = problems.map(({ path = [], message }) => ({ path: path.map(nameOf).join('.'), message }))
  const error = issues.map(({ path, message }) => `${path || 'the body'} ${message}`).join('; ')
  return context.json({ success: false, error, issues }, 400)
}

/** The parameter that tells how many rows a page has. */
export const pageLimit = (usual: number, most: number) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.metadata({ type: 'integer', minimum: 1, maximum: most, description: `how many; ${usual} unless told` }),
      v.transform(Number),
      v.check((rows) => Number.isInteger(rows) && rows >= 1 && rows <= most, `must be a whole number from 1 to ${most}`)
    ),
    usual
  )

/** Parses the query of a request; a wrong one is answered 400. Describes its parameters, too. */
export const query = <Schema extends v.GenericSchema>(schema: Schema) =>
  validator(
    'query',
    schema,
    (result, context) => (result.success ? undefined : refuse(context, result.error)),
    { options: { typeMode: 'input' } }
  )

/**
 * The options in a request's body; none is `{}`.
 * @returns the refusal when they are wrong
 */
export const readOptions = async <Schema extends v.GenericSchema>(
  context: Context,
  schema: Schema
): Promise<{ readonly options: v.InferOutput<Schema> } | { readonly refused: Response }> => {
  const bytes = await readBody(context.req.raw, BODY_LIMIT)
  if (!bytes) return { refused: context.json({ success: false, error: `The body is larger than ${BODY_LIMIT} bytes` }, 413) }
  let value: unknown
  try {
    value = bytes.byteLength === 0 ? {} : JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return { refused: context.json({ success: false, error: 'The body is not valid JSON' }, 400) }
  }
  if (Array.isArray(value)) return { refused: refuse(context, [{ message: 'must be an object' }]) }
  const parsed = v.safeParse(schema, value)
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => ({ message: issue.message, path: [v.getDotPath(issue) ?? ''] }))
    return { refused: refuse(context, problems) }
  }
  return { options: parsed.output }
}
