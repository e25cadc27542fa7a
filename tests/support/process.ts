import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxOptions, SandboxShop } from '../../src/sandbox/shop.ts'
import { type Reply, SECRET } from './bridge.ts'
import { afterFile } from './leftovers.ts'
import { serveShop } from './shop.ts'

const CLI = join(import.meta.dirname, '..', '..', 'src', 'cli.ts')

const COMPILE_CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compile')

/** What Node is given to run `start`. */
export const START = [CLI, 'start'] as const

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'process-'))
  afterFile(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A path for a ledger of its own. */
export const ledgerPath = (): string => join(temporaryFolder(), 'data', 'ledger.db')

/** A sandbox shop on a port. */
export const servedShop = async (options: SandboxOptions = {}): Promise<SandboxShop> => {
  const { shop, close } = await serveShop(options)
  afterFile(close)
  return shop
}

/** How a process ended; `code` is `null` when a signal ended it. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of its own, gone at the latest when the tests of the file are over. */
export interface Running {
  readonly pid: number
  /** Resolves when it is gone and all it wrote is read. */
  readonly ended: Promise<Ended>
  /** What it wrote so far. */
  stdout(): string
  kill(signal: NodeJS.Signals): void
  /** Resolves with what it wrote, once that holds `text`; rejects when the process ends before. */
  wrote(text: string): Promise<string>
}

/** Runs a program in an empty folder, with nothing in its environment but `PATH`, the compile cache and what is given. */
export const run = (program: string, parameters: readonly string[], environment: Readonly<Record<string, string>>): Running => {
  const child = spawn(program, parameters, {
    cwd: temporaryFolder(),
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  afterFile(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? 0,
    ended,
    stdout: () => stdout,
    kill: (signal) => {
      child.kill(signal)
    },
    wrote: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text)) return
          child.stdout.off('data', look)
          resolve(stdout)
        }
        child.stdout.on('data', look)
        child.on('close', () => reject(new Error(`it ended without writing ${text}:\n${stdout}\n${stderr}`)))
        look()
      })
  }
}

/** Runs the command line with the same Node as the tests. */
export const cli = (parameters: readonly string[], environment: Readonly<Record<string, string>> = {}): Running =>
  run(process.execPath, [CLI, ...parameters], environment)

/** The variables of a bridge to this shop, on a free port; logs as JSON. */
export const environmentFor = (shop: SandboxShop, ledger: string, given: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PORT: '0',
  PRESTASHOP_URL: shop.url,
  PRESTASHOP_KEY: shop.key,
  WEBHOOK_SECRET: SECRET,
  LEDGER_PATH: ledger,
  ACK_WAIT_MS: '0',
  LOG_FORMAT: 'json',
  ...given
})

/** The bridge as `start` runs it. */
export interface BridgeProcess extends Running {
  readonly url: string
  /** Posts a webhook as Odoo would. */
  post(body: unknown): Promise<Reply>
  get(path: string): Promise<Reply>
  /** Its log so far, line by line. */
  log(): Record<string, unknown>[]
  /** Waits until no operation is open. */
  drained(): Promise<void>
}

const LISTENING = 'listening for webhooks'

/** A bridge around a process that runs `start` with a log in JSON; resolves when it listens. */
export const listening = async (running: Running): Promise<BridgeProcess> => {
  const log = (): Record<string, unknown>[] => {
    const whole = running.stdout().split('\n').slice(0, -1)
    return whole.map(parseObject)
  }
  await running.wrote(`${LISTENING}"`)
  const url = String(log().find(({ msg }) => msg === LISTENING)?.['url'])
  const get = (path: string): Promise<Reply> => ask(`${url}${path}`)
  return {
    ...running,
    url,
    log,
    get,
    post: (body) =>
      ask(`${url}/webhooks/odoo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
        body: JSON.stringify(body)
      }),
    drained: async () => {
      for (;;) {
        const { backlog } = (await get('/readyz')).body
        if (JSON.stringify(backlog).includes('"pending":0,')) return
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
}

/** Starts the bridge as a process of its own and waits until it listens. */
export const startProcess = (shop: SandboxShop, ledger: string, given: Readonly<Record<string, string>> = {}): Promise<BridgeProcess> =>
  listening(cli(['start'], environmentFor(shop, ledger, given)))

const parseObject = (text: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`no JSON object: ${text}`)
  return { ...value }
}

const ask = async (url: string, request: RequestInit = {}): Promise<Reply> => {
  const response = await fetch(url, request)
  return { status: response.status, headers: response.headers, body: parseObject(await response.text()) }
}
