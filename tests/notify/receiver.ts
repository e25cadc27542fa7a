import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import * as v from 'valibot'
import type { Logger } from '../../src/log.ts'

const objectSchema = v.record(v.string(), v.unknown())
type Json = v.InferOutput<typeof objectSchema>

/** A server on loopback that takes notifications, gone when the test ends. */
export interface Receiver {
  /** With a path that nobody else is to know. */
  readonly url: string
  /** The bodies that came in, in order. */
  readonly bodies: Json[]
  readonly requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[]
  readonly close: () => Promise<void>
}

export const PATH = '/webhook/path-that-is-a-secret'

/** @param answer what it answers, once the body is read; 200 unless told otherwise */
export const startReceiver = async (
  answer: (response: ServerResponse, body: Json) => unknown = (response) => response.end('{"success":true}')
): Promise<Receiver> => {
  const bodies: Json[] = []
  const requests: Receiver['requests'] = []
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    requests.push({ method, url, headers })
    void text(request).then((body) => {
      const parsed = v.parse(objectSchema, JSON.parse(body))
      bodies.push(parsed)
      return answer(response, parsed)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return { url: `http://127.0.0.1:${port}${PATH}`, bodies, requests, close }
}

/** A log in memory, from `info` on. */
export const memoryLog = (): { readonly log: Logger; readonly lines: Json[] } => {
  const lines: Json[] = []
  const write = (line: string): void => {
    lines.push(v.parse(objectSchema, JSON.parse(line)))
  }
  return { log: pino({ level: 'info' }, { write }), lines }
}
