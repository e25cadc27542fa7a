import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

/** How a connection is lost; what is returned is for the server that called the app. */
export interface Connection {
  /** Closed without an answer. */
  drop(): Response
  /** Closed in the middle of the body. */
  cut(answer: Response): Promise<Response>
}

const halfOf = async (answer: Response): Promise<{ half: Uint8Array; length: number }> => {
  const body = new Uint8Array(await answer.arrayBuffer())
  return { half: body.subarray(0, Math.ceil(body.length / 2)), length: body.length }
}

/** Behind `app.fetch`: a rejection as of `fetch`, a body that ends in an error. */
const called: Connection = {
  drop() {
    throw new TypeError('fetch failed', { cause: new Error('The shop closed the connection') })
  },
  async cut(answer) {
    const { half } = await halfOf(answer)
    const chunks = [half]
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift()
        if (chunk) controller.enqueue(chunk)
        else controller.error(new TypeError('terminated'))
      }
    })
    return new Response(body, answer)
  }
}

/** On a real port: the socket itself is closed. */
const onPort = ({ incoming, outgoing }: HttpBindings): Connection => ({
  drop() {
    incoming.socket.destroy()
    return RESPONSE_ALREADY_SENT
  },
  async cut(answer) {
    const { half, length } = await halfOf(answer)
    outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': length })
    outgoing.write(half, () => incoming.socket.destroy())
    return RESPONSE_ALREADY_SENT
  }
})

/** The connection of a request; `env` is what the server told the app. */
export const connectionOf = (env: Partial<HttpBindings> | undefined): Connection => {
  const { incoming, outgoing } = env ?? {}
  return incoming && outgoing ? onPort({ incoming, outgoing }) : called
}
