import type { Server } from 'node:net'
import type { Logger } from '../log.ts'
import { canonicalAddress, clientOf } from './address.ts'

export interface ConnectionLimitOptions {
  /** Connections that one client may have open at once. */
  readonly most: number
  /** Whether connections from this address are those of many clients, or of this machine. */
  readonly isExempt: (address: string) => boolean
  readonly log: Logger
}

const TELL_EVERY_MS = 60_000

/** Closes what one client opens beyond its share, before a byte is read: a stranger must not hold every connection there is. */
export const limitConnections = (server: Server, { most, isExempt, log }: ConnectionLimitOptions): void => {
  const open = new Map<string, number>()
  let toldAt = -Infinity

  server.on('connection', (socket) => {
    const address = canonicalAddress(socket.remoteAddress)
    if (address === undefined || isExempt(address)) return
    const client = clientOf(address)
    const own = (open.get(client) ?? 0) + 1
    if (own > most) {
      socket.destroy()
      // Once a minute: a flood of connections must not become a flood of lines.
      if (performance.now() - toldAt < TELL_EVERY_MS) return
      toldAt = performance.now()
      log.warn({ address, connections: most }, 'connections refused: one client holds too many. If it is a proxy, name it in TRUST_PROXY')
      return
    }
    open.set(client, own)
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1
      if (left === 0) open.delete(client)
      else open.set(client, left)
    })
  })
}
