import type { Context, Hono } from 'hono'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The methods that a path has a route for; middleware counts for nothing. */
const methodsOf = ({ router }: Hono, path: string): string[] => {
  const own = METHODS.filter((method) => router.match(method, path)[0].some(([[, route]]) => route.method === method))
  return own.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/**
 * The answer where no route is: 405 with `Allow` when the address is right and only the method is not.
 * @param notThere the answer to any other request
 */
export const notFoundOrNotAllowed =
  (app: Hono, notThere: (context: Context) => Response | Promise<Response>) =>
  (context: Context): Response | Promise<Response> => {
    const { method, path } = context.req
    const allowed = methodsOf(app, path)
    // A route itself may say that what is asked for is not there.
    if (allowed.length === 0 || allowed.includes(method)) return notThere(context)
    context.header('Allow', allowed.join(', '))
    return context.json({ success: false, error: `This address takes ${allowed.join(', ')}, not ${method}` }, 405)
  }
