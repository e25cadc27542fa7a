import type { SSEMessage, SSEStreamingApi } from 'hono/streaming'
import type { Switch } from '../guard/switch.ts'
import type { Ledger } from '../ledger/ledger.ts'

export interface LiveOptions {
  readonly ledger: Pick<Ledger, 'events'>
  readonly reverse: Pick<Switch, 'onChange'>
  /** How many pages may listen at once. */
  readonly most?: number
}

const MOST = 32
/** Changes within this time are told as one. */
const GATHER_MS = 500
/** Told without any change as well: ages grow, the shop's state has no event of its own, and proxies close what is silent. */
const AT_LEAST_EVERY_MS = 5_000
/** How soon a browser comes back after a connection is lost. */
const RETRY_MS = 3_000

interface Listener {
  readonly stream: SSEStreamingApi
  readonly end: () => void
  /** Whether the last message is still on its way. */
  isBusy: boolean
}

/**
 * Tells pages that something has changed, by Server-Sent Events; they ask for themselves again then, so that there is
 * one way to show things, and nothing of the ledger in the stream.
 */
export const createLive = ({ ledger, reverse, most = MOST }: LiveOptions) => {
  const listeners = new Set<Listener>()
  let gathering: NodeJS.Timeout | undefined
  let heartbeat: NodeJS.Timeout | undefined
  let isClosed = false

  const send = async (listener: Listener, message: SSEMessage): Promise<void> => {
    // A page that does not read gets no more than its connection holds.
    if (listener.isBusy) return
    listener.isBusy = true
    await listener.stream.writeSSE(message)
    listener.isBusy = false
  }
  const tell = (): void => {
    clearTimeout(gathering)
    gathering = undefined
    for (const listener of listeners) void send(listener, { event: 'change', data: '' })
  }
  const changed = (): void => {
    if (listeners.size > 0) gathering ??= setTimeout(tell, GATHER_MS)
  }

  const stopListening = [reverse.onChange(changed)]
  for (const name of ['accepted', 'concluded', 'postponed', 'told'] as const) {
    ledger.events.on(name, changed)
    stopListening.push(() => void ledger.events.off(name, changed))
  }

  return {
    hasRoom: (): boolean => !isClosed && listeners.size < most,
    /** Keeps a stream until the page leaves or the server stops. */
    async keep(stream: SSEStreamingApi): Promise<void> {
      const { promise: over, resolve: end } = Promise.withResolvers<void>()
      const listener: Listener = { stream, end, isBusy: false }
      stream.onAbort(end)
      if (listeners.size === 0) heartbeat = setInterval(tell, AT_LEAST_EVERY_MS).unref()
      listeners.add(listener)
      void send(listener, { event: 'ready', data: '', retry: RETRY_MS })
      await over
      listeners.delete(listener)
      if (listeners.size === 0) clearInterval(heartbeat)
    },
    /** Ends all streams, and takes none any more. Safe to call twice. */
    close(): void {
      isClosed = true
      clearTimeout(gathering)
      for (const stop of stopListening.splice(0)) stop()
      for (const { end } of listeners) end()
    }
  }
}

export type Live = ReturnType<typeof createLive>
