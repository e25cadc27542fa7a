import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import pretty from 'pino-pretty'

export type Logger = PinoLogger

export interface LogOptions {
  readonly level: string
  /** Without one: `pretty` on a terminal, `json` elsewhere. */
  readonly format: 'json' | 'pretty' | undefined
}

/** Never in a log line, wherever an object that holds them comes from. */
const SECRET = ['authorization', 'x-webhook-secret', 'cookie', 'secret', 'key', 'password', 'passwd', 'token', 'payload', 'source_payload', 'data', 'email']

/** Standard output. When nobody takes what is written there, a full disk for one, lines are lost rather than webhooks. */
const destination = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: false })
  let isTold = false
  output.on('error', (error: unknown) => {
    if (!isTold) process.stderr.write(`The log cannot be written (${error instanceof Error ? error.message : 'unknown'}): lines are lost, work goes on.\n`)
    isTold = true
  })
  return output
}

/**
 * The log: one line of JSON an event, or a coloured line on a terminal. Lines carry ids, names of fields and counts,
 * never payloads, secrets or personal data; the redaction is the second fence.
 */
export const createLogger = ({ level, format }: LogOptions): Logger => {
  const isPretty = format === 'pretty' || (format === undefined && process.stdout.isTTY)
  const redact = { paths: SECRET.map((name) => `["${name}"]`), censor: '[redacted]' }
  const options = { level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return isPretty
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true }))
    : pino(options, destination())
}
