import type { Connection } from './connection.ts'

/** The request a failure is decided by. */
export interface RequestInfo {
  readonly method: string
  readonly resource: string
  readonly id?: number
}

/** How an injected failure answers. */
export type FailureAnswer =
  | {
      readonly status: number
      readonly body?: string
      readonly contentType?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** An uncaught exception in PHP: 500, text/html, no body, nothing done. */
  | 'empty-500'
  | 'empty-500-after-write'
  /** The connection is closed, nothing done. */
  | 'drop'
  /** The work is done, the connection is closed without an answer. */
  | 'drop-after-write'
  /** Never answers, nothing done. */
  | 'hang'
  | 'hang-after-write'
  /** The work is done, the connection is closed in the middle of the body. */
  | 'half-answer'
  /** 200 and a page of maintenance. */
  | 'html'
  /** 302 to the shop's root, as for a wrong Host. */
  | 'redirect'

/** A failure to inject. */
export interface FailureRule {
  /** Which requests fail; without it all of them. */
  readonly when?: (request: RequestInfo) => boolean
  /** After that many failures the rule is spent; without it never. */
  readonly times?: number
  readonly answer: FailureAnswer
}

/** The rules in force; the first that matches wins. */
export class Failures {
  readonly #rules = new Set<{ readonly rule: FailureRule; left: number }>()

  /** Returns what takes the rule away. */
  add(rule: FailureRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY }
    this.#rules.add(entry)
    return () => {
      this.#rules.delete(entry)
    }
  }

  /** The failure of this request, counted. */
  take(request: RequestInfo): FailureAnswer | undefined {
    for (const entry of this.#rules) {
      if (entry.left > 0 && (entry.rule.when?.(request) ?? true)) {
        entry.left -= 1
        return entry.rule.answer
      }
    }
    return undefined
  }
}

/** Whether the shop does its work before it fails. */
export const failsAfterWork = (answer: FailureAnswer): boolean =>
  typeof answer === 'string' && (answer.endsWith('-after-write') || answer === 'half-answer')

const page = `<!DOCTYPE html>
<html><head><title>Maintenance</title></head><body><h1>We'll be back soon.</h1></body></html>
`

/** What an uncaught exception in PHP leaves: 500, text/html, no body. */
export const emptyError = (): Response =>
  new Response(null, { status: 500, headers: { 'Content-Type': 'text/html; charset=utf-8' } })

/** Where a failure is carried out. */
export interface FailureContext {
  readonly url: string
  readonly request: Request
  readonly connection: Connection
}

const hang = ({ signal }: Request): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** The failed answer; `answer` is what the shop would have said. */
export const fail = async (
  failure: FailureAnswer,
  answer: Response | undefined,
  context: FailureContext
): Promise<Response> => {
  if (typeof failure === 'object') {
    const { status, body = null, contentType = 'text/xml;charset=utf-8', headers } = failure
    const type = body === null ? {} : { 'Content-Type': contentType }
    return new Response(body, { status, headers: { ...type, ...headers } })
  }
  if (failure === 'drop' || failure === 'drop-after-write') return context.connection.drop()
  if (failure === 'hang' || failure === 'hang-after-write') return hang(context.request)
  if (failure === 'html') return new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  if (failure === 'redirect') return new Response(null, { status: 302, headers: { Location: `${context.url}/` } })
  return failure === 'half-answer' && answer ? context.connection.cut(answer) : emptyError()
}
