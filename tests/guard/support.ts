import { createHmac, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { SandboxShop } from '../../src/sandbox/shop.ts'
import { type Bridge, type Reply, SECRET } from '../support/bridge.ts'
import { serveShop } from '../support/shop.ts'

export const TOKEN = 'a-token_for.the~tests+0/1='

/** 32 bytes, as base64. */
export const SIGNING_SECRET = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')

export interface Signing {
  readonly id?: string
  /** Seconds since 1970; now unless told. */
  readonly at?: number
  /** Base64. */
  readonly secret?: string
}

/** The headers that Standard Webhooks asks for, made by the book. */
export const signatureOf = (
  body: string,
  { id = `msg_${randomUUID()}`, at = Math.floor(Date.now() / 1_000), secret = SIGNING_SECRET }: Signing = {}
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(at),
  'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${at}.${body}`).digest('base64')}`
})

/** Posts a webhook that is signed. */
export const postSigned = ({ post }: Bridge, value: unknown, signing: Signing = {}): Promise<Reply> => {
  const body = JSON.stringify(value)
  return post(body, signatureOf(body, signing))
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Asks as any program can, with headers that `fetch` keeps to itself; follows no redirect. */
export const ask = ({ server }: Bridge, path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${server.url}${path}`, { method, headers, agent: false }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

/** A shop on a port of its own, for tests of bare connections: msw would read along on them. */
export const bareShop = async (): Promise<{ readonly sharedShop: SandboxShop }> => {
  const { shop, close } = await serveShop()
  onTestFinished(close)
  return { sharedShop: shop }
}

/** A webhook as it goes over the wire, up to the end of the headers. */
export const head = (more: readonly string[] = []): string =>
  [
    'POST /webhooks/odoo HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `X-Webhook-Secret: ${SECRET}`,
    ...more,
    '',
    ''
  ].join('\r\n')

export interface Wire {
  readonly socket: Socket
  /** What came back, once the server has closed the connection. */
  readonly closed: Promise<string>
}

/** A bare connection to the bridge; gone when the test is over. */
export const dial = async ({ server }: Bridge, host = new URL(server.url).hostname): Promise<Wire> => {
  const socket = connect({ host, port: Number(new URL(server.url).port) })
  onTestFinished(() => {
    socket.destroy()
  })
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk
  })
  // A reset is a way to close, too.
  socket.on('error', () => undefined)
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)))
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, closed }
}
