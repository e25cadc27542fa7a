import type { ServerOptions } from 'node:http'

/** What a slow or greedy client may hold of the server. */
export interface Limits extends Pick<ServerOptions, 'headersTimeout' | 'requestTimeout' | 'keepAliveTimeout' | 'connectionsCheckingInterval' | 'maxHeaderSize'> {
  /** How long a connection may be still while a request is answered. */
  readonly stillTimeout: number
  readonly maxConnections: number
  /** Of one address; not of proxies (`TRUST_PROXY`) and of this machine. */
  readonly maxConnectionsPerClient: number
}

/** Times in milliseconds, sizes in bytes. */
export const limits: Limits = {
  /** From the connection to the end of the headers: who dribbles them, or sends nothing, is cut off. */
  headersTimeout: 10_000,
  /** To the end of the body. */
  requestTimeout: 60_000,
  /** Longer than the minute that proxies keep an idle connection: they must be the ones to close it, or lose a request. */
  keepAliveTimeout: 65_000,
  /** Who asks and does not read the answer is cut off; longer than any answer takes to come. */
  stillTimeout: 300_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  /** Fewer than the files that a process may usually open: the ledger and the shop need some. */
  maxConnections: 800,
  /** At the usual wait for a result that is more requests than RATE_LIMIT_PER_MINUTE lets through. */
  maxConnectionsPerClient: 100
}
