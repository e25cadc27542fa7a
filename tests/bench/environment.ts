import { createServer } from 'node:net'
import { SECRET } from './webhooks.ts'

/** A shop that is down: nothing listens on that port any longer. */
const absentShop = async (): Promise<string> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('no port is free')
  return `http://127.0.0.1:${address.port}`
}

export interface BridgeSettings {
  readonly ledgerPath: string
  /** Without one the shop is down. */
  readonly shop?: { readonly url: string; readonly key: string }
  readonly concurrency?: number
}

/** The configuration of a bridge as in production, but for the port, answers that do not wait, and a limit beyond reach. */
export const bridgeEnvironment = async ({
  ledgerPath,
  shop,
  concurrency = 4
}: BridgeSettings): Promise<Record<string, string>> => ({
  PORT: '0',
  LEDGER_PATH: ledgerPath,
  PRESTASHOP_URL: shop?.url ?? (await absentShop()),
  PRESTASHOP_KEY: shop?.key ?? 'BENCHMARKBENCHMARKBENCHMARKBENCH',
  PRESTASHOP_CONCURRENCY: String(concurrency),
  WEBHOOK_SECRET: SECRET,
  ACK_WAIT_MS: '0',
  RATE_LIMIT_PER_MINUTE: '1000000000',
  LOG_LEVEL: 'info',
  LOG_FORMAT: 'json'
})
