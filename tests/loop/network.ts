import type { SimulatedClock } from './clock.ts'
import type { Noise } from './noise.ts'

/** A machine that can be reached by `fetch`. */
export interface Host {
  readonly answer: (request: Request) => Response | Promise<Response>
  /** Told of an answer that nobody got. */
  readonly onUnheard?: (response: Response) => void
  /** Told of a request that did not arrive: who sent it died, and does not know that. */
  readonly onCutOff?: (request: Request) => Promise<void>
  /** Nothing listens there. */
  isDown: boolean
}

export interface NetworkOptions {
  readonly clock: SimulatedClock
  readonly noise: Noise
  /** By host name. */
  readonly hosts: Readonly<Record<string, Host>>
  readonly trace: (line: string) => void
}

const refused = (): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' }) })

const lost = (): TypeError => new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }) })

/** Usual milliseconds that a request or an answer is on its way. */
const LATENCY_MS = 60

/**
 * Replaces `fetch`: requests and answers travel for a while, overtake each other, and at times get lost. Whoever died
 * meanwhile gets no answer, though the other side has done its work.
 */
export const installNetwork = ({ clock, noise, hosts, trace }: NetworkOptions) => {
  const real = globalThis.fetch
  /** Who waits for an answer; a request that nobody holds would not hear of its deadline. */
  const waiting = new Map<Request, string>()
  let requests = 0
  /** Hosts whose next answers get lost after the work is done. */
  const losing = new Map<string, number>()

  const travel = (name: string): Promise<void> => clock.sleep(noise.delay(name, LATENCY_MS))

  const exchange = async (request: Request, asker: string): Promise<Response> => {
    const { host } = new URL(request.url)
    const there = hosts[host]
    if (!there) throw new Error(`there is no host ${host}`)
    const name = `${host} ${request.method}`
    await clock.as('network', () => travel(`${name} request`))
    if (clock.isKilled(asker)) await there.onCutOff?.(request)
    if (there.isDown) throw refused()
    // Who asked has closed the connection before anything arrived.
    if (request.signal.aborted || clock.isKilled(asker)) throw lost()
    requests += 1
    const response = await clock.as(host, () => there.answer(request))
    await clock.as('network', () => travel(`${name} answer`))
    const left = losing.get(host) ?? 0
    if (left > 0 || clock.isKilled(asker) || request.signal.aborted) there.onUnheard?.(response)
    if (left > 0) {
      losing.set(host, left - 1)
      trace(`the answer to ${name} ${new URL(request.url).pathname} is lost`)
      throw lost()
    }
    return response
  }

  const simulated = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { signal } = request
    const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    const asker = clock.processNow()
    waiting.set(request, asker)
    const exchanged = exchange(request, asker)
    const leave = (): void => void waiting.delete(request)
    const nobody = new Promise<never>(() => {})
    return Promise.race([exchanged, aborted]).finally(leave).then(
      (response) => (clock.isKilled(asker) ? nobody : response),
      (error: unknown) => {
        if (clock.isKilled(asker)) return nobody
        throw error
      }
    )
  }
  globalThis.fetch = simulated

  return {
    /** Exchanges that go on, without those that set nothing off. */
    open: (isIdle: (request: Request) => boolean): number => [...waiting].filter(([request, asker]) => !clock.isKilled(asker) && !isIdle(request)).length,
    /** Requests that have reached a host. */
    requests: (): number => requests,
    loseAnswers: (host: string, count: number): void => void losing.set(host, count),
    heal: (): void => losing.clear(),
    uninstall: (): void => {
      globalThis.fetch = real
    }
  }
}

export type Network = ReturnType<typeof installNetwork>
