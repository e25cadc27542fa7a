import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Whether the connection of a request ended before the request did: whatever failed then is no error of ours. */
export const isCutOff = (context: Context): boolean => {
  const { incoming }: HttpBindings = context.env
  return incoming.destroyed && !incoming.complete
}
