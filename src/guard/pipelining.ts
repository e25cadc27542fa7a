import type { Socket } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'

/** Requests on one connection that wait for their answer. Clients of today send one, and read the answer before the next. */
const MOST_UNANSWERED = 16

/**
 * Cuts off who sends request upon request without waiting for answers: each would be worked on at once, and its answer
 * kept until the ones before it are read.
 */
export const limitPipelining = (): MiddlewareHandler => {
  const unanswered = new WeakMap<Socket, number>()

  return (context, next) => {
    const { incoming, outgoing }: HttpBindings = context.env
    const { socket } = incoming
    const own = (unanswered.get(socket) ?? 0) + 1
    if (own > MOST_UNANSWERED) {
      socket.destroy()
      return Promise.resolve(context.body(null, 429))
    }
    unanswered.set(socket, own)
    outgoing.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    return next()
  }
}
