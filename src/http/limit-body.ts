import type { Context, MiddlewareHandler } from 'hono'

export interface BodyLimitOptions {
  /** Bytes. */
  readonly maxSize: number
  /** The answer to a body that is larger, or does not tell how large it is. */
  readonly refuse: (context: Context, status: 411 | 413) => Response | Promise<Response>
}

/** Lets only bodies through that tell their length, and are no longer than that: small forms and settings. */
export const limitBody =
  ({ maxSize, refuse }: BodyLimitOptions): MiddlewareHandler =>
  async (context, next) => {
    const told = context.req.header('content-length')
    if (told === undefined) return refuse(context, 411)
    if (Number(told) > maxSize) return refuse(context, 413)
    await next()
    return undefined
  }

/** What is wrong with a body, in words. */
export const bodyProblem = (status: 411 | 413, maxSize: number): string =>
  status === 411 ? 'The body must tell its length: send a Content-Length' : `The body is larger than ${maxSize} bytes`
