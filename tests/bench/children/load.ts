import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import * as v from 'valibot'
import { answerCommands } from '../processes.ts'
import { FIRST_ID, sampleCustomer, SECRET } from '../webhooks.ts'

/**
 * The load: `connections` clients, each of which sends the next webhook as soon as the last one is answered. It writes
 * and reads the sockets itself, since it must be quicker than the quickest server.
 */
const runSchema = v.object({
  port: v.number(),
  connections: v.number(),
  /** Sends until then… */
  seconds: v.optional(v.number()),
  /** …or so many. */
  requests: v.optional(v.number()),
  status: v.number()
})

const ID = String(FIRST_ID)
const sample = sampleCustomer({ event_id: `odoo-customer-${ID}-1699365000`, entity_id: FIRST_ID })
// Each webhook is about another customer, or they would have to be worked on one by one.
const BODY = JSON.stringify({ ...sample, data: { ...sample.data, id: FIRST_ID, email: `john.doe.${ID}@example.com` } })
const HEAD = [
  'POST /webhooks/odoo HTTP/1.1',
  'host: 127.0.0.1',
  'content-type: application/json',
  `x-webhook-secret: ${SECRET}`,
  `content-length: ${Buffer.byteLength(BODY)}`
].join('\r\n')
/** One webhook after the other, which differ in the id. */
const parts = `${HEAD}\r\n\r\n${BODY}`.split(ID)

let nextId = FIRST_ID

const request = (): string => {
  const id = String(nextId)
  nextId += 1
  return parts.join(id)
}

/** The length of the whole answer at the start of a text, once its head is there. */
const lengthOf = (text: string): number | undefined => {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  if (length === undefined) throw new Error(`an answer without content-length: ${text.slice(0, end)}`)
  return end + 4 + Number(length)
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.setEncoding('latin1')
    socket.once('error', reject)
  })

/** One client: resolves when `mayGoOn` says no. */
const exchange = (socket: Socket, status: number, mayGoOn: () => boolean, took: (ms: number) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = ''
    let sentAt = 0
    const send = (): void => {
      if (!mayGoOn()) {
        socket.destroy()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request(), 'latin1')
    }
    socket.on('data', (chunk: string) => {
      received += chunk
      const length = lengthOf(received)
      if (length === undefined || received.length < length) return
      if (!received.startsWith(`HTTP/1.1 ${status} `)) {
        socket.destroy()
        reject(new Error(`expected ${status}: ${received}`))
        return
      }
      received = ''
      took(performance.now() - sentAt)
      send()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server closed a connection')))
    send()
  })

const run = async (given: unknown) => {
  const { port, connections, seconds = Infinity, requests = Infinity, status } = v.parse(runSchema, given)
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const times: number[] = []
  const utilization = performance.eventLoopUtilization()
  const started = performance.now()
  let sent = 0
  const mayGoOn = (): boolean => {
    if (sent >= requests || performance.now() - started >= seconds * 1_000) return false
    sent += 1
    return true
  }
  await Promise.all(sockets.map((socket) => exchange(socket, status, mayGoOn, (ms) => times.push(ms))))
  const ms = performance.now() - started
  const sorted = Float64Array.from(times).sort()
  return {
    requests: times.length,
    perSecond: (times.length / ms) * 1_000,
    p99: sorted[Math.floor(sorted.length * 0.99)],
    busy: performance.eventLoopUtilization(utilization).utilization
  }
}

answerCommands({ run })
